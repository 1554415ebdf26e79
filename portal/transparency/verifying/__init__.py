"""The whole log, checked: against itself, against what was published, against the database."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.log_entries import Announcement
from crypto.notes import VerifierKey
from portal.core.db import read_much
from portal.transparency import queries
from portal.transparency.models import HEAD, LogHead
from portal.transparency.verifying import announced, audit_trail, case_checks, published, tree
from portal.transparency.verifying.contents import Claim, Contents
from portal.transparency.writing.log_keys import BlindingKeys, derive_public_key
from portal.transparency.writing.service import Log

Check = Callable[[Session, Contents, date], Iterable[str]]
"""What a feature checks of the log; yields each difference as a line for people."""


@dataclass(frozen=True)
class Against:
    """What the log is compared with, besides its own database."""

    folder: Path  # of its published files
    outside: tuple[tuple[str, bytes], ...] = ()  # names and bytes of checkpoints from elsewhere
    witnesses: tuple[VerifierKey, ...] = ()
    programs: Sequence[Announcement] = ()  # code in use
    checks: Sequence[Check] = field(default=())  # of other features


def verify(
    session: Session,
    log: Log,
    against: Against,
    tell: Callable[[str, int, int], None],
    *,
    today: date,
) -> Iterator[str]:
    """Yield every difference, in a line that a person understands; none: all is well.

    Args:
        session: to read with; what it reads should be of one moment.
        log: which.
        against: what it is compared with.
        tell: hears what is looked at, and how many of how many are done.
        today: the day.
    """
    read_much(session)
    head = session.get(LogHead, HEAD)
    if head is not None and head.origin != log.origin:
        yield f"the log of this database is called {head.origin}, the portal's {log.origin}"
        return
    contents = Contents(derive_public_key(log.keyring, log.origin), against.witnesses)
    claims: list[Claim] = []
    yield from _read_claims(against, contents.key, claims)
    yield from tree.check(session, contents, claims, lambda n, of: tell("entries", n, of))
    if not contents.whole:
        return
    yield from _check_files(session, against.folder, claims)
    yield from announced.check_batches(session, contents)
    yield from announced.check(session, contents, against.programs)
    yield from audit_trail.check(session, log.keyring)
    blinds = BlindingKeys(log.keyring)
    yield from case_checks.check(
        session, contents, blinds, lambda n, of: tell("cases", n, of), today=today
    )
    for check in against.checks:
        yield from check(session, contents, today)


def _read_claims(against: Against, key: VerifierKey, claims: list[Claim]) -> Iterator[str]:
    """Read what others hold of the log; yield what cannot be believed."""
    held = list(against.outside)
    own = published.read_published(against.folder)
    if own is not None:
        held.append((published.PUBLISHED, own))
    for what, data in held:
        try:
            claims.append(published.read_claim(data, key, what))
        except CryptoError as error:
            yield published.describe_fault(error, what)


def _check_files(session: Session, folder: Path, claims: Sequence[Claim]) -> Iterator[str]:
    size = next((claim.size for claim in claims if claim.what == published.PUBLISHED), None)
    if size is not None:
        yield from published.check(session, folder, size)
    elif queries.count_entries(session):
        yield "the log has entries, and no checkpoint is published"
