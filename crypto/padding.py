"""Lengths that tell little: spaces after a body, zeros after an attachment."""

from crypto.errors import FormatError

BODY_BUCKETS = tuple(8 * 1024 << step for step in range(8))  # 8 KiB to 1 MiB
ATTACHMENT_MIN_BYTES = 64 * 1024


def pad_body(text: bytes) -> bytes:
    """Fill a body with spaces up to the next bucket: 8, 16, 32 … 1024 KiB.

    Args:
        text: UTF-8 JSON of at most 1 MiB, not ending in a space.

    Returns:
        The same JSON, as JSON may end in spaces; its length is one of eight.

    Raises:
        FormatError: longer than 1 MiB, or ending in a space.
    """
    if text.endswith(b" "):
        raise FormatError("a body does not end in a space")
    for bucket in BODY_BUCKETS:
        if len(text) <= bucket:
            return text.ljust(bucket)
    raise FormatError("a body is longer than 1 MiB")


def strip_body(padded: bytes) -> bytes:
    """Take the spaces off again.

    Args:
        padded: What `pad_body` gave.

    Returns:
        The text without its padding.

    Raises:
        FormatError: the length is not that of the smallest bucket that holds the text.
    """
    text = padded.rstrip(b" ")
    if pad_body(text) != padded:
        raise FormatError("a body is not padded to its bucket")
    return text


def compute_padme_length(length: int) -> int:
    """Say to which length an attachment is padded.

    Args:
        length: Its true length in bytes.

    Returns:
        At least 65,536, and at most 3.2 % more than a length above that. Few lengths are
        possible: 417 up to 512 MiB.

    Source: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication
    with PURBs", PoPETs 2019, section 4.
    """
    length = max(length, ATTACHMENT_MIN_BYTES)
    exponent = length.bit_length() - 1
    step = 1 << exponent - exponent.bit_length()
    return -(-length // step) * step
