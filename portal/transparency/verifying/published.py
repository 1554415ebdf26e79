"""The log against what others hold of it: its own files, and checkpoints from elsewhere."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sqlalchemy.orm import Session

from crypto import checkpoint, notes, tiles
from crypto.errors import CryptoError, FormatError
from crypto.notes import VerifierKey
from crypto.tiles import CHECKPOINT_PATH, Bundle, Tile
from portal.transparency import queries
from portal.transparency.verifying.contents import Claim

PUBLISHED = "the published checkpoint"


def read_claim(data: bytes, key: VerifierKey, what: str) -> Claim:
    """Read a checkpoint that somebody holds.

    Args:
        data: the signed note.
        key: of the log.
        what: how it is called if it differs.

    Raises:
        CryptoError: not a checkpoint, or signed by another key.
    """
    state = checkpoint.verify(notes.parse(data), [key])
    return Claim(what, state.size, state.root)


def read_published(folder: Path) -> bytes | None:
    """Return the checkpoint that lies among the files of the log; none: none does."""
    try:
        return (folder / CHECKPOINT_PATH).read_bytes()
    except FileNotFoundError:
        return None


def check(session: Session, folder: Path, size: int) -> Iterator[str]:
    """Yield every file of the log that differs from the database, and every one that is missing.

    Args:
        session: to read with.
        folder: of the files.
        size: of the published checkpoint.
    """
    here = queries.count_entries(session)
    paths = chain(
        (made.path for made in tiles.list_new_tiles(0, size)),
        (made.path for made in tiles.list_new_bundles(0, size)),
    )
    for name in paths:
        if not (folder / name).is_file():
            yield f"the file {name} of the log is missing"
    for path in sorted((folder / "tile").rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name.startswith("."):
            continue
        try:
            tile = tiles.parse_path(name)
        except FormatError:
            yield f"the file {name} is none of the log"
            continue
        if _compute_end(tile) > here:
            yield f"the file {name} has more than the database"
        elif path.read_bytes() != _build_content(session, tile):
            yield f"the file {name} says something else than the database"


def _compute_end(made: Tile | Bundle) -> int:
    """Return how many entries a log has at least that has this file."""
    height = made.level * tiles.HEIGHT if isinstance(made, Tile) else 0
    return made.index * tiles.WIDTH + made.width << height


def _build_content(session: Session, made: Tile | Bundle) -> bytes:
    if isinstance(made, Tile):
        try:
            return tiles.write_tile(made, queries.make_reader(session))
        except KeyError:  # the database has lost such a node
            return b""
    entries = queries.read_entries(session, made.first, made.first + made.width)
    return tiles.write_bundle(entries) if len(entries) == made.width else b""


def describe_fault(error: CryptoError, what: str) -> str:
    """Return what is wrong with a checkpoint that cannot be believed."""
    return f"{what} is not signed by this log: {error}"
