"""Bech32: bytes as text with a checksum, the way age writes keys."""

from base64 import b32hexencode

from crypto.errors import FormatError

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
CHECKSUM_SYMBOLS = 6
# The standard library counts in base 32 with other digits; a key is too long for a loop of ours.
_DIGITS = b"0123456789ABCDEFGHIJKLMNOPQRSTUV"
_TO_VALUES = bytes.maketrans(_DIGITS, bytes(range(32)))
_TO_DIGITS = bytes.maketrans(bytes(range(32)), _DIGITS)
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# What the five bits that leave the register at the top do to the rest of it.
_FOLDED = [0] * 32
for _top in range(32):
    for _bit, _term in enumerate(_GENERATOR):
        _FOLDED[_top] ^= _term if _top >> _bit & 1 else 0


def encode(prefix: str, data: bytes) -> str:
    """Write bytes as lower-case Bech32.

    Args:
        prefix: The human-readable part, lower case, without the separator "1".
        data: Any bytes. The 90-symbol limit of Bitcoin does not hold for age keys.

    Returns:
        prefix, "1", symbols of five bits each, six symbols of checksum.

    Source: BIP 173; c2sp.org/age.
    """
    symbols = _to_symbols(data)
    check = _compute_polymod([*_expand_prefix(prefix), *symbols, *[0] * CHECKSUM_SYMBOLS]) ^ 1
    symbols += [check >> 5 * (CHECKSUM_SYMBOLS - 1 - i) & 31 for i in range(CHECKSUM_SYMBOLS)]
    return f"{prefix}1{''.join(ALPHABET[symbol] for symbol in symbols)}"


def decode(prefix: str, text: str, length: int) -> bytes:
    """Read lower-case Bech32 with a known prefix and a known number of bytes.

    Args:
        prefix: The human-readable part that must stand in front, lower case.
        text: Bech32 in lower case.
        length: How many bytes it must hold.

    Returns:
        The bytes.

    Raises:
        FormatError: another prefix, another length, an unknown symbol, a wrong checksum, or
            padding bits that are not zero.

    Source: BIP 173; c2sp.org/age.
    """
    head, tail = f"{prefix}1", text[len(prefix) + 1 :]
    if not text.startswith(head) or len(tail) != (length * 8 + 4) // 5 + CHECKSUM_SYMBOLS:
        raise FormatError("not a key of this kind: prefix or length")
    symbols = [_VALUES.get(symbol, -1) for symbol in tail]
    if -1 in symbols:
        raise FormatError("a key holds a symbol that Bech32 does not have")
    if _compute_polymod([*_expand_prefix(prefix), *symbols]) != 1:
        raise FormatError("the checksum of a key is wrong")
    return _from_symbols(symbols[:-CHECKSUM_SYMBOLS], length)


def _expand_prefix(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _compute_polymod(values: list[int]) -> int:
    register = 1
    for value in values:
        register = (register & 0x1FFFFFF) << 5 ^ value ^ _FOLDED[register >> 25]
    return register


def _to_symbols(data: bytes) -> list[int]:
    return list(b32hexencode(data).rstrip(b"=").translate(_TO_VALUES))


def _from_symbols(symbols: list[int], length: int) -> bytes:
    number = int(bytes(symbols).translate(_TO_DIGITS), 32)
    spare = len(symbols) * 5 - length * 8
    if number & (1 << spare) - 1:
        raise FormatError("the padding of a key is not zero")
    return (number >> spare).to_bytes(length, "big")
