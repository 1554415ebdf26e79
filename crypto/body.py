"""What a sealed body says: its place in a case, its fields, its attachments, its author.

age ties nothing to a place, so the text itself does: which case, which thread, which number,
after which object. Whoever opens a body checks all of it with `read`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from crypto import signing
from crypto.errors import FormatError, OpenError
from crypto.json_types import (
    require_array,
    require_hex,
    require_nonneg_int,
    require_object,
    require_text,
)
from crypto.keys import Recipient, parse_recipient
from crypto.padding import pad_body, strip_body
from crypto.text import from_base64, from_json, to_base64, to_json
from crypto.writer import BYTES as WRITER_BYTES

VERSION = 1
REPORTER, BODY = "reporter", "body"
CASE, NOTES = "case", "notes"
REPORT, MESSAGE, VERDICT = "report", "message", "verdict"
QUESTION, REPLY, DECISION, TRANSFER, NOTE = "question", "reply", "decision", "transfer", "note"
# Every type, and whose it is. Rows and sealed texts hold these values: they never change.
AUTHORS: Mapping[str, str] = {
    REPORT: REPORTER,
    MESSAGE: REPORTER,
    VERDICT: REPORTER,
    REPLY: BODY,
    QUESTION: BODY,
    DECISION: BODY,
    TRANSFER: BODY,
    NOTE: BODY,
}
SECRET_BYTES = 32
SIGNED_LABEL = b"pmp/v1/body\0"
_PLACE = ("type", "rid", "thread", "seq", "prev", "fields", "attachments")
_MORE: Mapping[str, tuple[str, ...]] = {
    REPORT: ("blind", "reply_to", "sig", "to"),
    TRANSFER: ("to",),
}


class BindingError(OpenError):
    """A body opens but is not what it should be; `what` names the first thing that is wrong.

    what is one of: format, type, signature (forged), rid, thread (swapped), seq, prev
    (replayed or left out), author, attachment.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"the {what} of a body does not fit")
        self.what = what


@dataclass(frozen=True)
class Attachment:
    """What the body says about a file that is sealed beside it."""

    id: str  # 32 hexadecimal digits
    name: str = field(repr=False)  # as the reporter's device had it: escape it, never a path
    type: str  # media type
    size: int  # bytes before padding
    pt: str  # SHA-256 of the file before padding, hexadecimal
    ct: str  # SHA-256 of the sealed file, hexadecimal


@dataclass(frozen=True)
class Addressee:
    """The body responsible, and the keys of it that count from here on."""

    body: str  # its code
    recipient: Recipient  # what it opens with
    signing: bytes  # what its answers are signed with: 32 bytes


@dataclass(frozen=True)
class Body:
    """The text of one sealed body, and everything it is bound to."""

    type: str  # one of AUTHORS
    rid: str  # the case: 32 hexadecimal digits
    thread: str  # "case", or "notes", which the reporter never sees
    seq: int  # from 0 in each thread
    prev: str  # SHA-256 of the sealed object before it in the thread, "" for the first
    fields: dict[str, object] = field(repr=False)
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    blinding_key: bytes | None = field(
        default=None, repr=False
    )  # key of the log entries; report only
    reply_to: Recipient | None = field(default=None, repr=False)  # the reporter's; report only
    sig: bytes | None = field(default=None, repr=False)  # the reporter's, 32 bytes; report only
    to: Addressee | None = field(default=None, repr=False)  # report and transfer only
    by: bytes | None = field(default=None, repr=False)  # see crypto.writer; staff's only, optional


