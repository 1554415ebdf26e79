"""The command that brings a quarter from its cases to its readers, a step at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click

from portal.core import clock
from portal.core.calendar import Quarter
from portal.core.errors import Conflict, PortalError
from portal.core.sweeps import Sweeps
from portal.statistics import queries, workflow
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.cli import draft_report
from portal.statistics.cli.blueprint import QUARTER, commands
from portal.statistics.dataset.diff import compare_documents
from portal.statistics.rendering import RENDERER
from portal.statistics.service import lifecycle
from portal.statistics.service.build import BuildContext, read_previous_documents
from portal.statistics.workflow import ReleaseContext, SweepLimits
from portal.transparency.parts import LOG
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SETTINGS

DRY_RUN = "Show what the draft would be, with other noise; write nothing."
AS_OF = "Pretend that it is this day (2026-12-08), 10:00; demonstrations only."


@commands.cli.command("release")
@click.argument("quarter", type=QUARTER, required=False)
@click.option("--dry-run", is_flag=True, help=DRY_RUN)
@click.option("--recount", is_flag=True, help="Count a draft again; if it changes, sign it again.")
@click.option("--as-of", help=AS_OF)
@click.option("--up-to", type=click.IntRange(0), help="Let the secrets of so many releases go.")
@click.option("--after-a-pause", is_flag=True, help="It did not run for more than a week.")
def release(
    quarter: Quarter | None,
    *,
    dry_run: bool,
    recount: bool,
    as_of: str | None,
    up_to: int | None,
    after_a_pause: bool,
) -> None:
    """Do every step of QUARTER (2026-q3) that is due, and say what is awaited.

    Counted, signed off by two people on the page Releases, published at the announced minute; 30
    days after it was signed off its secrets are destroyed. Without QUARTER: whichever is next. Safe
    to run at any time and to interrupt. If more would be destroyed than is expected, nothing is;
    all else is done, and the exit status is 1.
    """
    at = get_instant(as_of)
    with refusals():
        desk = build_release_context()
        quarter = quarter or _find_next(desk)
        if dry_run:
            _show(desk, quarter, at.date())
            return
        refused = _sweep(desk, at.date(), up_to, after_a_pause=after_a_pause or bool(as_of))
        workflow.write_replies(desk)
        click.echo(workflow.advance(desk, quarter, at, recount=recount))
    if refused:
        raise click.ClickException(refused)


def _sweep(desk: ReleaseContext, today: date, up_to: int | None, *, after_a_pause: bool) -> str:
    """Destroy secrets whose time is over, or return why not: a release does not wait for it."""
    settings = SETTINGS.get()
    sweeps = Sweeps(settings.state, "releases")
    try:
        names = workflow.sweep(desk, today, SweepLimits(sweeps, up_to, after_a_pause))
    except Conflict as error:
        return str(error)
    for name in names:
        click.echo(f"{name}: its key was destroyed; nobody can count it again")
    return ""


def build_release_context() -> ReleaseContext:
    """Return the place where this portal makes its releases."""
    settings = SETTINGS.get()
    keyring = KEYRING.get()
    folder = settings.instance / "releases"
    log = LOG.get()
    workshop = BuildContext(
        folder, keyring.statistics, Publisher.from_settings(settings), RENDERER, tell, log
    )
    return ReleaseContext(reading, transaction, workshop)


def get_instant(as_of: str | None) -> datetime:
    """Return the instant it is, or the release minute of a day that a demonstration may choose."""
    settings = SETTINGS.get()
    if as_of is None:
        return clock.get_now()
    if not settings.demonstration:
        raise click.UsageError("--as-of is for demonstrations; the figures of a portal wait")
    return release_days.get_release_instant(parse_day(as_of))


def parse_day(text: str) -> date:
    """Return a day that was given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError("a day looks like 2026-12-08") from error


@contextmanager
def refusals() -> Iterator[None]:
    """Show a refusal of the portal as a message instead of a trace."""
    try:
        yield
    except (PortalError, FileExistsError) as error:
        raise click.ClickException(str(error)) from error


def tell(text: str) -> None:
    """Show progress."""
    click.echo(text, err=True)


def _find_next(desk: ReleaseContext) -> Quarter:
    """Return the quarter that is being made, or comes after the last one."""
    with desk.reading() as session:
        made, last = queries.find_pending(session), queries.find_last_quarter(session)
    if made is not None:
        return made.quarter
    if last is None:
        raise click.UsageError("nothing was published yet: name the first quarter")
    return last.following


def _show(desk: ReleaseContext, quarter: Quarter, today: date) -> None:
    """Print every table as people will read it, and what is new; what is written is undone."""
    with desk.reading() as session:
        draft = queries.find_newest(session, quarter)
        if draft is None or draft.released_on is not None:
            draft = lifecycle.plan_release(session, quarter, desk.build, today=today)
        made = workflow.prepare_release(session, draft, desk.build)
    before = read_previous_documents(made.spec, desk.folder)
    for line in draft_report.describe_tables(made.counted.documents):
        click.echo(line)
    for line in draft_report.describe_difference(compare_documents(before, made.counted.documents)):
        click.echo(line)
    for line in draft_report.describe_files(made):
        click.echo(line)
    click.echo("Nothing was written.")
