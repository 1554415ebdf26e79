"""A witness of its own for each test, who watches a log that does what the test wants."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.notes import derive_verifier_key
from tests.crypto import logs
from tests.live import serving
from tests.witness.shown import ServedLog
from witness.following import Follower
from witness.judging import Judge
from witness.state import State, WatchedLog, generate_witness_key
from witness.wire import HttpClient

NAME = "ngo.example/w"


@pytest.fixture
def shown() -> ServedLog:
    """A log that shows 300 of its 700 entries."""
    return ServedLog()


@pytest.fixture
def address(shown: ServedLog) -> Iterator[str]:
    """Where it is served."""
    with serving(shown.app()) as address:
        yield f"{address}/log"


@pytest.fixture
def state(tmp_path: Path, address: str) -> State:
    """A witness who watches it."""
    made = State(tmp_path / "witness")
    made.store_key(generate_witness_key(NAME, mldsa=False))
    made.watch(derive_verifier_key(logs.ORIGIN, logs.LOG), address)
    return made


@pytest.fixture
def log(state: State) -> WatchedLog:
    """What the witness keeps of it."""
    return state.get_log(logs.ORIGIN)


@dataclass
class SettableClock:
    """A clock that goes when it is told to."""

    seconds: int = logs.NOON

    def __call__(self) -> int:
        return self.seconds


@pytest.fixture
def clock() -> SettableClock:
    """The witness's clock."""
    return SettableClock()


@pytest.fixture
def follower(state: State, clock: SettableClock) -> Follower:
    """The witness, following; an older state is an alarm after ten minutes."""
    return Follower(Judge(state), HttpClient(seconds=10), 600, clock)
