"""The command that lets the log commit to facts of older cases, after an upgrade."""

import click

from portal.core import clock
from portal.core.errors import PortalError
from portal.transparency.cli.blueprint import commands
from portal.transparency.cli.verify_log import verify
from portal.transparency.writing import committing
from portal.web.database import transaction


@commands.cli.command("adopt")
@click.pass_context
def adopt(context: click.Context) -> None:
    """Let the log commit to the facts, as they are now, of cases whose reports did not.

    Once, after an upgrade, while nothing else runs. It verifies the log first: from here on
    what it finds altered would be taken for right. The next `log merge` puts it into the log.
    """
    context.invoke(verify, checkpoints=())
    try:
        with transaction() as session:
            number = committing.commit_facts(session, today=clock.get_today())
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The facts of {number} cases are committed to.")
