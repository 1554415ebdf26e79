"""Staff sign-in, second factor: six digits that change every 30 seconds."""

import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from crypto.digits import normalise_digits

SECRET_BYTES = 20
DIGITS = 6
STEP_SECONDS = 30
WINDOW_STEPS = 1
_HASH = SHA1()  # noqa: S303 - the only one that every authenticator knows; as HMAC it holds


def generate_secret() -> bytes:
    """Make the secret that the server and the person's device share.

    Returns:
        20 random bytes.

    Source: RFC 4226 section 4 (160 bits).
    """
    return secrets.token_bytes(SECRET_BYTES)


def compute_code(secret: bytes, counter: int) -> str:
    """Say which code belongs to a step of time.

    Args:
        secret: 20 bytes.
        counter: Unix time in seconds, divided by 30 and rounded down.

    Returns:
        Six digits.

    Source: RFC 4226 section 5.3; RFC 6238 section 4.
    """
    return _make_hotp(secret).generate(counter).decode("ascii")


def verify(secret: bytes, typed: str, unix_time: int, last_counter: int) -> int | None:
    """Say which step of time a typed code belongs to, if it is good now and was not used.

    Args:
        secret: 20 bytes.
        typed: What the person typed: digits of any script; what stands between them does not
            count.
        unix_time: Now, in seconds.
        last_counter: The step of the last code that was accepted; -1 if there is none. Store
            the answer as the new one, in the same transaction: each code counts once.

    Returns:
        The step, at most one before or after now; None if the code is not good.

    Source: RFC 6238 sections 5.2 and 6.
    """
    wanted = normalise_digits(typed).encode()
    now = unix_time // STEP_SECONDS
    for counter in range(max(0, now - WINDOW_STEPS), now + WINDOW_STEPS + 1):
        if counter > last_counter and _is_code(secret, wanted, counter):
            return counter
    return None


def build_uri(secret: bytes, account: str, issuer: str) -> str:
    """Write what an authenticator reads from a QR code.

    Args:
        secret: 20 bytes.
        account: The name of the account, as the person will see it.
        issuer: The name of the portal.

    Returns:
        An otpauth address. It holds the secret: show it once, log it never.

    Source: Google Authenticator wiki, "Key URI Format".
    """
    address = TOTP(secret, DIGITS, _HASH, STEP_SECONDS).get_provisioning_uri(account, issuer)
    # the library writes a space as "+", which authenticators show as a plus
    return address.replace("+", "%20")


def _make_hotp(secret: bytes) -> HOTP:
    return HOTP(secret, DIGITS, _HASH)


def _is_code(secret: bytes, wanted: bytes, counter: int) -> bool:
    try:
        _make_hotp(secret).verify(wanted, counter)
    except InvalidToken:
        return False
    return True
