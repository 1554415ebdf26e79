"""A small file under a passphrase, as `age -p --armor` makes it: an identity at rest."""

import re
import secrets
from io import BytesIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from crypto import header as headers
from crypto import stream
from crypto.errors import FormatError, OpenError
from crypto.text import from_base64, to_base64

KIND = "scrypt"
SALT_BYTES = 16
LOG_N = 18  # 256 MiB and about a second
MAX_LOG_N = 20  # 1 GiB: more would let a file exhaust the machine of who opens it
MAX_PASSPHRASE = 1024
BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----"
END = "-----END AGE ENCRYPTED FILE-----"
_LINE = 64
_LABEL = b"age-encryption.org/v1/scrypt"
# A fresh salt gives a fresh key for each file, so a constant nonce cannot repeat under one key.
_ZERO_NONCE = bytes(12)


def wrap(plaintext: bytes, passphrase: str, log_n: int = LOG_N) -> str:
    """Encrypt a small file under a passphrase.

    Args:
        plaintext: The content, such as the text of an identity.
        passphrase: 1 to 1024 characters; six generated words or more.
        log_n: Work of one guess: 2**log_n times 1 KiB of memory. 1 to 20.

    Returns:
        An armored age file: ASCII lines that any age opens.

    Raises:
        FormatError: no passphrase or far too long a one, or log_n out of range.

    Source: c2sp.org/age, "The scrypt recipient type" and "ASCII armor"; RFC 7914.
    """
    file_key = secrets.token_bytes(headers.FILE_KEY_BYTES)
    salt = secrets.token_bytes(SALT_BYTES)
    wrapped = _derive_cipher(passphrase, salt, log_n).encrypt(_ZERO_NONCE, file_key, None)
    words = (KIND, to_base64(salt, padded=False), str(log_n))
    nonce = secrets.token_bytes(stream.NONCE_BYTES)
    encryptor = stream.Encryptor(file_key, nonce)
    header = headers.build(file_key, [headers.Stanza(words, wrapped)])
    return _encode_armor(header + nonce + encryptor.update(plaintext) + encryptor.finish())


def unwrap(text: str, passphrase: str) -> bytes:
    """Decrypt what `wrap` or `age -p --armor` gave.

    Args:
        text: An armored age file. White space around it does not count; lines may end in CRLF.
        passphrase: 1 to 1024 characters.

    Returns:
        The content.

    Raises:
        FormatError: not such a file, or it asks for more than 1 GiB of work. Nothing was
            computed yet.
        OpenError: another passphrase, or altered.

    Source: c2sp.org/age, "The scrypt recipient type" and "ASCII armor"; RFC 7914.
    """
    source = BytesIO(_decode_armor(text))
    header = headers.parse(headers.read(source))
    salt, log_n = _parse_work_factor(header.stanzas)
    try:
        file_key = _derive_cipher(passphrase, salt, log_n).decrypt(
            _ZERO_NONCE, header.stanzas[0].wrapped, None
        )
    except InvalidTag as error:
        raise OpenError("another passphrase") from error
    headers.check_mac(header, file_key)
    return b"".join(stream.decrypt(source, file_key))


def _parse_work_factor(stanzas: tuple[headers.Stanza, ...]) -> tuple[bytes, int]:
    if len(stanzas) != 1 or len(stanzas[0].words) != 3 or stanzas[0].words[0] != KIND:
        raise FormatError("not a file under one passphrase")
    _, salt, log_n = stanzas[0].words
    if not re.fullmatch(r"[1-9][0-9]?", log_n):
        raise FormatError("the work factor is malformed")
    return from_base64(salt, SALT_BYTES, padded=False), int(log_n)


def _derive_cipher(passphrase: str, salt: bytes, log_n: int) -> ChaCha20Poly1305:
    if not 0 < len(passphrase) <= MAX_PASSPHRASE:
        raise FormatError(f"a passphrase has 1 to {MAX_PASSPHRASE} characters")
    if not 1 <= log_n <= MAX_LOG_N:
        raise FormatError(f"the work factor is 1 to {MAX_LOG_N}")
    slow = Scrypt(salt=_LABEL + salt, length=32, n=1 << log_n, r=8, p=1)
    return ChaCha20Poly1305(slow.derive(passphrase.encode()))


def _encode_armor(data: bytes) -> str:
    text = to_base64(data)
    lines = [text[i : i + _LINE] for i in range(0, len(text), _LINE)]
    return "\n".join([BEGIN, *lines, END, ""])


def _decode_armor(text: str) -> bytes:
    lines = text.strip().replace("\r\n", "\n").split("\n")
    if lines[0] != BEGIN or lines[-1] != END:
        raise FormatError("not an armored age file")
    data = from_base64("".join(lines[1:-1]))
    if _encode_armor(data).splitlines() != lines:
        raise FormatError("the armor is malformed")
    return data
