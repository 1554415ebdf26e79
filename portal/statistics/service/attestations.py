"""What lies beside the manifest of a release: its signature, who read it, its minute, its proof.

The manifest cannot name these files, as they come after it. Each follows from something else.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy.orm import Session

from crypto import log_entries, signing, tlogproof
from crypto.cosignature import Policy
from crypto.errors import CryptoError, OpenError
from crypto.notes import VerifierKey
from portal.core.errors import Damaged, NotFound
from portal.statistics.catalogue import schedule
from portal.statistics.dataset.text import canonical_json
from portal.statistics.models import Release
from portal.statistics.releases import archive
from portal.statistics.releases.archive import Published
from portal.statistics.service import lifecycle
from portal.transparency import queries
from portal.transparency.models import LogCheckpoint
from portal.transparency.writing.service import RELEASE


def proof(session: Session, release: Release) -> bytes:
    """Return the proof that the manifest of a release stands in the public log.

    Raises:
        NotFound: the log has lost it.
    """
    position = queries.find_newest_position(session, RELEASE, release.name)
    state = queries.find_latest(session)
    if position is None or state is None:
        raise NotFound(f"the log does not know {release.name}")
    return queries.build_proof(session, position, state).data


def access(session: Session, release: Release) -> bytes:
    """Return who read the release before it was one: positions and days, no names of accounts."""
    readers = [
        {
            "position": "oversight board",
            "read_on": one.read_on.isoformat(),
            "signed_on": one.signed_on.isoformat() if one.signed_on else None,
        }
        for one in lifecycle.readers(session, release)
    ]
    return canonical_json(
        {
            "release": release.name,
            "manifest": release.manifest,
            "readers": [{"position": "operator of the portal"}, *readers],
        }
    )


def minute(release: Release) -> bytes:
    """Return when the release was announced for, and when it came out."""
    announced = schedule.moment(release.published_on)
    late = release.minutes_late
    published = None if late is None else announced + timedelta(minutes=late)
    return canonical_json(
        {
            "release": release.name,
            "manifest": release.manifest,
            "announced_at": announced.isoformat(timespec="minutes"),
            "published_at": published and published.isoformat(timespec="minutes"),
            "minutes_late": late,
        }
    )


def faults(session: Session, found: Published, release: Release, log: VerifierKey) -> Iterator[str]:
    """Yield each of these files that is altered or missing.

    Args:
        session: to read with.
        found: the release as it lies in its folder, with its own manifest.
        release: the same as the database has it.
        log: whose proofs are believed.
    """
    checks: dict[str, Callable[[bytes], None]] = {
        archive.SIGNATURE: lambda data: _check_signature(found, data),
        archive.ACCESS: lambda data: _check_same(data, access(session, release)),
        archive.MINUTE: lambda data: _check_same(data, minute(release)),
        archive.PROOF: lambda data: _check_proof(session, found, log, data),
    }
    if release.minutes_late is None and not (found.folder / archive.MINUTE).exists():
        del checks[archive.MINUTE]  # it came out before minutes were written down
    for name, check in checks.items():
        try:
            check((found.folder / name).read_bytes())
        except OSError:
            yield f"{name} of {found.name} cannot be read"
        except (CryptoError, Damaged, ValueError):
            yield f"{name} of {found.name} is not what was published"


def _check_signature(found: Published, data: bytes) -> None:
    public = signing.read_public_pem(found.read(archive.PUBLIC_KEY))
    signing.verify(public, (found.folder / archive.MANIFEST).read_bytes(), data)


def _check_same(data: bytes, expected: bytes) -> None:
    if json.loads(data) != json.loads(expected):
        raise Damaged("it says something else")


def _check_proof(session: Session, found: Published, log: VerifierKey, data: bytes) -> None:
    """Check that a proof leads to a state that this log signed and still has."""
    entry = log_entries.Release(found.name, bytes.fromhex(found.digest)).entry
    seen = tlogproof.verify(tlogproof.parse(data), entry, Policy((log,))).checkpoint
    state = session.get(LogCheckpoint, seen.size)
    if state is None or state.root != seen.root:
        raise OpenError("the log has no such state")
