"""Commands that make a portal ready: its keys, its tables, and that they belong together."""

import click
from flask import Blueprint, current_app
from sqlalchemy import inspect

from portal.core import installation
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.core.errors import Conflict
from portal.core.installation import KeyMark
from portal.core.keyring import Keyring, KeyringError
from portal.core.schema import bring_up_to_date
from portal.web.database import transaction
from portal.web.readiness import Readiness, works_anyway

commands = Blueprint("installation_commands", __name__, cli_group=None)


@commands.cli.group("keyring")
def keyring() -> None:
    """The server's own keys: small files that no backup of the database holds."""


@keyring.command("make")
@click.option("--if-missing", is_flag=True, help="Leave keys alone that are there.")
def make(*, if_missing: bool) -> None:
    """Make the keys of a new portal, once. Nothing else ever makes them.

    Refused beside a database that belongs to other keys: bring those.
    """
    settings = _settings()
    try:
        Keyring.load(settings.keys)
    except KeyringError:
        pass
    else:
        if if_missing:
            return
        raise click.ClickException(f"there are keys in {settings.keys}")
    if _database_has_keys():
        raise click.ClickException(
            "this database belongs to other keys: bring them from where the portal ran before"
        )
    try:
        Keyring.make(settings.keys)
    except (KeyringError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Keys are made in {settings.keys}. Keep a copy apart from every backup.")


@keyring.command("replaced")
@click.argument("name", type=click.Choice(sorted(installation.REPLACEABLE)))
def replaced(name: str) -> None:
    """Say that the key NAME was replaced on purpose. All others are for ever."""
    try:
        found = Keyring.load(_settings().keys)
        with transaction() as session:
            installation.replace(session, found, name)
    except (KeyringError, Conflict) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The database knows the new {name}.key.")


@commands.cli.group("database")
def database() -> None:
    """The tables of the portal."""


@database.command("upgrade")
def upgrade() -> None:
    """Run whatever migration is missing, and write down whose keys the database belongs to."""
    settings = _settings()
    bring_up_to_date(settings.database)
    try:
        found = Keyring.load(settings.keys)
    except KeyringError as error:
        raise click.ClickException(f"the tables are up to date; keys: {error}") from error
    with transaction() as session:
        if not installation.is_bound(session):
            installation.bind(session, found)
    click.echo("The database is up to date.")


@commands.cli.command("ready")
def ready() -> None:
    """Say whether the portal can take reports, or what to do first; exit status 1 if it cannot."""
    readiness: Readiness = current_app.extensions["readiness"]
    fault = readiness.fault() or readiness.fault_of("intake")
    if fault:
        raise click.ClickException(fault)
    click.echo("Ready.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _database_has_keys() -> bool:
    sessions: Sessions = current_app.extensions["sessions"]
    with sessions() as session:
        there = inspect(session.connection()).has_table(KeyMark.__tablename__)
        return there and installation.is_bound(session)


for _command in (make, replaced, upgrade, ready):
    works_anyway(_command)
