"""The log's signed word that a report will stand in it by a day."""

from datetime import date
from hashlib import sha256

from crypto import promise, steps
from crypto.errors import CryptoError
from crypto.log_entries import REPORT, VERSION, WITH_FACTS, Step
from crypto.promise import Promise
from portal.cases.committed_facts import CommittedFacts
from portal.cases.models import LogStep
from portal.transparency.writing import schedule
from portal.transparency.writing.log_keys import derive_public_key, derive_signing_key
from portal.transparency.writing.service import Log


def build_promised_step(
    blinding_key: bytes, digest: str, told: CommittedFacts, day: date
) -> tuple[Step, date]:
    """Return the entry that a report will have in the log, and the day by which it stands there.

    Args:
        blinding_key: the blinding key of the case, 32 bytes.
        digest: SHA-256 of the sealed report, hexadecimal.
        told: the coded facts of its filing.
        day: on which it is filed.
    """
    inside = sha256(told.inside.encode()).digest()
    payload = steps.encode_report(bytes.fromhex(digest), told.shown.encode(), inside)
    return steps.commit(blinding_key, REPORT, 0, b"", payload), schedule.compute_promised_day(day)


def sign_promise_note(log: Log, step: Step, due_on: date) -> bytes:
    """Return the log's signed word that a step stands in it by a day; the same bytes each time."""
    return promise.sign_promise(Promise(log.origin, due_on, step), derive_signing_key(log.keyring))


def find_promise(log: Log, step: LogStep) -> bytes | None:
    """Return the promise that was given of a step; none: nothing was promised of it."""
    if step.due_on is None or step.tag is None or step.commitment is None:
        return None
    version = WITH_FACTS if step.inside else VERSION
    return sign_promise_note(log, Step(step.type, step.tag, step.commitment, version), step.due_on)


def read_promise(log: Log, note: str) -> Promise | None:
    """Return what a note promises, however its lines ended on the way; None: it is not this log's.

    Args:
        log: which.
        note: as somebody kept it.
    """
    data = "\n".join(note.splitlines()).strip() + "\n"
    try:
        return promise.verify_promise(data.encode(), derive_public_key(log.keyring, log.origin))
    except (CryptoError, UnicodeEncodeError):
        return None
