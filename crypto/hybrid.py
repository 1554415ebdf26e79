"""One file key for one recipient: the age stanza `mlkem768x25519`."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto.errors import FormatError, OpenError
from crypto.header import FILE_KEY_BYTES, Stanza
from crypto.keys import Identity, Recipient
from crypto.text import from_base64, to_base64

KIND = "mlkem768x25519"
SHARE_BYTES = 1120
INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def wrap_key(file_key: bytes, recipient: Recipient) -> Stanza:
    """Encrypt a file key so that only one recipient can recover it.

    Args:
        file_key: 16 random bytes that encrypt one object and nothing else.
        recipient: A public key that `parse_recipient` accepted.

    Returns:
        The words "mlkem768x25519" and the share (1120 bytes as base64); the wrapped key:
        ciphertext (16) and tag (16).

    Raises:
        FormatError: the file key is not 16 bytes long.

    Source: c2sp.org/age, "The hybrid recipient type"; RFC 9180 base mode, KEM 0x647a.
    """
    if len(file_key) != FILE_KEY_BYTES:
        raise FormatError("a file key is 16 bytes")
    sealed = _SUITE.encrypt(file_key, recipient.key, info=INFO)
    share = to_base64(sealed[:SHARE_BYTES], padded=False)
    return Stanza((KIND, share), sealed[SHARE_BYTES:])


def unwrap_key(stanza: Stanza, identity: Identity) -> bytes:
    """Recover a file key.

    Args:
        stanza: One stanza of a parsed header.
        identity: The private key.

    Returns:
        16 bytes.

    Raises:
        FormatError: not a well-formed stanza of this kind.
        OpenError: it is for somebody else, or was altered.

    Source: c2sp.org/age, "The hybrid recipient type"; RFC 9180 base mode, KEM 0x647a.
    """
    share = check_stanza(stanza)
    try:
        return _SUITE.decrypt(share + stanza.wrapped, identity.key, info=INFO)
    except InvalidTag as error:
        raise OpenError("not for this identity") from error


def check_stanza(stanza: Stanza) -> bytes:
    """Make sure that a stanza has this kind and exactly its form. No key is needed.

    Args:
        stanza: One stanza of a parsed header.

    Returns:
        The share: ML-KEM-768 ciphertext (1088), ephemeral X25519 key (32).

    Raises:
        FormatError: another kind, another number of words, base64 that is not canonical, or
            another length.

    Source: c2sp.org/age, "The hybrid recipient type".
    """
    if len(stanza.words) != 2 or stanza.words[0] != KIND:
        raise FormatError(f"only {KIND} stanzas are allowed")
    return from_base64(stanza.words[1], SHARE_BYTES, padded=False)
