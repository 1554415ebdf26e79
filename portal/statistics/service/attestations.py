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
from portal.statistics.catalogue import release_days
from portal.statistics.dataset.encoding import format_canonical_json
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import archive
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.service import lifecycle
from portal.transparency import queries
from portal.transparency.models import LogCheckpoint
from portal.transparency.writing.service import RELEASE


def make_proof(session: Session, release: ReleaseVersion) -> bytes:
    """Return the proof that the manifest of a release stands in the public log.

    Raises:
        NotFound: the log has lost it.
    """
    position = queries.find_newest_position(session, RELEASE, release.name)
    state = queries.find_latest(session)
    if position is None or state is None:
        raise NotFound(f"the log does not know {release.name}")
    return queries.build_proof(session, position, state).data


def describe_access(session: Session, release: ReleaseVersion) -> bytes:
    """Return who read the release before it was one: positions and days, no names of accounts."""
    readers = [
        {
            "position": "oversight board",
            "read_on": reader.read_on.isoformat(),
            "signed_on": reader.signed_on.isoformat() if reader.signed_on else None,
        }
        for reader in lifecycle.list_readers(session, release)
    ]
    return format_canonical_json(
        {
            "release": release.name,
            "manifest": release.manifest,
            "readers": [{"position": "operator of the portal"}, *readers],
        }
    )


def describe_minute(release: ReleaseVersion) -> bytes:
    """Return when the release was announced for, and when it came out."""
    announced = release_days.get_release_instant(release.published_on)
    minutes_late = release.minutes_late
    published = None if minutes_late is None else announced + timedelta(minutes=minutes_late)
    return format_canonical_json(
        {
            "release": release.name,
            "manifest": release.manifest,
            "announced_at": announced.isoformat(timespec="minutes"),
            "published_at": published and published.isoformat(timespec="minutes"),
            "minutes_late": minutes_late,
        }
    )


def find_faults(
    session: Session, published: PublishedRelease, release: ReleaseVersion, log: VerifierKey
) -> Iterator[str]:
    """Yield each of these files that is altered or missing.

    Args:
        session: to read with.
        published: the release as it lies in its folder, with its own manifest.
        release: the same as the database has it.
        log: whose proofs are believed.
    """
    checks: dict[str, Callable[[bytes], None]] = {
        archive.SIGNATURE: lambda data: _check_signature(published, data),
        archive.ACCESS: lambda data: _check_same(data, describe_access(session, release)),
        archive.MINUTE: lambda data: _check_same(data, describe_minute(release)),
        archive.PROOF: lambda data: _check_proof(session, published, log, data),
    }
    if release.minutes_late is None and not (published.folder / archive.MINUTE).exists():
        del checks[archive.MINUTE]  # it came out before minutes were written down
    for name, check in checks.items():
        try:
            check((published.folder / name).read_bytes())
        except OSError:
            yield f"{name} of {published.name} cannot be read"
        except (CryptoError, Damaged, ValueError):
            yield f"{name} of {published.name} is not what was published"


def _check_signature(published: PublishedRelease, data: bytes) -> None:
    public = signing.read_public_pem(published.read(archive.PUBLIC_KEY))
    signing.verify(public, (published.folder / archive.MANIFEST).read_bytes(), data)


def _check_same(data: bytes, expected: bytes) -> None:
    if json.loads(data) != json.loads(expected):
        raise Damaged("it says something else")


def _check_proof(
    session: Session, published: PublishedRelease, log: VerifierKey, data: bytes
) -> None:
    """Check that a proof leads to a state that this log signed and still has."""
    entry = log_entries.Release(published.name, bytes.fromhex(published.digest)).entry
    proven = tlogproof.verify(tlogproof.parse(data), entry, Policy((log,))).checkpoint
    state = session.get(LogCheckpoint, proven.size)
    if state is None or state.root != proven.root:
        raise OpenError("the log has no such state")
