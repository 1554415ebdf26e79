"""Makes the package of a release, while its secrets exist, for somebody outside the portal."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from crypto import steps
from crypto.errors import CryptoError
from crypto.log_entries import OUTCOME
from crypto.steps import Opening
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.cases.models import Case, LogStep
from portal.core.errors import Conflict
from portal.statistics.auditing.package import Package
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import load
from portal.statistics.models import ReleaseVersion
from portal.statistics.service import lifecycle, secrets
from portal.statistics.service.build import BuildContext, list_punctuality
from portal.transparency.writing.chaining import encode_payload
from portal.transparency.writing.log_keys import BlindingKeys

CONCLUDED = "concluded"


def export(
    session: Session, release: ReleaseVersion, build: BuildContext, auditor: str, *, today: date
) -> Package:
    """Return what an auditor needs to make a release again, and write down that they get it.

    Args:
        session: of a transaction.
        release: which; published, and its secrets still kept.
        build: folder, key, publisher, log.
        auditor: the name of whom it is sealed to.
        today: the day.

    Raises:
        Conflict: it is not published, or its secrets were destroyed or are due to be.
    """
    end = secrets.compute_last_day(release)
    if release.released_on is None or end is None or release.manifest is None:
        raise Conflict(f"{release.name} is not published")
    if release.counted is None or today >= end:
        raise Conflict(f"what {release.name} was made of is kept until {end}, for auditors only")
    totals, tallies = secrets.unlock_counts(release, build.master)
    opened: dict[int, Opening] = {}
    unopened: list[int] = []
    for place, opening in _read_openings(session, build, *compute_concluded_days(release)):
        if opening:
            opened[place] = opening
        else:
            unopened.append(place)
    spec = lifecycle.make_spec(release, build.master)
    detail = f"{release.name} {auditor}"
    audit.record(session, AuditAct.AUDIT_EXPORTED, actor=audit.SYSTEM, detail=detail, today=today)
    return Package(
        build.log.origin,
        spec,
        release.manifest,
        build.publisher,
        totals,
        tuple(list_punctuality(session, spec)),
        tallies,
        opened,
        tuple(unopened),
    )


def compute_concluded_days(release: ReleaseVersion) -> tuple[date, date]:
    """Return the days whose conclusions a release counts: a quarter, or the year that it ends."""
    tables = load().select_tables(release.quarter, release.level)
    spans = [
        make_table_span(table, release.quarter) for table in tables if table.event == CONCLUDED
    ]
    quarter = make_quarter_span(release.quarter)
    return min(span.first for span in (quarter, *spans)), quarter.last


def _read_openings(
    session: Session, build: BuildContext, first: date, last: date
) -> Iterator[tuple[int, Opening | None]]:
    """Yield what opens each outcome of some days, in the order of the log, which is that of chance.

    None stands for one that nobody can open any more: its key went with the content of its case.
    """
    before = aliased(LogStep)
    outcome_steps = (
        select(LogStep, before.commitment, Case.log_key)
        .join(before, (before.case_id == LogStep.case_id) & (before.number == LogStep.number - 1))
        .join(Case, Case.id == LogStep.case_id)
        .where(
            LogStep.type == OUTCOME,
            LogStep.position.is_not(None),
            LogStep.made_on.between(first, last),
        )
        .order_by(LogStep.position)
    )
    blinds = BlindingKeys(build.log.keyring)
    for step, previous, log_key in session.execute(outcome_steps):
        yield step.position or 0, _derive_opening(blinds, step, previous or b"", log_key)


def _derive_opening(
    blinds: BlindingKeys, step: LogStep, previous: bytes, log_key: bytes | None
) -> Opening | None:
    if log_key is None:
        return None
    try:
        blind = blinds.decrypt_key(step.case_id, log_key)
        return steps.derive_opening(
            blind, step.type, step.number or 0, previous, encode_payload(step)
        )
    except CryptoError:
        return None
