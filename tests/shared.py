"""What is costly to make is made once in a run, by whichever process needs it first.

Every worker of pytest-xdist has fixtures of its own, also those of a session. What stands here is
kept in a folder of the run instead, and is for reading only: who wants to write copies it first.
"""

import fcntl
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import TypeVar, cast

Value = TypeVar("Value")


@dataclass(frozen=True)
class RunFolder:
    """What the workers of a run made for each other, each thing under a name of its own."""

    place: Path

    def folder(self, name: str, fill: Callable[[Path], object]) -> Path:
        """Return a folder for reading only; who comes first makes and fills it."""
        made, folder = self.place / f"{name}.made", self.place / name
        with (self.place / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # goes with the process, whatever happens to it
            if not made.exists():
                rmtree(folder, ignore_errors=True)  # of who failed half-way
                folder.mkdir()
                fill(folder)
                made.touch()
        return folder

    def value(self, name: str, make: Callable[[], Value]) -> Value:
        """Return a copy of a value; who comes first makes it."""
        folder = self.folder(name, lambda to: (to / "value").write_bytes(pickle.dumps(make())))
        # written by this run, in a folder that is its own
        return cast("Value", pickle.loads((folder / "value").read_bytes()))  # noqa: S301
