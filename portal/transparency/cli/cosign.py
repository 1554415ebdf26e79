"""The command that brings the newest checkpoint to the witnesses."""

import click

from portal.core.errors import PortalError
from portal.transparency import policy
from portal.transparency.cli.blueprint import commands
from portal.transparency.parts import LOG
from portal.transparency.policy import PolicyFile
from portal.transparency.publishing import cosigning, files
from portal.transparency.writing.log_keys import derive_public_key
from portal.web.database import reading, transaction
from portal.web.parts import SETTINGS
from witness.wire import HttpClient


@commands.cli.command("cosign")
@click.option("--proxy", default="", help="host:port of an HTTP proxy, such as Tor's.")
@click.option("--seconds", default=30.0, help="How long each witness may take (30).")
def cosign(*, proxy: str, seconds: float) -> None:
    """Bring the newest checkpoint to each witness that has an address. Safe to run at any time.

    Run it after `log merge`. Witnesses without an address come by themselves. Exit status 1 if a
    witness does not cosign, or too few have done so.
    """
    settings = SETTINGS.get()
    log = LOG.get()
    try:
        chosen = policy.load(settings.instance, derive_public_key(log.keyring, log.origin))
        faults = _ask_witnesses(chosen, HttpClient(proxy, seconds))
        with reading() as session:
            files.publish(session, settings.instance / files.FOLDER)
        with reading() as session:
            missing = cosigning.count_missing_witnesses(session, chosen)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if missing:
        click.echo(f"{missing} more witnesses have to see the newest state", err=True)
    if missing or faults:
        raise click.exceptions.Exit(1)


def _ask_witnesses(chosen: PolicyFile, wire: HttpClient) -> int:
    """Ask one witness after the other, and return how many did not cosign."""
    faults = 0
    with reading() as asking:
        for asked in cosigning.ask_all(asking, chosen, wire):
            name = asked.witness.key.name
            if asked.fault:
                click.echo(f"NOT COSIGNED by {name}: {asked.fault}", err=True)
                faults += 1
                continue
            with transaction() as session:  # what one has said is kept whatever the next one does
                size = cosigning.store_lines(session, chosen, asked.cosigned)
            click.echo(f"{name} has cosigned {size} entries")
    return faults
