"""Commands of the operator: audit trail, accounts and bodies."""

from pathlib import Path

import click
from flask import Blueprint

from crypto import acts
from crypto.signing import write_public_pem
from portal.accounts.models import Role
from portal.accounts.queries import get_account_by_login
from portal.accounts.service import trail as signatures
from portal.admin import queries, service
from portal.cases.audit import SYSTEM, format_end, verify
from portal.cases.models import AuditEntry
from portal.core import clock
from portal.core.errors import Conflict, Invalid, NotFound
from portal.transparency.parts import LOG, TRAIL_MARK
from portal.transparency.verifying import audit_trail, losses
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SESSIONS, SETTINGS
from portal.web.readiness import allow_own_checks

commands = Blueprint("admin_commands", __name__, cli_group=None)


@commands.cli.group("audit")
def inspect_audit() -> None:
    """The trail of who did what."""


@allow_own_checks
@inspect_audit.command("verify")
def verify_audit() -> None:
    """Look for entries that were removed, altered, put in or not signed; exit status 1 if so.

    Also whether the database is older than what was accepted, signed or published here.
    """
    settings = SETTINGS.get()
    sessions = SESSIONS.get()
    log = LOG.get()
    faults = list(losses.check(sessions, log, TRAIL_MARK.get()))
    with reading() as session:
        faults += verify(session)
        faults += audit_trail.check(session, KEYRING.get())
        faults += signatures.find_faults(session, settings.log_origin)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.exceptions.Exit(1)
    click.echo("The audit trail is whole.")


@inspect_audit.command("end")
def print_audit_end() -> None:
    """Print where the trail ends: what a statement that is signed offline names as its `trail`."""
    with reading() as session:
        click.echo(format_end(session))


@inspect_audit.command("statement")
@click.argument("number", type=click.IntRange(1))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_statement(number: int, folder: Path) -> None:
    """Write what was signed for the entry NUMBER into FOLDER, so that openssl can check it.

    The files: statement.json, signature.bin, and key.pem, the key that the statement names.
    """
    with reading() as session:
        entry = session.get(AuditEntry, number)
        said, signature = (entry.statement, entry.signature) if entry else (None, None)
    if said is None or signature is None:
        raise click.ClickException("there is no such entry, or nobody signs such an act")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "statement.json").write_text(said, "utf-8")
    (folder / "signature.bin").write_bytes(signature)
    (folder / "key.pem").write_bytes(write_public_pem(acts.read(said).key))
    click.echo(f"{folder}: statement.json, signature.bin, key.pem")


@commands.cli.group("accounts")
def manage_accounts() -> None:
    """Accounts of staff."""


@manage_accounts.command("create")
@click.option("--login", required=True, help="What the person signs in with.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--body", help="Code of the body, such as PROS_SPEC; none for an administrator.")
def create(login: str, role: str, body: str | None) -> None:
    """Open an account and print its one-time code. Give the code to the person, nobody else."""
    try:
        with transaction() as session:
            code = service.create_account(
                session, login, Role(role), body, actor=SYSTEM, today=clock.get_today()
            )
    except Invalid as fault:
        raise click.ClickException(str(fault)) from fault
    _show_code(login, code)


@manage_accounts.command("invite")
@click.option("--login", required=True)
def invite(login: str) -> None:
    """End password and device of an account and print another one-time code."""
    try:
        with transaction() as session:
            account = get_account_by_login(session, login)
            code = service.invite_again(session, account.id, actor=SYSTEM, today=clock.get_today())
    except NotFound as fault:
        raise click.ClickException(str(fault)) from fault
    _show_code(login, code)


@manage_accounts.command("close")
@click.option("--login", required=True)
def close(login: str) -> None:
    """Close an account at once. Closing it twice does no harm."""
    try:
        with transaction() as session:
            account = get_account_by_login(session, login)
            service.close_account(session, account.id, actor=SYSTEM, today=clock.get_today())
    except (NotFound, Invalid) as fault:
        raise click.ClickException(str(fault)) from fault
    except Conflict:
        click.echo("Was closed before.")
        return
    click.echo("Closed. Let a member make the next key of the body now, on the page Members.")


@manage_accounts.command("list")
def list_accounts() -> None:
    """List every account."""
    with reading() as session:
        for person in queries.list_people(session):
            state = "open" if person.active and not person.invited_on else "invited"
            key = "has a key" if person.recipient else "no key"
            click.echo(
                f"{person.login:32} {person.role.value:14} {person.body_code or '-':18} "
                f"{state if person.active else 'closed':8} {key}"
            )


@commands.cli.group("bodies")
def manage_bodies() -> None:
    """Bodies that can be responsible for cases."""


@manage_bodies.command("load")
def load() -> None:
    """Add the bodies of the taxonomy that are missing. Running it twice does no harm."""
    with transaction() as session:
        added = service.load_bodies(session)
    for code in added:
        click.echo(code)
    click.echo(f"Done: {len(added)} bodies added.")


def _show_code(login: str, code: str) -> None:
    click.echo(f"Login: {login.strip().lower()}")
    click.echo(f"One-time code: {code}")
    click.echo("It is shown this once and good for seven days, on the page /staff/welcome.")
