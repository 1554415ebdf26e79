"""Commands for auditors: what they need of a release, and what they said of it."""

from pathlib import Path

import click

from crypto import notes
from crypto.errors import FormatError
from crypto.seal import STANZAS, generate_throwaway_recipient, seal
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.core.errors import NotFound
from portal.statistics import queries
from portal.statistics.auditing.export import export
from portal.statistics.cli.blueprint import QUARTER
from portal.statistics.cli.release import AS_OF, build_release_context, get_instant, refusals
from portal.statistics.service.auditor_notes import accept
from portal.transparency.cli import commands as log
from portal.transparency.cli.auditor import TEXT, manage_auditors
from portal.transparency.writing import auditors
from portal.web.database import transaction
from portal.web.parts import SETTINGS
from witness.durable import create_whole


@log.cli.command("audit-export")
@click.argument("quarter", type=QUARTER)
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as-of", help=AS_OF)
def audit_export(quarter: Quarter, name: str, file: Path, as_of: str | None) -> None:
    """Write FILE: all that the auditor NAME needs to make the release of QUARTER again.

    It is sealed to the auditor's key, and nobody at the portal can open it. Possible in the 30 days
    after the release was signed off; the audit trail says that it was done.
    """
    desk, settings = build_release_context(), _get_settings()
    with refusals():
        signer = auditors.load(settings.instance, name)
        with transaction() as session:
            release = queries.find_newest(session, quarter)
            if release is None:
                raise NotFound(f"{quarter} was never published")
            package = export(session, release, desk.build, name, today=get_instant(as_of).date())
    spare = [generate_throwaway_recipient() for _ in range(STANZAS - 1)]
    with refusals():
        create_whole(file, seal(package.data, (signer.recipient, *spare)))
    click.echo(f"{file}: {release.name} for {name}, {len(package.outcomes)} outcomes opened")
    if package.unopened:
        click.echo(f"{len(package.unopened)} outcomes cannot be opened: their cases were erased")


@manage_auditors.command("accept")
@click.argument("note", type=TEXT)
@click.option("--as-of", help=AS_OF)
def accept_word(note: Path, as_of: str | None) -> None:
    """Show the signed NOTE of an auditor beside the release that it speaks of."""
    desk, settings = build_release_context(), _get_settings()
    data = note.read_bytes()
    with refusals():
        signer = auditors.load(settings.instance, _get_signer(data))
        with transaction() as session:
            today = get_instant(as_of).date()
            name = accept(session, desk.build.log, desk.folder, signer, data, today=today)
    click.echo(f"{signer.name}, who recomputed {name}, is named beside it")


def _get_signer(note: bytes) -> str:
    try:
        return notes.parse(note).signatures[0].name
    except FormatError as error:
        raise click.ClickException(str(error)) from error


def _get_settings() -> Settings:
    return SETTINGS.get()
