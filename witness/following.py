"""Following a log: fetch what it shows, prove from its tiles that it only grew, cosign."""

from collections.abc import Callable
from dataclasses import dataclass, field

from crypto import checkpoint, merkle, notes, tiles
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, FormatError, OpenError
from crypto.merkle import HASH_BYTES
from crypto.notes import MAX_NOTE_BYTES
from crypto.tiles import CHECKPOINT_PATH, WIDTH, Tile
from crypto.witness import Forked, Inconsistent, OtherSize, Request
from witness.judging import FORK, Judge, contradicts, stop_for_fork, verified
from witness.state import Log
from witness.wire import UnreachableError, Wire

TRIES = 3  # another process of this witness may have cosigned in between
STILL_DAYS = 11  # a batch closes every week, and has three days to appear
DAY = 86_400
ANSWER_BYTES = 10_000
REWRITTEN = (
    "{origin} has changed its history. It signed {old} entries, which this witness has seen, and"
    " now signs {new} that do not begin with those. Something was removed, altered or put in"
    " between."
)
ROLLED_BACK = (
    "{origin} shows {new} entries, and has signed {old}. Entries that were there are shown to"
    " nobody any more: the log went back to an earlier state, or whoever serves it withholds the"
    " newest one from this witness."
)
TWO_LOGS = (
    "{origin} signed a log of {old} entries that is not the beginning of the log of {new} entries"
    " that it shows. One of them was made for somebody who is to be deceived."
)


class Trouble(Exception):
    """Nothing was cosigned this time, and that proves nothing: a person should look."""


@dataclass
class Fetched:
    """Tiles of a log, and what was fetched of them."""

    log: Log
    wire: Wire
    found: dict[str, bytes] = field(default_factory=dict)

    def tile(self, tile: Tile) -> bytes:
        """Fetch a tile; where the partial one is gone, from the full one.

        Raises:
            Trouble: it cannot be had.
        """
        if tile.path not in self.found:
            data = self._bytes(tile.path, tile.width)
            if data is None and tile.width < WIDTH:
                whole = self._bytes(Tile(tile.level, tile.index).path, WIDTH)
                data = whole and whole[: tile.width * HASH_BYTES]
            if data is None:
                raise Trouble(f"{self.log.address}/{tile.path} is missing")
            self.found[tile.path] = data
        return self.found[tile.path]

    def _bytes(self, path: str, width: int) -> bytes | None:
        answer = self.wire.get(f"{self.log.address}/{path}", width * HASH_BYTES)
        return answer.body if answer.status == 200 else None

    def earlier(self, size: int, state: Checkpoint) -> bytes:
        """Return the root that an earlier state of a signed tree has, proved from its tiles.

        Raises:
            Trouble: the tiles are not those of what was signed.
        """
        try:
            return proved(size, state, tiles.make_tile_reader(state.size, self.tile))
        except OpenError:
            raise Trouble(
                f"the tiles of {state.origin} are not those of the state that it signed"
            ) from None


