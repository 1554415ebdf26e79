"""Published figures against the public log: it has the manifest of each release, and no other."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.statistics.models import Release
from portal.transparency.verifying.contents import Contents


def check(session: Session, contents: Contents, _today: date) -> Iterator[str]:
    """Yield every release that the log does not have as it was published, and the reverse."""
    released = session.scalars(
        select(Release).where(Release.released_on.is_not(None)).order_by(Release.id)
    )
    known = dict(contents.releases)
    for release in released:
        digests = known.pop(release.name, [])
        if not digests:
            yield f"release {release.name} is published, and the log does not have it"
        elif [one.hex() for one in digests] != [release.manifest]:
            yield f"release {release.name} is not the one that stands in the log"
    for name in known:
        yield f"release {name} stands in the log, and was never published or is gone"
