"""Commands for the database itself."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal.core.schema import bring_up_to_date

commands = AppGroup("database", help="The tables of the portal.")


@commands.command("upgrade")
def upgrade() -> None:
    """Run whatever migration is missing."""
    bring_up_to_date(current_app.extensions["settings"].database)
    click.echo("The database is up to date.")
