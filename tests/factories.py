"""Things a test needs, made by the services of the portal; a test says only what it is about."""

import json
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import hands
from bench.hands import Hand, get_signing_key
from crypto import acts, passphrase, passwords, receipt, totp
from crypto.keys import Identity, generate_identity, parse_recipient
from crypto.log_entries import Announcement
from crypto.seal import generate_throwaway_recipient, seal
from crypto.secretbox import encrypt
from crypto.signing import SigningKey, generate_signing_key
from portal.accounts.models import Account, KeyCopy, Role, RosterMove
from portal.accounts.service import replaying, roster
from portal.accounts.service.sign_in import get_seed_context
from portal.cases.bodies import PORTAL_BOARD, get_body_kind, get_body_region, list_bodies
from portal.cases.models import RECOVERY, Case, PublicBody, UnitKey
from portal.cases.signed_acts import set_signer
from portal.core.blobs import BlobStore
from portal.core.keyring import Keyring
from portal.core.taxonomy import load
from portal.intake import service
from portal.intake.draft import Choice, Draft
from portal.transparency.writing import announcing
from portal.transparency.writing.service import Log
from portal.transparency.writing.signed import SignedStates

TODAY = hands.TODAY
REGION = "KZ-75"
PASSWORD = "a password of a test"
PASSPHRASE = "babado-cecidu"
QUICK = 10  # logarithm of the scrypt cost: tests do not need it to be slow
Row = TypeVar("Row")
STORY = "An officer at the checkpoint asked for money and kept my licence."


@dataclass(frozen=True)
class BodyUnit:
    """A body with a key, and the private keys that only its members have outside tests."""

    code: str
    identity: Identity
    signing: SigningKey
    key: UnitKey

    @property
    def bundle(self) -> bytes:
        """What is sealed to each member."""
        return json.dumps(
            {
                "body": self.code,
                "epoch": self.key.epoch,
                "identity": self.identity.text,
                "signing": b64encode(self.signing.seed).decode(),
            }
        ).encode()


@dataclass(frozen=True)
class StaffPerson:
    """A member of staff, and what only that person knows."""

    account: Account
    identity: Identity
    totp_secret: bytes
    password: str = PASSWORD
    passphrase: str = PASSPHRASE

    @property
    def signing(self) -> SigningKey:
        """What the person signs acts with."""
        return get_signing_key(self.account.id)


@dataclass(frozen=True)
class Filed:
    """A case, and what only its reporter has."""

    case: Case
    secret: bytes
    reporter: service.Reporter
    draft: Draft = field(repr=False)

    @property
    def code(self) -> str:
        """The receipt as it is shown."""
        return receipt.format_digits(self.secret)


@cache
def _identity(number: int) -> Identity:
    """Return one of the key pairs that all tests of a run share."""
    del number
    return generate_identity()


@cache
def _signing(number: int) -> SigningKey:
    del number
    return generate_signing_key()


@cache
def _wrapped(number: int, account_id: str) -> str:
    own = acts.write_identity_file(_identity(number).text, get_signing_key(account_id))
    return passphrase.wrap(own, PASSPHRASE, log_n=QUICK)


@cache
def _account_id(number: int) -> str:
    """Return one of the ids that accounts have in all tests of a run: each has its own key."""
    del number
    return secrets.token_hex(16)


@cache
def _password() -> str:
    return passwords.hash_password(PASSWORD)


