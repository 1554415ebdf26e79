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

from portal.core.errors import Conflict, Invalid
from portal.core.sweeps import FEW, Sweeps, check_share
from portal.core.terms import Label
from portal.statistics import queries
from portal.statistics.catalogue import schedule
from portal.statistics.dataset.text import canonical_json
from portal.statistics.gate.result import AttackResult
from portal.statistics.models import Release
from portal.statistics.releases import announcements, archive, drafts
from portal.statistics.releases import signature as signatures
from portal.statistics.service import attestations, lifecycle, replies
from portal.statistics.service import secrets as keys
from portal.statistics.service.build import Prepared, Workshop, prepare
from portal.statistics.service.corrections import prepare_correction
from portal.statistics.service.record_keys import renew
from portal.transparency.publishing import files as log_files

Opened = Callable[[], AbstractContextManager[Session]]
# Between two parts of something long: whoever waits for the write lock of SQLite looks every 0.1 s.
PAUSE_SECONDS = 0.15
# One a quarter loses its secrets, and a corrected version of it may on the same day.
FEW_RELEASES = 2


@dataclass(frozen=True)
class Desk:
    """Where releases are made: how to read, how to write, and with what."""

    reading: Opened
    transaction: Opened
    workshop: Workshop

    @property
    def folder(self) -> Path:
        """Return the folder of all releases."""
        return self.workshop.folder

    def tell(self, text: str) -> None:
        """Tell the operator."""
        self.workshop.tell(text)


def advance(desk: Desk, quarter: str, now: datetime, *, recount: bool = False) -> str:
    """Do every step of a quarter that is due, and return what is awaited then, in words.

    Args:
        desk: where.
        quarter: such as 2026-q3.
        now: the instant in Kazakhstan.
        recount: count a draft again even if it is whole.

    Raises:
        Invalid: this is no quarter.
        Conflict: it is not the turn of this quarter, its day was missed, or the gate refuses it.
    """
    if awaited := _too_early(desk, quarter, now.date()):
        return awaited
    release = _begun(desk, quarter, now.date())
    if release.released_on is None:
        release = _on_its_day(desk, release)
        release = draft(desk, release, again=recount)
        if awaited := _awaited(desk, release, now):
            return awaited
        release = _published(desk, release, now)
    place = archive.locate_release(desk.folder, release.quarter, release.version)
    if not place.exists():
        _reveal(desk, release)
    return f"{release.name} is published: {place}\nManifest (SHA-256): {release.manifest}"


def draft(desk: Desk, release: Release, *, again: bool = False) -> Release:
    """Make the files of a release where nobody sees them, unless they are there and whole.

    Args:
        desk: where.
        release: which.
        again: make them even then.

    Returns:
        The release with its digest; it has lost its signatures if that is another one.

    Raises:
        Conflict: the gate refuses it, a correction is not permitted, or it was published and the
            cases are no longer those it counted.
    """
    place = drafts.locate_draft(desk.folder, release.quarter, release.version)
    if not again and release.manifest and drafts.compute_digest(place) == release.manifest:
        return release
    desk.tell(f"{release.name}: counting")
    with desk.reading() as session:
        made = prepared(session, release, desk.workshop)
    if refused := [one for one in made.checks if not one.passed]:
        _give_up(desk, release)
        raise Conflict("the gate refuses: " + "; ".join(f"{one.id} {one.note}" for one in refused))
    if release.released_on is not None and made.digest != release.manifest:
        raise Conflict(f"the cases are no longer those of {release.name}")
    drafts.write_draft(place, made.files)
    signature = signatures.sign(desk.workshop.master, made.files[archive.MANIFEST])
    drafts.add_file(place, archive.SIGNATURE, signature)
    drafts.locate_checks(place).write_bytes(_told(made))
    with desk.transaction() as session:
        row = session.get_one(Release, release.id)
        if lifecycle.keep_draft(row, made, desk.workshop.master):
            desk.tell(f"{release.name}: the draft has changed; what was signed counts no more")
    return row


def prepared(session: Session, release: Release, workshop: Workshop) -> Prepared:
    """Make the files of a release or of a correction; change nothing."""
    order = lifecycle.order_of(release, workshop.master)
    if release.version == 1:
        return prepare(session, order, workshop)
    earlier = queries.version(session, release.quarter, release.version - 1)
    return prepare_correction(session, order, earlier, workshop)


def correct(
    desk: Desk, quarter: str, reason: Label, day: date, *, recount: bool, today: date
) -> Release:
    """Begin a corrected version, or begin it anew, and make its draft.

    Args:
        desk: where.
        quarter: which was published.
        reason: what is corrected, for readers.
        day: that the version will bear.
        recount: count the cases again; else only words and descriptions change.
        today: the day.

    Raises:
        NotFound: the quarter was never published.
        Conflict: the correction is not permitted, or another release is being made.
    """
    with desk.transaction() as session:
        release = lifecycle.begin_correction(
            session,
            quarter,
            reason,
            desk.workshop,
            published_on=day,
            recount=recount,
            today=today,
        )
    return draft(desk, release, again=True)


@dataclass(frozen=True)
class Bounds:
    """What a sweep may take."""

    sweeps: Sweeps
    up_to: int | None = None  # what the operator allows, having seen the numbers
    after_a_pause: bool = False


