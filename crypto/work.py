"""Proof of work: a number that takes many tries to find and one hash to check.

Source: hashcash (Back, 2002), with SHA-256 over the hash of a text of the server and a number.
"""

from hashlib import sha256

NUMBER_BYTES = 8
MOST_BITS = 64


def is_solution(text: str, number: int, bits: int) -> bool:
    """Tell whether a number is a proof of work for a text.

    Args:
        text: what the server gave, used for nothing else.
        number: what was found, 0 to 2^64 - 1; anything else is no proof.
        bits: so many leading bits of SHA-256(SHA-256(text) || number as 8 bytes, big end first)
            must be zero, 0 to 64. Finding a number takes 2^bits tries on average.
    """
    if not 0 <= number < 1 << 8 * NUMBER_BYTES:
        return False
    start = sha256(text.encode()).digest()
    digest = sha256(start + number.to_bytes(NUMBER_BYTES, "big")).digest()
    return int.from_bytes(digest[:NUMBER_BYTES], "big") >> (MOST_BITS - bits) == 0


def solve(text: str, bits: int) -> int:
    """Find the smallest number that is a proof of work for a text."""
    number = 0
    while not is_solution(text, number, bits):
        number += 1
    return number
