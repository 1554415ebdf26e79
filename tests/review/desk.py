"""What a member of staff does at a desk, in Python: signs in, seals letters as the scripts do."""

import secrets
from dataclasses import dataclass
from io import BytesIO

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.keys import Recipient, parse_recipient
from crypto.padding import compute_padme_length
from crypto.seal import HEADER_BYTES, generate_throwaway_recipient, open_sealed, rewrap_header, seal
from crypto.text import to_base64, to_json
from crypto.writer import Writer, encrypt_writer
from portal.accounts.models import Account
from portal.accounts.service.sign_in import Now, SessionStep, open_session
from portal.cases.models import Case, Envelope
from portal.cases.sealing_keys import get_recovery_key
from portal.cases.service import SealedFile
from portal.core import clock
from portal.core.db import WRITES
from portal.review.inputs import SealedWriting
from portal.review.service import case_steps, holding
from portal.review.service.case_writing import WritingAct, write
from portal.review.service.transfers import transfer
from portal.web.parts import SESSIONS
from tests.factories import TODAY, BodyUnit, Filed, Make, StaffPerson
from tests.page import Browser
from tests.staff import StaffBrowser


@dataclass
class ReviewDesk:
    """A member of a body at work on one case."""

    session: Session
    filed: Filed
    unit: BodyUnit
    who: StaffPerson

    @property
    def case(self) -> Case:
        return self.filed.case

    @property
    def account(self) -> Account:
        return self.who.account

    def letter(
        self,
        kind: str,
        *,
        fields: dict[str, object] | None = None,
        thread: str | None = None,
        seq: int | None = None,
        to: BodyUnit | None = None,
        attachments: tuple[bodies.Attachment, ...] = (),
        files: tuple[SealedFile, ...] = (),
    ) -> SealedWriting:
        """Seal a letter behind what stands in the thread."""
        place = thread or (bodies.NOTES if kind == bodies.NOTE else bodies.CASE)
        last = self.last(place)
        number = seq if seq is not None else (last.seq + 1 if last else 0)
        body = bodies.Body(
            type=kind,
            rid=self.case.id,
            thread=place,
            seq=number,
            prev=last.digest if last and number else "",
            fields=fields or {"text": "words for the reporter"},
            attachments=attachments,
            to=bodies.Addressee(to.code, to.identity.recipient, to.signing.public) if to else None,
            by=encrypt_writer(
                Writer(self.account.id, self.account.login),
                self.unit.signing,
                rid=self.case.id,
                thread=place,
                seq=number,
            )
            if bodies.AUTHORS[kind] == bodies.BODY
            else None,
        )
        return SealedWriting(
            number, seal(bodies.compose(body, self.unit.signing), self.readers(place, to)), files
        )

    def readers(self, thread: str = "case", to: BodyUnit | None = None) -> tuple[Recipient, ...]:
        """Whom an object of a thread is sealed to."""
        reporter = (
            self.filed.reporter.recipient if thread == "case" else generate_throwaway_recipient()
        )
        recovery = parse_recipient(get_recovery_key(self.session).recipient)
        return ((to or self.unit).identity.recipient, recovery, reporter)

    def headers(self, to: BodyUnit) -> dict[str, bytes]:
        """New headers for everything sealed in the thread of the case."""
        thread = self.session.scalars(
            select(Envelope).where(Envelope.case_id == self.case.id, Envelope.thread == "case")
        )
        return {
            envelope.id: rewrap_header(
                envelope.sealed[:HEADER_BYTES], self.unit.identity, self.readers(to=to)
            )
            for envelope in thread
        }

    def renew(self) -> None:
        """Forget what was read: others have written since."""
        self.session.rollback()
        self.session.expire_all()

    def last(self, thread: str) -> Envelope | None:
        return self.session.scalars(
            select(Envelope)
            .where(Envelope.case_id == self.case.id, Envelope.thread == thread)
            .order_by(Envelope.seq.desc())
            .limit(1)
        ).first()

    def take(self) -> "ReviewDesk":
        """Take the case."""
        self.session.refresh(self.case)
        holding.claim(self.session, self.case.id, who=self.account, today=TODAY)
        self.session.commit()
        return self

    def step(self, *names: str) -> "ReviewDesk":
        """Go some steps."""
        for name in names:
            case_steps.take_step(
                self.session,
                self.case.id,
                name,
                who=self.account,
                version=self.case.version,
                today=TODAY,
            )
            self.session.commit()
        return self

    def write(self, act: WritingAct) -> "ReviewDesk":
        """Write a letter."""
        kind = {WritingAct.QUESTION: "question", WritingAct.NOTE: "note"}.get(act, "reply")
        write(self.session, self.case.id, act, self.letter(kind), who=self.account, today=TODAY)
        self.session.commit()
        return self

    def opened(self, envelope: Envelope, unit: BodyUnit | None = None) -> bytes:
        """What the key of a unit makes of a sealed object."""
        return open_sealed(envelope.sealed, (unit or self.unit).identity)

    def posted(self, sealed: SealedWriting, **coded: object) -> dict[str, object]:
        """What the scripts post for a letter."""
        return {
            **coded,
            "seq": str(sealed.seq),
            "sealed": (BytesIO(sealed.body), "sealed"),
        }


def at_desk(make: Make, *, login: str | None = None, **about: object) -> ReviewDesk:
    """Make a member of the body responsible for a case; nobody else there holds its key."""
    filed = make.filed(**about)  # type: ignore[arg-type]
    unit = make.units[filed.case.body_code]
    person = make.person(body_code=unit.code, login=login)
    return ReviewDesk(make.session, filed, unit, person)


def colleague(make: Make, desk: ReviewDesk) -> ReviewDesk:
    """Make another member of the same body, at the same case."""
    return ReviewDesk(desk.session, desk.filed, desk.unit, make.person(body_code=desk.unit.code))


def given(desk: ReviewDesk, to: BodyUnit, headers: dict[str, bytes] | None = None) -> ReviewDesk:
    """Give the case to another body."""
    transfer(
        desk.session,
        desk.case.id,
        to.code,
        desk.headers(to) if headers is None else headers,
        desk.letter("transfer", to=to),
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    desk.session.commit()
    return desk


def sealed_file(name: str, content: bytes, desk: ReviewDesk) -> tuple[bodies.Attachment, bytes]:
    """Seal a file as the scripts do; return its entry in the manifest, and the sealed bytes."""
    whole = seal(content + bytes(compute_padme_length(len(content)) - len(content)), desk.readers())
    entry = bodies.Attachment(
        id=secrets.token_hex(16),
        name=name,
        type="text/plain",
        size=len(content),
        pt=bodies.compute_digest(content),
        ct=bodies.compute_digest(whole),
    )
    return entry, whole


def token_of(app: Flask, person: StaffPerson) -> str:
    """Sign somebody in, and return what their cookie holds."""
    at = Now(clock.get_today(), clock.get_seconds(), 30)
    with SESSIONS.get_from(app).begin() as session:
        session.connection(execution_options=WRITES)
        account = session.get_one(Account, person.account.id)
        return open_session(session, account, step=SessionStep.FULL, at=at)


def signed_in(app: Flask, person: StaffPerson) -> Browser:
    """Return the browser of somebody who has signed in."""
    client = app.test_client()
    client.set_cookie("staff", token_of(app, person))
    return StaffBrowser(client, person.account)


def headers_text(headers: dict[str, bytes]) -> str:
    """Return headers as the scripts post them."""
    return to_json({name: to_base64(header) for name, header in headers.items()})
