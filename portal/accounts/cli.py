"""Commands of the operator: keys of members, of bodies, and for recovery."""

from pathlib import Path

import click
from flask import Blueprint
from sqlalchemy import select

from crypto.acts import Signed
from crypto.errors import FormatError
from crypto.keys import Recipient, parse_recipient
from crypto.shares import HOLDERS
from crypto.signing import read_public_pem
from portal.accounts import queries
from portal.accounts.service import member_keys, roster
from portal.cases.models import RECOVERY, UnitKey
from portal.core import clock
from portal.core.errors import PortalError, Unsigned
from portal.web.database import reading, transaction
from portal.web.parts import SETTINGS
from witness.durable import create_whole

commands = Blueprint("key_commands", __name__, cli_group="keys")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@commands.cli.command("personal")
@click.option("--login", required=True, help="Whose key it is.")
@click.option("--recipient", "recipient_file", required=True, type=FILE, help="age1pq1…")
@click.option("--signing", "signing_file", required=True, type=FILE, help="PEM of openssl.")
@click.option("--wrapped", "wrapped_file", required=True, type=FILE, help="Made by age -p -a.")
@click.option("--dry-run", is_flag=True, help="Check the files; change nothing.")
def store_personal_key(
    login: str, recipient_file: Path, signing_file: Path, wrapped_file: Path, *, dry_run: bool
) -> None:
    """Store a key that a member made with age on their own machine.

    It replaces the key of who lost their passphrase; copies sealed to the old one are deleted.
    """
    recipient = _read_recipient(recipient_file).text
    signing = _read_signing_key(signing_file)
    wrapped = wrapped_file.read_text("ascii", errors="replace")
    new = member_keys.NewKey(recipient, signing, wrapped)
    try:
        member_keys.check_wrapped(wrapped)
        with reading() as session:
            account = queries.get_account_by_login(session, login)
        if not dry_run:
            with transaction() as session:
                member_keys.store_personal(
                    session, account.id, new, force=True, today=clock.get_today()
                )
    except PortalError as fault:
        raise click.ClickException(str(fault)) from fault
    verb = "would be stored" if dry_run else "is stored"
    mark = member_keys.compute_member_fingerprint(recipient, signing)
    click.echo(f"The key of {account.login} {verb}. Fingerprint: {mark}")


@commands.cli.command("found")
@click.argument("bodies", nargs=-1, required=True, metavar="BODY…")
@click.option("--if-missing", is_flag=True, help="Only for bodies that never had a roster.")
@click.option("--dry-run", is_flag=True, help="Say who would be on it; change nothing.")
def begin_rosters(bodies: tuple[str, ...], *, if_missing: bool, dry_run: bool) -> None:
    """The ceremony: begin the roster of each BODY with the members who have made their keys.

    Only once for a body; from then on its members admit others by their signatures. Compare each
    fingerprint with the person, by voice or face to face, before and after.
    """
    for body in bodies:
        try:
            with transaction() as session:
                if if_missing and roster.has_roster(session, body):
                    click.echo(f"{body}: has a roster")
                    continue
                call = roster.list_founders if dry_run else None
                founders = (
                    call(session, body)
                    if call
                    else roster.begin_roster(session, body, today=clock.get_today())
                )
                for founder in founders:
                    mark = member_keys.compute_member_fingerprint(
                        str(founder.recipient), founder.signing
                    )
                    click.echo(f"{body}: {founder.login}, fingerprint {mark}")
        except PortalError as fault:
            raise click.ClickException(f"{body}: {fault}") from fault


@commands.cli.command("unit")
@click.argument("bodies", nargs=-1, required=True, metavar="BODY…")
@click.option("--if-missing", is_flag=True, help="Only for bodies without a current key.")
@click.option("--statement", "statement_file", type=FILE, help="What a member signed.")
@click.option("--signature", "signature_file", type=FILE, help="Its signature, made by openssl.")
@click.option("--dry-run", is_flag=True, help="Say who would get the key; make none.")
def make_unit_keys(
    bodies: tuple[str, ...],
    *,
    if_missing: bool,
    statement_file: Path | None,
    signature_file: Path | None,
    dry_run: bool,
) -> None:
    """Make the first key of each BODY, for everybody on its roster.

    Every later key is the act of a member, on the page Members, or with a statement that they
    signed offline.
    """
    signed = None
    if statement_file and signature_file:
        settings = SETTINGS.get()
        line = statement_file.read_text("utf-8", errors="replace").rstrip("\n")
        signed = Signed(line, signature_file.read_bytes(), settings.log_origin)
    for body in bodies:
        if if_missing and _has_key(body):
            click.echo(f"{body}: has a key")
        elif dry_run:
            with reading() as session:
                names = [holder.login for holder in member_keys.list_key_holders(session, body)]
            click.echo(f"{body}: would go to {', '.join(names) or 'nobody, and so be refused'}")
        else:
            _make_unit_key(body, signed)