def compose(body: Body, signer: signing.SigningKey) -> bytes:
    """Write a body, sign it and pad it.

    Args:
        body: What it says.
        signer: The reporter's key, or that of the body responsible.

    Returns:
        JSON {"v", "body", "signature"} with spaces up to 8, 16, 32 … 1024 KiB, to be sealed.

    Raises:
        FormatError: a field is missing, too much, or of the wrong form; a report announces a
            key that is not the signer's; or all of it is longer than 1 MiB.

    Source: docs/crypto-spec.md, "Body"; RFC 8032.
    """
    inner = to_json(_to_document(body))
    _parse_body(from_json(inner))  # refuses what `read` would refuse
    if body.sig not in {None, signer.public}:
        raise FormatError("a report announces another key than it is signed with")
    signature = signer.sign(SIGNED_LABEL + inner.encode())
    outer = {"v": VERSION, "body": inner, "signature": to_base64(signature)}
    return pad_body(to_json(outer).encode())


def read(  # noqa: PLR0913 - each name is one thing that is bound
    plaintext: bytes,
    *,
    rid: str,
    thread: str,
    seq: int,
    prev: str,
    signer_public: bytes | None,
    author: str | None = None,
) -> Body:
    """Read a body that was opened, and make sure that it is the one that was asked for.

    Args:
        plaintext: What `open_sealed` gave, padding included.
        rid: The case it must belong to.
        thread: The thread it must belong to.
        seq: The number it must have there.
        prev: The digest of the object before it, "" for the first.
        signer_public: Whose signature it must bear: 32 bytes. None for a report that is read
            for the first time: then the key that it announces itself.
        author: "reporter" or "body": whose types are allowed. None allows both; give it
            wherever it is known, so that a reporter's key never signs a decision.

    Returns:
        What it says. After a report or a transfer, answers are signed by `to.signing`.

    Raises:
        BindingError: forged, swapped, replayed or malformed; `what` says which.

    Source: docs/crypto-spec.md, "Body"; RFC 8032.
    """
    try:
        inner, signature = _split(plaintext)
        document = from_json(inner)
        if (kind := _read_type(document)) is not None and kind not in AUTHORS:
            raise BindingError("type")
        body = _parse_body(document)
    except FormatError as error:
        raise BindingError("format") from error
    _check_signature(body, inner, signature, signer_public)
    expected = {"rid": rid, "thread": thread, "seq": seq, "prev": prev}
    for what, value in expected.items():
        if getattr(body, what) != value:
            raise BindingError(what)
    if author not in {None, AUTHORS[body.type]}:
        raise BindingError("author")
    return body


def check_attachment(entry: Attachment, ciphertext: str, plaintext: str | None = None) -> None:
    """Make sure that a sealed file is the one that the body names.

    Args:
        entry: What the body says.
        ciphertext: SHA-256 of the sealed file, hexadecimal.
        plaintext: SHA-256 of the first `entry.size` bytes of the opened file, once it is open.

    Raises:
        BindingError: another file.

    Source: docs/crypto-spec.md, "Body".
    """
    if ciphertext != entry.ct or plaintext not in {None, entry.pt}:
        raise BindingError("attachment")


def compute_digest(ciphertext: bytes) -> str:
    """Name a sealed object by its content, as `prev`, `ct` and the log do.

    Args:
        ciphertext: The sealed object as it was first stored. A header that is put in its
            place later does not change its name.

    Returns:
        SHA-256 as 64 hexadecimal digits.

    Source: FIPS 180-4.
    """
    return sha256(ciphertext).hexdigest()


def _check_signature(body: Body, inner: str, signature: bytes, signer: bytes | None) -> None:
    key = body.sig if signer is None else signer
    if key is None or body.sig not in {None, key}:
        raise BindingError("signature")
    try:
        signing.verify(key, SIGNED_LABEL + inner.encode(), signature)
    except OpenError as error:
        raise BindingError("signature") from error


def _split(plaintext: bytes) -> tuple[str, bytes]:
    try:
        outer = require_object(
            from_json(strip_body(plaintext).decode()), ("v", "body", "signature")
        )
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8") from error
    if require_nonneg_int(outer["v"]) != VERSION:
        raise FormatError("another version of bodies")
    inner, signature = require_text(outer["body"]), require_text(outer["signature"])
    return inner, from_base64(signature, signing.SIGNATURE_BYTES)


