"""Counters of attempts: in Redis where it is set, else in memory shared by forked workers.

What is counted has no name here: a key leads to places in a table of fixed size, so a flood of
addresses takes no more memory, and nothing that identifies anybody is kept. Two keys may meet in
one place; each has four, and its count is the smallest of them (count-min sketch with
conservative update, Estan and Varghese, 2003).

A server that forks its workers after the application was made shares one table among them.
"""

import logging
import mmap
import os
import struct
from collections.abc import Callable, Iterator
from hashlib import blake2b
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakSet

from limits.errors import StorageError
from limits.storage import Storage, storage_from_string

from portal.core import clock

log = logging.getLogger(__name__)

ROWS, COLUMNS = 4, 1 << 14
_PLACE = struct.Struct("=II")  # count, second at which it ends
# The first places hold what all workers must know of the store itself.
_AWAY, _TOLD = 0, 1
_RESERVED = 8

# A request waits for Redis so long at most, to connect and to hear of it; then Redis rests.
WAIT_SECONDS = 0.1
REST_SECONDS = 30

Result = TypeVar("Result")


class Counters(Storage):
    """Counts that begin anew when their time is over, in memory shared with forked processes."""

    STORAGE_SCHEME = ["shared"]

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._table = mmap.mmap(-1, (_RESERVED + ROWS * COLUMNS) * _PLACE.size)
        self._changing = Lock()
        _TABLES.add(self)

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what this store could fail with."""
        return MemoryError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, and return it.

        Args:
            key: whose count.
            expiry: seconds that a count lives from its first attempt on.
            amount: what is added.
        """
        now = clock.get_seconds()
        with self._changing:
            places = list(_locate(key))
            count = min(self._read_alive(place, now)[0] for place in places) + amount
            for place in places:
                held, ends = self._read_alive(place, now)
                if held < count:
                    self._put(place, count, ends or now + expiry)
        return count

    def get(self, key: str) -> int:
        """Return a count."""
        now = clock.get_seconds()
        return min(self._read_alive(place, now)[0] for place in _locate(key))

    def get_expiry(self, key: str) -> float:
        """Return the second at which a count ends; now, if there is none."""
        now = clock.get_seconds()
        held = [self._read_alive(place, now) for place in _locate(key)]
        return min(held)[1] or now

    def check(self) -> bool:
        """Tell that the store answers."""
        return True

    def reset(self) -> None:
        """Forget every count."""
        with self._changing:
            self._table[:] = bytes(len(self._table))

    def clear(self, key: str) -> None:
        """Forget one count, and what shares its places."""
        with self._changing:
            for place in _locate(key):
                self._put(place, 0, 0)

    def get_mark(self, place: int) -> int:
        """Return what all workers were told, 0 if nothing."""
        return self._read(place)[0]

    def set_mark(self, place: int, value: int) -> None:
        """Tell all workers."""
        self._put(place, value, 0)

    def _read_alive(self, place: int, now: int) -> tuple[int, int]:
        count, ends = self._read(place)
        return (count, ends) if ends > now else (0, 0)

    def _read(self, place: int) -> tuple[int, int]:
        count, ends = _PLACE.unpack_from(self._table, place * _PLACE.size)
        return count, ends

    def _put(self, place: int, count: int, ends: int) -> None:
        _PLACE.pack_into(self._table, place * _PLACE.size, min(count, 0xFFFFFFFF), ends)

    def renew_lock(self) -> None:
        """Begin with an open lock, as a new process must: another thread may have held the old one.

        Of two processes that count at the same instant one count may be lost, which only forgives.
        """
        self._changing = Lock()


def _renew_locks() -> None:
    for table in _TABLES:
        table.renew_lock()


_TABLES: WeakSet[Counters] = WeakSet()
os.register_at_fork(after_in_child=_renew_locks)


class PatientRedis(Storage):
    """Counts in Redis; while it is away or hung, those of this machine, and hardly a wait.

    One request in half a minute finds out whether Redis is back; it waits 0.2 s at most. Who waits,
    and that it was said in the log, is known to all workers of a master.
    """

    STORAGE_SCHEME = ["patient"]

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False, url: str) -> None:
        from redis.backoff import NoBackoff  # noqa: PLC0415 - only a large installation has it
        from redis.retry import Retry  # noqa: PLC0415

        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        options: dict[str, Any] = {
            "socket_connect_timeout": WAIT_SECONDS,
            "socket_timeout": WAIT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        self._redis = storage_from_string(url, wrap_exceptions=True, **options)
        self.here = Counters()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Return what this store could fail with."""
        return MemoryError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, and return it."""
        return int(self._ask(lambda store: store.incr(key, expiry, amount)))

    def get(self, key: str) -> int:
        """Return a count."""
        return int(self._ask(lambda store: store.get(key)))

    def get_expiry(self, key: str) -> float:
        """Return the second at which a count ends; now, if there is none."""
        return float(self._ask(lambda store: store.get_expiry(key)))

    def check(self) -> bool:
        """Tell whether Redis answers."""
        try:
            return bool(self._redis.check())
        except StorageError:
            return False

    def reset(self) -> None:
        """Forget every count."""
        self._ask(lambda store: store.reset())
        self.here.reset()

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._ask(lambda store: store.clear(key))

    def _ask(self, question: Callable[[Any], Result]) -> Result:
        if not self._may_ask():
            return question(self.here)
        try:
            answer = question(self._redis)
        except StorageError:
            self._pause()
            return question(self.here)
        if self.here.get_mark(_TOLD):
            self.here.set_mark(_TOLD, 0)
            log.warning("Redis answers again: limits are those of all machines")
        self.here.set_mark(_AWAY, 0)
        return answer

    def _may_ask(self) -> bool:
        """Tell whether to ask Redis; of all who come when its rest is over one does."""
        until, now = self.here.get_mark(_AWAY), clock.get_seconds()
        if until > now:
            return False
        if until:
            self.here.set_mark(_AWAY, now + 1)
        return True

    def _pause(self) -> None:
        self.here.set_mark(_AWAY, clock.get_seconds() + REST_SECONDS)
        if not self.here.get_mark(_TOLD):
            self.here.set_mark(_TOLD, 1)
            log.warning("Redis does not answer: until it does, limits are those of this machine")


def _locate(key: str) -> Iterator[int]:
    """Yield where the counts of a key stand, one place in each row."""
    digest = blake2b(key.encode(), digest_size=4 * ROWS).digest()
    for row, number in enumerate(struct.unpack(f"={ROWS}I", digest)):
        yield _RESERVED + row * COLUMNS + number % COLUMNS
