"""The life of a release: counted, read and signed off by two, published, its secrets destroyed.

Every function does one step in a transaction that the caller opened; `portal.statistics.workflow`
says in which order.
"""

import json
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.accounts.queries import is_seasoned
from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.core.calendar import Quarter
from portal.core.errors import Conflict, NotFound, Unsigned
from portal.core.terms import Label
from portal.statistics import queries
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import ReleaseName
from portal.statistics.catalogue.tables import load
from portal.statistics.counting import tables as counting
from portal.statistics.models import ReleaseVersion, SignOff
from portal.statistics.releases import announcements, archive
from portal.statistics.service import ledger, secrets
from portal.statistics.service.build import BuildContext, BuiltRelease, ReleaseSpec, list_charges
from portal.transparency.writing.service import Log, log_release

SIGNATURES = 2  # of different people


def make_spec(release: ReleaseVersion, master: bytes) -> ReleaseSpec:
    """Return what decides the bytes of a release; without its key once that was destroyed."""
    return ReleaseSpec(
        release.quarter,
        release.version,
        release.level,
        release.published_on,
        release.previous,
        secrets.unlock_key(release, master) if release.key else b"",
        Label.from_file(json.loads(release.correction)) if release.correction else None,
    )


def has_older_cases(session: Session, quarter: Quarter) -> bool:
    """Tell whether cases are older than the first quarter that is published."""
    first = counting.find_first_day(session)
    return first is not None and first < quarter.first


def check_may_count(session: Session, quarter: Quarter, *, today: date) -> None:
    """Check that a quarter is the next one, and that its time has come.

    Raises:
        Conflict: it is too early, another release is being made, or another quarter is next.
    """
    earliest = release_days.compute_earliest_day(quarter)
    if today < earliest:
        raise Conflict(f"{quarter} may be counted from {earliest} on, not on {today}")
    if (other := queries.find_pending(session)) and other.quarter != quarter:
        raise Conflict(f"{other.name} is being made; finish it first")
    last = queries.find_last_quarter(session)
    if last and quarter != last.following:
        raise Conflict(f"after {last} comes {last.following}")


def plan_release(
    session: Session, quarter: Quarter, build: BuildContext, *, today: date
) -> ReleaseVersion:
    """Return the first version of a quarter with all that decides its bytes, its own key included.

    Raises:
        Conflict: it is not its turn.
    """
    check_may_count(session, quarter, today=today)
    chain = archive.read_chain(build.folder)
    previous = chain[-1].digest if chain else archive.NO_RELEASE
    volumes = archive.sum_volumes(archive.list_releases_before(build.folder, previous, quarter))
    return ReleaseVersion(
        quarter=quarter,
        version=1,
        level=load().determine_level(volumes, quarter.year),
        published_on=announcements.get_day(build.folder, quarter),
        previous=previous,
        key=secrets.make_key(build.master, str(ReleaseName(quarter, 1))),
    )


def begin(session: Session, release: ReleaseVersion) -> None:
    """Write down that a release is being made, with its key.

    Raises:
        Conflict: somebody else has just begun it.
    """
    # A part of redrawing record keys holds this lock: it ends before anything is counted.
    session.execute(select(ReleaseVersion.id).order_by(ReleaseVersion.id).with_for_update())
    session.add(release)
    try:
        session.flush()  # the database decides who of two was first
    except IntegrityError as error:
        raise Conflict(f"{release.name} was begun already") from error


def begin_correction(  # noqa: PLR0913 - what is corrected, why, for which day, and on which
    session: Session,
    quarter: Quarter,
    reason: Label,
    build: BuildContext,
    *,
    published_on: date,
    recount: bool,
    today: date,
) -> ReleaseVersion:
    """Begin the next version of a published release; a draft of it is begun anew.

    Args:
        session: of a transaction.
        quarter: which.
        reason: what is corrected, for readers.
        build: folder and key.
        published_on: the day that the version bears.
        recount: whether the cases are counted again; else the published numbers stay.
        today: the day, on which the trail says that the operator did it.

    Raises:
        NotFound: the quarter was never published.
        Conflict: another release is being made, or the key that counting needs was destroyed.
    """
    last = queries.find_newest(session, quarter)
    if last and last.released_on is None and last.version > 1:
        drop(session, last)
        last = queries.find_newest(session, quarter)
    if last is None or last.released_on is None:
        raise NotFound(f"{quarter} was never published")
    if (other := queries.find_pending(session)) is not None:
        raise Conflict(f"{other.name} is being made; finish it first")
    name = str(ReleaseName(quarter, last.version + 1))
    release = ReleaseVersion(
        quarter=quarter,
        version=last.version + 1,
        level=last.level,
        published_on=published_on,
        previous=archive.read_chain(build.folder)[-1].digest,
        correction=json.dumps(reason.texts, ensure_ascii=False),
        key=secrets.copy_key(last, name, build.master) if recount else None,
    )
    begin(session, release)
    record_operator_act(session, AuditAct.RELEASE_CORRECTED, name, today=today)
    return release


def record_operator_act(session: Session, act: AuditAct, name: str, *, today: date) -> None:
    """Let the trail say what a command did to a release: nobody signed it, and nobody is named.

    Args:
        session: of the transaction that does it.
        act: RELEASE_CORRECTED, RELEASE_GIVEN_UP or RELEASE_MOVED.
        name: of the release, or its quarter.
        today: the day.
    """
    audit.record(session, act, actor=audit.SYSTEM, detail=name, today=today)


