"""Who of a body wrote an object: told to colleagues, hidden from the reporter who opens it too.

The object itself is sealed to the reporter. So its writer stands in it under a key that follows
from the one that signs for the body: whoever may sign for the body can read it, nobody else.
"""

from dataclasses import dataclass, field

from crypto.errors import FormatError
from crypto.json_types import require_hex, require_object, require_text
from crypto.secretbox import NONCE_BYTES, TAG_BYTES, decrypt, derive_key, encrypt
from crypto.signing import SigningKey
from crypto.text import from_json, to_json

LABEL = b"pmp/v1/writer"
PADDED_BYTES = 192  # every writer is of one length, so that it tells nothing of a name
BYTES = NONCE_BYTES + PADDED_BYTES + TAG_BYTES
LONGEST_LOGIN = 64


@dataclass(frozen=True)
class Writer:
    """The member of a body who wrote something."""

    account: str  # 32 hexadecimal digits
    login: str = field(repr=False)  # as it was then


def encrypt_writer(writer: Writer, signer: SigningKey, *, rid: str, thread: str, seq: int) -> bytes:
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
        "account": require_hex(writer.account, 32),
        "login": require_text(writer.login, LONGEST_LOGIN),
    }
    plaintext = to_json(document).encode()
    if len(plaintext) > PADDED_BYTES:
        raise FormatError("a login that is too long")
    return encrypt(
        _derive_key(signer), plaintext.ljust(PADDED_BYTES), _encode_context(rid, thread, seq)
    )


def decrypt_writer(hidden: bytes, signer: SigningKey, *, rid: str, thread: str, seq: int) -> Writer:
    """Read who wrote an object.

    Args:
        hidden: What `encrypt_writer` gave.
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
    plaintext = decrypt(_derive_key(signer), hidden, _encode_context(rid, thread, seq))
    try:
        content = require_object(from_json(plaintext.decode().rstrip(" ")), ("account", "login"))
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8") from error
    return Writer(
        require_hex(content["account"], 32), require_text(content["login"], LONGEST_LOGIN)
    )


def _derive_key(signer: SigningKey) -> bytes:
    return derive_key(signer.seed, LABEL)


def _encode_context(rid: str, thread: str, seq: int) -> bytes:
    return LABEL + f"\0{rid}\0{thread}\0{seq}".encode()
