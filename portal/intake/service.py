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
from portal.accounts.queries import eligible_bodies
from portal.cases import keys
from portal.cases.codes import SealedBy
from portal.cases.conflicts import Facts
from portal.cases.models import Case, Filing, LogStep
from portal.cases.routing import Route, facts_of, route
from portal.cases.service import NewCase, SealedFile, open_case
from portal.cases.units import unit_code
from portal.core.errors import Conflict, Invalid
from portal.core.keyring import Keyring
from portal.core.taxonomy import load
from portal.intake.answers import counted, report_fields
from portal.intake.draft import Choice, Draft, Ticket
from portal.transparency.publishing.keycheck import KeyCheck, check_keys, is_contradicted
from portal.transparency.writing.chaining import hash_inside
from portal.transparency.writing.log_keys import encrypt_blinding_key
from portal.transparency.writing.promising import build_promised_step, sign_promise_note
from portal.transparency.writing.service import Log

LOOKUP_BYTES = 32  # of what the browser sends instead of a receipt; a secret is shorter
OTHER_KEY = "keys"  # code of the refusal to seal to a key that was exchanged


@dataclass(frozen=True)
class Promise:
    """Who can read a report, told before anything is written."""

    ticket: Ticket
    route: Route
    keys: keys.SealingKeys


@dataclass(frozen=True)
class Reporter:
    """The keys of a new reporter, as long as the request that makes the receipt lasts."""

    secret: bytes = field(repr=False)
    keys: ReceiptKeys = field(repr=False)
    second_half: bytes = field(default_factory=lambda: secrets.token_bytes(HALF_BYTES), repr=False)

    @classmethod
    def new(cls) -> "Reporter":
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
    def mark(self) -> bytes:
        """What the same page must be able to find again: its receipt, or that it made one."""
        return self.secret or self.lookup


def facts(choice: Choice, urgency: int | None = None) -> Facts:
    """Return what routing knows of a choice."""
    given = {
        "region": choice.region or "",
        "unit": choice.agency or "",
        "service": choice.service or "",
        "consent_forward": "outside_police" if choice.outside_police else "any_competent",
    }
    found = facts_of(choice.category, choice.subcategory, given, urgency=urgency)
    return replace(found, leadership=found.leadership or choice.leadership)


def promise(session: Session, choice: Choice, *, keyring: Keyring) -> Promise:
    """Decide who will be able to read a report, and pin their keys.

    Raises:
        NotFound: the portal has no keys yet.
    """
    known = facts(choice)
    allowed = eligible_bodies(session, _unit_code(known, keyring))
    chosen = route(known, eligible=allowed.__contains__)
    pinned = keys.current_keys(session, chosen.primary)
    return Promise(Ticket(choice, pinned.unit.id, pinned.recovery.id), chosen, pinned)


def kept_promise(session: Session, ticket: Ticket, urgency: int | None = None) -> Promise:
    """Return what a page promised when its ticket was made.

    Raises:
        NotFound: its keys are unknown here.
        Invalid: the body may not have such a report any more; or the public log says that one of
            the keys is another.
    """
    pinned = keys.pinned_keys(session, ticket.unit_key, ticket.recovery_key)
    if is_contradicted(session, (pinned.unit, pinned.recovery)):
        raise Invalid("a key of a ticket is not the one in the log", code=OTHER_KEY)
    body = pinned.unit.body_code
    chosen = route(facts(ticket.choice, urgency), eligible=lambda code: code == body)
    if chosen.primary != body:
        raise Invalid("the body of a ticket is excluded", code="ticket")
    return Promise(ticket, chosen, pinned)


def keys_in_log(session: Session, readers: keys.SealingKeys, *, log: Log) -> KeyCheck:
    """Return what the public log says of the keys that a report is sealed to.

    Args:
        session: to read with.
        readers: the keys of a promise.
        log: the public log.
    """
    return check_keys(session, log, (readers.unit, readers.recovery))


