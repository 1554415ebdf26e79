"""The receipt: a code that a reporter keeps, and every key that follows from it."""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.errors import FormatError
from crypto.keys import Identity, identity_from_seed
from crypto.signing import SigningKey

SECRET_BYTES = 11
HALF_BYTES = 32
DIGITS = 30
GROUP = 5
LETTERS = 20
MAX_TYPED = 200
CHECK_BITS = 11
CHECK_LABEL = b"pmp/v1/receipt-check"
# Crockford's base 32: no letter looks like a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("ILO", "110")
# Public and the same for all: a receipt must be found by itself alone. Against guessing all
# receipts at once stand 88 random bits, not the salt.
_SALT = sha256(b"pmp/receipt/v1").digest()[:16]
_MEMORY_KIB = 19456
_PASSES = 2


class ReceiptError(FormatError):
    """What was typed is no receipt."""


class WrongLength(ReceiptError):
    """A receipt is 30 digits, or 20 characters, and this is something else."""


class WrongChecksum(ReceiptError):
    """The length is right but a digit is wrong."""


@dataclass(frozen=True)
class ReporterKeys:
    """What the reporter opens answers with and signs with."""

    identity: Identity
    signing: SigningKey


@dataclass(frozen=True)
class Keys:
    """What follows from a receipt alone; 32 secret bytes each.

    lookup finds the case, blind is the key of the case's entries in the public log, master is
    where both come from. None of them opens or signs anything without the second half.
    """

    lookup: bytes = field(repr=False)
    blind: bytes = field(repr=False)
    master: bytes = field(repr=False)

    def with_second_half(self, half: bytes) -> ReporterKeys:
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
            identity=identity_from_seed(_expand(joined, b"pmp/v1/xwing-seed")),
            signing=SigningKey(_expand(joined, b"pmp/v1/ed25519-seed")),
        )


def new_secret() -> bytes:
    """Make the secret of a new receipt.

    Returns:
        11 random bytes.
    """
    return secrets.token_bytes(SECRET_BYTES)


def show(secret: bytes) -> str:
    """Write a receipt the way a person copies it.

    Args:
        secret: 11 bytes.

    Returns:
        30 digits in six groups of five, separated by spaces.

    Raises:
        FormatError: the secret is not 11 bytes long.

    Source: docs/crypto-spec.md, "Receipt".
    """
    return _grouped(f"{_number(secret):0{DIGITS}}")


def show_letters(secret: bytes) -> str:
    """Write the same receipt shorter, for who can type Latin letters.

    Args:
        secret: 11 bytes.

    Returns:
        20 characters of Crockford's base 32 in four groups of five, separated by spaces.

    Raises:
        FormatError: the secret is not 11 bytes long.

    Source: docs/crypto-spec.md, "Receipt".
    """
    number = _number(secret)
    return _grouped(
        "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(LETTERS)))
    )


def parse(text: str) -> bytes:
    """Read a receipt the way people type it.

    Args:
        text: 30 digits of any script, or 20 characters of Crockford's base 32. Spaces, dashes,
            dots and invisible characters do not count.

    Returns:
        The 11 secret bytes.

    Raises:
        WrongLength: too few or too many characters, or more than 200 in all.
        WrongChecksum: a digit is wrong (one wrong digit in 2048 goes unnoticed).

    Source: docs/crypto-spec.md, "Receipt"; www.crockford.com/base32.html.
    """
    if len(text) > MAX_TYPED:
        raise WrongLength("far too long for a receipt")
    typed = "".join(_plain(symbol) for symbol in text)
    if len(typed) == DIGITS:
        return _secret(typed, _ALPHABET[:10])
    if len(typed) == LETTERS:
        return _secret(typed.upper().translate(_LOOK_ALIKES), _ALPHABET)
    raise WrongLength("a receipt has 30 digits")


def derive(secret: bytes) -> Keys:
    """Make all keys that follow from a receipt alone. Takes 30 ms and 19 MiB on purpose.

    Args:
        secret: 11 bytes.

    Returns:
        The keys.

    Raises:
        FormatError: the secret is not 11 bytes long.

    Source: RFC 9106; docs/crypto-spec.md, "Receipt".
    """
    if len(secret) != SECRET_BYTES:
        raise FormatError("the secret of a receipt is 11 bytes")
    slow = Argon2id(salt=_SALT, length=32, iterations=_PASSES, lanes=1, memory_cost=_MEMORY_KIB)
    return from_master(slow.derive(secret))


def from_master(master: bytes) -> Keys:
    """Make the same keys where the slow step was done already.

    Args:
        master: 32 bytes: Argon2id of the secret.

    Returns:
        The keys.

    Raises:
        FormatError: the master is not 32 bytes long.

    Source: RFC 5869 section 2.3; docs/crypto-spec.md, "Receipt".
    """
    if len(master) != 32:
        raise FormatError("a master key is 32 bytes")
    return Keys(
        lookup=_expand(master, b"pmp/v1/lookup"),
        blind=_expand(master, b"pmp/v1/log-blind"),
        master=master,
    )


def row_key(pepper: bytes, lookup: bytes) -> bytes:
    """Say under which key the database keeps a case.

    Args:
        pepper: 32 secret bytes of the server, in no database and no backup.
        lookup: 32 bytes that follow from the receipt.

    Returns:
        32 bytes. Who has the database alone cannot find the row of a receipt.

    Source: RFC 2104.
    """
    return hmac.digest(pepper, lookup, "sha256")


def _number(secret: bytes) -> int:
    if len(secret) != SECRET_BYTES:
        raise FormatError("the secret of a receipt is 11 bytes")
    return int.from_bytes(secret, "big") << CHECK_BITS | _check(secret)


def _check(secret: bytes) -> int:
    digest = sha256(CHECK_LABEL + secret).digest()
    return int.from_bytes(digest[:2], "big") >> 16 - CHECK_BITS


def _secret(typed: str, alphabet: str) -> bytes:
    number = 0
    for symbol in typed:
        value = alphabet.find(symbol)
        if value < 0:
            raise WrongChecksum("a digit is wrong")
        number = number * len(alphabet) + value
    upper = number >> CHECK_BITS
    if upper.bit_length() > SECRET_BYTES * 8:
        raise WrongChecksum("a digit is wrong")
    secret = upper.to_bytes(SECRET_BYTES, "big")
    if _number(secret) != number:
        raise WrongChecksum("a digit is wrong")
    return secret


def _plain(symbol: str) -> str:
    """Give a digit of any script as 0 to 9, and nothing for what only separates."""
    digit = unicodedata.decimal(symbol, None)
    if digit is not None:
        return str(digit)
    separates = symbol in ".·•,_\N{MINUS SIGN}" or symbol.isspace()
    unseen = unicodedata.category(symbol) in {"Cc", "Cf", "Pd"}
    return "" if separates or unseen else symbol


def _grouped(symbols: str) -> str:
    return " ".join(symbols[i : i + GROUP] for i in range(0, len(symbols), GROUP))


def _expand(key: bytes, label: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, info=label).derive(key)
