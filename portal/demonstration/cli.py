"""The commands that prepare a demonstration; only a portal that is one has them."""

from datetime import date

import click
from flask import Blueprint

from portal.accounts.service.sign_in import Moment
from portal.core import clock, installation
from portal.core.calendar import compute_quarter_bounds
from portal.core.config import Settings
from portal.core.schema import bring_up_to_date
from portal.demonstration import banner, country, folder, witnesses
from portal.demonstration.folder import FIGURES, PORTAL, Facts, NotEmpty
from portal.demonstration.people import Cast
from portal.demonstration.plans import first_day
from portal.demonstration.preparing import CODES_AGO, Portal, hire_everybody, keep_house, play
from portal.demonstration.progress import Progress
from portal.demonstration.publishing import publish
from portal.statistics.catalogue.release import Publisher
from portal.statistics.cli.site import export
from portal.statistics.rendering import PRESS
from portal.statistics.service.build import Workshop
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

commands = Blueprint("demonstration", __name__, cli_group="demonstration")


@commands.cli.command("prepare")
@click.option("--cases", default=CASES, show_default=True, help="How many invented reports.")
def prepare(cases: int) -> None:
    """Fill an empty instance folder with invented people and cases; later, only say who they are.

    Whatever a run that was interrupted has left behind is made anew.
    """
    settings = SETTINGS.get()
    with folder.alone(settings):
        try:
            facts = folder.facts(settings, PORTAL) or _filled(settings, cases)
        except NotEmpty as fault:
            raise click.ClickException(str(fault)) from fault
    for line in banner.lines(facts | {"address": settings.public_url}):
        click.echo(line)


@commands.cli.command("figures")
@click.option("--cases", default=MANY_CASES, show_default=True, help="How many invented reports.")
def figures(cases: int) -> None:
    """Publish years of figures of an invented country, and copy them into `site` as plain files.

    The instance folder has to be empty; later, only the copy is made anew.
    """
    settings = SETTINGS.get()
    with folder.alone(settings):
        try:
            if folder.facts(settings, FIGURES) is None:
                _publish_years(settings, cases)
        except NotEmpty as fault:
            raise click.ClickException(str(fault)) from fault
    target = settings.instance / SITE
    click.echo(f"{export(target)} files written to {target}")
    click.echo(
        "These cases are bare rows. The public log does not have them: here, totals that pages"
    )
    click.echo("call exact cannot be counted there.")


def _filled(settings: Settings, count: int) -> Facts:
    portal, progress, today = _portal(), Progress(), clock.get_today()
    click.echo("Preparing the demonstration. This takes some minutes, and only the first time.")
    folder.begin(settings, portal.sessions, portal.blobs)
    opened = first_day(today)
    cast = _opened(settings, portal, opened, progress)
    holders = [one.text for one in cast.holders]
    folder.write_recovery(settings.instance / folder.RECOVERY, dict(cast.shares), holders)
    lives = play(portal, cast, count, today, progress)
    keep_house(portal, today, progress)
    publish(portal, cast, _workshop(settings, portal), opened, today, progress)
    with portal.transaction() as session:
        witnesses.see(session, portal.log, seconds=clock.get_seconds())
    progress.end()
    with portal.sessions() as session:
        files.publish(session, settings.instance / files.FOLDER)
        facts = banner.gather(session, settings.public_url, cast, lives)
    folder.write(settings, facts)
    return facts


def _publish_years(settings: Settings, count: int) -> None:
    portal, progress, today = _portal(), Progress(), clock.get_today()
    click.echo("Preparing the figures. This takes some minutes, and only the first time.")
    folder.begin(settings, portal.sessions, portal.blobs)
    opened = compute_quarter_bounds(f"{today.year - YEARS}-q1")[0]
    cast = _opened(settings, portal, opened, progress)
    country.fill(portal, opened, count, today, progress)
    publish(portal, cast, _workshop(settings, portal), opened, today, progress)
    progress.end()
    folder.write(settings, {folder.KIND: FIGURES, folder.READY: True})


def _portal() -> Portal:
    if not KEYRING.is_set():
        raise click.ClickException("there are no keys: run `keyring make`")
    return Portal(
        SESSIONS.get(),
        LOG.get(),
        BLOBS.get(),
    )


def _opened(settings: Settings, portal: Portal, day: date, progress: Progress) -> Cast:
    """Make the tables, and let everybody come to work on the day the portal opened."""
    bring_up_to_date(settings.database)
    portal.log.states.begin()
    with portal.transaction() as session:
        if not installation.is_bound(session):
            adopting.begin(session, portal.log, TRAIL_MARK.get())
            installation.bind(session, portal.log.keyring)
    policy.save(settings.instance, witnesses.policy(portal.log))
    moment = Moment(day, clock.get_seconds() - CODES_AGO, settings.staff_session_minutes)
    return hire_everybody(portal, moment, progress)


def _workshop(settings: Settings, portal: Portal) -> Workshop:
    return Workshop(
        settings.instance / folder.RELEASES,
        portal.log.keyring.statistics,
        Publisher.of(settings),
        PRESS,
        lambda _text: None,
        portal.log,
    )


for _command in (prepare, figures):
    allow_unready(_command)
