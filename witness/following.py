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
from witness.judging import FORK, Judge, is_fork, stop_for_fork, verify_checkpoint
from witness.state import WatchedLog
from witness.wire import HttpClient, UnreachableError

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


class FollowError(Exception):
    """Nothing was cosigned this time, and that proves nothing: a person should look."""


@dataclass
class TileCache:
    """Tiles of a log, and what was fetched of them."""

    log: WatchedLog
    wire: HttpClient
    fetched: dict[str, bytes] = field(default_factory=dict)

    def fetch_tile(self, tile: Tile) -> bytes:
        """Fetch a tile; where the partial one is gone, from the full one.

        Raises:
            Trouble: it cannot be had.
        """
        if tile.path not in self.fetched:
            data = self._fetch(tile.path, tile.width)
            if data is None and tile.width < WIDTH:
                whole = self._fetch(Tile(tile.level, tile.index).path, WIDTH)
                data = whole and whole[: tile.width * HASH_BYTES]
            if data is None:
                raise FollowError(f"{self.log.address}/{tile.path} is missing")
            self.fetched[tile.path] = data
        return self.fetched[tile.path]

    def _fetch(self, path: str, width: int) -> bytes | None:
        answer = self.wire.get(f"{self.log.address}/{path}", width * HASH_BYTES)
        return answer.body if answer.status == 200 else None

    def compute_earlier_root(self, size: int, state: Checkpoint) -> bytes:
        """Return the root that an earlier state of a signed tree has, proved from its tiles.

        Raises:
            Trouble: the tiles are not those of what was signed.
        """
        try:
            return compute_proved_root(
                size, state, tiles.make_tile_reader(state.size, self.fetch_tile)
            )
        except OpenError:
            raise FollowError(
                f"the tiles of {state.origin} are not those of the state that it signed"
            ) from None