@commands.cli.command("recovery")
@click.option(
    "--holder", "holders", required=True, multiple=True, type=FILE, help="Five times: age1pq1…"
)
@click.option("--out", required=True, type=NEW_FOLDER, help="New folder for the ten files.")
@click.option("--again", is_flag=True, help="Make the next recovery key and retire this one.")
@click.option("--dry-run", is_flag=True, help="Check the holders; make nothing.")
def make_recovery_key(holders: tuple[Path, ...], out: Path, *, again: bool, dry_run: bool) -> None:
    """Make the recovery key, which any three of five holders can open together."""
    recipients = [_read_recipient(path) for path in holders]
    if len(set(recipients)) != HOLDERS or len(recipients) != HOLDERS:
        raise click.ClickException("give five different holders")
    if _has_key(RECOVERY) and not again:
        raise click.ClickException("there is a recovery key; --again makes the next one")
    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty")
    for place, recipient in enumerate(recipients, start=1):
        click.echo(f"Holder {place}: {member_keys.compute_fingerprint(recipient.text)}")
    if not dry_run:
        _make_recovery(recipients, out)


@commands.cli.command("list")
def list_keys() -> None:
    """List the keys of all bodies with their fingerprints."""
    with reading() as session:
        for key in session.scalars(select(UnitKey).order_by(UnitKey.body_code, UnitKey.epoch)):
            state = f"retired {key.retired_on}" if key.retired_on else "current"
            mark = member_keys.compute_fingerprint(key.recipient)
            click.echo(f"{key.body_code:18} {key.epoch:3} {state:18} {mark}")


def _make_unit_key(body: str, signed: Signed | None) -> None:
    try:
        with transaction() as session:
            made = member_keys.make_next_epoch(
                session, body, signed=signed, today=clock.get_today()
            )
    except Unsigned as fault:
        raise click.ClickException(
            f"{body}: a member makes the next key, on the page Members; {fault}"
        ) from fault
    except PortalError as fault:
        raise click.ClickException(f"{body}: {fault}") from fault
    click.echo(
        f"{body}: epoch {made.epoch}, fingerprint {member_keys.compute_fingerprint(made.recipient)}"
    )


def _make_recovery(recipients: list[Recipient], out: Path) -> None:
    """Write the files before the key is in use: a key nobody can recover is worse than none."""
    with transaction() as session:
        kit = member_keys.make_recovery(session, recipients, today=clock.get_today())
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in kit.files.items():
            try:
                create_whole(out / name, content)
            except FileExistsError as fault:  # of an older key, which may still be needed
                raise click.ClickException(str(fault)) from fault
            click.echo(f"{out / name}")
        mark = member_keys.compute_fingerprint(kit.unit_key.recipient)
    click.echo(f"Recovery key {kit.unit_key.epoch}, fingerprint {mark}")


def _has_key(body: str) -> bool:
    with reading() as session:
        current = select(UnitKey.id).where(UnitKey.body_code == body, UnitKey.retired_on.is_(None))
        return session.scalar(current) is not None


def _read_signing_key(path: Path) -> bytes:
    """Return the public signing key in a file that openssl wrote."""
    try:
        return read_public_pem(path.read_bytes())
    except FormatError as error:
        raise click.ClickException(f"{path}: not a public Ed25519 key in PEM") from error


def _read_recipient(path: Path) -> Recipient:
    """Return the public key in a file, which may hold comments as age-keygen writes them."""
    lines = path.read_text("ascii", errors="replace").split()
    recipients = [line for line in lines if line.startswith("age1pq1")]
    try:
        (text,) = recipients
        return parse_recipient(text)
    except (ValueError, FormatError) as error:
        raise click.ClickException(f"{path}: not one post-quantum recipient") from error
