"""The command that checks the whole log, and names each difference."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

import click
from sqlalchemy.orm import Session

from portal.cases import trailmark
from portal.core import clock
from portal.core.errors import PortalError
from portal.transparency import policy, verifying
from portal.transparency.cli.blueprint import commands
from portal.transparency.parts import CHECKS, LOG, TRAIL_MARK
from portal.transparency.publishing import files
from portal.transparency.verifying import Against
from portal.transparency.writing import announcing
from portal.transparency.writing.log_keys import derive_public_key
from portal.transparency.writing.service import Log
from portal.web.database import reading
from portal.web.parts import SESSIONS, SETTINGS
from portal.web.readiness import allow_own_checks

A_WHILE = 5.0  # seconds between two lines of progress


@allow_own_checks
@commands.cli.command("verify")
@click.option(
    "--checkpoint",
    "checkpoints",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint that somebody kept: a witness, a newsroom, you. Can be given several times.",
)
def verify(checkpoints: Sequence[Path]) -> None:
    """Check the log against itself, what was published, and the database; name each difference.

    Exit status 1 if there is one. Do not run it while `log merge` runs.
    """
    log = LOG.get()
    settings = SETTINGS.get()
    try:
        chosen = policy.load(settings.instance, derive_public_key(log.keyring, log.origin))
        outside = [(str(path), path.read_bytes()) for path in checkpoints]
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if (kept := log.states.read_note()) is not None:
        outside.append(("the newest state that was signed here", kept))
    against = Against(
        folder=settings.instance / files.FOLDER,
        outside=tuple(outside),
        witnesses=chosen.policy.witnesses,
        programs=(*announcing.announce_programs(), announcing.announce_witnesses(chosen)),
        checks=CHECKS.get(),
    )
    faults = 0
    for line in _find_losses(log):
        click.echo(line)
        faults += 1
    with reading() as session:
        _use_snapshot(session)
        for line in verifying.verify(session, log, against, Progress(), today=clock.get_today()):
            click.echo(line)
            faults += 1
    if faults:
        click.echo(f"{faults} differences.", err=True)
        raise click.exceptions.Exit(1)
    click.echo("The log is whole, and the database says what it says.")


def _find_losses(log: Log) -> Iterator[str]:
    """Yield what the database has lost of what was accepted, and whether nobody can know."""
    sessions = SESSIONS.get()
    mark = TRAIL_MARK.get()
    if fault := trailmark.describe_loss(sessions, mark):
        yield fault
    try:
        log.states.read(derive_public_key(log.keyring, log.origin))
    except PortalError as error:
        yield str(error)


class Progress:
    """Says now and then how far it is, so that a long run is seen to live."""

    def __init__(self) -> None:
        self.last = monotonic()

    def __call__(self, what: str, done: int, number: int) -> None:
        """Hear how many of how many are done."""
        if monotonic() - self.last >= A_WHILE:
            self.last = monotonic()
            click.echo(f"{done} of {number} {what}…", err=True)


def _use_snapshot(session: Session) -> None:
    """Let all that is read be of one moment; on SQLite it is anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