def drop(session: Session, release: ReleaseVersion) -> None:
    """Give up a release that was not published; a correction is no longer wanted.

    Raises:
        Conflict: it was published.
    """
    if release.released_on is not None:
        raise Conflict(f"{release.name} was published; it stays")
    for signature in session.scalars(select(SignOff).where(SignOff.release_id == release.id)):
        session.delete(signature)
    session.flush()  # they refer to the release
    session.delete(release)
    session.flush()


def keep_draft(release: ReleaseVersion, built: BuiltRelease, master: bytes) -> bool:
    """Write down what was counted, and return whether it is another draft than before.

    Raises:
        Conflict: it was published meanwhile, and this is something else.
    """
    if release.manifest == built.digest:
        return False
    if release.released_on is not None:
        raise Conflict(f"the cases are no longer those of {release.name}")
    changed = release.manifest is not None
    release.manifest, release.signed_on = built.digest, None
    if (counted := built.counted).tallies:
        release.counted = secrets.lock_counts(master, release.name, counted.totals, counted.tallies)
    return changed


def move(release: ReleaseVersion, day: date) -> None:
    """Let a draft bear another day, as the announced one has changed; it has to be made anew."""
    release.published_on, release.manifest, release.signed_on = day, None, None


def note_reader(session: Session, release: ReleaseVersion, account_id: str, *, today: date) -> None:
    """Write down that somebody reads a draft; who did is published with the release."""
    if release.manifest is None or release.released_on is not None:
        return
    key = (release.id, release.manifest, account_id)
    if session.get(SignOff, key) is None:
        session.add(
            SignOff(
                release_id=release.id,
                manifest=release.manifest,
                account_id=account_id,
                read_on=today,
            )
        )
        _record_act(session, AuditAct.DRAFT_READ, release, account_id, today)


def sign_off(
    session: Session, release: ReleaseVersion, manifest: str, account_id: str, *, today: date
) -> None:
    """Let one person sign a draft off; the second one completes it.

    Args:
        session: of a transaction.
        release: which.
        manifest: the digest of what the person has read.
        account_id: of the person.
        today: the day.

    Raises:
        Unsigned: this person is not on the roster of the board, or not long enough.
        Conflict: the draft has changed since, is complete, or this person has signed it.
    """
    account = session.get_one(Account, account_id)
    if not is_seasoned(session, account, today):
        raise Unsigned("season")
    session.refresh(release, with_for_update=True)  # of two who sign at once the second waits
    if release.manifest != manifest or release.released_on or release.signed_on:
        raise Conflict("the draft is another one, or complete")
    note_reader(session, release, account_id, today=today)
    own = session.get_one(SignOff, (release.id, manifest, account_id))
    if own.signed_on is not None:
        raise Conflict("the same person signs once")
    own.signed_on = today
    _record_act(session, AuditAct.DRAFT_SIGNED, release, account_id, today)
    session.flush()  # counted below
    if _count_signing_keys(session, release, today) >= SIGNATURES:
        release.signed_on = today


def count_signatures(session: Session, release: ReleaseVersion) -> int:
    """Return how many people have signed a draft as it is now."""
    return sum(reader.signed_on is not None for reader in list_readers(session, release))


def _count_signing_keys(session: Session, release: ReleaseVersion, today: date) -> int:
    """Return how many keys have signed a draft: of people who may be one of two, each key once."""
    signed = [
        reader.account_id
        for reader in list_readers(session, release)
        if reader.signed_on is not None
    ]
    people = session.scalars(select(Account).where(Account.id.in_(signed))).all()
    return len({person.signing for person in people if is_seasoned(session, person, today)})


def list_readers(session: Session, release: ReleaseVersion) -> list[SignOff]:
    """Return who read a draft as it is now, the first first."""
    signatures = select(SignOff).where(
        SignOff.release_id == release.id, SignOff.manifest == release.manifest
    )
    return list(session.scalars(signatures.order_by(SignOff.read_on, SignOff.account_id)))


def check_may_publish(release: ReleaseVersion, now: datetime) -> None:
    """Check that a release is complete, and that its minute has come and its day not gone.

    Raises:
        Conflict: what is awaited.
    """
    moment = release_days.get_release_instant(release.published_on)
    if release.signed_on is None:
        raise Conflict(f"{release.name} awaits {SIGNATURES} signatures")
    if now < moment:
        raise Conflict(f"{release.name} awaits {moment:%Y-%m-%d %H:%M}")
    if now.date() > release.published_on:
        raise Conflict(f"{release.name} has missed {release.published_on}; announce another day")


def publish(session: Session, release: ReleaseVersion, log: Log, now: datetime) -> None:
    """Write a release into the ledger and the public log: from here on it is published.

    Nothing is done to one that was published already.

    Args:
        session: of a transaction; it decides for both.
        release: which.
        log: what the fingerprint of the release stands in for good.
        now: the instant in Kazakhstan.

    Raises:
        Conflict: it is not complete, not its minute, or a case would be counted twice or overdrawn.
    """
    session.refresh(release, with_for_update=True)  # of two who publish the second waits
    if release.released_on is not None:
        return
    check_may_publish(release, now)
    release.released_on = now.date()
    release.minutes_late = release_days.count_minutes_late(release.published_on, now)
    if release.version == 1:
        level = release.level
        ledger.charge(session, release.quarter, list_charges(release.quarter, level), load().budget)
    _record_act(session, AuditAct.PUBLISHED, release, audit.SYSTEM, now.date())
    digest = bytes.fromhex(str(release.manifest))
    log_release(session, log, release.name, digest, today=now.date())


def _record_act(
    session: Session, act: AuditAct, release: ReleaseVersion, actor: str, today: date
) -> None:
    audit.record(
        session, act, actor=actor, detail=f"{release.name} {release.manifest}", today=today
    )
