"""In calm nothing is asked of reporters; under load everybody can still come in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask_wtf.csrf import generate_csrf

from crypto import work
from portal.core import clock
from portal.core.config import Settings
from portal.web import load, visitors
from portal.web.load import TurnRequest
from portal.web.parts import SESSIONS
from tests.installation import installed

CALM = 10
START = 1_800_000_000
ONE, TWO = "95.56.1.2", "95.56.3.4"


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock that stands at the one number in the list."""
    now = [START]
    monkeypatch.setattr(clock, "get_seconds", lambda: now[0])
    return now


@pytest.fixture
def calm(settings: Settings) -> Settings:
    return replace(settings, calm_per_minute=CALM)


def portal(settings: Settings) -> Flask:
    return installed(settings)


@pytest.fixture
def app(calm: Settings, seconds: list[int]) -> Iterator[Flask]:
    assert seconds
    app = portal(calm)
    yield app
    SESSIONS.get_from(app).kw["bind"].dispose()


@dataclass
class Sender:
    """Somebody with a browser, who opens a page and sends it."""

    app: Flask
    address: str = ONE
    token: str = ""

    def opens(self) -> TurnRequest | None:
        return self._does(load.find_request, {})

    def sends(self, turn: str = "", proof: str = "") -> TurnRequest | None:
        return self._does(load.check_sending, {"turn": turn, "work": proof})

    def _does(self, what: object, form: dict[str, str]) -> TurnRequest | None:
        where = {"REMOTE_ADDR": self.address}
        with self.app.test_request_context("/", method="POST", data=form, environ_base=where):
            from flask import session  # noqa: PLC0415

            if self.token:
                session["csrf_token"] = self.token
            generate_csrf()
            self.token = session["csrf_token"]
            assert callable(what)
            result: TurnRequest | None = what()
            return result


def flood(app: Flask, times: int = 2 * CALM) -> None:
    """Send so often from as many addresses that it is no calm any more."""
    for number in range(times):
        Sender(app, f"198.51.100.{number % 250}").sends()


