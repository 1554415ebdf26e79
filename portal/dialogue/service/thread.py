"""Opening what was written in a case, and checking every word of it before it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto import body as bodies
from crypto.errors import OpenError
from crypto.receipt import ReporterKeys
from crypto.seal import open_sealed
from portal.cases.models import Envelope, StoredAttachment
from portal.core.errors import NotFound

UNOPENED = "sealed"  # it does not open with this receipt


@dataclass(frozen=True)
class Item:
    """One thing that was written: what it says, or why it must not be shown."""

    envelope: Envelope
    body: bodies.Body | None = field(repr=False)
    fault: str | None  # UNOPENED, or what `crypto.body.BindingError` names


@dataclass(frozen=True)
class Thread:
    """Everything that was written, and what the next thing has to follow."""

    items: Sequence[Item]
    to: bodies.Addressee | None  # whom the reporter trusts from here on; None: nobody
    prev: str  # digest of the last one

    @property
    def next_seq(self) -> int:
        """Return the number of the next thing to be written."""
        return self.items[-1].envelope.seq + 1 if self.items else 0


def open_thread(case_id: str, envelopes: Sequence[Envelope], reporter: ReporterKeys) -> Thread:
    """Open a thread with the reporter's keys, and check each thing in it.

    The reporter trusts the key that their own report names, and after a transfer that passes the
    check the key that it names. A thing that fails changes nothing of whom they trust.

    Args:
        case_id: the case that everything must belong to.
        envelopes: with their sealed bytes, oldest first.
        reporter: what follows from the receipt.
    """
    items: list[Item] = []
    to: bodies.Addressee | None = None
    prev = ""
    for envelope in envelopes:
        item = _build_item(case_id, envelope, reporter, to, prev)
        if item.body is not None and item.body.to is not None:
            to = item.body.to
        items.append(item)
        prev = bodies.compute_digest(envelope.sealed)
    return Thread(tuple(items), to, prev)


def find_entry(thread: Thread, file: StoredAttachment) -> bodies.Attachment:
    """Return what a checked body says of a stored file.

    Raises:
        NotFound: no body that passed the check names this file.
    """
    for item in thread.items:
        if item.body is None or item.envelope.id != file.envelope_id:
            continue
        for entry in item.body.attachments:
            if entry.id == file.id:
                return entry
    raise NotFound("no checked body names this file")


def _build_item(
    case_id: str,
    envelope: Envelope,
    reporter: ReporterKeys,
    to: bodies.Addressee | None,
    prev: str,
) -> Item:
    try:
        plaintext = open_sealed(envelope.sealed, reporter.identity)
    except OpenError:
        return Item(envelope, None, UNOPENED)
    try:
        signer = _get_signer(envelope, reporter, to)
        return Item(envelope, _check_body(case_id, envelope, plaintext, signer, prev), None)
    except bodies.BindingError as error:
        return Item(envelope, None, error.what)


def _check_body(
    case_id: str, envelope: Envelope, plaintext: bytes, signer: bytes, prev: str
) -> bodies.Body:
    body = bodies.read(
        plaintext,
        rid=case_id,
        thread=bodies.CASE,
        seq=envelope.seq,
        prev=prev,
        signer_public=signer,
        author=envelope.author,
    )
    if body.type != envelope.kind:
        raise bodies.BindingError("type")
    return body


def _get_signer(envelope: Envelope, reporter: ReporterKeys, to: bodies.Addressee | None) -> bytes:
    if envelope.author == bodies.REPORTER:
        return reporter.signing.public
    if to is None:
        raise bodies.BindingError("signature")
    return to.signing
