"""Commands that make a portal ready: its keys, its tables, and that they belong together."""

import click
from flask import Blueprint
from sqlalchemy import inspect

from portal.cases.trailmark import TrailMark
from portal.core import clock, installation
from portal.core.config import Settings
from portal.core.errors import Conflict
from portal.core.installation import KeyMark
from portal.core.keyring import Keyring, KeyringError
from portal.core.schema import bring_up_to_date
from portal.core.sweeps import Sweeps
from portal.transparency.publishing import files
from portal.transparency.writing import adopting
from portal.transparency.writing.service import Log
from portal.transparency.writing.signed import SignedStates
from portal.web.database import transaction
from portal.web.parts import SESSIONS, SETTINGS
from portal.web.readiness import READINESS, allow_unready

commands = Blueprint("installation_commands", __name__, cli_group=None)


@commands.cli.group("keyring")
def manage_keyring() -> None:
    """The server's own keys: small files that no backup of the database holds."""


@manage_keyring.command("make")
@click.option("--if-missing", is_flag=True, help="Leave keys alone that are there.")
def make(*, if_missing: bool) -> None:
    """Make the keys of a new portal, once. Nothing else ever makes them.

    Refused beside a database that belongs to other keys: bring those.
    """
    settings = SETTINGS.get()
    try:
        Keyring.load(settings.keys)
    except KeyringError:
        pass
    else:
        if if_missing:
            return
        raise click.ClickException(f"there are keys in {settings.keys}")
    if _has_database_keys():
        raise click.ClickException(
            "this database belongs to other keys: bring them from where the portal ran before"
        )
    try:
        Keyring.make(settings.keys)
        _open_states(settings).begin()
    except (KeyringError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Keys are made in {settings.keys}. Keep a copy apart from every backup.")


@manage_keyring.command("replaced")
@click.argument("name", type=click.Choice(sorted(installation.REPLACEABLE)))
def record_replaced_key(name: str) -> None:
    """Say that the key NAME was replaced on purpose. All others are for ever."""
    try:
        keyring = Keyring.load(SETTINGS.get().keys)
        with transaction() as session:
            installation.replace(session, keyring, name)
    except (KeyringError, Conflict) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The database knows the new {name}.key.")


@commands.cli.group("database")
def manage_database() -> None:
    """The tables of the portal."""


@manage_database.command("upgrade")
def upgrade() -> None:
    """Run whatever migration is missing, and write down whose keys the database belongs to."""
    settings = SETTINGS.get()
    bring_up_to_date(settings.database)
    try:
        keyring = Keyring.load(settings.keys)
    except KeyringError as error:
        raise click.ClickException(f"the tables are up to date; keys: {error}") from error
    try:
        with transaction() as session:
            if not installation.is_bound(session):
                adopting.begin(
                    session,
                    _open_log(settings, keyring),
                    TrailMark.from_folder(settings.state, keyring),
                )
                installation.bind(session, keyring)
    except Conflict as error:
        raise click.ClickException(str(error)) from error
    click.echo("The database is up to date.")


@commands.cli.group("state")
def manage_state() -> None:
    """How far the log and the trail had come: what no copy of the database can take back."""


@manage_state.command("adopt")
@click.option("--entries", required=True, type=click.IntRange(0), help="Entries of the log.")
@click.option("--acts", required=True, type=click.IntRange(0), help="Entries of the trail.")
def adopt(entries: int, acts: int) -> None:
    """Say that this database is the newest there is, because the folder of the state was lost.

    ENTRIES and ACTS are those of the newest copy of the database that exists anywhere: look at
    every machine, at the published checkpoint, and at what witnesses have seen. One log key must
    never sign two histories: readers take that for a lie. It is refused while the state is there
    and says otherwise, or when the database has other numbers.
    """
    settings = SETTINGS.get()
    try:
        keyring = Keyring.load(settings.keys)
        with transaction() as session:
            mark = TrailMark.from_folder(settings.state, keyring)
            adopting.adopt(session, _open_log(settings, keyring), mark, entries=entries, acts=acts)
    except (KeyringError, Conflict) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"From here on: {entries} entries of the log, {acts} of the trail.")


@commands.cli.command("ready")
def check_ready() -> None:
    """Say whether the portal can take reports, or what to do first; exit status 1 if it cannot."""
    readiness = READINESS.get()
    fault = readiness.find_fault() or readiness.find_feature_fault("intake")
    if fault:
        raise click.ClickException(fault)
    click.echo("Ready.")


@commands.cli.group("backup")
def manage_backup() -> None:
    """What the portal knows of its backups."""


@manage_backup.command("mark")
@click.option("--begun", required=True, type=click.IntRange(0), help="Unix time: date +%s.")
def mark_backup(begun: int) -> None:
    """Say that a backup of database and files is complete, and when it was BEGUN.

    Sealed files that came later are never taken for stray ones: a database that is restored from
    this backup does not know them yet.
    """
    if begun > clock.get_seconds():
        raise click.ClickException("that is in the future")
    Sweeps(SETTINGS.get().state).mark_backup(begun)
    click.echo("Noted.")


def _open_states(settings: Settings) -> SignedStates:
    return SignedStates(settings.state, settings.instance / files.FOLDER)


def _open_log(settings: Settings, keyring: Keyring) -> Log:
    return Log(settings.log_origin, keyring, _open_states(settings))


def _has_database_keys() -> bool:
    sessions = SESSIONS.get()
    with sessions() as session:
        there = inspect(session.connection()).has_table(KeyMark.__tablename__)
        return there and installation.is_bound(session)


for _command in (make, record_replaced_key, upgrade, adopt, check_ready):
    allow_unready(_command)
