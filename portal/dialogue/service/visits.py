"""Visits: a receipt opens one, a cookie's token keeps it, leaving or waiting ends it."""

import fcntl
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from crypto import receipt
from crypto.errors import CryptoError
from crypto.json_types import require_object, require_text
from crypto.secretbox import decrypt, derive_key, encrypt
from crypto.text import from_base64, from_json, to_base64, to_json
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.core.keyring import Keyring
from portal.dialogue import queries
from portal.dialogue.models import Visit

TOKEN_BYTES = 32
NOBODY = "0" * 32  # stands where a receipt leads nowhere, so that the work is the same
_LABEL = b"visit"


class OldReceiptBusy(Exception):
    """Somebody's old receipt is being read already; this one is asked to try again."""


@dataclass(frozen=True)
class ReporterSession:
    """Who came back: which case is theirs and, without scripts, what their keys follow from."""

    case_id: str
    master: bytes | None = field(repr=False)  # 32 bytes; None: the browser keeps it

    def derive_keys(self, second_half: bytes | None, *, keyring: Keyring) -> receipt.ReporterKeys:
        """Make the keys that read and write, for the time of one request.

        Args:
            second_half: as the case has it, encrypted.
            keyring: the server's keys.

        Raises:
            NotFound: the browser keeps the first half, or the second is gone.
        """
        if self.master is None or second_half is None:
            raise NotFound("the keys of this visit are not here")
        half = decrypt_half(self.case_id, second_half, keyring=keyring)
        return receipt.from_master(self.master).derive_reporter_keys(half)


@contextmanager
def only_one(place: Path) -> Iterator[None]:
    """Be the only one at a place, of all threads and processes of this machine.

    Nobody waits, so old receipts never hold more than one thread; the system frees the place if
    its process ends.

    Args:
        place: a file of the installation, made if it is not there.

    Raises:
        Busy: somebody else is there.
    """
    with place.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OldReceiptBusy from error
        yield


def derive_keys(secret: bytes, *, place: Path) -> receipt.ReceiptKeys:
    """Make the keys of a receipt, outside of any transaction.

    Args:
        secret: as it was read.
        place: where those with an old receipt, which takes 19 MiB, come one at a time.

    Raises:
        Busy: an old receipt, and somebody else's is being read.
    """
    if len(secret) == receipt.SECRET_BYTES:
        return receipt.derive(secret)
    with only_one(place):
        return receipt.derive(secret)


def begin(
    session: Session,
    lookup: bytes,
    *,
    master: bytes | None,
    before: str,
    until: int,
    keyring: Keyring,
) -> str:
    """Open a visit to the case of a receipt, and end the one that this browser had before.

    Known or not, the same is done up to the last step.

    Args:
        session: of the transaction.
        lookup: what follows from the receipt, 32 bytes.
        master: what the keys follow from; None if the browser keeps it.
        before: token of the cookie that came along, "" without one.
        until: minute at which the visit ends.
        keyring: the server's keys.

    Returns:
        The token for the cookie; it opens what the row holds.

    Raises:
        NotFound: no case has this receipt, or its content was erased.
    """
    case = queries.find_case_of_receipt(session, receipt.derive_row_key(keyring.pepper, lookup))
    if case is not None and not _is_half_of(case, keyring):
        case = None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    held = to_json({"case": case.id if case else NOBODY, "master": to_base64(master or b"")})
    visit = Visit(
        token_hash=_hash(token),
        sealed=encrypt(_derive_key(token), held.encode(), _hash(token)),
        expires=until,
    )
    end(session, before)
    session.add(visit)
    session.flush()
    if case is None:  # and so nothing of this is kept
        raise NotFound("no case has this receipt")
    return token


def resume(session: Session, token: str, *, minute: int) -> tuple[ReporterSession, int]:
    """Return who comes with a token, and the minute at which the visit ends.

    Raises:
        NotFound: nobody: it ended, or there never was one.
    """
    visit = session.get(Visit, _hash(token))
    if visit is None or visit.expires < minute:
        raise NotFound("no such visit")
    try:
        opened = decrypt(_derive_key(token), visit.sealed, visit.token_hash)
        held = require_object(from_json(opened.decode()), ("case", "master"))
        master = from_base64(require_text(held["master"])) or None
    except CryptoError as error:
        raise NotFound("no such visit") from error
    return ReporterSession(require_text(held["case"]), master), visit.expires


def extend(session: Session, token: str, *, until: int) -> None:
    """Move the end of a visit."""
    session.execute(update(Visit).where(Visit.token_hash == _hash(token)).values(expires=until))


def end(session: Session, token: str) -> None:
    """End a visit; its token is worth nothing from now on."""
    session.execute(delete(Visit).where(Visit.token_hash == _hash(token)))


def decrypt_half(case_id: str, second_half: bytes, *, keyring: Keyring) -> bytes:
    """Return the half of the reporter's key that only the server has."""
    return decrypt(keyring.second_halves, second_half, case_id.encode())


def _is_half_of(case: Case, keyring: Keyring) -> bool:
    """Tell whether the half that only the server has is there, and of this case."""
    try:
        return bool(decrypt_half(case.id, case.second_half or b"", keyring=keyring))
    except CryptoError:
        return False


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _derive_key(token: str) -> bytes:
    # The row keeps the hash of the token alone; what it seals opens with the token itself.
    return derive_key(token.encode(), _LABEL)
