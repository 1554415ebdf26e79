"""Times of load: what pages of reporters ask before they do costly work.

In calm nothing is asked. When more reports and receipts come in a minute than `calm_per_minute`,
each needs a turn: a signed text, good for one sending from the browser it was given to. With
scripts the browser finds a number that proves some work, while the person writes. Without, the page
may be sent once some seconds have passed since it was opened, which writing takes anyway; of one
line only so many are let in at once, and whoever comes after them gets a place: a moment from which
on they are let in. A box in the page, which renews itself (portal/web/line.py), says how long that
is. Nobody is refused for an address, and nothing that was typed is kept here.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from flask import request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import IntegrityError, OperationalError

from crypto import work
from crypto.secretbox import derive_key
from portal.core import clock
from portal.web import limits, visitors
from portal.web.database import reading, transaction
from portal.web.models import UsedTurn
from portal.web.parts import KEYRING, SETTINGS

STATUS = HTTPStatus.TOO_MANY_REQUESTS  # of an answer that asks for something first

MINUTE = 60
EASIEST_BITS = 16  # 65,536 tries: a second on a cheap phone
SHORTEST_WAIT = 15  # seconds
MOST_LEVELS = 5  # each doubles both: at most 2^20 tries, and four minutes
LONGEST_WAIT = SHORTEST_WAIT << (MOST_LEVELS - 1)
SLACK_BITS = 2  # a proof begun when there was less load still counts
TURN_SECONDS = 3 * 3600  # after its moment
PLACES_SECONDS = 600  # so long the places of one line are counted on
_SALT = "pmp/v1/turn"


@dataclass(frozen=True)
class Turn:
    """Leave to send one page once, after a proof of work or after a moment."""

    id: str  # random
    browser: str  # to which it was given
    due: int  # second from which on it counts without a proof
    bits: int  # of the proof
    placed: bool = False  # the moment is a place in the line of those who come from one address

    @property
    def text(self) -> str:
        """What the page carries, and what the proof is for."""
        return str(
            _make_serializer().dumps([self.id, self.browser, self.due, self.bits, self.placed])
        )


@dataclass(frozen=True)
class TurnRequest:
    """What is asked of one page."""

    turn: str
    bits: int
    wait: int  # seconds from now

    def to_json(self) -> dict[str, Any]:
        """Return it as our scripts read it."""
        return {"turn": self.turn, "bits": self.bits}


def find_request() -> TurnRequest | None:
    """Return what is going to be asked of a page that is opened now, None in calm."""
    level = _compute_level()
    return _make_request(_read_sent() or _make_turn(level)) if level else None


def check_sending() -> TurnRequest | None:
    """Count one sending of a page, and return what it lacks; None if it may go on.

    A turn is used up by going on.
    """
    _count()
    level = _compute_level()
    if not level:
        return None
    turn = _read_sent()
    if turn is None:
        return _make_request(_make_turn(level))
    is_due = turn.due <= clock.get_seconds()
    if (_is_proved(turn, level) or (is_due and _has_place(turn, level))) and _use(turn):
        return None
    return _make_request(_make_turn(level, placed=True) if is_due else turn)


def compute_wait(text: str) -> int | None:
    """Return for how many seconds the page that carries a turn still has to wait.

    Returns:
        0 if it may be sent; None if the turn is used, too old, or was given to another browser.
    """
    turn = _read(text)
    if turn is None:
        return None
    return max(turn.due - clock.get_seconds(), 0) if _compute_level() else 0


def _count() -> None:
    limits.get_store().incr(_name_minute(0), 2 * MINUTE)


def _compute_level() -> int:
    """Return 0 in calm, else how often the load doubles what is calm, from 1."""
    settings = SETTINGS.get()
    store, past = limits.get_store(), clock.get_seconds() % MINUTE
    lately = store.get(_name_minute(0)) + store.get(_name_minute(1)) * (MINUTE - past) // MINUTE
    if lately <= settings.calm_per_minute and settings.calm_per_minute:
        return 0
    times = lately // max(settings.calm_per_minute, 1)
    return min(max(times.bit_length(), 1), MOST_LEVELS)


def _name_minute(ago: int) -> str:
    return f"sent {clock.get_minutes() - ago}"


def _compute_bits(level: int) -> int:
    return EASIEST_BITS + level - 1


def _compute_level_wait(level: int) -> int:
    return SHORTEST_WAIT << (level - 1)


def _make_turn(level: int, *, placed: bool = False) -> Turn:
    due = _take_place(level) if placed else clock.get_seconds() + _compute_level_wait(level)
    return Turn(secrets.token_hex(16), _identify_browser(), due, _compute_bits(level), placed)


def _take_place(level: int) -> int:
    """Return the next free moment of a line: one follows the other, none is given twice."""
    now, wait, line = clock.get_seconds(), _compute_level_wait(level), visitors.identify_line()
    if line is None:
        return now + wait
    store, key = limits.get_store(), f"places {limits.compute_line_key(line)}"
    number = store.incr(key, PLACES_SECONDS)
    start = int(store.get_expiry(key)) - PLACES_SECONDS
    return max(now + wait, start + number * wait)


def _has_place(turn: Turn, level: int) -> bool:
    """Tell whether a turn that has come counts: one with a place does, of others only so many."""
    line = visitors.identify_line()
    if turn.placed or line is None:
        return True
    many = limits.get_store().incr(f"let in {limits.compute_line_key(line)}", MINUTE)
    return many <= max(MINUTE // _compute_level_wait(level), 1)


def _is_proved(turn: Turn, level: int) -> bool:
    number = request.form.get("work", "")
    return (
        number.isascii()
        and number.isdigit()
        and len(number) <= len(str(1 << 64))
        and turn.bits >= _compute_bits(level) - SLACK_BITS
        and work.is_solution(turn.text, int(number), turn.bits)
    )


def _read_sent() -> Turn | None:
    """Return the turn that the page sent, if it was given to this browser and can be used."""
    return _read(request.form.get("turn", ""))


def _read(text: str) -> Turn | None:
    try:
        turn = Turn(*_make_serializer().loads(text))
    except BadData:
        return None
    is_fresh = clock.get_seconds() <= turn.due + TURN_SECONDS
    return turn if is_fresh and turn.browser == _identify_browser() and not _is_used(turn) else None


def _is_used(turn: Turn) -> bool:
    with reading() as reading_session:
        return reading_session.get(UsedTurn, bytes.fromhex(turn.id)) is not None


def _use(turn: Turn) -> bool:
    """Use a turn up, and tell whether it was still there: of two workers one gets it."""
    too_old = (turn.due + TURN_SECONDS) // MINUTE + 1
    try:
        with transaction() as kept:
            kept.add(UsedTurn(id=bytes.fromhex(turn.id), expires=too_old))
    except (IntegrityError, OperationalError):
        return False
    return True


def _make_request(turn: Turn) -> TurnRequest:
    return TurnRequest(turn.text, turn.bits, max(turn.due - clock.get_seconds(), 0))


def _identify_browser() -> str:
    """Return whom a turn is given to: the browser that has the token of the page's form."""
    generate_csrf()
    return sha256(str(session["csrf_token"]).encode()).hexdigest()[:32]


def _make_serializer() -> URLSafeSerializer:
    keyring = KEYRING.get()
    key = derive_key(keyring.cookies, b"turns")
    return URLSafeSerializer(key, salt=_SALT, signer_kwargs={"digest_method": sha256})
