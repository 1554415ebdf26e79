"""Tests of the commands of keys: an installation from nothing to its first members."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import passphrase, shares
from crypto.keys import Identity, generate_identity, parse_identity
from crypto.seal import open_sealed
from crypto.signing import generate_signing_key, write_public_pem
from portal.accounts import queries
from portal.accounts.models import Role
from portal.cases.models import AuditEntry, UnitKey
from tests.factories import QUICK, Make, StaffPerson

BODY = "PROS_SPEC"


def run(app: Flask, *words: str | Path, fails: bool = False) -> str:
    """Run a command as an operator does, and return what it prints."""
    outcome = app.test_cli_runner().invoke(args=["keys", *map(str, words)])
    assert outcome.exit_code == (1 if fails else 0), outcome.output
    return outcome.output


def key_files(folder: Path, name: str, identity: Identity) -> tuple[Path, Path]:
    """Write the two files that a member makes with age on their own machine."""
    recipient, wrapped = folder / f"{name}.txt", folder / f"{name}.age"
    recipient.write_text(f"# made offline\n{identity.recipient.text}\n")
    secret = f"# created: a day\n# public key: {identity.recipient.text}\n{identity.text}\n"
    wrapped.write_text(passphrase.wrap(secret.encode(), "words", log_n=QUICK))
    (folder / "signing.pub").write_bytes(write_public_pem(generate_signing_key().public))
    return recipient, wrapped


def personal(login: str, recipient: Path, wrapped: Path) -> tuple[str | Path, ...]:
    """Return the command with which the operator stores a key."""
    signing = recipient.parent / "signing.pub"
    keys = ("--recipient", recipient, "--signing", signing, "--wrapped", wrapped)
    return ("personal", "--login", login, *keys)


@pytest.fixture
def member(make: Make) -> StaffPerson:
    make.unit(BODY, members=0)
    return make.person(body_code=BODY, role=Role.HEAD, login="a.head", key=False)


@pytest.fixture
def first(make: Make) -> StaffPerson:
    """The first member of a body without keys, without a roster."""
    make.body(BODY)
    return make.person(body_code=BODY, role=Role.HEAD, login="a.head", key=False, rostered=False)


def test_the_first_members_of_a_body_come_by_command(
    app: Flask, session: Session, first: StaffPerson, tmp_path: Path
) -> None:
    identity = generate_identity()
    recipient, wrapped = key_files(tmp_path, "a.head", identity)

    run(app, *personal("a.head", recipient, wrapped))
    assert "seven" not in run(app, "found", BODY, "--dry-run")
    assert "a.head, fingerprint" in run(app, "found", BODY)
    assert "had a roster" in run(app, "found", BODY, fails=True)
    assert "has a roster" in run(app, "found", BODY, "--if-missing")
    printed = run(app, "unit", BODY)

    (copy,) = queries.list_copies(session, first.account.id)
    assert f"epoch {copy.epoch}" in printed
    assert BODY.encode() in open_sealed(copy.sealed, identity)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "personal_key")).one()
    assert (entry.actor, entry.detail) == ("system", first.account.id), "not the member did it"
    assert queries.list_eligible_bodies(session, None) == {BODY}


def test_a_dry_run_makes_no_key(app: Flask, session: Session, member: StaffPerson) -> None:
    del member
    before = session.scalars(select(UnitKey.epoch)).all()

    printed = run(app, "unit", BODY, "--dry-run")

    assert "a.head" in printed
    assert session.scalars(select(UnitKey.epoch)).all() == before


def test_a_body_with_a_key_is_left_alone_where_only_missing_ones_are_wanted(
    app: Flask, session: Session, member: StaffPerson
) -> None:
    del member

    run(app, "unit", BODY, "--if-missing")

    assert session.scalars(select(UnitKey.epoch)).all() == [1]


def test_a_body_in_which_nobody_has_a_key_gets_none(app: Flask, make: Make) -> None:
    make.body("KUIS")

    assert "nobody is on the roster" in run(app, "unit", "KUIS", fails=True)
    assert "no such body" in run(app, "unit", "NOBODY", fails=True)


def test_a_key_in_the_open_is_refused(app: Flask, member: StaffPerson, tmp_path: Path) -> None:
    del member
    identity = generate_identity()
    recipient, wrapped = key_files(tmp_path, "a.head", identity)
    wrapped.write_text(identity.text)

    words = personal("a.head", recipient, wrapped)

    assert "passphrase" in run(app, *words, fails=True)


@pytest.mark.parametrize("content", ["", "age1pq1", "nothing", "\xff"])
def test_a_file_without_a_public_key_is_refused(
    app: Flask, member: StaffPerson, tmp_path: Path, content: str
) -> None:
    del member
    recipient, wrapped = key_files(tmp_path, "a.head", generate_identity())
    recipient.write_text(content)

    words = personal("a.head", recipient, wrapped)

    assert "recipient" in run(app, *words, fails=True)


def test_three_of_five_holders_open_what_the_recovery_command_wrote(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    holders = [generate_identity() for _ in range(5)]
    files = [
        key_files(tmp_path, f"holder-{place}", holder)[0] for place, holder in enumerate(holders)
    ]
    words: list[str | Path] = [word for file in files for word in ("--holder", file)]

    run(app, "recovery", *words, "--out", tmp_path / "kit", "--dry-run")
    assert not (tmp_path / "kit").exists()
    run(app, "recovery", *words, "--out", tmp_path / "kit")

    (stored,) = session.scalars(select(UnitKey))
    layer = (tmp_path / "kit" / "recovery-1-holders-1-3-5.age").read_bytes()
    for place in (0, 2, 4):
        layer = shares.remove_layer(layer, holders[place])
    assert parse_identity(layer.decode().splitlines()[-1]).recipient.text == stored.recipient
    assert len(list((tmp_path / "kit").iterdir())) == 10
    assert "--again" in run(app, "recovery", *words, "--out", tmp_path / "kit", fails=True)
    full = run(app, "recovery", *words, "--again", "--out", tmp_path / "kit", fails=True)
    assert "not empty" in full
    run(app, "recovery", *words, "--again", "--out", tmp_path / "next")
    session.rollback()  # looks at the database afresh
    assert [key.epoch for key in session.scalars(select(UnitKey)) if not key.retired_on] == [2]


def test_recovery_needs_five_different_holders(app: Flask, tmp_path: Path) -> None:
    recipient, _ = key_files(tmp_path, "one", generate_identity())
    words: list[str | Path] = ["--holder", recipient] * 5

    told = run(app, "recovery", *words, "--out", tmp_path / "kit", fails=True)

    assert "five different" in told


def test_keys_are_listed_with_their_fingerprints(app: Flask, member: StaffPerson) -> None:
    del member

    assert BODY in run(app, "list")