def seal_report(
    draft: Draft,
    readers: keys.SealingKeys,
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
        fields=report_fields(draft),
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
        urgency=load().find_most_urgent(counted(draft.choice.category, draft.answers)),
        language=draft.language,
        sealed=seal(plaintext, readers.recipients(reporter.recipient)),
        files=tuple(file for _, file in attachments),
        sealed_by=SealedBy.SERVER,
        secret=reporter.secret,
    )


@dataclass(frozen=True)
class Earlier:
    """A report that was filed with a ticket."""

    mark: bytes = field(repr=False)  # see `SealedReport.mark`
    filed_on: date
    promise: bytes = field(repr=False)  # the public log's word that it will be there
    facts: str = ""  # coded facts that the log commits to and the reporter knows
    inside: str = ""  # SHA-256 of those that only the portal knows, hexadecimal

    @property
    def secret(self) -> bytes:
        """The secret of its receipt; nothing if the browser made it, which alone has it."""
        return self.mark if len(self.mark) < LOOKUP_BYTES else b""


@dataclass(frozen=True)
class Accepted:
    """A report that was filed just now."""

    case: Case
    filing: Earlier


def file_report(
    session: Session, ticket: Ticket, report: SealedReport, *, log: Log, today: date
) -> Accepted:
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
    chosen = kept_promise(session, ticket, report.urgency).route
    known = facts(ticket.choice, report.urgency)
    new = NewCase(
        id=report.rid,
        row_key=derive_row_key(keyring.pepper, report.lookup),
        second_half=encrypt(keyring.second_halves, report.second_half, report.rid.encode()),
        facts=known,
        unit_code=_unit_code(known, keyring),
        route=chosen,
        language=report.language,
        sealed_by=report.sealed_by,
        log_key=encrypt_blinding_key(keyring, report.rid, report.blind),
        access=compute_access_digest(report.lookup, report.second_half),
        commit=lambda digest, told: build_promised_step(report.blind, digest, told, today),
    )
    opened = open_case(session, new, report=report.sealed, attachments=report.files, today=today)
    note = sign_promise_note(log, opened.step, opened.due_on)
    filing = Earlier(report.mark, today, note, *_committed(session, opened.step.tag))
    session.add(
        Filing(
            token_hash=_token_hash(ticket),
            receipt=_locked(ticket, filing.mark, keyring),
            promise=_locked(ticket, filing.promise, keyring),
            filed_on=today,
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("the ticket was used already") from error
    return Accepted(opened.case, filing)


def earlier(session: Session, ticket: Ticket, *, keyring: Keyring) -> Earlier | None:
    """Return what was filed with a ticket already, so that sending twice files once."""
    filing = session.get(Filing, _token_hash(ticket))
    if filing is None:
        return None
    key = _receipt_key(ticket, keyring)
    mark = decrypt(key, filing.receipt, filing.token_hash)
    note = decrypt(key, filing.promise, filing.token_hash)
    tag = from_base64(notes.parse(note).text.split("\n")[3])[2 : 2 + TAG_BYTES]
    return Earlier(mark, filing.filed_on, note, *_committed(session, tag))


def _committed(session: Session, tag: bytes) -> tuple[str, str]:
    """Return the coded facts that the entry of a report commits to."""
    step = session.scalars(select(LogStep).where(LogStep.tag == tag)).first()
    return (step.facts or "", hash_inside(step).hex()) if step else ("", "")


def _locked(ticket: Ticket, secret: bytes, keyring: Keyring) -> bytes:
    return encrypt(_receipt_key(ticket, keyring), secret, _token_hash(ticket))


def _token_hash(ticket: Ticket) -> bytes:
    return sha256(ticket.nonce).digest()


def _receipt_key(ticket: Ticket, keyring: Keyring) -> bytes:
    return derive_key(keyring.filing + ticket.nonce, b"receipt of a filing")


def _unit_code(known: Facts, keyring: Keyring) -> bytes | None:
    return unit_code(keyring.units, known.agency, known.region) if known.agency else None
