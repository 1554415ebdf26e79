"""Cases as rows whose steps wait for the public log, each as the portal would have written it."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.portal_server import Installation
from bench.synthetic import BODY
from crypto.log_entries import OUTCOME, REPORT, STEP
from crypto.outcome import Finding, Outcome
from portal.cases import committed_facts
from portal.cases.log_steps import get_duration_band
from portal.cases.models import (
    Allegation,
    AuditEntry,
    AuditHead,
    Case,
    Envelope,
    LogStep,
    StatusChange,
)
from portal.cases.states import Status
from portal.core.calendar import Quarter
from portal.core.db import WRITES
from portal.transparency.writing import promising, schedule
from portal.transparency.writing.log_keys import encrypt_blinding_key
from portal.web.parts import SESSIONS

STEPS = 4  # of each case: received, acknowledged, in review, decided
SEALED = 1_000  # bytes; a real one has some ten times as many
AT_ONCE = 2_000  # cases in one statement
CATEGORY, REGION = "bribery", "KZ-75"
_WAY = (
    (STEP, Status.ACKNOWLEDGED),
    (STEP, Status.IN_REVIEW),
    (OUTCOME, Status.DECIDED),
)

Rows = dict[type, list[dict[str, Any]]]


def write(place: Installation, number: int, *, day: date) -> None:
    """Add cases that were received and decided on one day.

    Args:
        place: where the body of synthetic cases exists.
        number: of cases.
        day: on which everything happened.
    """
    numbers = iter(range(number))
    with SESSIONS.get_from(place.app).begin() as session:
        session.connection(execution_options=WRITES)
        if session.get(AuditHead, 1) is None:
            session.add(AuditHead(id=1, number=0, hash=bytes(32)))
            session.flush()
        while some := list(islice(numbers, AT_ONCE)):
            _write(session, place, len(some), day)


def _write(session: Session, place: Installation, number: int, day: date) -> None:
    head = session.get_one(AuditHead, 1)
    rows: Rows = {
        kind: [] for kind in (Case, Envelope, StatusChange, Allegation, AuditEntry, LogStep)
    }
    for index in range(number):
        for kind, row in _make_case(place, day, head.number + 1 + index):
            rows[kind].append(row)
    head.number += number
    for kind, made in rows.items():
        session.execute(insert(kind), made)


def _make_case(
    place: Installation, day: date, number: int
) -> Iterator[tuple[type, dict[str, Any]]]:
    case_id, blinding_key = secrets.token_hex(16), secrets.token_bytes(32)
    sealed = secrets.token_bytes(SEALED)
    digest = sha256(sealed).hexdigest()
    told = committed_facts.split_facts({})
    step, due_on = promising.build_promised_step(blinding_key, digest, told, day)
    yield (
        Case,
        {
            "id": case_id,
            "row_key": secrets.token_bytes(32),
            "second_half": secrets.token_bytes(76),
            "log_key": encrypt_blinding_key(place.keyring, case_id, blinding_key),
            "category": CATEGORY,
            "region": REGION,
            "leadership": False,
            "outside_police": False,
            "body_code": BODY,
            "priority": 3,
            "status": Status.DECIDED,
            "open": False,
            "language": "kk",
            "sealed_by": "browser",
            "received_on": day,
            "concluded_on": day,
            "version": 1,
        },
    )
    yield (
        Envelope,
        {
            "id": secrets.token_hex(16),
            "case_id": case_id,
            "thread": "case",
            "seq": 0,
            "kind": "report",
            "author": "reporter",
            "body_code": BODY,
            "sealed": sealed,
            "digest": digest,
            "filed_on": day,
        },
    )
    yield (
        Allegation,
        {
            "case_id": case_id,
            "position": 0,
            "subcategory": CATEGORY,
            "outcome": "unfounded",
            "decided_on": day,
        },
    )
    yield (
        AuditEntry,
        {
            "number": number,
            "done_on": day,
            "actor": "reporter",
            "act": "received",
            "case_id": case_id,
            "detail": "",
            "hash": bytes(32),
        },
    )
    of_case = {"case_id": case_id, "made_on": day}
    yield (
        LogStep,
        of_case
        | {
            "type": REPORT,
            "what": "report",
            "digest": digest,
            "record": "",
            "inside": told.inside,
            "due_on": due_on,
            "number": 0,
            "tag": step.tag,
            "commitment": step.commitment,
        },
    )
    yield StatusChange, _change(case_id, 0, Status.RECEIVED, day)
    for place_of, (kind, status) in enumerate(_WAY, start=1):
        yield StatusChange, _change(case_id, place_of, status, day)
        yield (
            LogStep,
            of_case
            | {
                "type": kind,
                "what": status.value,
                "digest": "",
                "record": _make_record(day) if kind == OUTCOME else "",
                "inside": None,
                "due_on": None,
                "number": None,
                "tag": None,
                "commitment": None,
            },
        )


def _change(case_id: str, position: int, status: Status, day: date) -> dict[str, Any]:
    return {"case_id": case_id, "position": position, "status": status, "changed_on": day}


def _make_record(day: date) -> str:
    finding = Finding(CATEGORY, "unfounded")
    made = Outcome(CATEGORY, REGION, Quarter.from_day(day), get_duration_band(day, day), (finding,))
    return made.data.decode("ascii")


def find_next_monday(day: date) -> date:
    """Return the day on which the batch of a day is merged at the latest."""
    return schedule.compute_promised_day(day) - schedule.SLACK + timedelta(days=1)
