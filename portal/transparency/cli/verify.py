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
from portal.transparency.writing.keys import public_key
from portal.transparency.writing.service import Log
from portal.web.database import reading
from portal.web.parts import SESSIONS, SETTINGS
from portal.web.readiness import looks_itself

A_WHILE = 5.0  # seconds between two lines of progress


@looks_itself
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
    log = LOG.here()
    settings = SETTINGS.here()
    try:
        chosen = policy.load(settings.instance, public_key(log.keyring, log.origin))
        outside = [(str(path), path.read_bytes()) for path in checkpoints]
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    if (kept := log.states.kept()) is not None:
        outside.append(("the newest state that was signed here", kept))
    against = Against(
        folder=settings.instance / files.FOLDER,
        outside=tuple(outside),
        witnesses=chosen.policy.witnesses,
        programs=(*announcing.programs(), announcing.witnesses(chosen)),
        checks=CHECKS.here(),
    )
    faults = 0
    for line in _lost(log):
        click.echo(line)
        faults += 1
    with reading() as session:
        _of_one_moment(session)
        for line in verifying.verify(session, log, against, Progress(), today=clock.today()):
            click.echo(line)
            faults += 1
    if faults:
        click.echo(f"{faults} differences.", err=True)
        raise click.exceptions.Exit(1)
    click.echo("The log is whole, and the database says what it says.")


def _lost(log: Log) -> Iterator[str]:
    """Yield what the database has lost of what was accepted, and whether nobody can know."""
    sessions = SESSIONS.here()
    mark = TRAIL_MARK.here()
    if fault := trailmark.describe_loss(sessions, mark):
        yield fault
    try:
        log.states.read(public_key(log.keyring, log.origin))
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


def _of_one_moment(session: Session) -> None:
    """Let all that is read be of one moment; on SQLite it is anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