@dataclass(frozen=True)
class Follower:
    """Follows logs for a witness.

    patience is how many seconds a log may show an older state than it did before that is an
    alarm: what lies between may keep old copies for a while.
    """

    judge: Judge
    wire: HttpClient
    patience: int
    clock: Callable[[], int]

    def follow(self, log: WatchedLog) -> str:
        """Look at a log once, and say what was done.

        Raises:
            Trouble: something is not as it should be, and proves nothing.
        """
        try:
            return self._follow(log)
        except UnreachableError as error:
            raise FollowError(str(error)) from error
        except CryptoError as error:
            raise FollowError(f"{log.address} sends what cannot be right: {error}") from error

    def _follow(self, log: WatchedLog) -> str:
        data = self._fetch_checkpoint(log)
        state = self._verify(log, data)
        before = log.find_latest()
        if is_fork(log, state):
            with log.locked():
                stop_for_fork(log, data)
            return ""
        if before and state.size < before.size:
            return self._stop_for_rollback(log, before, data)
        log.write_older_since(None)
        fetched = TileCache(log, self.wire)
        self._cosign(log, data, state, fetched)
        self._resolve_doubts(log, data, state, fetched)
        if log.alarm:
            return ""
        handed = self._submit_cosignature(log, data, state)
        self._check_alive(log, state)
        return f"{state.origin}: {state.size} entries, cosigned{handed}"

    def _fetch_checkpoint(self, log: WatchedLog) -> bytes:
        answer = self.wire.get(f"{log.address}/{CHECKPOINT_PATH}", MAX_NOTE_BYTES)
        if answer.status != 200:
            raise FollowError(
                f"{log.address}/{CHECKPOINT_PATH} answers with status {answer.status}"
            )
        return answer.body

    def _verify(self, log: WatchedLog, data: bytes) -> Checkpoint:
        try:
            return verify_checkpoint(log, data)
        except CryptoError as error:
            raise FollowError(
                f"what {log.address} shows is not signed with the key of {log.origin}: {error}"
            ) from error

    def _cosign(self, log: WatchedLog, data: bytes, state: Checkpoint, fetched: TileCache) -> None:
        """Cosign, or raise the alarm if the log was not only added to."""
        for _ in range(TRIES):
            before = log.find_latest()
            if before == state:
                return
            old = before.size if before else 0
            read = tiles.make_tile_reader(state.size, fetched.fetch_tile)
            proof = merkle.prove_consistency(old, state.size, read)
            try:
                self.judge.cosign(Request(old, tuple(proof), data), self.clock())
            except OtherSize:
                continue
            except Forked:
                return
            except Inconsistent:
                self._stop_for_rewrite(log, data, state, fetched)
            return
        raise FollowError("another process of this witness is at work; it is tried again next time")

    def _stop_for_rewrite(
        self, log: WatchedLog, data: bytes, state: Checkpoint, fetched: TileCache
    ) -> None:
        """Raise the alarm, unless the tiles are not even those of the state that was signed."""
        before = log.find_latest()
        if before is None or fetched.compute_earlier_root(before.size, state) == before.root:
            raise FollowError(f"the state of {log.origin} changed while it was looked at")
        kept = log.find_note(before.size)
        words = REWRITTEN.format(origin=log.origin, old=before.size, new=state.size)
        with log.locked():
            evidence = {"checkpoint-kept": kept.data if kept else b"", "checkpoint-shown": data}
            log.stop(words, evidence | fetched.fetched)

    def _stop_for_rollback(self, log: WatchedLog, before: Checkpoint, data: bytes) -> str:
        """Raise the alarm about a log that has shown an older state for too long."""
        shown = checkpoint.parse(notes.parse(data).text)
        since = log.read_older_since()
        now = self.clock()
        if since is None:
            log.write_older_since(now)
            since = now
        words = ROLLED_BACK.format(origin=log.origin, old=before.size, new=shown.size)
        if now - since < self.patience:
            raise FollowError(f"{words} It may be an old copy; if it stays so, this is an alarm.")
        kept = log.find_note(before.size)
        with log.locked():
            log.stop(
                words, {"checkpoint-kept": kept.data if kept else b"", "checkpoint-shown": data}
            )
        return ""

    def _resolve_doubts(
        self, log: WatchedLog, data: bytes, state: Checkpoint, fetched: TileCache
    ) -> None:
        """Compare what the log signed elsewhere with what it shows here."""
        for path, doubted in log.list_doubts().items():
            if doubted.size > state.size or log.alarm:
                continue
            if fetched.compute_earlier_root(doubted.size, state) == doubted.root:
                path.unlink()
                continue
            form = FORK if doubted.size == state.size else TWO_LOGS
            words = form.format(
                origin=log.origin, size=state.size, old=doubted.size, new=state.size
            )
            evidence = {"checkpoint-kept": data, "checkpoint-shown": path.read_bytes()}
            with log.locked():
                log.stop(words, evidence | fetched.fetched)

    def _submit_cosignature(self, log: WatchedLog, data: bytes, state: Checkpoint) -> str:
        """Give the cosignature to the log, unless it has it.

        Raises:
            Trouble: the log does not take it.
        """
        kept = log.find_note(state.size)
        if kept is None or notes.parse(data).find_signatures(self.judge.state.own.public):
            return ""
        answer = self.wire.post(f"{log.address}/cosignature", kept.data, ANSWER_BYTES)
        if answer.status != 200:
            said = answer.body.decode("utf-8", "replace").strip()[:200]
            raise FollowError(
                f"{log.origin}: {state.size} entries, cosigned; the log does not take the"
                f" cosignature (status {answer.status}: {said!r})"
            )
        return " and handed in"

    def _check_alive(self, log: WatchedLog, state: Checkpoint) -> None:
        """Tell that a log has stood still for longer than it ever does.

        Raises:
            Trouble: it has.
        """
        since = log.find_time(state.size)
        days = (self.clock() - since) // DAY if since else 0
        if days > STILL_DAYS:
            raise FollowError(
                f"{log.origin} has shown nothing new for {days} days; it grows every week"
            )


def compute_proved_root(size: int, state: Checkpoint, read: merkle.Reader) -> bytes:
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
    small, large = sorted((kept, shown), key=lambda state: state.size)
    try:
        read = tiles.make_tile_reader(large.size, lambda tile: files[tile.path])
        root = compute_proved_root(small.size, large, read)
    except KeyError:
        raise FormatError("it proves nothing: one state may have grown out of the other") from None
    if root == small.root:
        raise FormatError("it proves nothing: the log was only added to")
    return REWROTE.format(origin=large.origin, old=small.size, new=large.size)


FORKED = "Proved: {origin} signed two different logs of {size} entries."
REWROTE = "Proved: {origin} signed {old} entries, and {new} that do not begin with those."
