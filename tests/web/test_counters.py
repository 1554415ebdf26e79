"""A count lives as long as it was told to, and nobody waits for another's."""

from threading import Thread

import pytest

from portal.core import clock
from portal.web.counters import TIDY_SECONDS, Counters

HOUR = 3600
START = 1_000_000


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock that stands at the one number in the list."""
    now = [START]
    monkeypatch.setattr(clock, "seconds", lambda: now[0])
    return now


def test_every_attempt_of_one_is_counted_and_none_of_another() -> None:
    counters = Counters()

    assert [counters.incr("one", HOUR) for _ in range(3)] == [1, 2, 3]
    assert counters.incr("other", HOUR, amount=2) == 2
    assert counters.get("one") == 3
    assert counters.get("nobody") == 0


def test_a_count_ends_an_hour_after_its_first_attempt_whatever_comes_later(
    seconds: list[int],
) -> None:
    counters = Counters()
    counters.incr("one", HOUR)
    seconds[0] += HOUR - 1
    counters.incr("one", HOUR)

    assert counters.get_expiry("one") == START + HOUR
    seconds[0] += 1
    assert counters.get("one") == 0
    assert counters.incr("one", HOUR) == 1
    assert counters.get_expiry("one") == START + 2 * HOUR


def test_counts_that_are_over_do_not_stay_in_memory(seconds: list[int]) -> None:
    counters = Counters()
    for number in range(100):
        counters.incr(str(number), TIDY_SECONDS)
    seconds[0] += TIDY_SECONDS
    counters.incr("one", HOUR)

    assert counters.reset() == 1
    assert counters.get("one") == 0
    assert counters.get_expiry("one") == seconds[0]


def test_one_count_can_be_forgotten() -> None:
    counters = Counters()
    counters.incr("one", HOUR)
    counters.incr("other", HOUR)

    counters.clear("one")
    counters.clear("nobody")

    assert (counters.get("one"), counters.get("other")) == (0, 1)


def test_no_attempt_is_lost_when_many_come_at_once() -> None:
    counters = Counters()
    threads = [
        Thread(target=lambda: [counters.incr("one", HOUR) for _ in range(500)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counters.get("one") == 4000
    assert counters.check()