def sweep(desk: Desk, today: date, bounds: Bounds) -> list[str]:
    """Destroy and forget what is kept no longer, if that is as little as is expected.

    Returns:
        The names of the releases whose secrets were destroyed.

    Raises:
        Conflict: it is more, or the clock has jumped; nothing was destroyed.
    """
    bounds.sweeps.check_day(today, after_a_pause=bounds.after_a_pause)
    with desk.reading() as session:
        secrets = keys.due(session, today=today)
        returned = replies.due(session, today=today)
    for what, (number, of), few in (
        ("releases with secrets", secrets, FEW_RELEASES),
        ("returned replies", returned, FEW),
    ):
        check_share(what, number, of, known=of, up_to=bounds.up_to, few=few)
    names = destroy(desk, today)
    with desk.transaction() as session:
        replies.forget(session, today=today)
    bounds.sweeps.note_day(today)
    return names


def destroy(desk: Desk, today: date) -> list[str]:
    """Destroy the secrets whose time has come, and return the names of their releases.

    The keys of releases go at once, the record keys of their cases part by part: safe to interrupt.
    """
    with desk.transaction() as session:
        names = keys.destroy(session, today=today)
    while until := _renewed(desk, today):
        desk.tell(f"record keys are redrawn: of cases received up to {until}")
        sleep(PAUSE_SECONDS)
    return names


def _renewed(desk: Desk, today: date) -> date | None:
    with desk.transaction() as session:
        return renew(session, today=today)


def reply(desk: Desk) -> None:
    """Write the replies that are to be published and are not."""
    with desk.reading() as session:
        replies.publish(session, desk.folder, desk.workshop.master)


def checks_of(folder: Path, release: Release) -> list[AttackResult]:
    """Return what the gate said of a draft."""
    place = drafts.locate_draft(folder, release.quarter, release.version)
    try:
        listed = json.loads(drafts.locate_checks(place).read_bytes())
    except FileNotFoundError:
        return []
    return [AttackResult.from_json(one) for one in listed]


def _too_early(desk: Desk, quarter: str, today: date) -> str:
    """Return from when on a quarter may be counted, if that is not yet.

    Raises:
        Invalid: this is no quarter.
    """
    try:
        earliest = schedule.earliest_day(quarter)
    except ValueError as error:
        raise Invalid("a quarter looks like 2026-q3") from error
    if today >= earliest:
        return ""
    announced = schedule.moment(announcements.get_day(desk.folder, quarter))
    return f"{quarter} is counted from {earliest} on and published {announced:%Y-%m-%d %H:%M}"


def _begun(desk: Desk, quarter: str, today: date) -> Release:
    with desk.reading() as session:
        release = queries.newest(session, quarter)
        first = queries.last_quarter(session) is None and lifecycle.left_out(session, quarter)
    if release is not None:
        return release
    if first:
        desk.tell("Cases are older than this first quarter; the quarters before stay unpublished.")
    with desk.transaction() as session:
        release = lifecycle.planned(session, quarter, desk.workshop, today=today)
        lifecycle.begin(session, release)
    return release


def _on_its_day(desk: Desk, release: Release) -> Release:
    """Let a draft bear the announced day, which may have been changed since."""
    day = announcements.get_day(desk.folder, release.quarter)
    if release.version > 1 or release.published_on == day:
        return release
    with desk.transaction() as session:
        row = session.get_one(Release, release.id)
        lifecycle.move(row, day)
    return row


def _awaited(desk: Desk, release: Release, now: datetime) -> str:
    """Return what a draft waits for, or nothing."""
    if release.signed_on is None:
        with desk.reading() as session:
            signed = lifecycle.signatures(session, release)
        return f"{release.name} awaits signatures: {signed} of {lifecycle.SIGNATURES}"
    moment = schedule.moment(release.published_on)
    return f"{release.name} awaits its minute: {moment:%Y-%m-%d %H:%M}" if now < moment else ""


def _published(desk: Desk, release: Release, now: datetime) -> Release:
    with desk.transaction() as session:
        row = session.get_one(Release, release.id)
        lifecycle.publish(session, row, desk.workshop.log, now)
    return row


def _reveal(desk: Desk, release: Release) -> None:
    """Show a release that is in the ledger, made again if its files were lost."""
    release = draft(desk, release)
    place = drafts.locate_draft(desk.folder, release.quarter, release.version)
    with desk.reading() as session:
        log_files.publish(session, desk.workshop.log_files)
        drafts.add_file(place, archive.ACCESS, attestations.access(session, release))
        drafts.add_file(place, archive.PROOF, attestations.proof(session, release))
    drafts.add_file(place, archive.MINUTE, attestations.minute(release))
    drafts.publish_draft(desk.folder, release.quarter, release.version)
    drafts.locate_checks(place).unlink(missing_ok=True)


def _give_up(desk: Desk, release: Release) -> None:
    """Forget a release that nobody has seen: the next run draws its noise with another key."""
    with desk.transaction() as session:
        row = session.get_one(Release, release.id)
        if row.manifest is None:
            lifecycle.drop(session, row)


def _told(made: Prepared) -> bytes:
    return canonical_json([one.to_json() for one in made.checks])
