"""Commands about who may recompute releases."""

from pathlib import Path

import click

from portal.cases import audit
from portal.cases.codes import AuditAct
from portal.core import clock
from portal.core.errors import PortalError
from portal.transparency.cli.blueprint import commands
from portal.transparency.parts import LOG
from portal.transparency.writing import auditors, service
from portal.web.database import transaction
from portal.web.parts import SETTINGS

TEXT = click.Path(exists=True, dir_okay=False, path_type=Path)


@commands.cli.group("auditor")
def manage_auditors() -> None:
    """Who outside the portal may recompute releases, and what they said of them."""


@manage_auditors.command("add")
@click.argument("keys", type=TEXT)
def add(keys: Path) -> None:
    """Let the auditor with these public KEYS recompute releases; the log announces it.

    KEYS is the file NAME.txt that `python -m portal.audit keys NAME` has made, as the auditor gave
    it to you face to face.
    """
    settings = SETTINGS.get()
    log = LOG.get()
    today = clock.get_today()
    try:
        auditor = auditors.parse(keys.read_text("utf-8"))
        auditors.save(settings.instance, auditor)
        with transaction() as session:
            service.announce(session, log, [auditor.announcement], today=today)
            audit.record(
                session,
                AuditAct.AUDITOR_ADDED,
                actor=audit.SYSTEM,
                detail=auditor.name,
                today=today,
            )
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{auditor.name} may recompute releases. The log says so.")


@manage_auditors.command("list")
def print_auditors() -> None:
    """Print the names of all auditors."""
    settings = SETTINGS.get()
    for known in auditors.list_auditors(settings.instance):
        click.echo(known.name)
