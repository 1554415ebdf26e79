"""Published figures against the public log: it has the manifest of each release, and no other.

And against the folder that is sent to readers: each file is what its manifest says.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Damaged, NotFound
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import archive
from portal.statistics.service import attestations, replies
from portal.transparency.verifying.contents import Contents


def check(folder: Path, session: Session, contents: Contents, _today: date) -> Iterator[str]:
    """Yield every release that the log does not have as it was published, and the reverse.

    Args:
        folder: of all releases; every file there is read.
        session: to read with.
        contents: of the log.
    """
    released = session.scalars(
        select(ReleaseVersion)
        .where(ReleaseVersion.released_on.is_not(None))
        .order_by(ReleaseVersion.id)
    )
    unmatched = dict(contents.releases)
    for release in released:
        digests = unmatched.pop(release.name, [])
        if not digests:
            yield f"release {release.name} is published, and the log does not have it"
        elif [digest.hex() for digest in digests] != [release.manifest]:
            yield f"release {release.name} is not the one that stands in the log"
        yield from _find_faults(folder, session, release, contents)
    try:
        yield from replies.find_faults(session, folder)
    except Damaged as error:  # a manifest, named above
        yield f"replies cannot be checked: {error}"
    for name in unmatched:
        yield f"release {name} stands in the log, and was never published or is gone"


def _find_faults(
    folder: Path, session: Session, release: ReleaseVersion, contents: Contents
) -> Iterator[str]:
    """Yield what is wrong with the files of a release."""
    try:
        published = archive.get_release(folder, release.quarter, release.version)
    except NotFound:
        yield f"release {release.name} was published, and its folder is gone"
        return
    if published.digest != release.manifest:
        yield f"the manifest of release {release.name} was altered"
        return
    yield from archive.find_faults(published)
    yield from attestations.find_faults(session, published, release, contents.key)
