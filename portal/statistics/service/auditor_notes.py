"""The words of auditors on releases: what the portal shows of them beside the release."""

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from crypto import audited
from crypto.errors import CryptoError
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.core.errors import Conflict, Invalid
from portal.statistics.catalogue.release_facts import ReleaseName
from portal.statistics.releases import archive
from portal.transparency.models import LogCheckpoint
from portal.transparency.writing.auditors import Auditor
from portal.transparency.writing.service import Log
from witness.durable import replace_whole


def accept(
    session: Session, log: Log, folder: Path, auditor: Auditor, note: bytes, *, today: date
) -> str:
    """Put the word of an auditor beside the release that it speaks of, and return its name.

    Args:
        session: of a transaction.
        log: of this portal.
        folder: of all releases.
        auditor: whose word it is.
        note: as the auditor's program has written it.
        today: the day.

    Raises:
        Invalid: it is not this auditor's word.
        Conflict: it speaks of something that was not published here, or of another log.
        NotFound: no such release.
    """
    try:
        statement = audited.verify(note, auditor.key)
    except CryptoError as error:
        raise Invalid(f"not the word of {auditor.name}: {error}") from error
    try:
        name = ReleaseName.parse(statement.release.name)
    except ValueError as error:
        raise Conflict("it speaks of another release") from error
    release = archive.get_release(folder, name.quarter, name.version)
    state = session.get(LogCheckpoint, statement.state.size)
    if (release.name, release.digest) != (statement.release.name, statement.release.digest.hex()):
        raise Conflict("it speaks of another release")
    if statement.state.origin != log.origin or state is None or state.root != statement.state.root:
        raise Conflict("it speaks of another log")
    place = archive.locate_release(folder / archive.AUDITS, release.quarter, release.version)
    place.mkdir(parents=True, exist_ok=True)
    replace_whole(place / f"{auditor.name}{archive.NOTE}", note)
    detail = f"{release.name} {auditor.name}"
    audit.record(session, AuditAct.AUDIT_ACCEPTED, actor=audit.SYSTEM, detail=detail, today=today)
    return release.name
