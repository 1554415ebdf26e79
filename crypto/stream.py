"""The payload of an age file: 64 KiB chunks, each numbered, the last one marked."""

from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import OpenError

NONCE_BYTES = 16
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
_SEALED_BYTES = CHUNK_BYTES + TAG_BYTES


class Encryptor:
    """Encrypts one payload as its bytes arrive, holding one chunk at a time."""

    def __init__(self, file_key: bytes, nonce: bytes) -> None:
        self._cipher = _derive_cipher(file_key, nonce)
        self._held = bytearray()
        self._count = 0
        self._finished = False

    def update(self, data: bytes) -> bytes:
        """Take more of the plaintext.

        Args:
            data: Any number of bytes.

        Returns:
            The chunks that are certainly not the last: 65,552 bytes each, often none.

        Source: c2sp.org/age, "Payload".
        """
        if self._finished:
            raise ValueError("the payload is finished")
        if len(self._held) + len(data) <= CHUNK_BYTES:
            self._held += data
            return b""
        whole = memoryview(bytes(self._held) + data)
        ready = []
        # A full chunk waits until more arrives: it may be the last one.
        while len(whole) > CHUNK_BYTES:
            ready.append(self._encrypt_chunk(whole[:CHUNK_BYTES], last=False))
            whole = whole[CHUNK_BYTES:]
        self._held = bytearray(whole)
        return b"".join(ready)

    def finish(self) -> bytes:
        """End the payload.

        Returns:
            The last chunk: 16 to 65,552 bytes. It is empty only if the whole payload is.

        Source: c2sp.org/age, "Payload".
        """
        if self._finished:
            raise ValueError("the payload is finished")
        self._finished = True
        return self._encrypt_chunk(self._held, last=True)

    def _encrypt_chunk(self, chunk: bytearray | memoryview, *, last: bool) -> bytes:
        nonce = _build_nonce(self._count, last=last)
        self._count += 1
        return self._cipher.encrypt(nonce, chunk, None)


def decrypt(source: BinaryIO, file_key: bytes) -> Iterator[bytes]:
    """Decrypt a payload chunk by chunk.

    Args:
        source: A binary file at the first byte after the header.
        file_key: 16 bytes.

    Yields:
        Up to 65,536 bytes at a time, each authentic. They are the whole payload only when
        the iterator ends without an error.

    Raises:
        OpenError: altered, cut short (also between chunks), reordered, repeated, or with
            bytes after its end.

    Source: c2sp.org/age, "Payload".
    """
    nonce = _read(source, NONCE_BYTES)
    if len(nonce) != NONCE_BYTES:
        raise OpenError("the payload is cut short")
    cipher = _derive_cipher(file_key, nonce)
    count, sealed, last = 0, _read(source, _SEALED_BYTES), False
    while not last:
        # Nothing after this chunk means that it has to be the last.
        following = _read(source, _SEALED_BYTES)
        last = not following
        try:
            chunk = cipher.decrypt(_build_nonce(count, last=last), sealed, None)
        except InvalidTag as error:
            raise OpenError("the payload was altered or cut short") from error
        if count and not chunk:
            raise OpenError("the last chunk is empty")
        yield chunk
        count, sealed = count + 1, following


def compute_payload_length(plaintext_length: int) -> int:
    """Say how long a payload is.

    Args:
        plaintext_length: Bytes of plaintext.

    Returns:
        Bytes of nonce, ciphertext and tags.

    Source: c2sp.org/age, "Payload".
    """
    chunks = max(1, -(-plaintext_length // CHUNK_BYTES))
    return NONCE_BYTES + plaintext_length + chunks * TAG_BYTES


def compute_plaintext_length(payload: int) -> int | None:
    """Say how much plaintext is in a payload of this length; undoes `compute_payload_length`.

    Args:
        payload: Bytes of nonce, ciphertext and tags.

    Returns:
        Bytes of plaintext, or None when no payload has this length.

    Source: c2sp.org/age, "Payload".
    """
    sealed = payload - NONCE_BYTES
    length = sealed + sealed // -_SEALED_BYTES * TAG_BYTES
    return length if length >= 0 and compute_payload_length(length) == payload else None


def _derive_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    key = HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(file_key)
    return ChaCha20Poly1305(key)


def _build_nonce(count: int, *, last: bool) -> bytes:
    # The key is fresh for each payload, so a counter never repeats under one key.
    return count.to_bytes(11, "big") + bytes([last])


def _read(source: BinaryIO, wanted: int) -> bytes:
    """Read as much as is wanted, or all there is: sockets and pipes give less at a time."""
    parts = []
    while wanted and (part := source.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)
