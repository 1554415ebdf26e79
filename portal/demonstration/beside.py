"""Goes on in a process of its own, beside a command that takes the place of this one."""

import os
import sys
import time
from collections.abc import Sequence
from threading import Thread

LOOKS_EVERY_SECONDS = 0.2
NICENESS = 5  # who waits for a page comes first


def fork_beside(command: Sequence[str]) -> None:
    """Let this process become the command, and return in a child that ends no later than it.

    Call it while no database is open and no thread runs: neither can be shared with a child.

    Args:
        command: a program and its arguments, such as a server.

    Raises:
        OSError: in the process that was to become the command, if there is no such program.
    """
    parent = os.getpid()
    if os.fork():
        replace_process(command)
    os.nice(NICENESS)
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def replace_process(command: Sequence[str]) -> None:
    """Let the command take the place of this process.

    Raises:
        OSError: there is no such program.
    """
    sys.stdout.flush()
    os.execvp(command[0], list(command))  # noqa: S606 - what the operator typed


def _end_with(parent: int) -> None:
    """End this process at once when its parent is gone, whatever it does; the next run clears up.

    A signal does not reach it where a server is stopped alone, or is killed.
    """
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY_SECONDS)
    os._exit(1)
