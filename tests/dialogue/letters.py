"""Writes what a body writes to a reporter, as its members do in their browsers."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.body import Addressee, Attachment, Body
from crypto.keys import Recipient, parse_recipient
from crypto.padding import compute_padme_length
from crypto.seal import open_sealed, seal
from crypto.signing import SigningKey
from portal.cases.codes import DeadlineCode
from portal.cases.models import RECOVERY, Case, Envelope, Sanction
from portal.cases.service import SealedFile, add_envelope, change_status, start_clock
from portal.cases.states import Status
from portal.dialogue import queries
from tests.factories import TODAY, BodyUnit, Filed, Make


@dataclass(frozen=True)
class ReplyDesk:
    """A body at work on one case."""

    session: Session
    make: Make
    filed: Filed

    @property
    def case(self) -> Case:
        return self.filed.case

    @property
    def unit(self) -> BodyUnit:
        return self.make.units[self.case.body_code]

    def fresh_case(self) -> Case:
        """Return the case as the pages left it."""
        self.session.rollback()
        self.session.refresh(self.case)
        return self.case

    @property
    def readers(self) -> tuple[Recipient, Recipient, Recipient]:
        """Return whom everything in this case is sealed to."""
        recovery = self.make.units[RECOVERY]
        own = self.filed.reporter.recipient
        return self.unit.identity.recipient, recovery.identity.recipient, own

    def thread(self) -> Sequence[Envelope]:
        self.session.commit()  # what others wrote meanwhile is seen too
        self.session.expire_all()
        return queries.list_thread(self.session, self.case.id, sealed=True)

    def body(self, kind: str, **fields: object) -> Body:
        """Return the next thing to write, in its right place."""
        written = self.thread()
        return Body(
            type=kind,
            rid=self.case.id,
            thread=bodies.CASE,
            seq=len(written),
            prev=bodies.compute_digest(written[-1].sealed),
            fields=fields,
        )

    def write(
        self,
        kind: str,
        *,
        signing: SigningKey | None = None,
        files: Sequence[tuple[Attachment, SealedFile]] = (),
        today: date = TODAY,
        **fields: object,
    ) -> Envelope:
        """Seal and store a letter of the body."""
        body = replace(self.body(kind, **fields), attachments=tuple(entry for entry, _ in files))
        return self.store(self.sealed(body, signing), kind, files=files, today=today)

    def hand_over(self, to: BodyUnit, *, signing: SigningKey | None = None) -> Envelope:
        """Announce another body, and give it the case."""
        addressee = Addressee(to.code, parse_recipient(to.key.recipient), to.key.signing)
        body = replace(self.body("transfer", text="They are competent."), to=addressee)
        sealed = self.sealed(body, signing)
        envelope = self.store(sealed, "transfer")
        self.case.body_code = to.code
        self.session.commit()
        return envelope

    def sealed(self, body: Body, signing: SigningKey | None = None) -> bytes:
        """Sign and seal a letter to the reporter, as whoever holds the signing key can."""
        return seal(bodies.compose(body, signing or self.unit.signing), self.readers)

    def store(
        self,
        sealed: bytes,
        kind: str,
        *,
        files: Sequence[tuple[Attachment, SealedFile]] = (),
        today: date = TODAY,
    ) -> Envelope:
        """Store something sealed at the end of the thread, whatever it is."""
        envelope = add_envelope(
            self.session,
            self.case,
            thread=bodies.CASE,
            seq=len(self.thread()),
            kind=kind,
            author=bodies.AUTHORS[kind],
            sealed=sealed,
            attachments=[file for _, file in files],
            today=today,
        )
        self.session.commit()
        return envelope

    def attach(self, name: str, content: bytes) -> tuple[Attachment, SealedFile]:
        """Put a sealed file into the store, and say what its manifest says."""
        sealed = seal(content.ljust(compute_padme_length(len(content)), b"\0"), self.readers)
        arrived = self.make.blobs.open_incoming()
        arrived.write(sealed)
        kept = self.make.blobs.keep(arrived, secrets.token_hex(16))
        digest = hashlib.sha256(sealed).hexdigest()
        plain = hashlib.sha256(content).hexdigest()
        entry = Attachment(kept, name, "text/plain", len(content), plain, digest)
        return entry, SealedFile(kept, len(sealed), digest)

    def read_last(self) -> Body:
        """Open the last thing that the reporter wrote with the body's own key."""
        written = self.thread()
        last = written[-1]
        return bodies.read(
            open_sealed(last.sealed, self.unit.identity),
            rid=self.case.id,
            thread=bodies.CASE,
            seq=last.seq,
            prev=bodies.compute_digest(written[-2].sealed),
            signer_public=self.filed.reporter.own.signing.public,
            author=bodies.REPORTER,
        )


def decide(desk: ReplyDesk, *, today: date = TODAY) -> None:
    """Decide a case, and tell its reporter, as the pages of review do."""
    session, case = desk.session, desk.case
    session.refresh(case)
    if case.status is Status.RECEIVED:
        for status in (Status.ACKNOWLEDGED, Status.ASSESSMENT):
            change_status(session, case, status, actor="system", today=today)
    change_status(session, case, Status.DECIDED, actor="system", today=today)
    for allegation in case.allegations:
        allegation.outcome, allegation.decided_on = "substantiated", today
        allegation.sanctions.append(Sanction(code="remark", imposed_on=today))
    start_clock(case, DeadlineCode.REVIEW_WINDOW, today=today)
    desk.write(
        "decision",
        facts="They took money.",
        law="The rule on gifts.",
        finding="It is so.",
        review="Ask for a review here.",
        outcomes=[
            {"subcategory": allegation.subcategory, "outcome": allegation.outcome}
            for allegation in case.allegations
        ],
        today=today,
    )
