"""Acts of staff: a statement in one line of JSON, and the signature of who acts.

What is signed are the bytes of the statement, so that a stock tool can check one. Its beginning
keeps it apart from everything else that is signed: no key of a person signs anything else.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from crypto.errors import FormatError
from crypto.json_types import require_array, require_hex, require_object, require_text
from crypto.notes import is_name
from crypto.signing import PUBLIC_BYTES, SIGNATURE_BYTES, SigningKey, verify
from crypto.text import from_json, to_base64, to_json

FORMAT = "pmp/v1/act"
KEYS = (
    *("format", "origin", "act", "body", "signer", "key"),
    *("subject", "fields", "sealed", "day", "id"),
)
ID_DIGITS = 32
DIGEST_DIGITS = 64
LONGEST_STATEMENT = 1 << 14
LONGEST_VALUE = 256
MOST_FIELDS = 100
MOST_VALUES = 100
MOST_SEALED = 100
SHORTENED = "sha256:"
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_SUBJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,127}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Values = str | tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """What somebody says they do.

    origin: name of the public log of the installation. act: a code. body: code of the body of
    who acts. signer: id of the account. key: its public signing key, 32 bytes. subject: what it is
    done to. fields: what the form said, as `encode_field` gives each. sealed: SHA-256 in hex of
    each sealed part that goes with it, sorted. day: as the signer's clock had it. id: 32 hex digits
    that no other statement has.
    """

    origin: str
    act: str
    body: str
    signer: str
    key: bytes
    subject: str
    fields: Mapping[str, Values]
    sealed: tuple[str, ...]
    day: date
    id: str = field(default_factory=lambda: secrets.token_hex(ID_DIGITS // 2))

    def __post_init__(self) -> None:
        codes = all(map(_CODE.fullmatch, (self.act, self.body, *self.fields)))
        if not codes or not _SUBJECT.fullmatch(self.subject) or not is_name(self.origin):
            raise FormatError("not the names of an act")
        require_hex(self.signer, ID_DIGITS)
        require_hex(self.id, ID_DIGITS)
        if len(self.key) != PUBLIC_BYTES or len(self.fields) > MOST_FIELDS:
            raise FormatError("not a key, or too many fields")
        for values in self.fields.values():
            _check_values(values)
        if list(self.sealed) != sorted(self.sealed) or len(self.sealed) > MOST_SEALED:
            raise FormatError("sealed parts are sorted")
        for digest in self.sealed:
            require_hex(digest, DIGEST_DIGITS)
        if len(self.text) > LONGEST_STATEMENT:
            raise FormatError("too long for a statement")

    @property
    def text(self) -> str:
        """The one line whose bytes in UTF-8 are signed.

        Source: docs/crypto-spec.md, "Acts of staff".
        """
        told = (
            *(FORMAT, self.origin, self.act, self.body, self.signer, self.key.hex(), self.subject),
            {name: _to_json_value(self.fields[name]) for name in sorted(self.fields)},
            *(list(self.sealed), self.day.isoformat(), self.id),
        )
        return to_json(dict(zip(KEYS, told, strict=True)))


@dataclass(frozen=True)
class Signed:
    """A statement as it came, its signature (64 bytes), and of which log it must speak."""

    statement: str
    signature: bytes
    origin: str


def sign(statement: Statement, key: SigningKey) -> Signed:
    """Sign what somebody does.

    Args:
        statement: What; it names the public half of the key.
        key: The personal signing key.

    Returns:
        The statement with its signature.

    Raises:
        FormatError: the statement names another key.

    Source: docs/crypto-spec.md, "Acts of staff"; RFC 8032.
    """
    if statement.key != key.public:
        raise FormatError("the statement names another key")
    return Signed(statement.text, key.sign(statement.text.encode()), statement.origin)


def read(line: str) -> Statement:
    """Read a statement, strict to the byte. It says nothing about who wrote it.

    Args:
        line: The statement.

    Returns:
        What it says.

    Raises:
        FormatError: anything that `Statement.text` would not have written.

    Source: docs/crypto-spec.md, "Acts of staff".
    """
    if len(line) > LONGEST_STATEMENT:
        raise FormatError("too long for a statement")
    told = require_object(from_json(line), KEYS)
    if told["format"] != FORMAT or not _DAY.fullmatch(require_text(told["day"])):
        raise FormatError("not a statement")
    try:
        day = date.fromisoformat(require_text(told["day"]))
    except ValueError as error:
        raise FormatError("not a day") from error
    made = Statement(
        origin=require_text(told["origin"]),
        act=require_text(told["act"]),
        body=require_text(told["body"]),
        signer=require_text(told["signer"]),
        key=bytes.fromhex(require_hex(told["key"], 2 * PUBLIC_BYTES)),
        subject=require_text(told["subject"]),
        fields={
            name: _parse_values(values) for name, values in require_object(told["fields"]).items()
        },
        sealed=tuple(map(require_text, require_array(told["sealed"]))),
        day=day,
        id=require_text(told["id"]),
    )
    if made.text != line:
        raise FormatError("not the one spelling of a statement")
    return made


def check(signed: Signed) -> Statement:
    """Make sure that the key which a statement names has signed it.

    Args:
        signed: Statement and signature.

    Returns:
        What the statement says. Whose key it is, and what that person may do, is for others to ask.

    Raises:
        FormatError: not a statement, or of another log.
        OpenError: the signature does not fit.

    Source: docs/crypto-spec.md, "Acts of staff".
    """
    said = read(signed.statement)
    if said.origin != signed.origin or len(signed.signature) != SIGNATURE_BYTES:
        raise FormatError("a statement of another portal, or no signature")
    verify(said.key, signed.statement.encode(), signed.signature)
    return said


def write_identity_file(identity: str, key: SigningKey) -> bytes:
    """Write what a person keeps under a passphrase: an identity file of age, with one more comment.

    Args:
        identity: "AGE-SECRET-KEY-PQ-1…".
        key: The personal signing key.

    Returns:
        Text in ASCII; stock age takes it as an identity file.

    Source: docs/crypto-spec.md, "Acts of staff".
    """
    return f"{identity}\n# signing-key {to_base64(key.seed)}\n".encode("ascii")


def encode_field(given: Sequence[str]) -> Values:
    """Write what one field of a form said as a statement has it.

    Args:
        given: Its values in the order of the form.

    Returns:
        The one value, or all of them; line ends are line feeds, and a long value stands as its
        SHA-256, so that words of people do not stay in the trail.

    Raises:
        FormatError: there is none.

    Source: docs/crypto-spec.md, "Acts of staff".
    """
    short = tuple(_shorten(text.replace("\r\n", "\n")) for text in given)
    if not short:
        raise FormatError("a field without a value")
    return short[0] if len(short) == 1 else short


def _shorten(text: str) -> str:
    words = any(gap in text for gap in " \t\n")
    if words or len(text.encode()) > LONGEST_VALUE or text.startswith(SHORTENED):
        return SHORTENED + hashlib.sha256(text.encode()).hexdigest()
    return text


def _check_values(values: Values) -> None:
    if isinstance(values, tuple) and not 1 < len(values) <= MOST_VALUES:
        raise FormatError("one value is a text")
    for text in (values,) if isinstance(values, str) else values:
        if len(text.encode()) > LONGEST_VALUE:
            raise FormatError("a value is too long")


def _parse_values(told: object) -> Values:
    return (
        require_text(told)
        if isinstance(told, str)
        else tuple(map(require_text, require_array(told)))
    )


def _to_json_value(values: Values) -> str | list[str]:
    return values if isinstance(values, str) else list(values)
