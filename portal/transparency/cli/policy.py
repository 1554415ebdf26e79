"""Commands about whose word on the log is asked for."""

from collections.abc import Callable
from typing import NoReturn

import click

from crypto import notes
from crypto.errors import FormatError
from crypto.notes import VerifierKey
from portal.core.errors import PortalError
from portal.transparency import policy as policies
from portal.transparency.cli.blueprint import commands
from portal.transparency.parts import LOG
from portal.transparency.policy import PolicyFile, Witness
from portal.transparency.writing.log_keys import derive_public_key
from portal.web.parts import SETTINGS


@commands.cli.group("policy")
def manage_policy() -> None:
    """Whose word on the log is asked for: its witnesses, and how many of them are needed.

    What is changed here is announced in the log by the next `log merge`.
    """


@manage_policy.command("show")
def show() -> None:
    """Print the policy, beginning with the key of this portal's log, and all fingerprints."""
    _print_policy(_load_policy())


@manage_policy.command("add")
@click.argument("key")
@click.argument("address", default="")
def add(key: str, address: str) -> None:
    """Add the witness with this KEY, as its people gave it to you face to face or by telephone.

    Each new checkpoint is sent to a witness with an ADDRESS, such as https://ngo.example/witness.
    Run it again with another ADDRESS when the witness moves, and without one to send nothing.
    """
    _change(
        lambda policy_file: policy_file.add_witness(Witness(_parse_key(key), address.rstrip("/")))
    )


@manage_policy.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Remove the witness with this NAME: the part of its key before the first plus."""
    _change(lambda policy_file: policy_file.remove_witness(name))


@manage_policy.command("quorum")
@click.argument("number", type=click.IntRange(0))
def set_quorum(number: int) -> None:
    """Ask for the word of this NUMBER of witnesses before a checkpoint is believed."""
    _change(lambda policy_file: policy_file.set_quorum(number))


def _load_policy() -> PolicyFile:
    settings = SETTINGS.get()
    log = LOG.get()
    try:
        return policies.load(settings.instance, derive_public_key(log.keyring, log.origin))
    except PortalError as error:
        _refuse(error)


def _change(how: Callable[[PolicyFile], PolicyFile]) -> None:
    """Change the file, and print what it says now."""
    settings = SETTINGS.get()
    try:
        changed = how(_load_policy())
    except PortalError as error:
        _refuse(error)
    policies.save(settings.instance, changed)
    _print_policy(changed)


def _print_policy(chosen: PolicyFile) -> None:
    """Print the file, and below it what people compare by telephone."""
    click.echo(chosen.text)
    for key in (*chosen.logs, *(witness.key for witness in chosen.witnesses)):
        click.echo(f"# fingerprint of {key.name}: {key.fingerprint}")


def _parse_key(text: str) -> VerifierKey:
    try:
        return notes.parse_key(text)
    except FormatError as error:
        _refuse(error)


def _refuse(error: Exception) -> NoReturn:
    raise click.ClickException(str(error)) from error
