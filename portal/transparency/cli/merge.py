"""The command that puts into the log what is due, and writes its files."""

from collections.abc import Sequence

import click

from crypto.log_entries import Announcement
from portal.core import clock
from portal.core.errors import PortalError
from portal.transparency import policy
from portal.transparency.cli.blueprint import commands
from portal.transparency.parts import ANNOUNCED, LOG
from portal.transparency.publishing import files
from portal.transparency.writing import announcing, schedule, service
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import MergedBatch
from portal.web.database import reading, transaction
from portal.web.parts import SETTINGS


@commands.cli.command("merge")
def merge() -> None:
    """Put what is due into the log, sign it and write its files. Safe to run at any time.

    Run it daily. A day is closed two hours after its end: what happened before midnight is then all
    there.
    """
    log = LOG.get()
    settings = SETTINGS.get()
    today = clock.get_today()
    try:
        chosen = policy.load(settings.instance, derive_public_key(log.keyring, log.origin))
        with transaction() as session:
            asked = ANNOUNCED.get()  # of other features
            announcements = announcing.list_in_use(session, chosen)
            announcements += [announcement for ask in asked for announcement in ask(session)]
            new = service.announce(session, log, announcements, today=today)
            replaced = [
                announcement
                for announcement in announcements
                if service.is_replaced(session, announcement)
            ]
            first_open = schedule.compute_first_open(clock.get_now())
            batches = service.merge(session, log, today=today, first_open=first_open)
        with transaction() as session:
            service.sign(session, log)  # also what a run that was killed left unsigned
        with reading() as session:
            size = files.publish(session, settings.instance / files.FOLDER)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    _print_result(batches, replaced, f"{new} announcements. The log has {size} entries.")


def _print_result(
    batches: Sequence[MergedBatch], replaced: Sequence[Announcement], end: str
) -> None:
    """Say what was done; exit status 1 if something is not in the log."""
    for batch in batches:
        click.echo(f"Batch through {batch.through}: {batch.entries} entries")
    click.echo(end)
    faults = [fault for batch in batches for fault in batch.faults]
    faults += [
        f"the {announcement.kind} key of {announcement.name} was replaced"
        for announcement in replaced
    ]
    for fault in faults:
        click.echo(f"NOT IN THE LOG: {fault}", err=True)
    if faults:
        raise click.exceptions.Exit(1)
