"""Digits as people type them, of any script and spaced at will, and the check digit of a group."""

import re
import unicodedata

# Damm, "Total anti-symmetrische Quasigruppen" (thesis, Marburg 2004), the quasigroup of order 10:
# it notices every single wrong digit and every exchange of two neighbours.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
# What is neither letter nor digit only separates: spaces, dashes, dots, what cannot be seen.
_BETWEEN = r"[\W_]*"
_CHAIN = re.compile(rf"(?:\d{_BETWEEN})+")
_RUN = re.compile(r"\d+")


def to_ascii_digits(text: str) -> str:
    """Return a text with the digits of any script written as 0 to 9."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def normalise_digits(text: str) -> str:
    """Return what was typed as digits, and nothing of what people put between them.

    Args:
        text: As typed.

    Returns:
        Its digits as 0 to 9, and its letters: a letter that looks like a digit is none, and
        whoever reads the code can name it. All else is left out.
    """
    return "".join(char for char in to_ascii_digits(text) if char.isalnum())


def compute_check_digit(digits: str) -> str:
    """Return the digit that completes a group.

    Args:
        digits: 0 to 9, as many as you like.

    Returns:
        The check digit after Damm. Of a group that ends in the right one it is "0".

    Source: H. M. Damm, Total anti-symmetrische Quasigruppen, thesis, Philipps-Universität
        Marburg, 2004.
    """
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def find_digit_runs(text: str) -> list[list[str]]:
    """Return the digits of a text where nothing but separators stands between them.

    Args:
        text: Anything that a person wrote.

    Returns:
        For each place with digits their unbroken runs as 0 to 9, in the order of the text.
    """
    return [_RUN.findall(chain) for chain in _CHAIN.findall(to_ascii_digits(text))]
