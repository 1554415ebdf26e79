"""The steps from a counted quarter to a published one, each in its own transaction, in this order.

Files are written where nobody sees them, then the database says so, then they are shown. Whatever
stops in between, even without warning: the next run goes on from there, to the same bytes.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from time import sleep

from sqlalchemy.orm import Session

from portal.core.calendar import Quarter
from portal.core.errors import Conflict
from portal.core.sweeps import FEW, Sweeps, check_share
from portal.core.terms import Label
from portal.statistics import queries
from portal.statistics.catalogue import release_days
from portal.statistics.dataset.encoding import format_canonical_json
from portal.statistics.gate.result import AttackResult
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import announcements, archive, drafts
from portal.statistics.releases import signature as signatures
from portal.statistics.service import attestations, lifecycle, replies
from portal.statistics.service import secrets as keys
from portal.statistics.service.build import BuildContext, BuiltRelease, prepare
from portal.statistics.service.corrections import prepare_correction
from portal.statistics.service.record_keys import redraw
from portal.transparency.publishing import files as log_files
from witness.durable import replace_whole

Opened = Callable[[], AbstractContextManager[Session]]
# Between two parts of something long: whoever waits for the write lock of SQLite looks every 0.1 s.
PAUSE_SECONDS = 0.15
# One a quarter loses its secrets, and a corrected version of it may on the same day.
FEW_RELEASES = 2


@dataclass(frozen=True)
class ReleaseContext:
    """Where releases are made: how to read, how to write, and with what."""

    reading: Opened
    transaction: Opened
    build: BuildContext

    @property
    def folder(self) -> Path:
        """Return the folder of all releases."""
        return self.build.folder

    def tell(self, text: str) -> None:
        """Tell the operator."""
        self.build.tell(text)


def advance(
    context: ReleaseContext, quarter: Quarter, now: datetime, *, recount: bool = False
) -> str:
    """Do every step of a quarter that is due, and return what is awaited then, in words.

    Args:
        context: where, and with what.
        quarter: such as 2026-q3.
        now: the instant in Kazakhstan.
        recount: count a draft again even if it is whole.

    Raises:
        Conflict: it is not the turn of this quarter, its day was missed, or the gate refuses it.
    """
    if awaited := _describe_earliest_day(context, quarter, now.date()):
        return awaited
    release = _ensure_begun(context, quarter, now.date())
    if release.released_on is None:
        release = _move_to_announced_day(context, release)
        release = draft(context, release, again=recount)
        if awaited := _describe_awaited(context, release, now):
            return awaited
        release = _publish(context, release, now)
    place = archive.locate_release(context.folder, release.quarter, release.version)
    if not place.exists():
        _reveal(context, release)
    return f"{release.name} is published: {place}\nManifest (SHA-256): {release.manifest}"


def draft(
    context: ReleaseContext, release: ReleaseVersion, *, again: bool = False
) -> ReleaseVersion:
    """Make the files of a release where nobody sees them, unless they are there and whole.

    Args:
        context: where, and with what.
        release: which.
        again: make them even then.

    Returns:
        The release with its digest; it has lost its signatures if that is another one.

    Raises:
        Conflict: the gate refuses it, a correction is not permitted, or it was published and the
            cases are no longer those it counted.
    """
    place = drafts.locate_draft(context.folder, release.quarter, release.version)
    if not again and release.manifest and drafts.compute_digest(place) == release.manifest:
        return release
    context.tell(f"{release.name}: counting")
    with context.reading() as session:
        built = prepare_release(session, release, context.build)
    if refused := [check for check in built.checks if not check.passed]:
        _give_up(context, release)
        raise Conflict(
            "the gate refuses: " + "; ".join(f"{check.id} {check.note}" for check in refused)
        )
    if release.released_on is not None and built.digest != release.manifest:
        raise Conflict(f"the cases are no longer those of {release.name}")
    drafts.write_draft(place, built.files)
    signature = signatures.sign(context.build.master, built.files[archive.MANIFEST])
    drafts.add_file(place, archive.SIGNATURE, signature)
    replace_whole(drafts.locate_checks(place), _format_checks(built))
    with context.transaction() as session:
        row = session.get_one(ReleaseVersion, release.id)
        if lifecycle.keep_draft(row, built, context.build.master):
            context.tell(f"{release.name}: the draft has changed; what was signed counts no more")
    return row


def prepare_release(session: Session, release: ReleaseVersion, build: BuildContext) -> BuiltRelease:
    """Make the files of a release or of a correction; change nothing."""
    spec = lifecycle.make_spec(release, build.master)
    if release.version == 1:
        return prepare(session, spec, build)
    earlier = queries.get_version(session, release.quarter, release.version - 1)
    return prepare_correction(session, spec, earlier, build)


def correct(
    context: ReleaseContext,
    quarter: Quarter,
    reason: Label,
    day: date,
    *,
    recount: bool,
    today: date,
) -> ReleaseVersion:
    """Begin a corrected version, or begin it anew, and make its draft.

    Args:
        context: where, and with what.
        quarter: which was published.
        reason: what is corrected, for readers.
        day: that the version will bear.
        recount: count the cases again; else only words and descriptions change.
        today: the day.

    Raises:
        NotFound: the quarter was never published.
        Conflict: the correction is not permitted, or another release is being made.
    """
    with context.transaction() as session:
        release = lifecycle.begin_correction(
            session,
            quarter,
            reason,
            context.build,
            published_on=day,
            recount=recount,
            today=today,
        )
    return draft(context, release, again=True)


@dataclass(frozen=True)
class SweepLimits:
    """What a sweep may take."""

    sweeps: Sweeps
    up_to: int | None = None  # what the operator allows, having seen the numbers
    after_a_pause: bool = False


def sweep(context: ReleaseContext, today: date, bounds: SweepLimits) -> list[str]:
    """Destroy and forget what is kept no longer, if that is as little as is expected.

    Returns:
        The names of the releases whose secrets were destroyed.

    Raises:
        Conflict: it is more, or the clock has jumped; nothing was destroyed.
    """
    bounds.sweeps.check_day(today, after_a_pause=bounds.after_a_pause)
    with context.reading() as session:
        secrets = keys.count_due(session, today=today)
        returned = replies.count_due(session, today=today)
    for what, (number, existing), few in (
        ("releases with secrets", secrets, FEW_RELEASES),
        ("returned replies", returned, FEW),
    ):
        check_share(what, number, existing, known=existing, up_to=bounds.up_to, few=few)
    names = destroy(context, today)
    with context.transaction() as session:
        replies.forget(session, today=today)
    bounds.sweeps.note_day(today)
    return names


def destroy(context: ReleaseContext, today: date) -> list[str]:
    """Destroy the secrets whose time has come, and return the names of their releases.

    The keys of releases go at once, the record keys of their cases part by part: safe to interrupt.
    """
    with context.transaction() as session:
        names = keys.destroy(session, today=today)
    while until := _redraw_part(context, today):
        context.tell(f"record keys are redrawn: of cases received up to {until}")
        sleep(PAUSE_SECONDS)
    return names


def _redraw_part(context: ReleaseContext, today: date) -> date | None:
    with context.transaction() as session:
        return redraw(session, today=today)


def write_replies(context: ReleaseContext) -> None:
    """Write the replies that are to be published and are not."""
    with context.reading() as session:
        replies.publish(session, context.folder, context.build.master)


def read_checks(folder: Path, release: ReleaseVersion) -> list[AttackResult]:
    """Return what the gate said of a draft."""
    place = drafts.locate_draft(folder, release.quarter, release.version)
    try:
        listed = json.loads(drafts.locate_checks(place).read_bytes())
    except FileNotFoundError:
        return []
    return [AttackResult.from_json(check) for check in listed]


def _describe_earliest_day(context: ReleaseContext, quarter: Quarter, today: date) -> str:
    """Return from when on a quarter may be counted, if that is not yet."""
    earliest = release_days.compute_earliest_day(quarter)
    if today >= earliest:
        return ""
    announced = release_days.get_release_instant(announcements.get_day(context.folder, quarter))
    return f"{quarter} is counted from {earliest} on and published {announced:%Y-%m-%d %H:%M}"


def _ensure_begun(context: ReleaseContext, quarter: Quarter, today: date) -> ReleaseVersion:
    with context.reading() as session:
        release = queries.find_newest(session, quarter)
        first = queries.find_last_quarter(session) is None and lifecycle.has_older_cases(
            session, quarter
        )
    if release is not None:
        return release
    if first:
        context.tell(
            "Cases are older than this first quarter; the quarters before stay unpublished."
        )
    with context.transaction() as session:
        release = lifecycle.plan_release(session, quarter, context.build, today=today)
        lifecycle.begin(session, release)
    return release


def _move_to_announced_day(context: ReleaseContext, release: ReleaseVersion) -> ReleaseVersion:
    """Let a draft bear the announced day, which may have been changed since."""
    day = announcements.get_day(context.folder, release.quarter)
    if release.version > 1 or release.published_on == day:
        return release
    with context.transaction() as session:
        row = session.get_one(ReleaseVersion, release.id)
        lifecycle.move(row, day)
    return row


def _describe_awaited(context: ReleaseContext, release: ReleaseVersion, now: datetime) -> str:
    """Return what a draft waits for, or nothing."""
    if release.signed_on is None:
        with context.reading() as session:
            signed = lifecycle.count_signatures(session, release)
        return f"{release.name} awaits signatures: {signed} of {lifecycle.SIGNATURES}"
    moment = release_days.get_release_instant(release.published_on)
    return f"{release.name} awaits its minute: {moment:%Y-%m-%d %H:%M}" if now < moment else ""


def _publish(context: ReleaseContext, release: ReleaseVersion, now: datetime) -> ReleaseVersion:
    with context.transaction() as session:
        row = session.get_one(ReleaseVersion, release.id)
        lifecycle.publish(session, row, context.build.log, now)
    return row


def _reveal(context: ReleaseContext, release: ReleaseVersion) -> None:
    """Show a release that is in the ledger, made again if its files were lost."""
    release = draft(context, release)
    place = drafts.locate_draft(context.folder, release.quarter, release.version)
    with context.reading() as session:
        log_files.publish(session, context.build.log_files)
        drafts.add_file(place, archive.ACCESS, attestations.describe_access(session, release))
        drafts.add_file(place, archive.PROOF, attestations.make_proof(session, release))
    drafts.add_file(place, archive.MINUTE, attestations.describe_minute(release))
    drafts.publish_draft(context.folder, release.quarter, release.version)
    drafts.locate_checks(place).unlink(missing_ok=True)


def _give_up(context: ReleaseContext, release: ReleaseVersion) -> None:
    """Forget a release that nobody has seen: the next run draws its noise with another key."""
    with context.transaction() as session:
        row = session.get_one(ReleaseVersion, release.id)
        if row.manifest is None:
            lifecycle.drop(session, row)


def _format_checks(built: BuiltRelease) -> bytes:
    return format_canonical_json([check.to_json() for check in built.checks])
