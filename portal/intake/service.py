"""File a report: say who can read it, seal it, store it once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto import notes
from crypto.keys import Recipient, parse_recipient
from crypto.log_entries import TAG_BYTES
from crypto.receipt import (
    HALF_BYTES,
    ReceiptKeys,
    ReporterKeys,
    derive,
    derive_row_key,
    generate_secret,
)
from crypto.seal import seal
from crypto.secretbox import decrypt, derive_key, encrypt
from crypto.steps import compute_access_digest
from crypto.text import from_base64
from portal.accounts.queries import list_eligible_bodies
from portal.cases import sealing_keys
from portal.cases.codes import SealedBy
from portal.cases.conflicts import RoutingFacts
from portal.cases.models import Case, Filing, LogStep
from portal.cases.routing import Route, derive_facts, route
from portal.cases.service import NewCase, SealedFile, open_case
from portal.cases.units import compute_unit_code
from portal.core.errors import Conflict, Invalid
from portal.core.keyring import Keyring
from portal.core.taxonomy import load
from portal.intake.answers import build_report_fields, select_counted
from portal.intake.draft import Choice, Draft, Ticket
from portal.transparency.publishing.keycheck import KeyCheck, check_keys, is_contradicted
from portal.transparency.writing.chaining import hash_inside
from portal.transparency.writing.log_keys import encrypt_blinding_key
from portal.transparency.writing.promising import build_promised_step, sign_promise_note
from portal.transparency.writing.service import Log

LOOKUP_BYTES = 32  # of what the browser sends instead of a receipt; a secret is shorter
OTHER_KEY = "keys"  # code of the refusal to seal to a key that was exchanged


@dataclass(frozen=True)
class PagePromise:
    """Who can read a report, told before anything is written."""

    ticket: Ticket
    route: Route
    keys: sealing_keys.SealingKeys


@dataclass(frozen=True)
class Reporter:
    """The keys of a new reporter, as long as the request that makes the receipt lasts."""

    secret: bytes = field(repr=False)
    keys: ReceiptKeys = field(repr=False)
    second_half: bytes = field(default_factory=lambda: secrets.token_bytes(HALF_BYTES), repr=False)

    @classmethod
    def create(cls) -> "Reporter":
        """Return a reporter to whom a new receipt is given: it did not exist before."""
        secret = generate_secret()
        return cls(secret, derive(secret))

    @cached_property
    def own(self) -> ReporterKeys:
        """What the reporter will read and sign with."""
        return self.keys.derive_reporter_keys(self.second_half)

    @property
    def recipient(self) -> Recipient:
        """What is sealed to the reporter."""
        return self.own.identity.recipient


@dataclass(frozen=True)
class SealedReport:
    """A report that nobody but its readers can open, made by the browser or by the server."""

    rid: str  # 32 hexadecimal digits, the case it will be
    lookup: bytes = field(repr=False)  # 32 bytes
    second_half: bytes = field(repr=False)  # 32 bytes
    blind: bytes = field(repr=False)  # 32 bytes, key of the case's steps in the public log
    urgency: int | None
    language: str
    sealed: bytes = field(repr=False)
    files: tuple[SealedFile, ...]
    sealed_by: SealedBy
    secret: bytes = field(default=b"", repr=False)  # of the receipt, if the server made it

    @property
    def filing_key(self) -> bytes:
        """What the same page must be able to find again: its receipt, or that it made one."""
        return self.secret or self.lookup


def derive_choice_facts(choice: Choice, urgency: int | None = None) -> RoutingFacts:
    """Return what routing knows of a choice."""
    given = {
        "region": choice.region or "",
        "unit": choice.agency or "",
        "service": choice.service or "",
        "consent_forward": "outside_police" if choice.outside_police else "any_competent",
    }
    derived = derive_facts(choice.category, choice.subcategory, given, urgency=urgency)
    return replace(derived, leadership=derived.leadership or choice.leadership)


def make_promise(session: Session, choice: Choice, *, keyring: Keyring) -> PagePromise:
    """Decide who will be able to read a report, and pin their keys.

    Raises:
        NotFound: the portal has no keys yet.
    """
    known = derive_choice_facts(choice)
    allowed = list_eligible_bodies(session, _compute_unit_code(known, keyring))
    chosen = route(known, eligible=allowed.__contains__)
    pinned = sealing_keys.get_current_keys(session, chosen.primary)
    return PagePromise(Ticket(choice, pinned.unit.id, pinned.recovery.id), chosen, pinned)


def promise_from_ticket(
    session: Session, ticket: Ticket, urgency: int | None = None
) -> PagePromise:
    """Return what a page promised when its ticket was made.

    Raises:
        NotFound: its keys are unknown here.
        Invalid: the body may not have such a report any more; or the public log says that one of
            the keys is another.
    """
    pinned = sealing_keys.get_pinned_keys(session, ticket.unit_key, ticket.recovery_key)
    if is_contradicted(session, (pinned.unit, pinned.recovery)):
        raise Invalid("a key of a ticket is not the one in the log", code=OTHER_KEY)
    body = pinned.unit.body_code
    chosen = route(derive_choice_facts(ticket.choice, urgency), eligible=lambda code: code == body)
    if chosen.primary != body:
        raise Invalid("the body of a ticket is excluded", code="ticket")
    return PagePromise(ticket, chosen, pinned)


def look_up_keys(session: Session, readers: sealing_keys.SealingKeys, *, log: Log) -> KeyCheck:
    """Return what the public log says of the keys that a report is sealed to.

    Args:
        session: to read with.
        readers: the keys of a promise.
        log: the public log.
    """
    return check_keys(session, log, (readers.unit, readers.recovery))


def seal_report(
    draft: Draft,
    readers: sealing_keys.SealingKeys,
    reporter: Reporter,
    attachments: Sequence[tuple[bodies.Attachment, SealedFile]] = (),
) -> SealedReport:
    """Write, sign and seal a report on the server, for people without scripts.

    Args:
        draft: what the person wrote.
        readers: the keys that were promised.
        reporter: the keys that follow from the new receipt.
        attachments: files that are sealed to the same recipients already.
    """
    rid = secrets.token_hex(16)
    unit = readers.unit
    body = bodies.Body(
        type=bodies.REPORT,
        rid=rid,
        thread=bodies.CASE,
        seq=0,
        prev="",
        fields=build_report_fields(draft),
        attachments=tuple(entry for entry, _ in attachments),
        blinding_key=reporter.keys.blinding_key,
        reply_to=reporter.recipient,
        sig=reporter.own.signing.public,
        to=bodies.Addressee(unit.body_code, parse_recipient(unit.recipient), unit.signing),
    )
    plaintext = bodies.compose(body, reporter.own.signing)
    return SealedReport(
        rid=rid,
        lookup=reporter.keys.lookup,
        second_half=reporter.second_half,
        blind=reporter.keys.blinding_key,
        urgency=load().find_most_urgent(select_counted(draft.choice.category, draft.answers)),
        language=draft.language,
        sealed=seal(plaintext, readers.choose_recipients(reporter.recipient)),
        files=tuple(file for _, file in attachments),
        sealed_by=SealedBy.SERVER,
        secret=reporter.secret,
    )


@dataclass(frozen=True)
class PreviousFiling:
    """A report that was filed with a ticket."""

    filing_key: bytes = field(repr=False)  # see `SealedReport.filing_key`
    filed_on: date
    promise: bytes = field(repr=False)  # the public log's word that it will be there
    facts: str = ""  # coded facts that the log commits to and the reporter knows
    inside: str = ""  # SHA-256 of those that only the portal knows, hexadecimal

    @property
    def secret(self) -> bytes:
        """The secret of its receipt; nothing if the browser made it, which alone has it."""
        return self.filing_key if len(self.filing_key) < LOOKUP_BYTES else b""


@dataclass(frozen=True)
class AcceptedReport:
    """A report that was filed just now."""

    case: Case
    filing: PreviousFiling


def file_report(
    session: Session, ticket: Ticket, report: SealedReport, *, log: Log, today: date
) -> AcceptedReport:
    """Store a sealed report as a new case, once for each ticket, and promise it to the public log.

    Args:
        session: of the transaction after whose end the receipt is shown.
        ticket: of the page that was filled in.
        report: sealed.
        log: the public log, with the server's keys.
        today: the day.

    Raises:
        Conflict: the ticket was used already, or the case or a file of it is there already.
        Invalid: the report is no sealed body, or the ticket promises what may not be.
        NotFound: the keys of the ticket are unknown here.
    """
    keyring = log.keyring
    chosen = promise_from_ticket(session, ticket, report.urgency).route
    known = derive_choice_facts(ticket.choice, report.urgency)
    new = NewCase(
        id=report.rid,
        row_key=derive_row_key(keyring.pepper, report.lookup),
        second_half=encrypt(keyring.second_halves, report.second_half, report.rid.encode()),
        facts=known,
        unit_code=_compute_unit_code(known, keyring),
        route=chosen,
        language=report.language,
        sealed_by=report.sealed_by,
        log_key=encrypt_blinding_key(keyring, report.rid, report.blind),
        access=compute_access_digest(report.lookup, report.second_half),
        commit=lambda digest, told: build_promised_step(report.blind, digest, told, today),
    )
    opened = open_case(session, new, report=report.sealed, attachments=report.files, today=today)
    note = sign_promise_note(log, opened.step, opened.due_on)
    filing = PreviousFiling(
        report.filing_key, today, note, *_get_committed_facts(session, opened.step.tag)
    )
    session.add(
        Filing(
            token_hash=_hash_token(ticket),
            receipt=_encrypt(ticket, filing.filing_key, keyring),
            promise=_encrypt(ticket, filing.promise, keyring),
            filed_on=today,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("the ticket was used already") from error
    return AcceptedReport(opened.case, filing)


def find_previous_filing(
    session: Session, ticket: Ticket, *, keyring: Keyring
) -> PreviousFiling | None:
    """Return what was filed with a ticket already, so that sending twice files once."""
    filing = session.get(Filing, _hash_token(ticket))
    if filing is None:
        return None
    key = _derive_receipt_key(ticket, keyring)
    filing_key = decrypt(key, filing.receipt, filing.token_hash)
    note = decrypt(key, filing.promise, filing.token_hash)
    tag = from_base64(notes.parse(note).text.split("\n")[3])[2 : 2 + TAG_BYTES]
    return PreviousFiling(filing_key, filing.filed_on, note, *_get_committed_facts(session, tag))


def _get_committed_facts(session: Session, tag: bytes) -> tuple[str, str]:
    """Return the coded facts that the entry of a report commits to."""
    step = session.scalars(select(LogStep).where(LogStep.tag == tag)).first()
    return (step.facts or "", hash_inside(step).hex()) if step else ("", "")


def _encrypt(ticket: Ticket, secret: bytes, keyring: Keyring) -> bytes:
    return encrypt(_derive_receipt_key(ticket, keyring), secret, _hash_token(ticket))


def _hash_token(ticket: Ticket) -> bytes:
    return sha256(ticket.nonce).digest()


def _derive_receipt_key(ticket: Ticket, keyring: Keyring) -> bytes:
    return derive_key(keyring.filing + ticket.nonce, b"receipt of a filing")


def _compute_unit_code(known: RoutingFacts, keyring: Keyring) -> bytes | None:
    return compute_unit_code(keyring.units, known.agency, known.region) if known.agency else None
