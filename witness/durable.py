"""Files that are whole and on the disk, or not there: the one way to write them.

The portal writes its files with this, too: a witness must run without the portal, not the portal
without a witness.
"""

import errno
import os
import secrets
from pathlib import Path

OWNER = 0o600
EVERYBODY = 0o666  # as far as the umask of the process lets them
_NO_TIME = (0, 0)


def replace_whole(path: Path, data: bytes, *, private: bool = False, dated: bool = False) -> None:
    """Put a file in its place, whole and on the disk, whatever stood there.

    Args:
        path: the file; its folder is there.
        data: all that it will hold.
        private: nobody but the owner may read it.
        dated: its time says when it was written, instead of nothing.

    Raises:
        OSError: there is no room for it; what stood there stays.
    """
    waiting = _write_beside(path, data, private=private, dated=dated)
    try:
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    sync(path.parent)


def create_whole(path: Path, data: bytes, *, private: bool = True) -> None:
    """Put a file in its place, whole and on the disk, where none is; of two at once one wins.

    Args:
        path: the file; its folder is there.
        data: all that it will hold.
        private: nobody but the owner may read it.

    Raises:
        FileExistsError: there is one; it stays as it is.
        OSError: there is no room for it.
    """
    waiting = _write_beside(path, data, private=private, dated=True)
    try:
        os.link(waiting, path)
    except FileExistsError:
        raise FileExistsError(errno.EEXIST, "it is there already", str(path)) from None
    finally:
        waiting.unlink()
    sync(path.parent)


def sync(path: Path) -> None:
    """Let the names in a folder, or the bytes of a file, outlive a loss of power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_beside(path: Path, data: bytes, *, private: bool, dated: bool) -> Path:
    """Write a file beside its place, under a name that nobody else has, and return it."""
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    mode = OWNER if private else EVERYBODY
    handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not dated:
            os.utime(waiting, _NO_TIME)
    except BaseException:
        waiting.unlink()
        raise
    return waiting
