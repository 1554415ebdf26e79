"""The drill of docs/keys.md: three of five holders open a report with nothing but stock age."""

import os
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.hands import sign_act
from crypto import acts
from crypto.acts import Statement
from crypto.keys import parse_recipient
from crypto.seal import generate_throwaway_recipient, seal
from portal.accounts import queries
from portal.accounts.models import Account, Role
from portal.accounts.service import admitting
from portal.cases.models import Envelope
from portal.core import clock
from tests.crypto import stock_age
from tests.factories import STORY, TODAY, Make, StaffPerson

BODY = "KNB_AC"
PASSPHRASE = "babado-cecidu-fodigu"


class Machine:
    """A machine with stock age, no network and a folder of its own."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder = folder
        self.tools = tools

    def age(self, program: str, *words: str | Path) -> bytes:
        path = f"{self.tools}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(  # noqa: S603 - our own words
            [str(self.tools / program), *map(str, words)],
            check=True,
            capture_output=True,
            cwd=self.folder,
            env={"PATH": path, "AGE_PASSPHRASE": PASSPHRASE},
        ).stdout

    def makes_a_key(self, name: str) -> Path:
        """Make `name.key` and `name.txt`, and return the public one."""
        self.age("age-keygen", "-pq", "-o", f"{name}.key")
        self.age("age-keygen", "-y", "-o", f"{name}.txt", f"{name}.key")
        return self.folder / f"{name}.txt"

    def makes_a_signing_key(self, own: str) -> Path:
        """Make a key with openssl, keep its seed as a comment in `own`, return the public one."""
        self._openssl("genpkey -algorithm ed25519 -out signing.pem")
        self._openssl("pkey -in signing.pem -pubout -out signing.pub")
        seed = self._openssl("pkey -in signing.pem -outform DER")[-32:]
        with (self.folder / own).open("a") as file:
            file.write(f"# signing-key {b64encode(seed).decode()}\n")
        return self.folder / "signing.pub"

    def signs(self, statement: str) -> tuple[Path, Path]:
        """Sign a statement with openssl."""
        self.keeps("statement.json", statement.encode())
        words = "pkeyutl -sign -inkey signing.pem -rawin -in statement.json -out signature.bin"
        self._openssl(words)
        return self.folder / "statement.json", self.folder / "signature.bin"

    def _openssl(self, words: str) -> bytes:
        return subprocess.run(  # noqa: S603 - our own words
            ["openssl", *words.split()],  # noqa: S607
            check=True,
            capture_output=True,
            cwd=self.folder,
        ).stdout

    def opens(self, file: Path, key: str) -> bytes:
        return self.age("age", "-d", "-i", key, file)

    def keeps(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    tools = stock_age.find()
    if tools is None:
        pytest.skip("age 1.3 is not here; python -m tests.crypto.stock_age fetches it")
    return Machine(tmp_path, tools)


def run(app: Flask, *words: str | Path) -> str:
    outcome = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def admits(session: Session, make: Make, head: StaffPerson, member: Account) -> None:
    """Admit somebody as the browser of the head does."""
    session.refresh(member)
    fields: dict[str, acts.Values] = {
        "signing": (member.signing or b"").hex(),
        "recipient": acts.encode_field([str(member.recipient)]),
    }
    signed = sign_act(head.account, "admit", member.id, fields)
    to = (
        parse_recipient(str(member.recipient)),
        generate_throwaway_recipient(),
        generate_throwaway_recipient(),
    )
    copies = {make.units[BODY].key.epoch: seal(make.units[BODY].bundle, to)}
    assert admitting.admit(session, head.account, member.id, copies, signed=signed, today=TODAY)
    session.commit()


def unsigned(session: Session, member: Account, trail: str) -> Statement:
    """What a member without scripts writes down and signs on their own machine."""
    session.refresh(member)
    return Statement(
        origin="localhost/log",
        act="epoch",
        body=BODY,
        signer=member.id,
        key=member.signing or b"",
        subject=BODY,
        fields={"trail": trail},
        sealed=(),
        day=clock.get_today(),
    )


def report(session: Session) -> bytes:
    return session.scalars(select(Envelope)).one().sealed


def test_three_holders_open_a_report_and_two_do_not(
    app: Flask, session: Session, make: Make, machine: Machine
) -> None:
    make.portal()
    holders = [machine.makes_a_key(f"holder-{place}") for place in range(1, 6)]
    words = [word for holder in holders for word in ("--holder", holder)]
    run(app, "keys", "recovery", *words, "--again", "--out", machine.folder / "kit")
    make.filed()
    sealed = machine.keeps("report.age", report(session))

    first = machine.folder / "kit" / "recovery-2-holders-1-3-4.age"
    second = machine.keeps("second.age", machine.opens(first, "holder-1.key"))
    third = machine.keeps("third.age", machine.opens(second, "holder-3.key"))
    machine.keeps("recovery.key", machine.opens(third, "holder-4.key"))

    assert STORY.encode() in machine.opens(sealed, "recovery.key")
    for key in ("holder-1.key", "holder-3.key", "holder-5.key"):
        with pytest.raises(subprocess.CalledProcessError):
            machine.opens(third, key)


def test_a_member_without_scripts_brings_a_key_and_opens_the_reports_of_the_unit(
    app: Flask, session: Session, make: Make, machine: Machine
) -> None:
    make.portal(BODY)
    member = make.person(body_code=BODY, login="b.offline", key=False).account
    recipient = machine.makes_a_key("own")
    public = machine.makes_a_signing_key("own.key")
    machine.age("age", "-e", "-a", "-j", "batchpass", "-o", "own.age", "own.key")
    wrapped = machine.folder / "own.age"

    head = make.person(body_code=BODY, role=Role.HEAD)
    words = ("--login", "b.offline", "--recipient", recipient, "--wrapped", wrapped)
    run(app, "keys", "personal", *words, "--signing", public)
    admits(session, make, head, member)
    statement = unsigned(session, member, run(app, "audit", "end").strip()).text
    files = machine.signs(statement)
    run(app, "keys", "unit", BODY, "--statement", files[0], "--signature", files[1])
    session.rollback()  # what the command wrote is seen from here on
    make.filed()
    copy = queries.list_copies(session, member.id)[0]
    machine.keeps("again.key", machine.age("age", "-d", "-j", "batchpass", "own.age"))
    bundle = machine.opens(machine.keeps("unit.age", copy.sealed), "again.key").decode()
    unit = bundle.partition('"identity":"')[2].partition('"')[0]
    machine.keeps("unit.key", unit.encode())

    sealed = machine.keeps("report.age", report(session))
    assert STORY.encode() in machine.opens(sealed, "unit.key")
