"""Who of a body wrote an object: told to colleagues, hidden from the reporter who opens it too.

The object itself is sealed to the reporter. So its writer stands in it under a key that follows
from the one that signs for the body: whoever may sign for the body can read it, nobody else.
"""

from dataclasses import dataclass, field

from crypto.errors import FormatError
from crypto.shape import hexadecimal, record, text
from crypto.signing import SigningKey
from crypto.text import from_json, to_json
from crypto.vault import NONCE_BYTES, TAG_BYTES, derive_key, lock, unlock

LABEL = b"pmp/v1/writer"
PADDED_BYTES = 192  # every writer is of one length, so that it tells nothing of a name
BYTES = NONCE_BYTES + PADDED_BYTES + TAG_BYTES
LONGEST_LOGIN = 64


@dataclass(frozen=True)
class Writer:
    """The member of a body who wrote something."""

    account: str  # 32 hexadecimal digits
    login: str = field(repr=False)  # as it was then


def hide(writer: Writer, signer: SigningKey, *, rid: str, thread: str, seq: int) -> bytes:
    """Write down who wrote an object, for colleagues only.

    Args:
        writer: Who.
        signer: The key that signs the object for the body.
        rid: The case.
        thread: The thread of the object.
        seq: Its number there. Put into another object, it does not open.

    Returns:
        220 bytes: nonce, ciphertext, tag.

    Raises:
        FormatError: no account, or a login that is too long.

    Source: docs/crypto-spec.md, "Writer"; RFC 5869, RFC 8439.
    """
    document = {
        "account": hexadecimal(writer.account, 32),
        "login": text(writer.login, LONGEST_LOGIN),
    }
    plaintext = to_json(document).encode()
    if len(plaintext) > PADDED_BYTES:
        raise FormatError("a login that is too long")
    return lock(_key(signer), plaintext.ljust(PADDED_BYTES), _context(rid, thread, seq))


def reveal(hidden: bytes, signer: SigningKey, *, rid: str, thread: str, seq: int) -> Writer:
    """Read who wrote an object.

    Args:
        hidden: What `hide` gave.
        signer: The key that signed the object.
        rid: The case.
        thread: The thread of the object.
        seq: Its number there.

    Returns:
        Who wrote it.

    Raises:
        OpenError: another key, another object, or altered.
        FormatError: it opens, and is no writer.

    Source: docs/crypto-spec.md, "Writer".
    """
    plaintext = unlock(_key(signer), hidden, _context(rid, thread, seq))
    try:
        found = record(from_json(plaintext.decode().rstrip(" ")), ("account", "login"))
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8") from error
    return Writer(hexadecimal(found["account"], 32), text(found["login"], LONGEST_LOGIN))


def _key(signer: SigningKey) -> bytes:
    return derive_key(signer.seed, LABEL)


def _context(rid: str, thread: str, seq: int) -> bytes:
    return LABEL + f"\0{rid}\0{thread}\0{seq}".encode()
