"""What the key of the log has signed, kept where no copy of the database can take it back.

One key signs one history. So before it signs, what it has signed must be a part of what it is
about to sign: the newest state that this file holds, the checkpoint that is published, and the
tiles beside it. The file is written before a signature leaves the process, never after.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from crypto import checkpoint, merkle, notes, tiles
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, OpenError
from crypto.merkle import Node
from crypto.notes import VerifierKey
from crypto.tiles import CHECKPOINT_PATH, Tile
from portal.core.blobs import replace_whole
from portal.core.errors import Conflict
from portal.transparency import queries

FILE = "log-signed"
NOTHING = b"This key of the log has signed nothing yet.\n"
ADOPT = "restore the database that was in use, or see `state adopt --help`"


@dataclass(frozen=True)
class SignedStates:
    """The newest state that a key has signed, in a folder of its own, and what was published."""

    folder: Path
    published: Path  # the folder of the log's files

    @property
    def path(self) -> Path:
        """Where the newest state stands."""
        return self.folder / FILE

    def begin(self) -> None:
        """Say that a new key has signed nothing; leaves alone what is there."""
        if not self.path.exists():
            self.write(NOTHING)

    def write(self, note: bytes) -> None:
        """Keep the newest state, durably.

        Args:
            note: the signed checkpoint.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_whole(self.path, note)

    def read(self, key: VerifierKey) -> Checkpoint | None:
        """Return the newest state that the key signed; none: it signed nothing.

        Raises:
            Conflict: nobody knows, or another key signed it.
        """
        try:
            data = self.path.read_bytes()
        except OSError:
            raise Conflict(
                f"{self.path} cannot be read, so nobody knows what this log key has signed:"
                " bring it from where the log was signed last, or see `state adopt --help`"
            ) from None
        return None if data == NOTHING else _verified(data, key, str(self.path))

    def kept(self) -> bytes | None:
        """Return the newest signed checkpoint; none: nothing was signed, or nobody knows."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        return None if data == NOTHING else data

    def shown(self, key: VerifierKey) -> Checkpoint | None:
        """Return the state that is published; none: nothing is.

        Raises:
            Conflict: another key signed it.
        """
        try:
            data = (self.published / CHECKPOINT_PATH).read_bytes()
        except OSError:
            return None
        return _verified(data, key, "the published checkpoint")


def check(session: Session, states: SignedStates, key: VerifierKey) -> None:
    """Make sure that whatever the key signed and published is a part of the log of this database.

    Args:
        session: of the transaction that is going to sign.
        states: what was signed, and where the log's files are.
        key: of the log.

    Raises:
        Conflict: it is not. Nothing may be signed.
    """
    state = states.read(key)
    if state is not None:
        _check_prefix(session, queries.size(session), "this log key has signed", state)
    check_published(session, states, key)


def check_published(session: Session, states: SignedStates, key: VerifierKey) -> None:
    """Make sure that whatever is published is a part of the log of this database.

    Raises:
        Conflict: it is not.
    """
    size, state = queries.size(session), states.shown(key)
    if state is not None:
        _check_prefix(session, size, "published are", state)
    _check_tile(session, size, states.published)


def _check_prefix(session: Session, size: int, what: str, state: Checkpoint) -> None:
    if state.size > size:
        raise Conflict(
            f"{what} {state.size} entries, the database has {size}: it is older. Nothing is signed;"
            f" {ADOPT}"
        )
    read = queries.reader(session)
    try:
        root = merkle.root(size, read)
        proof = merkle.prove_consistency(state.size, size, read)
        merkle.verify_consistency(state.size, size, proof, state.root, root)
    except (OpenError, KeyError):
        raise Conflict(
            f"{what} {state.size} entries, and this database has others in their place: it is"
            f" another history. Nothing is signed; {ADOPT}"
        ) from None


def _check_tile(session: Session, size: int, folder: Path) -> None:
    """Compare the last published hashes of entries; a checkpoint may have been restored alone."""
    for tile in _last_tiles(folder / "tile" / "0"):
        first = tile.index * tiles.WIDTH
        more = first + tile.width > size
        if not more:
            data = (folder / tile.path).read_bytes()
            nodes = [Node(0, first + place) for place in range(tile.width)]
            if data == b"".join(queries.reader(session)(nodes)):
                continue
        raise Conflict(
            f"the published file {tile.path} has {'more' if more else 'other'} entries than this"
            f" database. Nothing is signed; {ADOPT}"
        )


def _last_tiles(folder: Path) -> Iterator[Tile]:
    """Yield the last full tile of entries' hashes and the last partial one."""
    while folder.is_dir() and (deeper := sorted(folder.glob("x[0-9][0-9][0-9]"))):
        folder = deeper[-1]
    for pattern in ("[0-9][0-9][0-9]", "[0-9][0-9][0-9].p/[0-9]*"):
        found = sorted(
            folder.glob(pattern), key=lambda path: (path.parts[:-1], len(path.name), path)
        )
        if found:
            name = found[-1].as_posix()
            yield _tile(name[name.rindex("/tile/0/") + 1 :])


def _tile(path: str) -> Tile:
    found = tiles.parse_path(path)
    if not isinstance(found, Tile):
        raise Conflict(f"{path} is no tile")
    return found


def _verified(data: bytes, key: VerifierKey, what: str) -> Checkpoint:
    try:
        return checkpoint.verify(notes.parse(data), [key])
    except CryptoError:
        raise Conflict(f"{what} was not signed by this log key: nothing is signed") from None
