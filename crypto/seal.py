"""Sealed objects: age v1 files for post-quantum recipients only."""

import secrets
from collections.abc import Callable, Container, Iterator, Sequence
from io import BytesIO
from typing import BinaryIO

from crypto import header as headers
from crypto import stream
from crypto.errors import FormatError, OpenError
from crypto.hybrid import check_stanza, unwrap_key, wrap_key
from crypto.keys import Identity, Recipient, generate_identity
from crypto.padding import ATTACHMENT_MIN_BYTES, BODY_BUCKETS, compute_padme_length

# Every stored object has as many stanzas and so a header of the same length, whoever can open it.
STANZAS = 3
HEADER_BYTES = 4741


class PayloadSealer:
    """Seals bytes that pass by, before it is known who may open them.

    The payload goes to its file first; the header, made afterwards, goes in front of it.
    Nothing of the plaintext is held but one chunk of 64 KiB.
    """

    def __init__(self) -> None:
        self._file_key = secrets.token_bytes(headers.FILE_KEY_BYTES)
        self._nonce = secrets.token_bytes(stream.NONCE_BYTES)
        self._encryptor = stream.Encryptor(self._file_key, self._nonce)

    def update(self, data: bytes) -> bytes:
        """Take more of the plaintext.

        Args:
            data: Any number of bytes.

        Returns:
            What the payload file gets next, often nothing: the nonce (16) once, then chunks.

        Source: c2sp.org/age, "Payload".
        """
        return self._take_nonce() + self._encryptor.update(data)

    def finish(self) -> bytes:
        """End the payload.

        Returns:
            The last bytes of the payload file.

        Source: c2sp.org/age, "Payload".
        """
        return self._take_nonce() + self._encryptor.finish()

    def build_header(self, recipients: Sequence[Recipient]) -> bytes:
        """Make the header that stands in front of the payload.

        Args:
            recipients: Who may open it, in the order of the stanzas; three for a stored object.

        Returns:
            HEADER_BYTES for three recipients; 70 + 1557 for each in general.

        Raises:
            FormatError: no recipient, or more than 20.

        Source: c2sp.org/age, "Header".
        """
        return _wrap_header(self._file_key, recipients)

    def _take_nonce(self) -> bytes:
        nonce, self._nonce = self._nonce, b""
        return nonce


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Seal a text for its recipients.

    Args:
        plaintext: Any bytes, padded already where their length would tell something.
        recipients: Who may open it, in the order of the stanzas; three for a stored object,
            an unused place filled by `generate_throwaway_recipient`.

    Returns:
        An age file of `sealed_length(len(plaintext))` bytes if there are three.

    Raises:
        FormatError: no recipient, or more than 20.

    Source: c2sp.org/age.
    """
    sealer = PayloadSealer()
    payload = sealer.update(plaintext) + sealer.finish()
    return sealer.build_header(recipients) + payload


def open_sealed(ciphertext: bytes, identity: Identity) -> bytes:
    """Open a sealed object, all of it or nothing.

    Args:
        ciphertext: An age file.
        identity: The private key of one of its recipients.

    Returns:
        The plaintext, with its padding.

    Raises:
        OpenError: for somebody else, altered, cut short, or not such a file.

    Source: c2sp.org/age.
    """
    return b"".join(open_stream(BytesIO(ciphertext), identity))


def open_stream(source: BinaryIO, identity: Identity) -> Iterator[bytes]:
    """Open a sealed object piece by piece, in constant memory.

    Args:
        source: A binary file at the first byte of an age file that ends where the file ends.
        identity: The private key of one of its recipients.

    Yields:
        Up to 65,536 bytes at a time, each authentic. Use nothing of it until the iterator has
        ended without an error: only then is it complete.

    Raises:
        OpenError: for somebody else, altered, cut short (also between chunks), reordered,
            with bytes after its end, or not such a file.

    Source: c2sp.org/age.
    """
    try:
        header = headers.read(source)
    except FormatError as error:
        raise OpenError("not a sealed object") from error
    yield from stream.decrypt(source, unwrap_file_key(header, identity))


def unwrap_file_key(header: bytes, identity: Identity) -> bytes:
    """Recover the key of one object from its header.

    Args:
        header: A whole header; HEADER_BYTES of a stored object.
        identity: The private key of one of its recipients.

    Returns:
        16 secret bytes that open this object and no other.

    Raises:
        OpenError: for somebody else, altered, or a stanza of a kind that we do not write.

    Source: c2sp.org/age, "Header".
    """
    try:
        parsed = headers.parse(header)
        for stanza in parsed.stanzas:
            check_stanza(stanza)
    except FormatError as error:
        raise OpenError("not a sealed object") from error
    for stanza in parsed.stanzas:
        try:
            key = unwrap_key(stanza, identity)
        except OpenError:
            continue  # a stanza does not say whose it is: the next may be ours
        headers.check_mac(parsed, key)
        return key
    raise OpenError("not for this identity")


def rewrap_header(header: bytes, identity: Identity, recipients: Sequence[Recipient]) -> bytes:
    """Hand an object over: a new header for the same payload, which stays as it is.

    Whoever could open it and kept the old header or the file key still can: this takes
    nothing back.

    Args:
        header: The whole old header.
        identity: The private key of one of its recipients.
        recipients: Who may open it from now on.

    Returns:
        The new header, to be put in front of the same payload.

    Raises:
        OpenError: the old header does not open.
        FormatError: no recipient, or more than 20.

    Source: c2sp.org/age, "Header".
    """
    return _wrap_header(unwrap_file_key(header, identity), recipients)


def compute_sealed_length(plaintext_length: int) -> int:
    """Say how long a stored object is.

    Args:
        plaintext_length: Bytes of padded plaintext.

    Returns:
        Bytes of an age file with three stanzas.

    Source: c2sp.org/age.
    """
    return HEADER_BYTES + stream.compute_payload_length(plaintext_length)


def check_form(
    header: bytes, total_length: int, *, lengths: Container[int] | Callable[[int], bool]
) -> None:
    """Make sure that bytes have the form of a stored object. No key is needed, nothing is opened.

    Args:
        header: The first HEADER_BYTES of the object.
        total_length: Bytes of the whole object, header included.
        lengths: The total lengths that are allowed: a set, or a function that says so.

    Raises:
        FormatError: not exactly three `mlkem768x25519` stanzas in their only spelling, or
            another length. There is no way down to another kind of key.

    Source: c2sp.org/age; docs/crypto-spec.md, "Stored objects".
    """
    stanzas = headers.parse(header).stanzas
    if len(stanzas) != STANZAS:
        raise FormatError(f"a stored object has {STANZAS} stanzas")
    for stanza in stanzas:
        check_stanza(stanza)
    if not (lengths(total_length) if callable(lengths) else total_length in lengths):
        raise FormatError("a stored object has another length")


def check_body_form(ciphertext: bytes) -> None:
    """Make sure that bytes have the form of a sealed body. No key is needed.

    Args:
        ciphertext: The whole object.

    Raises:
        FormatError: not a stored object, or its text is not 8, 16, 32 … 1024 KiB long.

    Source: docs/crypto-spec.md, "Stored objects".
    """
    check_form(ciphertext[:HEADER_BYTES], len(ciphertext), lengths=_BODY_LENGTHS)


def check_attachment_form(header: bytes, total_length: int) -> None:
    """Make sure that a header and a length are those of a sealed attachment. No key is needed.

    Args:
        header: The first HEADER_BYTES of the object.
        total_length: Bytes of the whole object, header included.

    Raises:
        FormatError: not a stored object, or its length is none of `compute_padme_length`.

    Source: docs/crypto-spec.md, "Stored objects".
    """
    check_form(header, total_length, lengths=_is_attachment_length)


def generate_throwaway_recipient() -> Recipient:
    """Make a key that nobody holds, to fill the place of a recipient who is not there.

    Returns:
        A recipient whose identity is forgotten at once. A stanza for it looks like any other.

    Source: docs/crypto-spec.md, "Stored objects".
    """
    return generate_identity().recipient


_BODY_LENGTHS = frozenset(compute_sealed_length(bucket) for bucket in BODY_BUCKETS)


def _is_attachment_length(total_length: int) -> bool:
    length = stream.compute_plaintext_length(total_length - HEADER_BYTES)
    return (
        length is not None
        and length >= ATTACHMENT_MIN_BYTES
        and compute_padme_length(length) == length
    )


def _wrap_header(file_key: bytes, recipients: Sequence[Recipient]) -> bytes:
    return headers.build(file_key, [wrap_key(file_key, recipient) for recipient in recipients])