@dataclass(frozen=True)
class Follower:
    """Follows logs for a witness.

    patience is how many seconds a log may show an older state than it did before that is an
    alarm: what lies between may keep old copies for a while.
    """

    judge: Judge
    wire: Wire
    patience: int
    clock: Callable[[], int]

    def follow(self, log: Log) -> str:
        """Look at a log once, and say what was done.

        Raises:
            Trouble: something is not as it should be, and proves nothing.
        """
        try:
            return self._follow(log)
        except UnreachableError as error:
            raise Trouble(str(error)) from error
        except CryptoError as error:
            raise Trouble(f"{log.address} sends what cannot be right: {error}") from error

    def _follow(self, log: Log) -> str:
        data = self._checkpoint(log)
        found = self._verified(log, data)
        before = log.latest()
        if contradicts(log, found):
            with log.locked():
                stop_for_fork(log, data)
            return ""
        if before and found.size < before.size:
            return self._older(log, before, data)
        log.shows_older(None)
        fetched = Fetched(log, self.wire)
        self._cosign(log, data, found, fetched)
        self._doubts(log, data, found, fetched)
        if log.alarm:
            return ""
        handed = self._hand_in(log, data, found)
        self._is_alive(log, found)
        return f"{found.origin}: {found.size} entries, cosigned{handed}"

    def _checkpoint(self, log: Log) -> bytes:
        answer = self.wire.get(f"{log.address}/{CHECKPOINT_PATH}", MAX_NOTE_BYTES)
        if answer.status != 200:
            raise Trouble(f"{log.address}/{CHECKPOINT_PATH} answers with status {answer.status}")
        return answer.body

    def _verified(self, log: Log, data: bytes) -> Checkpoint:
        try:
            return verified(log, data)
        except CryptoError as error:
            raise Trouble(
                f"what {log.address} shows is not signed with the key of {log.origin}: {error}"
            ) from error

    def _cosign(self, log: Log, data: bytes, found: Checkpoint, fetched: Fetched) -> None:
        """Cosign, or raise the alarm if the log was not only added to."""
        for _ in range(TRIES):
            before = log.latest()
            if before == found:
                return
            old = before.size if before else 0
            read = tiles.make_tile_reader(found.size, fetched.tile)
            proof = merkle.prove_consistency(old, found.size, read)
            try:
                self.judge.cosign(Request(old, tuple(proof), data), self.clock())
            except OtherSize:
                continue
            except Forked:
                return
            except Inconsistent:
                self._not_only_added_to(log, data, found, fetched)
            return
        raise Trouble("another process of this witness is at work; it is tried again next time")

    def _not_only_added_to(
        self, log: Log, data: bytes, found: Checkpoint, fetched: Fetched
    ) -> None:
        """Raise the alarm, unless the tiles are not even those of the state that was signed."""
        before = log.latest()
        if before is None or fetched.earlier(before.size, found) == before.root:
            raise Trouble(f"the state of {log.origin} changed while it was looked at")
        kept = log.note(before.size)
        words = REWRITTEN.format(origin=log.origin, old=before.size, new=found.size)
        with log.locked():
            evidence = {"checkpoint-kept": kept.data if kept else b"", "checkpoint-shown": data}
            log.stop(words, evidence | fetched.found)

    def _older(self, log: Log, before: Checkpoint, data: bytes) -> str:
        """Raise the alarm about a log that has shown an older state for too long."""
        shown = checkpoint.parse(notes.parse(data).text)
        since = log.older_since()
        now = self.clock()
        if since is None:
            log.shows_older(now)
            since = now
        words = ROLLED_BACK.format(origin=log.origin, old=before.size, new=shown.size)
        if now - since < self.patience:
            raise Trouble(f"{words} It may be an old copy; if it stays so, this is an alarm.")
        kept = log.note(before.size)
        with log.locked():
            log.stop(
                words, {"checkpoint-kept": kept.data if kept else b"", "checkpoint-shown": data}
            )
        return ""

    def _doubts(self, log: Log, data: bytes, found: Checkpoint, fetched: Fetched) -> None:
        """Compare what the log signed elsewhere with what it shows here."""
        for path, doubted in log.doubts().items():
            if doubted.size > found.size or log.alarm:
                continue
            if fetched.earlier(doubted.size, found) == doubted.root:
                path.unlink()
                continue
            form = FORK if doubted.size == found.size else TWO_LOGS
            words = form.format(
                origin=log.origin, size=found.size, old=doubted.size, new=found.size
            )
            evidence = {"checkpoint-kept": data, "checkpoint-shown": path.read_bytes()}
            with log.locked():
                log.stop(words, evidence | fetched.found)

    def _hand_in(self, log: Log, data: bytes, found: Checkpoint) -> str:
        """Give the cosignature to the log, unless it has it.

        Raises:
            Trouble: the log does not take it.
        """
        kept = log.note(found.size)
        if kept is None or notes.parse(data).find_signatures(self.judge.state.own.public):
            return ""
        answer = self.wire.post(f"{log.address}/cosignature", kept.data, ANSWER_BYTES)
        if answer.status != 200:
            said = answer.body.decode("utf-8", "replace").strip()[:200]
            raise Trouble(
                f"{log.origin}: {found.size} entries, cosigned; the log does not take the"
                f" cosignature (status {answer.status}: {said!r})"
            )
        return " and handed in"

    def _is_alive(self, log: Log, found: Checkpoint) -> None:
        """Tell that a log has stood still for longer than it ever does.

        Raises:
            Trouble: it has.
        """
        since = log.cosigned_at(found.size)
        days = (self.clock() - since) // DAY if since else 0
        if days > STILL_DAYS:
            raise Trouble(
                f"{log.origin} has shown nothing new for {days} days; it grows every week"
            )


def proved(size: int, state: Checkpoint, read: merkle.Reader) -> bytes:
    """Return the root that an earlier state of a signed tree has.

    Hashes that were only read prove nothing; these lead to the root that was signed.

    Args:
        size: of the earlier state.
        state: the one that was signed.
        read: reads nodes of its tree.

    Raises:
        OpenError: they are not those of this tree.
    """
    root = merkle.compute_root(size, read)
    proof = merkle.prove_consistency(size, state.size, read)
    merkle.verify_consistency(size, state.size, proof, root, state.root)
    return root


def check_evidence(log_keys: tuple[notes.VerifierKey, ...], files: dict[str, bytes]) -> str:
    """Say what evidence proves, from the log's key alone.

    Args:
        log_keys: keys of the log, from somewhere trusted.
        files: the evidence, by name.

    Returns:
        A sentence.

    Raises:
        CryptoError: it proves nothing.
    """
    kept, shown = (
        checkpoint.verify(notes.parse(files[f"checkpoint-{name}"]), log_keys)
        for name in ("kept", "shown")
    )
    if kept.size == shown.size and kept.root != shown.root:
        return FORKED.format(origin=kept.origin, size=kept.size)
    small, large = sorted((kept, shown), key=lambda one: one.size)
    try:
        read = tiles.make_tile_reader(large.size, lambda tile: files[tile.path])
        root = proved(small.size, large, read)
    except KeyError:
        raise FormatError("it proves nothing: one state may have grown out of the other") from None
    if root == small.root:
        raise FormatError("it proves nothing: the log was only added to")
    return REWROTE.format(origin=large.origin, old=small.size, new=large.size)


FORKED = "Proved: {origin} signed two different logs of {size} entries."
REWROTE = "Proved: {origin} signed {old} entries, and {new} that do not begin with those."