def _to_document(body: Body) -> dict[str, object]:
    document: dict[str, object] = {name: getattr(body, name) for name in _PLACE}
    document["attachments"] = [asdict(entry) for entry in body.attachments]
    if body.blinding_key is not None:
        document["blind"] = to_base64(body.blinding_key)
    if body.reply_to is not None:
        document["reply_to"] = body.reply_to.text
    if body.sig is not None:
        document["sig"] = to_base64(body.sig)
    if body.to is not None:
        document["to"] = {
            "body": body.to.body,
            "recipient": body.to.recipient.text,
            "signing": to_base64(body.to.signing),
        }
    if body.by is not None:
        document["by"] = to_base64(body.by)
    return document


def _read_type(document: object) -> str | None:
    kind = document.get("type") if isinstance(document, dict) else None
    return kind if isinstance(kind, str) else None


def _parse_body(document: object) -> Body:
    kind = _read_type(document)
    if kind is None or kind not in AUTHORS:
        raise FormatError("an unknown type of body")
    more = _list_further_keys(kind, document)
    content = require_object(document, (*_PLACE, *more))
    body = Body(
        type=kind,
        rid=require_hex(content["rid"], 32),
        thread=require_text(content["thread"], 5),
        seq=require_nonneg_int(content["seq"]),
        prev="" if content["prev"] == "" else require_hex(content["prev"], 64),
        fields=require_object(content["fields"]),
        attachments=tuple(
            _parse_attachment(entry) for entry in require_array(content["attachments"])
        ),
        blinding_key=from_base64(require_text(content["blind"]), SECRET_BYTES)
        if "blind" in more
        else None,
        reply_to=parse_recipient(require_text(content["reply_to"])) if "reply_to" in more else None,
        sig=from_base64(require_text(content["sig"]), signing.PUBLIC_BYTES)
        if "sig" in more
        else None,
        to=_parse_addressee(content["to"]) if "to" in more else None,
        by=from_base64(require_text(content["by"]), WRITER_BYTES) if "by" in more else None,
    )
    _check_place(body)
    return body


def _list_further_keys(kind: str, document: object) -> tuple[str, ...]:
    """Return the keys that a body of a type has besides the common ones; a writer may be there."""
    more = _MORE.get(kind, ())
    named = AUTHORS[kind] == BODY and isinstance(document, dict) and "by" in document
    return (*more, "by") if named else more


def _check_place(body: Body) -> None:
    is_first = body.seq == 0
    if body.thread not in {CASE, NOTES} or (body.type == NOTE) != (body.thread == NOTES):
        raise FormatError("notes, and only notes, stand in the thread of notes")
    if (body.type == REPORT) != (is_first and body.thread == CASE):
        raise FormatError("a case begins with its report, and only once")
    if is_first != (body.prev == ""):
        raise FormatError("all but the first of a thread name the one before")
    if len({entry.id for entry in body.attachments}) != len(body.attachments):
        raise FormatError("an attachment stands twice in a body")


def _parse_attachment(value: object) -> Attachment:
    content = require_object(value, ("id", "name", "type", "size", "pt", "ct"))
    return Attachment(
        id=require_hex(content["id"], 32),
        name=require_text(content["name"], 255),
        type=require_text(content["type"], 255),
        size=require_nonneg_int(content["size"]),
        pt=require_hex(content["pt"], 64),
        ct=require_hex(content["ct"], 64),
    )


def _parse_addressee(value: object) -> Addressee:
    content = require_object(value, ("body", "recipient", "signing"))
    return Addressee(
        body=require_text(content["body"], 64),
        recipient=parse_recipient(require_text(content["recipient"])),
        signing=from_base64(require_text(content["signing"]), signing.PUBLIC_BYTES),
    )
