"""Counters of attempts in the memory of one worker.

The memory store of the package limits starts a thread for nearly every count, and each of those
threads looks at all counters. Under a flood that alone would keep a worker busy.
"""

from threading import Lock

from limits.storage import Storage

from portal.core import clock

TIDY_SECONDS = 60


class Counters(Storage):
    """Counts that begin anew when their time is over; those of nobody are dropped now and then."""

    STORAGE_SCHEME = ["worker"]

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._changing = Lock()
        self._counts: dict[str, tuple[int, int]] = {}  # count, second at which it ends
        self._tidy_at = 0

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
        now = clock.seconds()
        with self._changing:
            self._tidy(now)
            count, ends = self._alive(key, now)
            if not count:
                ends = now + expiry
            self._counts[key] = (count + amount, ends)
            return count + amount

    def get(self, key: str) -> int:
        """Return a count."""
        return self._alive(key, clock.seconds())[0]

    def get_expiry(self, key: str) -> float:
        """Return the second at which a count ends; now, if there is none."""
        now = clock.seconds()
        return self._alive(key, now)[1] or now

    def check(self) -> bool:
        """Tell that the store answers."""
        return True

    def reset(self) -> int:
        """Forget every count, and return how many there were."""
        with self._changing:
            counts, self._counts = self._counts, {}
        return len(counts)

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._changing:
            self._counts.pop(key, None)

    def _alive(self, key: str, now: int) -> tuple[int, int]:
        count, ends = self._counts.get(key, (0, 0))
        return (count, ends) if ends > now else (0, 0)

    def _tidy(self, now: int) -> None:
        if now >= self._tidy_at:
            self._counts = {key: held for key, held in self._counts.items() if held[1] > now}
            self._tidy_at = now + TIDY_SECONDS
