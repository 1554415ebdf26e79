"""Signed notes: a text, and below it a line for each who signed it.

The form of everything the public log signs. Keys have a name; a signature says under which name
and key it was made, and signatures of others are passed over.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from crypto import signing
from crypto.errors import FormatError, OpenError
from crypto.signing import SigningKey
from crypto.text import from_base64, to_base64

KEY_ID_BYTES = 4
MAX_NOTE_BYTES = 1 << 20
MAX_SIGNATURES = 100
ED25519, COSIGNATURE_ED25519, COSIGNATURE_MLDSA44 = 0x01, 0x04, 0x06
# How many bytes the public key of each kind of signature has.
PUBLIC_BYTES = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_MLDSA44: 1312}
_DASH = "\N{EM DASH} "
_SIGNATURE = re.compile(rf"{_DASH}([^ ]+) ([^ ]+)")
_KEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+(.+)", re.DOTALL)
# Control characters but the newline, and halves of surrogate pairs, which UTF-8 cannot hold.
_NOT_IN_A_NOTE = re.compile("[\0-\x09\x0b-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Signature:
    """One line below a note: name of a key, its id (4 bytes), what it signed (any length)."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in the note, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and its signatures in their order; nothing is verified."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def data(self) -> bytes:
        """The note as it is stored and sent."""
        return f"{self.text}\n{''.join(each.line for each in self.signatures)}".encode()

    def find_signatures(self, key: "VerifierKey") -> list[Signature]:
        """The signatures that claim to be by a key."""
        return [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name and the kind of signatures that it makes."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise FormatError("the name of a key has no spaces and no plus")
        if PUBLIC_BYTES.get(self.kind) != len(self.public):
            raise FormatError("not a key of a kind that we know")

    @property
    def id(self) -> bytes:
        """What a signature line calls the key by, besides its name: 4 bytes."""
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.public
        return sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as it is published: name, id in hexadecimal, kind and key in base64."""
        material = to_base64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.id.hex()}+{material}"

    @property
    def fingerprint(self) -> str:
        """What people compare by telephone: the SHA-256 of the text, in groups of four letters."""
        digest = sha256(self.text.encode()).hexdigest()
        return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def is_name(name: str) -> bool:
    """Say whether a key can be called so: not empty, no space of any script, no plus.

    Source: c2sp.org/signed-note, "Format".
    """
    return bool(name) and not any(map(_is_forbidden_in_name, name))


def parse_key(text: str) -> VerifierKey:
    """Read a public key as it is published.

    Args:
        text: "<name>+<id>+<base64>".

    Returns:
        The key.

    Raises:
        FormatError: another spelling, a kind that we do not know, or an id that does not fit.

    Source: c2sp.org/signed-note, "Verifier keys".
    """
    match = _KEY.fullmatch(text)
    if match is None:
        raise FormatError("not the key of a log or of a witness")
    material = from_base64(match[3])
    key = VerifierKey(match[1], material[0] if material else 0, material[1:])
    if key.text != text:
        raise FormatError("the id is another key's")
    return key


def parse(data: bytes) -> Note:
    """Read a note. Nothing in it is to be believed before `verify`.

    Args:
        data: The note, at most 1 MiB with at most 100 signatures.

    Returns:
        Its parts.

    Raises:
        FormatError: anything that is not exactly a note.

    Source: c2sp.org/signed-note, "Format".
    """
    if len(data) > MAX_NOTE_BYTES:
        raise FormatError("the note is too long")
    try:
        content = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError("the note is not UTF-8") from error
    text, blank, below = content.rpartition("\n\n")
    lines = below.split("\n")
    if not blank or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise FormatError("the note has no signatures, or too many")
    if _NOT_IN_A_NOTE.search(content):
        raise FormatError("the note has control characters")
    return Note(f"{text}\n", tuple(_parse_signature(line) for line in lines))


def sign(text: str, name: str, key: SigningKey) -> Signature:
    """Sign a text as a note.

    Args:
        text: Ends in a newline.
        name: What the key is called.
        key: The private key.

    Returns:
        The signature, for a `Note` of this text.

    Raises:
        FormatError: the text has no newline at its end, or has control characters, or is not
            UTF-8, or the name cannot be one.

    Source: c2sp.org/signed-note, "Ed25519 signatures".
    """
    signer = derive_verifier_key(name, key)
    if not text.endswith("\n") or _NOT_IN_A_NOTE.search(text):
        raise FormatError("not a text that a note can have")
    return Signature(name, signer.id, key.sign(text.encode()))


def verify(note: Note, key: VerifierKey) -> None:
    """Make sure that a key signed a note.

    Args:
        note: The note.
        key: A key of kind 0x01.

    Raises:
        FormatError: a key of another kind.
        OpenError: it did not, or one of the signatures that claim to be by it is wrong.

    Source: c2sp.org/signed-note, "Signatures".
    """
    if key.kind != ED25519:
        raise FormatError("a key that cosigns does not sign notes")
    claimed = note.find_signatures(key)
    if not claimed:
        raise OpenError("the key did not sign this")
    for signature in claimed:
        signing.verify(key.public, note.text.encode(), signature.value)


def derive_verifier_key(name: str, key: SigningKey) -> VerifierKey:
    """Give the public half of a key that signs notes.

    Raises:
        FormatError: it cannot have this name.
    """
    return VerifierKey(name, ED25519, key.public)


def _is_forbidden_in_name(letter: str) -> bool:
    return letter.isspace() or letter == "+" or _NOT_IN_A_NOTE.match(letter) is not None


def _parse_signature(line: str) -> Signature:
    match = _SIGNATURE.fullmatch(line)
    if match is None or not is_name(match[1]):
        raise FormatError("a signature line is malformed")
    blob = from_base64(match[2])
    if len(blob) <= KEY_ID_BYTES:
        raise FormatError("a signature line is malformed")
    return Signature(match[1], blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])
