"""The command that prepares a demonstration; only a portal that is one has it."""

import click
from flask import Blueprint, current_app

from portal.accounts.service.sign_in import Moment
from portal.core import clock
from portal.core.config import Settings
from portal.core.schema import bring_up_to_date
from portal.demonstration import banner, folder, witnesses
from portal.demonstration.folder import Facts, NotEmpty
from portal.demonstration.plans import first_day
from portal.demonstration.preparing import CODES_AGO, Portal, hire_everybody, keep_house, play
from portal.demonstration.progress import Progress
from portal.demonstration.publishing import publish
from portal.statistics.facts import Publisher
from portal.statistics.printing import PRESS
from portal.statistics.service import Workshop
from portal.transparency import files, policy

CASES = 900

commands = Blueprint("demonstration", __name__, cli_group="demonstration")


@commands.cli.command("prepare")
@click.option("--cases", default=CASES, show_default=True, help="How many invented reports.")
def prepare(cases: int) -> None:
    """Fill an empty instance folder with invented people and cases; later, only say who they are.

    Whatever a run that was interrupted has left behind is made anew.
    """
    settings: Settings = current_app.extensions["settings"]
    with folder.alone(settings):
        try:
            facts = folder.facts(settings) or _filled(settings, cases)
        except NotEmpty as fault:
            raise click.ClickException(str(fault)) from fault
    for line in banner.lines(facts | {"address": settings.public_url}):
        click.echo(line)


def _filled(settings: Settings, count: int) -> Facts:
    portal = Portal(
        current_app.extensions["sessions"],
        current_app.extensions["log"],
        current_app.extensions["blobs"],
    )
    progress, today = Progress(), clock.today()
    click.echo("Preparing the demonstration. This takes some minutes, and only the first time.")
    folder.begin(settings, portal.sessions, portal.blobs)
    bring_up_to_date(settings.database)
    opened = Moment(first_day(today), clock.seconds() - CODES_AGO, settings.staff_session_minutes)
    policy.save(settings.instance, witnesses.policy(portal.log))
    cast = hire_everybody(portal, opened, progress)
    holders = [one.text for one in cast.holders]
    folder.write_recovery(settings.instance / folder.RECOVERY, dict(cast.shares), holders)
    lives = play(portal, cast, count, today, progress)
    keep_house(portal, today, progress)
    workshop = Workshop(
        settings.instance / folder.RELEASES,
        portal.log.keyring.statistics,
        Publisher.of(settings),
        PRESS,
        lambda _text: None,
        portal.log,
    )
    publish(portal, cast, workshop, today, progress)
    with portal.transaction() as session:
        witnesses.see(session, portal.log, seconds=clock.seconds())
    progress.end()
    with portal.sessions() as session:
        files.publish(session, settings.instance / files.FOLDER)
        facts = banner.gather(session, settings.public_url, cast, lives)
    folder.write(settings, facts)
    return facts
