"""What tests of strict formats share."""

from collections.abc import Callable, Iterator

from crypto.errors import CryptoError


def flipped(data: bytes) -> Iterator[bytes]:
    """Give every text that differs from this one in a single bit."""
    for bit in range(len(data) * 8):
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        yield bytes(altered)


def refused(call: Callable[..., object], *given: object) -> bool:
    """Say whether a call was refused, be it for the form or because something does not open."""
    try:
        call(*given)
    except CryptoError:
        return True
    return False
