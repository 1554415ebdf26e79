"""The commands that prepare a demonstration; only a portal that is one has them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import click
from flask import Blueprint

from portal.accounts.service.sign_in import Now
from portal.core import clock, installation
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.core.schema import bring_up_to_date
from portal.demonstration import banner, case_rows, folder, meanwhile, witnesses
from portal.demonstration.beside import fork_beside, replace_process
from portal.demonstration.cast import Cast
from portal.demonstration.folder import FIGURES, PORTAL, Facts, NotEmpty
from portal.demonstration.plans import compute_first_day
from portal.demonstration.preparing import CODES_AGO, Portal, hire_everybody, keep_house, play
from portal.demonstration.progress import PreparationProgress
from portal.demonstration.publishing import publish
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.cli.site import export
from portal.statistics.rendering import RENDERER
from portal.statistics.service.build import BuildContext
from portal.transparency import policy
from portal.transparency.parts import LOG, TRAIL_MARK
from portal.transparency.publishing import files
from portal.transparency.writing import adopting
from portal.web.parts import BLOBS, KEYRING, SESSIONS, SETTINGS
from portal.web.readiness import allow_unready

CASES = 900
MANY_CASES = 100_000  # with so many reports a year, figures have the most detail
YEARS = 3  # before this one: detail comes after two years that were published
SITE = "site"  # in the instance folder
TURN_SECONDS = 0.12  # longer than SQLite sleeps before it looks again whether it may write

commands = Blueprint("demonstration", __name__, cli_group="demonstration")
meanwhile.register(commands)


@commands.cli.command("prepare")
@click.option("--cases", default=CASES, show_default=True, help="How many invented reports.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def prepare(cases: int, command: Sequence[str]) -> None:
    """Fill an empty instance folder with invented people and cases; later, only say who they are.

    Whatever a run that was interrupted has left behind is made anew. A COMMAND, such as the server,
    takes the place of this one as soon as the people are there; the cases are made beside it.
    """
    settings = SETTINGS.get()
    with folder.alone(settings, _say_that_we_wait):
        try:
            facts = folder.read_facts(settings, PORTAL)
            is_new = facts is None
            facts = facts or _fill_portal(settings, cases, command)
            folder.forget_progress(settings)  # a run may have ended just before it did
        except NotEmpty as fault:
            raise click.ClickException(str(fault)) from fault
    _say(banner.describe_ready_portal(facts | {"address": settings.public_url}))
    if command and not is_new:
        replace_process(command)


@commands.cli.command("figures")
@click.option("--cases", default=MANY_CASES, show_default=True, help="How many invented reports.")
def prepare_figures(cases: int) -> None:
    """Publish years of figures of an invented country, and copy them into `site` as plain files.

    The instance folder has to be empty; later, only the copy is made anew.
    """
    settings = SETTINGS.get()
    with folder.alone(settings, _say_that_we_wait):
        try:
            if folder.read_facts(settings, FIGURES) is None:
                _publish_years(settings, cases)
        except NotEmpty as fault:
            raise click.ClickException(str(fault)) from fault
    target = settings.instance / SITE
    click.echo(f"{export(target)} files written to {target}")
    click.echo(
        "These cases are bare rows. The public log does not have them: here, totals that pages"
    )
    click.echo("call exact cannot be counted there.")


def _fill_portal(settings: Settings, count: int, command: Sequence[str]) -> Facts:
    portal, today = _open_portal(), clock.get_today()
    click.echo("Preparing the demonstration. This takes some minutes, and only the first time.")
    folder.begin(settings, portal.sessions, portal.blobs)
    progress, opened = (
        PreparationProgress(settings.instance / folder.PROGRESS),
        compute_first_day(today),
    )
    cast = _open_and_hire(settings, portal, opened, progress)
    holders = [holder.text for holder in cast.holders]
    folder.write_recovery(settings.instance / folder.RECOVERY, dict(cast.shares), holders)
    if command:
        progress.end()
        portal = replace(portal, turn_seconds=TURN_SECONDS)
        _serve_meanwhile(settings, portal, cast, command)
    lives = play(portal, cast, count, today, progress)
    keep_house(portal, today, progress)
    publish(portal, cast, _make_build_context(settings, portal), opened, today, progress)
    with portal.transaction() as session:
        witnesses.see(session, portal.log, seconds=clock.get_seconds())
    progress.end()
    with portal.sessions() as session:
        files.publish(session, settings.instance / files.FOLDER)
        facts = banner.gather(session, settings.public_url, cast, lives)
    folder.finish(settings, facts)
    return facts


def _serve_meanwhile(
    settings: Settings, portal: Portal, cast: Cast, command: Sequence[str]
) -> None:
    """Say who can sign in, and go on beside the command."""
    with portal.sessions() as session:
        facts = banner.gather(session, settings.public_url, cast, ())
    folder.write(settings, facts | {folder.READY: False})
    _say(banner.describe_wait(facts))
    portal.sessions.kw["bind"].dispose()
    fork_beside(command)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _say_that_we_wait() -> None:
    click.echo("Another command works in this folder. This one waits for its end.")


def _publish_years(settings: Settings, count: int) -> None:
    portal, progress, today = _open_portal(), PreparationProgress(), clock.get_today()
    click.echo("Preparing the figures. This takes some minutes, and only the first time.")
    folder.begin(settings, portal.sessions, portal.blobs)
    opened = Quarter(f"{today.year - YEARS}-q1").first
    cast = _open_and_hire(settings, portal, opened, progress)
    case_rows.fill(portal, opened, count, today, progress)
    publish(portal, cast, _make_build_context(settings, portal), opened, today, progress)
    progress.end()
    folder.finish(settings, {folder.KIND: FIGURES})


def _open_portal() -> Portal:
    if not KEYRING.is_set():
        raise click.ClickException("there are no keys: run `keyring make`")
    return Portal(
        SESSIONS.get(),
        LOG.get(),
        BLOBS.get(),
    )


def _open_and_hire(
    settings: Settings, portal: Portal, day: date, progress: PreparationProgress
) -> Cast:
    """Make the tables, and let everybody come to work on the day the portal opened."""
    bring_up_to_date(settings.database)
    portal.log.states.begin()
    with portal.transaction() as session:
        if not installation.is_bound(session):
            adopting.begin(session, portal.log, TRAIL_MARK.get())
            installation.bind(session, portal.log.keyring)
    policy.save(settings.instance, witnesses.make_policy(portal.log))
    moment = Now(day, clock.get_seconds() - CODES_AGO, settings.staff_session_minutes)
    return hire_everybody(portal, moment, progress)


def _make_build_context(settings: Settings, portal: Portal) -> BuildContext:
    return BuildContext(
        settings.instance / folder.RELEASES,
        portal.log.keyring.statistics,
        Publisher.from_settings(settings),
        RENDERER,
        lambda _text: None,
        portal.log,
    )


for _command in (prepare, prepare_figures):
    allow_unready(_command)