def proof_of(asked: TurnRequest) -> str:
    return str(work.solve(asked.turn, asked.bits))


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs that take a moment only."""
    monkeypatch.setattr(load, "EASIEST_BITS", 6)


@pytest.mark.parametrize("address", [ONE, "127.0.0.1", "2001:db8::1", ""])
def test_in_calm_nothing_is_asked_and_one_address_may_send_all_day(
    app: Flask, seconds: list[int], address: str
) -> None:
    for _ in range(60):
        assert Sender(app, address).opens() is None
        assert [Sender(app, address).sends() for _ in range(CALM // 2)] == [None] * (CALM // 2)
        seconds[0] += 60


def test_under_load_a_page_is_asked_and_calm_comes_back(app: Flask, seconds: list[int]) -> None:
    flood(app)

    assert Sender(app).opens() is not None
    assert Sender(app).sends() is not None
    seconds[0] += 121
    assert Sender(app).opens() is None
    assert Sender(app).sends() is None


def test_more_load_asks_for_more_but_never_for_too_much(app: Flask) -> None:
    person, seen = Sender(app), []
    for _ in range(12):
        flood(app, 300)
        asked = person.opens()
        assert asked is not None
        seen.append(asked.bits)

    assert seen == sorted(seen)
    assert seen[-1] == load.EASIEST_BITS + load.MOST_LEVELS - 1 == 20


@pytest.mark.usefixtures("easy")
def test_a_proof_of_work_counts_at_once_and_for_one_sending(app: Flask) -> None:
    flood(app)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None
    proof = proof_of(asked)

    assert person.sends(asked.turn, proof) is None
    again = person.sends(asked.turn, proof)
    assert again is not None
    assert again.turn != asked.turn


@pytest.mark.usefixtures("easy")
def test_a_turn_is_used_once_across_workers(calm: Settings, app: Flask) -> None:
    other = installed(calm)  # another worker, or another machine, with the same database
    flood(app)
    flood(other)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None
    proof = proof_of(asked)

    assert person.sends(asked.turn, proof) is None
    assert Sender(other, token=person.token).sends(asked.turn, proof) is not None


@pytest.mark.usefixtures("easy")
@pytest.mark.parametrize("proof", ["", "-1", "x", "1e3", "٣", "9" * 40, str((1 << 64) - 1)])
def test_what_is_no_proof_does_not_count(app: Flask, proof: str) -> None:
    flood(app)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None

    assert person.sends(asked.turn, proof) is not None


@pytest.mark.usefixtures("easy")
def test_a_turn_is_good_in_the_browser_that_it_was_given_to(app: Flask) -> None:
    flood(app)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None

    assert Sender(app).sends(asked.turn, proof_of(asked)) is not None
    assert person.sends(asked.turn + "x", proof_of(asked)) is not None


def test_without_scripts_the_time_of_writing_is_the_wait(app: Flask, seconds: list[int]) -> None:
    flood(app)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None
    assert asked.wait == load.SHORTEST_WAIT * 2

    seconds[0] += 5
    early = person.sends(asked.turn)
    assert early is not None
    assert (early.turn, early.wait) == (asked.turn, asked.wait - 5)  # the place is kept
    seconds[0] += early.wait
    flood(app)
    assert person.sends(early.turn) is None
    assert person.sends(early.turn) is not None


def test_from_one_address_many_get_places_one_after_the_other_and_all_come_in(
    app: Flask, seconds: list[int]
) -> None:
    flood(app)
    people = [Sender(app) for _ in range(10)]
    turns = [person.opens() for person in people]
    seconds[0] += 240
    flood(app)

    second = [person.sends(turn.turn) for person, turn in zip(people, turns, strict=True) if turn]

    waits = [turn_request.wait for turn_request in second if turn_request]
    assert second[0] is None
    assert len(waits) == 10 - (60 // 30)  # of one line two in a minute, the others in their order
    assert waits == sorted(set(waits))
    for person, asked in zip(people, second, strict=True):
        if asked:
            seconds[0] = max(seconds[0], START + 240 + asked.wait)
            flood(app)
            assert person.sends(asked.turn) is None


def test_one_address_that_floods_does_not_make_another_wait_longer(
    app: Flask, seconds: list[int]
) -> None:
    flood(app)
    flooder, honest = Sender(app, TWO), Sender(app, ONE)
    asked = honest.opens()
    assert asked is not None
    for _ in range(200):
        turn = flooder.opens()
        assert turn is not None
        flooder.sends(turn.turn)
    seconds[0] += asked.wait
    flood(app)

    assert honest.sends(asked.turn) is None


def test_who_cannot_be_told_apart_waits_but_is_never_one_of_many(
    app: Flask, seconds: list[int]
) -> None:
    flood(app)
    people = [Sender(app, "127.0.0.1") for _ in range(10)]
    turns = [person.opens() for person in people]
    seconds[0] += load.SHORTEST_WAIT * 2
    flood(app)

    assert [
        person.sends(turn.turn) for person, turn in zip(people, turns, strict=True) if turn
    ] == ([None] * 10)


def test_a_turn_does_not_last_for_ever(app: Flask, seconds: list[int]) -> None:
    flood(app)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None
    seconds[0] += asked.wait + load.TURN_SECONDS + 1
    flood(app)

    assert person.sends(asked.turn) is not None


def test_a_turn_says_nothing_of_who_has_it(app: Flask) -> None:
    flood(app)
    person = Sender(app)
    asked = person.opens()
    assert asked is not None

    assert ONE not in asked.turn
    assert person.token not in asked.turn
    with app.test_request_context(environ_base={"REMOTE_ADDR": ONE}):
        assert visitors.identify_line() == ONE
