"""The log as plain files: tiles that never change, and the newest checkpoint beside them.

They are written after the database has committed, the checkpoint last: whoever finds it finds all
that it stands for. What a run did not get to, or what was lost since, is written by the next one.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from crypto import checkpoint, notes, tiles
from crypto.errors import CryptoError
from crypto.tiles import CHECKPOINT_PATH, Bundle, Tile
from portal.core.errors import Conflict
from portal.transparency import queries
from portal.transparency.publishing import totals
from witness.durable import replace_whole

FOLDER = "log"  # in the instance folder
Made = TypeVar("Made", Tile, Bundle)


def publish(session: Session, folder: Path) -> int:
    """Write whatever files the log has grown by, then its newest checkpoint.

    Args:
        session: to read with; it has not read anything yet, so that it sees the newest state.
        folder: of the files of the log.

    Returns:
        The size that is published now.

    Raises:
        Conflict: what is published is larger than the log: the database lost a part of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        return _publish(session, folder)


def sign(session: Session, folder: Path) -> None:
    """Write the published checkpoint again, with the lines of witnesses that came since.

    A state whose files do not lie there yet is left to `publish`.

    Args:
        session: to read with; it has not read anything yet, so that it sees the newest lines.
        folder: of the files of the log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        newest = queries.find_latest(session)
        if newest is not None and newest.size == read_published_size(folder):
            _write(folder / CHECKPOINT_PATH, queries.format_checkpoint(session, newest))


def _publish(session: Session, folder: Path) -> int:
    newest = queries.find_latest(session)
    old = read_published_size(folder)
    if newest is None or newest.size < old:
        if old:
            raise Conflict(f"{old} entries are published, the database has fewer")
        return 0
    read = queries.make_reader(session)
    for tile in _list_missing(folder, tiles.list_new_tiles, old, newest.size):
        _write(folder / tile.path, tiles.write_tile(tile, read))
    for bundle in _list_missing(folder, tiles.list_new_bundles, old, newest.size):
        entries = queries.read_entries(session, bundle.first, bundle.first + bundle.width)
        _write(folder / bundle.path, tiles.write_bundle(entries))
    _write(folder / totals.FILE, totals.update_totals(session, folder, newest.size).data)
    _write(folder / CHECKPOINT_PATH, queries.format_checkpoint(session, newest))
    return newest.size


def read_published_size(folder: Path) -> int:
    """Return how many entries the published checkpoint stands for; 0 without one."""
    try:
        data = (folder / CHECKPOINT_PATH).read_bytes()
        return checkpoint.parse(notes.parse(data).text).size
    except (OSError, CryptoError):
        return 0


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one after the other publish: an older state must not replace a newer one."""
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _list_missing(
    folder: Path, needed: Callable[[int, int], Iterator[Made]], old: int, size: int
) -> Iterator[Made]:
    """Yield what the log has grown by, and what should lie there already and does not."""
    new = {made.path: made for made in needed(old, size)}
    yield from new.values()
    for made in needed(0, size):
        if made.path not in new and not (folder / made.path).exists():
            yield made


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place, whole and on the disk, unless it is there already."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_whole(path, data)
