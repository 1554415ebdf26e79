"""The store of sealed files: each appears whole under its final name, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from witness.durable import sync

# A file's times would tell when a report came; all files carry the same.
_NO_TIME = (0, 0)


def write_whole(file: BinaryIO, data: bytes) -> None:
    """Write every byte: the last free room of a disk takes a part without complaint.

    Raises:
        OSError: there is no room for the rest.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


class NoRoom(OSError):
    """No more files are taken: little room is left on the disk, or too much still arrives."""


@dataclass(frozen=True)
class BlobStore:
    """Sealed files in a folder, under random names; what arrives waits in `incoming`."""

    folder: Path
    free_bytes: int = 0  # room on the disk that files leave to everything else
    unfinished_bytes: int | None = None  # all that arrives together; None: no bound

    def prepare(self) -> None:
        """Create the folders."""
        (self.folder / "incoming").mkdir(parents=True, exist_ok=True)

    def open_incoming(self) -> BinaryIO:
        """Open a new file for ciphertext that is still arriving.

        Raises:
            OSError: the store is full or broken.
        """
        path = self.folder / "incoming" / secrets.token_hex(16)
        return path.open("x+b", buffering=0)

    def check_room(self) -> None:
        """Make sure that a file may still grow.

        Raises:
            NoRoom: it may not; whatever is no file has the room that is left.
        """
        disk = os.statvfs(self.folder)
        if disk.f_bavail * disk.f_frsize < self.free_bytes:
            raise NoRoom("little room is left on the disk")
        if self.unfinished_bytes is not None and self._count_incoming() > self.unfinished_bytes:
            raise NoRoom("too much arrives at once")

    def _count_incoming(self) -> int:
        """Return how many bytes wait in `incoming`; a file may go while they are added up."""
        total = 0
        for path in self.list_incoming():
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def keep(self, arrived: BinaryIO, name: str | None = None) -> str:
        """Make an arrived file durable under its final name, and return that name.

        Args:
            arrived: what `open_incoming` gave.
            name: 32 hexadecimal digits that the file has been promised; none: the random ones
                that it arrived under.

        Raises:
            FileExistsError: another file has the promised name.
        """
        arrived.flush()
        os.fsync(arrived.fileno())
        waiting = Path(arrived.name)
        arrived.close()
        os.utime(waiting, _NO_TIME)
        final = self.folder / (name or waiting.name)
        try:
            os.link(waiting, final)  # a rename would replace a file of the same name
        finally:
            waiting.unlink()
        sync(self.folder)
        return final.name

    def discard(self, arrived: BinaryIO) -> None:
        """Forget a file that was not accepted."""
        arrived.close()
        Path(arrived.name).unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """Open a kept file for reading."""
        return (self.folder / name).open("rb")

    def remove(self, name: str) -> None:
        """Delete a kept file."""
        (self.folder / name).unlink(missing_ok=True)

    def list_names(self) -> Iterator[str]:
        """Yield the name of every kept file."""
        return (path.name for path in self.folder.iterdir() if path.is_file())

    def list_incoming(self) -> Iterator[Path]:
        """Yield what is still in `incoming`: uploads under way, or left by a crash."""
        return (self.folder / "incoming").iterdir()
