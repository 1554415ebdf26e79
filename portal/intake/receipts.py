"""Receipts made ahead, so that filing a report does not wait for their slow step."""

import os
import sys
from collections import deque
from dataclasses import dataclass, field
from threading import Lock, Semaphore, Thread, get_native_id

from crypto import receipt

# The slow step takes 19 MiB each time; more at once would let a flood use up the memory.
AT_ONCE = 2
# Receipts are prepared when the processor has nothing else to do: requests never wait for them.
LEAST_URGENT = 19


@dataclass(frozen=True)
class Ready:
    """A receipt that nobody has yet, and the keys that follow from it."""

    secret: bytes = field(repr=False)
    keys: receipt.Keys = field(repr=False)


def _new() -> Ready:
    secret = receipt.new_secret()
    return Ready(secret, receipt.derive(secret))


class Receipts:
    """Gives each caller a receipt of its own; a thread of each worker keeps some ready."""

    def __init__(self, ready: int) -> None:
        self._wanted = ready
        self._shelf: deque[Ready] = deque()
        self._missing = Semaphore(ready)
        self._slow = Semaphore(AT_ONCE)
        self._starting = Lock()
        self._worker = 0

    def take(self) -> Ready:
        """Return a receipt that is given to nobody else."""
        self._start()
        try:
            taken = self._shelf.popleft()
        except IndexError:
            with self._slow:
                return _new()
        self._missing.release()
        return taken

    def _start(self) -> None:
        """Start the thread of this worker; receipts of the process it came from are not its own."""
        with self._starting:
            if self._wanted and self._worker != os.getpid():
                self._worker = os.getpid()
                self._shelf.clear()
                self._missing = Semaphore(self._wanted)
                Thread(target=self._fill, name="receipts", daemon=True).start()

    def _fill(self) -> None:
        if sys.platform == "linux":  # elsewhere a thread has no priority of its own
            os.setpriority(os.PRIO_PROCESS, get_native_id(), LEAST_URGENT)
        while True:
            self._missing.acquire()
            self._shelf.append(_new())
