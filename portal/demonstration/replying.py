"""What invented bodies say to their figures: one reply is published, one waits for the visitor."""

from collections.abc import Sequence
from datetime import date, timedelta

from portal.accounts.models import Role
from portal.cases.bodies import DP_USB, PORTAL_BOARD, PROS_SPEC
from portal.core.calendar import Quarter
from portal.core.terms import LANGUAGES
from portal.demonstration.cast import Cast, CastMember
from portal.demonstration.preparing import Portal
from portal.demonstration.staff_signing import lend_hands
from portal.invented.frequencies import CITY
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.models import PUBLISHED
from portal.statistics.releases.replies import ALL
from portal.statistics.service import replies
from portal.statistics.service.replies import ReplyDraft
from portal.statistics.workflow import ReleaseContext, write_replies

DAYS_AFTER = 3  # the release
CITY_SAYS = (
    (
        "Ойдан шығарылған түсіндірме. Тоқсанның басында қалада екі жаңа қабылдау бөлмесі ашылды,"
        " сондықтан хабарлама көбейді."
    ),
    (
        "Вымышленное пояснение. В начале квартала в городе открылись две новые приёмные, поэтому"
        " сообщений стало больше."
    ),
    (
        "An invented explanation. Two new reception rooms opened in the city early in the quarter,"
        " so more was reported."
    ),
)
NATION_SAYS = (
    "",
    (
        "Вымышленное пояснение. С этого квартала у каждого дела есть второй проверяющий, поэтому"
        " доля рассмотренных по существу выросла."
    ),
    "",
)


def explain(
    portal: Portal, cast: Cast, desk: ReleaseContext, quarter: Quarter, released_on: date
) -> None:
    """Let two bodies explain the figures of a quarter; the board publishes the first.

    Args:
        portal: where they are.
        cast: among them the heads, and the board.
        desk: where releases are made.
        quarter: which was published.
        released_on: the day.
    """
    today = released_on + timedelta(days=DAYS_AFTER)
    city, name = f"{DP_USB}.{CITY}", f"{quarter}/v1"
    with portal.transaction() as session:
        lend_hands(session, cast, portal.log.origin)
        first = replies.write(
            session,
            ReplyDraft(name, CITY, ALL, _list_by_language(CITY_SAYS)),
            desk.folder,
            who=_find_member(cast, city, Role.HEAD).account,
            today=today,
        )
        session.flush()  # its number is the database's
        board = _find_member(cast, PORTAL_BOARD, Role.OVERSIGHT).account
        replies.decide(session, first.id, PUBLISHED, who=board, today=today)
        replies.write(
            session,
            ReplyDraft(name, NATION, "findings", _list_by_language(NATION_SAYS)),
            desk.folder,
            who=_find_member(cast, PROS_SPEC, Role.HEAD).account,
            today=today,
        )
    write_replies(desk)


def _list_by_language(texts: Sequence[str]) -> dict[str, str]:
    """Return texts in the order of the languages; empty: not written in this one."""
    return {code: text for code, text in zip(LANGUAGES, texts, strict=False) if text}


def _find_member(cast: Cast, body: str, role: Role) -> CastMember:
    return next(member for member in cast.members[body] if member.account.role is role)
