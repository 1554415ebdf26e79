"""What is read of releases, and of what bodies say to them."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core.calendar import Quarter
from portal.statistics.models import PUBLISHED, ReleaseVersion, Reply

RECENT = 8  # quarters that may still be spoken about
SHOWN = 20  # decided replies on the page of staff

ReleaseReply = tuple[ReleaseVersion, Reply]  # what a body says, and of which release

_RELEASED = select(ReleaseVersion).where(ReleaseVersion.released_on.is_not(None))
_SPOKEN = select(ReleaseVersion, Reply).join(Reply, Reply.release_id == ReleaseVersion.id)


def find_newest(session: Session, quarter: Quarter) -> ReleaseVersion | None:
    """Return the newest version of a quarter, published or not."""
    versions = (
        select(ReleaseVersion)
        .where(ReleaseVersion.quarter == quarter)
        .order_by(ReleaseVersion.version.desc())
    )
    return session.scalars(versions.limit(1)).first()


def get_version(session: Session, quarter: Quarter, number: int) -> ReleaseVersion:
    """Return one version of a quarter, which exists."""
    versions = select(ReleaseVersion).where(
        ReleaseVersion.quarter == quarter, ReleaseVersion.version == number
    )
    return session.scalars(versions).one()


def find_pending(session: Session) -> ReleaseVersion | None:
    """Return the release that is being made; there is one at most."""
    return session.scalars(
        select(ReleaseVersion).where(ReleaseVersion.released_on.is_(None))
    ).first()


def list_released(session: Session) -> list[ReleaseVersion]:
    """Return everything that was released, the newest first."""
    return list(session.scalars(_RELEASED.order_by(ReleaseVersion.id.desc())))


def find_last_quarter(session: Session) -> Quarter | None:
    """Return the newest quarter that was released."""
    return session.scalar(
        select(func.max(ReleaseVersion.quarter)).where(ReleaseVersion.released_on.is_not(None))
    )


def list_open_releases(session: Session) -> list[ReleaseVersion]:
    """Return the releases that may be spoken about: the newest versions, the newest first."""
    newest_of: dict[Quarter, ReleaseVersion] = {}
    for release in session.scalars(
        _RELEASED.order_by(ReleaseVersion.quarter.desc(), ReleaseVersion.version.desc())
    ):
        newest_of.setdefault(release.quarter, release)
    return list(newest_of.values())[:RECENT]


def list_waiting_replies(session: Session) -> list[ReleaseReply]:
    """Return what waits for the board, the oldest first."""
    return _list_replies(session, _SPOKEN.where(Reply.verdict.is_(None)).order_by(Reply.id))


def list_replies_of_body(session: Session, body_code: str) -> list[ReleaseReply]:
    """Return the last replies of a body, the newest first."""
    of_body = _SPOKEN.where(Reply.body_code == body_code)
    return _list_replies(session, of_body.order_by(Reply.id.desc()).limit(SHOWN))


def list_decided_replies(session: Session) -> list[ReleaseReply]:
    """Return the last replies that the board decided upon, the newest first."""
    decided = _SPOKEN.where(Reply.verdict.is_not(None))
    return _list_replies(session, decided.order_by(Reply.id.desc()).limit(SHOWN))


def list_published_replies(session: Session) -> list[ReleaseReply]:
    """Return every reply that the board let be published, the oldest first."""
    return _list_replies(session, _SPOKEN.where(Reply.verdict == PUBLISHED).order_by(Reply.id))


def _list_replies(session: Session, selection: Select[ReleaseVersion, Reply]) -> list[ReleaseReply]:
    return [(release, reply) for release, reply in session.execute(selection)]
