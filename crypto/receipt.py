"""The receipt: a code that a reporter keeps, and every key that follows from it."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from crypto import oldreceipt
from crypto.digits import compute_check_digit, normalise_digits
from crypto.errors import FormatError
from crypto.keys import Identity, derive_identity
from crypto.signing import SigningKey

GROUPS = 6
GROUP = 6  # five random digits and their check digit
DIGITS = GROUPS * GROUP
SECRET_BYTES = 30  # the random digits, in ASCII; a secret of 11 bytes is of version 1
HALF_BYTES = 32
MAX_TYPED = 200
# Public and the same for all: a receipt must be found by itself alone. Against guessing all
# receipts at once stand 99.6 random bits; the rounds add thirteen to what a guess costs.
_SALT = sha256(b"pmp/receipt/v2").digest()[:16]
_ROUNDS = 10_000


class ReceiptError(FormatError):
    """What was typed is no receipt."""


class WrongLength(ReceiptError):
    """A receipt has 36 digits; `digits` says how many there are."""

    def __init__(self, digits: int) -> None:
        super().__init__("another number of digits")
        self.digits = digits


class WrongSymbol(ReceiptError):
    """`symbol` is no digit, whatever it looks like; it stands in group number `group`."""

    def __init__(self, symbol: str, group: int) -> None:
        super().__init__("not a digit")
        self.symbol = symbol
        self.group = group


class WrongGroups(ReceiptError):
    """A digit is wrong in each group whose number is in `groups`, counted from one."""

    def __init__(self, groups: tuple[int, ...]) -> None:
        super().__init__("a digit of a group is wrong")
        self.groups = groups


class WrongChecksum(ReceiptError):
    """Thirty digits as an old receipt has them, but one is wrong; or a newer one lacks a group."""


@dataclass(frozen=True)
class ReporterKeys:
    """What the reporter opens answers with and signs with."""

    identity: Identity
    signing: SigningKey


@dataclass(frozen=True)
class ReceiptKeys:
    """What follows from a receipt alone; 32 secret bytes each.

    lookup finds the case, blinding_key is that of the case's entries in the public log, master is
    where both come from. None of them opens or signs anything without the second half.
    """

    lookup: bytes = field(repr=False)
    blinding_key: bytes = field(repr=False)
    master: bytes = field(repr=False)

    def derive_reporter_keys(self, half: bytes) -> ReporterKeys:
        """Make the keys that read and write.

        Args:
            half: 32 random bytes made when the report was filed, kept under a key that is in
                no database and no backup. Once they are destroyed, a receipt reads nothing.

        Returns:
            The reporter's identity and signing key.

        Raises:
            FormatError: the half is not 32 bytes long.

        Source: docs/crypto-spec.md, "Receipt"; RFC 2104, RFC 5869 section 2.3.
        """
        if len(half) != HALF_BYTES:
            raise FormatError("a second half is 32 bytes")
        joined = hmac.digest(half, self.master, "sha256")
        return ReporterKeys(
            identity=derive_identity(_expand(joined, b"pmp/v1/xwing-seed")),
            signing=SigningKey(_expand(joined, b"pmp/v1/ed25519-seed")),
        )


def generate_secret() -> bytes:
    """Make the secret of a new receipt.

    Returns:
        30 random digits in ASCII: 99.6 bits.
    """
    return f"{secrets.randbelow(10**SECRET_BYTES):0{SECRET_BYTES}}".encode()


def format_digits(secret: bytes) -> str:
    """Write a receipt the way a person copies it.

    Args:
        secret: 30 digits in ASCII; or 11 bytes, of an old receipt.

    Returns:
        36 digits in six groups of six, separated by spaces; of an old receipt 30 in six of five.

    Raises:
        FormatError: the secret is no such thing.

    Source: docs/crypto-spec.md, "Receipt".
    """
    if len(secret) == oldreceipt.SECRET_BYTES:
        return " ".join(_split(oldreceipt.encode_digits(secret), oldreceipt.GROUP))
    _check_secret(secret)
    return " ".join(
        group + compute_check_digit(group) for group in _split(secret.decode(), GROUP - 1)
    )


def parse(text: str) -> bytes:
    """Read a receipt the way people type it.

    Args:
        text: 36 digits of any script, or the 30 of an old receipt. What is neither a letter nor
            a digit does not count.

    Returns:
        The secret: 30 bytes, or 11 of an old receipt.

    Raises:
        WrongSymbol: a letter stands among the digits.
        WrongLength: too few or too many, or more than 200 characters in all.
        WrongGroups: a digit is wrong.
        WrongChecksum: a digit of an old receipt is wrong.

    Source: docs/crypto-spec.md, "Receipt".
    """
    if len(text) > MAX_TYPED:
        raise WrongLength(len(text))
    typed = normalise_digits(text)
    group = oldreceipt.GROUP if len(typed) == oldreceipt.DIGITS else GROUP
    for place, symbol in enumerate(typed):
        if not symbol.isdecimal():
            raise WrongSymbol(symbol, min(place // group + 1, GROUPS))
    return _decode_digits(typed)


def derive(secret: bytes) -> ReceiptKeys:
    """Make all keys that follow from a receipt alone.

    Args:
        secret: 30 digits in ASCII, which take some milliseconds; or 11 bytes of an old receipt,
            which take 30 ms and 19 MiB: let only one at a time.

    Returns:
        The keys.

    Raises:
        FormatError: the secret is no such thing.

    Source: RFC 8018 section 5.2; docs/crypto-spec.md, "Receipt".
    """
    if len(secret) == oldreceipt.SECRET_BYTES:
        return from_master(oldreceipt.derive_master(secret))
    _check_secret(secret)
    slow = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=_SALT, iterations=_ROUNDS)
    return from_master(slow.derive(secret))


def from_master(master: bytes) -> ReceiptKeys:
    """Make the same keys where the slow step was done already.

    Args:
        master: 32 bytes that `derive` made of the secret.

    Returns:
        The keys.

    Raises:
        FormatError: the master is not 32 bytes long.

    Source: RFC 5869 section 2.3; docs/crypto-spec.md, "Receipt".
    """
    if len(master) != 32:
        raise FormatError("a master key is 32 bytes")
    return ReceiptKeys(
        lookup=_expand(master, b"pmp/v1/lookup"),
        blinding_key=_expand(master, b"pmp/v1/log-blind"),
        master=master,
    )


def derive_row_key(pepper: bytes, lookup: bytes) -> bytes:
    """Say under which key the database keeps a case.

    Args:
        pepper: 32 secret bytes of the server, in no database and no backup.
        lookup: 32 bytes that follow from the receipt.

    Returns:
        32 bytes. Who has the database alone cannot find the row of a receipt.

    Source: RFC 2104.
    """
    return hmac.digest(pepper, lookup, "sha256")


def _check_secret(secret: bytes) -> None:
    if len(secret) != SECRET_BYTES or not secret.isdigit():
        raise FormatError("the secret of a receipt is 30 digits")


def _decode_digits(digits: str) -> bytes:
    """Return the secret of digits that nothing separates."""
    if len(digits) == oldreceipt.DIGITS:
        try:
            return oldreceipt.decode_digits(digits)
        except FormatError as error:
            raise WrongChecksum("a digit is wrong") from error
    if len(digits) != DIGITS:
        raise WrongLength(len(digits))
    groups = _split(digits, GROUP)
    if wrong := tuple(
        at for at, group in enumerate(groups, 1) if compute_check_digit(group) != "0"
    ):
        raise WrongGroups(wrong)
    return "".join(group[:-1] for group in groups).encode()


def _split(symbols: str, length: int) -> list[str]:
    return [symbols[at : at + length] for at in range(0, len(symbols), length)]


def _expand(key: bytes, label: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, info=label).derive(key)