class Make:
    """Makes rows that are committed at once, so that pages see them too."""

    def __init__(self, session: Session, keyring: Keyring, blobs: BlobStore) -> None:
        set_signer(session, Hand(session))  # whoever acts in it signs
        self.session = session
        self.keyring = keyring
        self.blobs = blobs
        instance = blobs.folder.parent
        states = SignedStates(instance / "state", instance / "log")
        self.log = Log("localhost/log", keyring, states)
        self.units: dict[str, BodyUnit] = {}
        self._numbers = iter(range(1_000_000))
        self._keeps = session.commit

    def portal(self, *codes: str) -> "Make":
        """Make every body, and keys and one member for recovery, the oversight board and `codes`.

        Without codes: for every national body and those of one region.
        """
        chosen = codes or tuple(
            code for code in list_bodies() if get_body_region(code) in {None, REGION}
        )
        self._keeps = self.session.flush  # so many commits, one after another, would be slow
        there = set(self.session.scalars(select(PublicBody.code)))
        self.session.add_all(_body(code) for code in list_bodies() if code not in there)
        for code in dict.fromkeys((RECOVERY, PORTAL_BOARD, *chosen)):
            self.unit(code)
        self._keeps = self.session.commit
        self.session.commit()
        return self

    def body(self, code: str) -> PublicBody:
        """Make a body without a key, unless it is there."""
        return self.session.get(PublicBody, code) or self._kept(_body(code))

    def unit(self, code: str, *, members: int = 1) -> BodyUnit:
        """Make a body with a key and so many members who hold it; recovery has no members."""
        if code in self.units:
            return self.units[code]
        self.body(code)
        unit = self.epoch(code)
        for _ in range(0 if code == RECOVERY else members):
            self.person(body_code=code)
        return unit

    def epoch(self, code: str, *, made_on: date = TODAY) -> BodyUnit:
        """Make the next key of a body, retire the one before, and give it to the members."""
        number = next(self._numbers)
        before = self.session.scalars(select(UnitKey).where(UnitKey.body_code == code)).all()
        for key in before:
            key.retired_on = key.retired_on or made_on
        key = self._kept(
            UnitKey(
                body_code=code,
                epoch=len(before) + 1,
                recipient=_identity(number).recipient.text,
                signing=_signing(number).public,
                made_on=made_on,
            )
        )
        self.units[code] = unit = BodyUnit(code, _identity(number), _signing(number), key)
        for member in self.session.scalars(select(Account).where(Account.body_code == code)):
            self.key_copy(unit, member)
        return unit

    def person(
        self,
        *,
        body_code: str | None = "PROS_SPEC",
        role: Role = Role.INVESTIGATOR,
        login: str | None = None,
        key: bool = True,
        rostered: bool = True,
    ) -> StaffPerson:
        """Make an enrolled member of staff.

        With `key`, one who holds the keys of the unit; with `rostered`, one of the first on the
        roster of the body.
        """
        number = next(self._numbers)
        account_id, seed = self._new_id(number), totp.generate_secret()
        account = self._kept(
            Account(
                id=account_id,
                login=login or f"member-{number}",
                role=role,
                body_code=body_code,
                active=True,
                made_on=TODAY,
                password=_password(),
                totp=encrypt(self.keyring.accounts, seed, get_seed_context(account_id)),
                totp_counter=0,
                recipient=_identity(number).recipient.text,
                proven=True,
                signing=get_signing_key(account_id).public,
                wrapped_identity=_wrapped(number, account_id),
            )
        )
        if rostered and body_code:
            self.roster_entry(account)
        if key and body_code in self.units:
            self.key_copy(self.units[body_code], account)
        return StaffPerson(account, _identity(number), seed)

    def _new_id(self, number: int) -> str:
        taken = self.session.get(Account, _account_id(number))  # by another maker of this portal
        return secrets.token_hex(16) if taken else _account_id(number)

    def roster_entry(self, account: Account) -> None:
        """Put a member on the roster of their body, as the ceremony does."""
        body_code = str(account.body_code)
        roster.note(self.session, RosterMove.FOUND, body_code, account, None, today=TODAY)
        roster.enter(self.session, body_code, account, founder=True, today=TODAY)
        self._keeps()

    def key_copy(self, unit: BodyUnit, account: Account) -> KeyCopy:
        """Give the keys of a unit to a member."""
        own = parse_recipient(account.recipient or "")
        return self._kept(
            KeyCopy(
                unit_key_id=unit.key.id,
                account_id=account.id,
                sealed=seal(
                    unit.bundle,
                    (own, generate_throwaway_recipient(), generate_throwaway_recipient()),
                ),
                given_on=TODAY,
            )
        )

    def filed(
        self,
        *,
        category: str = "bribery",
        subcategory: str | None = None,
        region: str | None = REGION,
        agency: str | None = None,
        leadership: bool = False,
        outside_police: bool = False,
        answers: dict[str, str | list[str]] | None = None,
        language: str = "ru",
        today: date = TODAY,
        secret: bytes | None = None,
    ) -> Filed:
        """File a report as the page without scripts does, to a portal made by `portal`."""
        if not self.units:
            self.portal()
        choice = Choice(
            category=category,
            subcategory=subcategory or load().list_subcategories(category)[0].id,
            region=region,
            agency=agency,
            leadership=leadership,
            outside_police=outside_police,
        )
        draft = Draft(choice, language, answers or {"danger_now": "no", "what_happened": STORY})
        secret = secret or receipt.generate_secret()
        reporter = service.Reporter(secret, receipt.derive(secret))
        told = service.make_promise(self.session, choice, keyring=self.keyring)
        report = service.seal_report(draft, told.keys, reporter)
        accepted = service.file_report(self.session, told.ticket, report, log=self.log, today=today)
        self.session.commit()
        return Filed(accepted.case, secret, reporter, draft)

    def case(self, **about: object) -> Case:
        """File a report, and return its case."""
        return self.filed(**about).case  # type: ignore[arg-type]

    def _kept(self, row: Row) -> Row:
        self.session.add(row)
        self._keeps()
        return row


def _body(code: str) -> PublicBody:
    return PublicBody(code=code, kind=get_body_kind(code), region=get_body_region(code))


def in_use(session: Session) -> list[Announcement]:
    """Return the keys and rosters that `log merge` announces."""
    return [*announcing.list_keys(session), *replaying.list_announcements(session)]
