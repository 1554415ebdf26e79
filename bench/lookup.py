"""Finding a case by its receipt: among a thousand and a million cases, known and unknown."""

import secrets
import sqlite3
from base64 import b64encode
from contextlib import closing
from datetime import date
from statistics import median
from time import perf_counter

from bench.figures import Measurement, Tell, compute_rank, format_milliseconds, format_number, judge
from bench.load_generator import build_request, drive
from bench.portal_server import Installation, installation, serving
from bench.reports import BASE_URL, get_keyring, read_hidden_fields
from bench.synthetic import DECIDED, write
from crypto.receipt import HALF_BYTES, derive_row_key
from crypto.secretbox import encrypt
from portal.core import clock
from portal.dialogue.queries import find_case_of_receipt
from portal.web.parts import SESSIONS

SMALL, LARGE = 1_000, 1_000_000
SAMPLES = 3_000  # look-ups of each kind
BLOCK = 100  # requests of one kind before the other
YEARS = 3
SHORT = {"SMALL": 50, "LARGE": 200, "SAMPLES": 20, "BLOCK": 10}
PAGE, OPEN = "/en/case", "/en/case/sealed/open"
Times = tuple[list[float], list[float]]


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Look receipts up that lead somewhere, and as many that do not."""
    number = SAMPLES * (4 if full else 1)
    with installation() as place:
        place.open_bodies()
        times: dict[int, Times] = {}
        known: list[bytes] = []
        for size in (SMALL, LARGE):
            tell(f"{size:,} cases")
            first = date(clock.get_today().year - YEARS, 1, 1)
            write(place, DECIDED, size, first=first, days=YEARS * 365, besides=False)
            known = _make_receipts(place, min(size, number))
            times[size] = _look_up(place, known, number)
        tell(f"{2 * number:,} requests, one after the other")
        asked = _ask(place, known)
    small, large = (median(times[size][0]) for size in (SMALL, LARGE))
    return [
        Measurement(f"look-up of a receipt, {SMALL:,} cases", format_milliseconds(small)),
        Measurement(f"the same, {LARGE:,} cases", format_milliseconds(large)),
        judge("… against each other", large / small, "×", most=1.2),
        _compare(f"look-up, {LARGE:,} cases, known and unknown", times[LARGE]),
        _compare("whole request of a script, known and unknown", asked),
    ]


def _compare(what: str, times: Times) -> Measurement:
    hit, miss = times
    medians = f"{format_milliseconds(median(hit))} and {format_milliseconds(median(miss))}"
    return Measurement(what, f"{medians}; rank {format_number(compute_rank(hit, miss))}")


def _make_receipts(place: Installation, number: int) -> list[bytes]:
    """Let so many cases, all over the table, belong to receipts that are known here."""
    keyring = get_keyring(place)
    lookups = [secrets.token_bytes(32) for _ in range(number)]
    with closing(sqlite3.connect(place.settings.instance / "portal.sqlite")) as database:
        chosen = database.execute("SELECT id FROM cases ORDER BY id LIMIT ?", (number,)).fetchall()
        rows = [
            (
                derive_row_key(keyring.pepper, lookup),
                encrypt(keyring.second_halves, secrets.token_bytes(HALF_BYTES), case.encode()),
                case,
            )
            for lookup, (case,) in zip(lookups, chosen, strict=True)
        ]
        database.executemany("UPDATE cases SET row_key = ?, second_half = ? WHERE id = ?", rows)
        database.commit()
    return lookups


def _look_up(place: Installation, known: list[bytes], number: int) -> Times:
    """Look up by turns what is known and what is not."""
    pepper = get_keyring(place).pepper
    times: Times = ([], [])
    for turn in range(number):
        for kind, lookup in enumerate((known[turn % len(known)], secrets.token_bytes(32))):
            key = derive_row_key(pepper, lookup)
            with SESSIONS.get_from(place.app)() as session:
                session.connection()
                begin = perf_counter()
                case = find_case_of_receipt(session, key)
                times[kind].append(perf_counter() - begin)
            assert (case is None) is bool(kind)
    return times


def _ask(place: Installation, known: list[bytes]) -> Times:
    """Send what the script of the page sends, by turns known and unknown."""
    client = place.app.test_client()
    tokens = read_hidden_fields(client.get(PAGE, base_url=BASE_URL).text)
    cookie = client.get_cookie("portal", domain="127.0.0.1")
    assert cookie is not None
    times: Times = ([], [])
    with serving(place) as server:
        for start in range(0, len(known), BLOCK):
            for kind, status in enumerate((200, 404)):
                lookups = known[start : start + BLOCK]
                if kind:
                    lookups = [secrets.token_bytes(32) for _ in lookups]
                sent = [_open(lookup, tokens["csrf_token"], cookie.value) for lookup in lookups]
                times[kind].extend(drive(server.port, sent, 1).check(status).times)
    return times


def _open(lookup: bytes, token: str, cookie: str) -> bytes:
    fields = {"csrf_token": token, "lookup": b64encode(lookup).decode()}
    parts = "".join(
        f'--bench\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    headers = {
        "Cookie": f"portal={cookie}",
        "Content-Type": "multipart/form-data; boundary=bench",
        "Accept": "application/json",
    }
    return build_request(
        OPEN, method="POST", headers=headers, body=f"{parts}--bench--\r\n".encode()
    )
