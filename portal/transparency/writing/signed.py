"""What the key of the log has signed, kept where no copy of the database can take it back.

One key signs one history. So before it signs, what it has signed must be a part of what it is
about to sign: the newest state that this file holds, the checkpoint that is published, and the
tiles beside it. The file is written before a signature leaves the process, never after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from crypto import checkpoint, merkle, notes, tiles
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, OpenError
from crypto.merkle import Node
from crypto.notes import VerifierKey
from crypto.tiles import CHECKPOINT_PATH, Tile
from portal.core.db import Sessions
from portal.core.errors import Conflict
from portal.transparency import queries
from witness.durable import replace_whole

FILE = "log-signed"
NOTHING = b"This key of the log has signed nothing yet.\n"
ADOPT = "restore the database that was in use, or see `state adopt --help`"


class KnownState(NamedTuple):
    """A state of the log that is known outside of its database."""

    what: str  # begins a sentence: "this log key has signed"
    state: Checkpoint


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

    def read(self, key: VerifierKey) -> KnownState | None:
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
        if data == NOTHING:
            return None
        return KnownState("this log key has signed", _verify(data, key, str(self.path)))

    def read_note(self) -> bytes | None:
        """Return the newest signed checkpoint; none: nothing was signed, or nobody knows."""
        try:
            data = self.path.read_bytes()
        except OSError:
            return None
        return None if data == NOTHING else data

    def read_published(self, key: VerifierKey) -> KnownState | None:
        """Return the state that is published; none: nothing is.

        Raises:
            Conflict: another key signed it.
        """
        try:
            data = (self.published / CHECKPOINT_PATH).read_bytes()
        except OSError:
            return None
        return KnownState("published are", _verify(data, key, "the published checkpoint"))


def check(session: Session, states: SignedStates, key: VerifierKey) -> None:
    """Make sure that whatever the key signed and published is a part of the log of this database.

    Args:
        session: of the transaction that is going to sign.
        states: what was signed, and where the log's files are.
        key: of the log.

    Raises:
        Conflict: it is not. Nothing may be signed.
    """
    _refuse(session, states, [states.read(key), states.read_published(key)])


def check_published(session: Session, states: SignedStates, key: VerifierKey) -> None:
    """Make sure that whatever is published is a part of the log of this database.

    Raises:
        Conflict: it is not.
    """
    _refuse(session, states, [states.read_published(key)])


def find_faults(sessions: Sessions, states: SignedStates, key: VerifierKey) -> Iterator[str]:
    """Yield what the key signed or published and the log of this database does not have.

    Neither travels with a copy of the database. Both are read before it, so that a log that grows
    meanwhile is no fault.

    Args:
        sessions: of the database.
        states: what was signed, and where the log's files are.
        key: of the log.
    """
    known: list[KnownState | None] = []
    for read in (states.read, states.read_published):
        try:
            known.append(read(key))
        except Conflict as error:
            yield str(error)
    with sessions() as session:
        for known_state in filter(None, known):
            yield from _check_prefix(session, known_state)


def _refuse(session: Session, states: SignedStates, known: Sequence[KnownState | None]) -> None:
    missing = (
        fault
        for known_state in filter(None, known)
        for fault in _check_prefix(session, known_state)
    )
    fault = next(chain(missing, _check_tiles(session, states.published)), "")
    if fault:
        raise Conflict(f"{fault}. Nothing is signed; {ADOPT}")


def _check_prefix(session: Session, known: KnownState) -> Iterator[str]:
    (what, state), size = known, queries.count_entries(session)
    if state.size > size:
        yield (
            f"{what} {state.size} entries of the log, the database has {size}: it is older than"
            " what was accepted here, and reports may be lost"
        )
        return
    read = queries.make_reader(session)
    try:
        root = merkle.compute_root(size, read)
        proof = merkle.prove_consistency(state.size, size, read)
        merkle.verify_consistency(state.size, size, proof, state.root, root)
    except (OpenError, KeyError):
        yield (
            f"{what} {state.size} entries of the log, and this database has others in their place:"
            " it is another history"
        )


def _check_tiles(session: Session, folder: Path) -> Iterator[str]:
    """Compare the last published hashes of entries; a checkpoint may have been restored alone."""
    size = queries.count_entries(session)
    for tile in _list_last_tiles(folder / "tile" / "0"):
        first = tile.index * tiles.WIDTH
        more = first + tile.width > size
        if not more:
            data = (folder / tile.path).read_bytes()
            nodes = [Node(0, first + place) for place in range(tile.width)]
            if data == b"".join(queries.make_reader(session)(nodes)):
                continue
        yield (
            f"the published file {tile.path} has {'more' if more else 'other'} entries than this"
            " database"
        )


def _list_last_tiles(folder: Path) -> Iterator[Tile]:
    """Yield the last full tile of entries' hashes and the last partial one."""
    while folder.is_dir() and (deeper := sorted(folder.glob("x[0-9][0-9][0-9]"))):
        folder = deeper[-1]
    for pattern in ("[0-9][0-9][0-9]", "[0-9][0-9][0-9].p/[0-9]*"):
        paths = sorted(
            folder.glob(pattern), key=lambda path: (path.parts[:-1], len(path.name), path)
        )
        if paths:
            name = paths[-1].as_posix()
            yield _parse_tile(name[name.rindex("/tile/0/") + 1 :])


def _parse_tile(path: str) -> Tile:
    tile = tiles.parse_path(path)
    if not isinstance(tile, Tile):
        raise Conflict(f"{path} is no tile")
    return tile


def _verify(data: bytes, key: VerifierKey, what: str) -> Checkpoint:
    try:
        return checkpoint.verify(notes.parse(data), [key])
    except CryptoError:
        raise Conflict(f"{what} was not signed by this log key") from None
