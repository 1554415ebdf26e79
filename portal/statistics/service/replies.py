"""What a body says to its published figures: written by its head, decided upon by the board.

A release never changes. A reply that the board publishes becomes a file of its own beside it; one
that it returns is forgotten after a month.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto import signing
from crypto.errors import OpenError
from portal.accounts.models import Account
from portal.accounts.queries import is_seasoned
from portal.cases import audit
from portal.cases.bodies import get_body_label
from portal.cases.codes import AuditAct
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.terms import LANGUAGES
from portal.statistics import queries
from portal.statistics.models import PUBLISHED, ReleaseVersion, Reply
from portal.statistics.policy import check_may_decide, check_may_reply
from portal.statistics.releases import archive, replies
from portal.statistics.releases import signature as signatures
from portal.statistics.releases.replies import PublishedReply

RETURNED = ("names", "case", "beside")  # why a reply goes back
MOST_WAITING = 5  # replies of one body
FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class ReplyDraft:
    """What somebody wants to say."""

    release: str  # 2026-q3/v1
    area: str
    about: str
    texts: Mapping[str, str]  # by language, without those it was not written in


def write(session: Session, draft: ReplyDraft, folder: Path, *, who: Account, today: date) -> Reply:
    """Write down what a body says; the board decides whether it is published.

    Args:
        session: of a transaction.
        draft: what, about which figures.
        folder: of all releases.
        who: the head of the body.
        today: the day.

    Raises:
        NotFound: there is no such release, or it may no longer be spoken about.
        NotAllowed: these are another body's figures.
        Invalid: the release has no such figure.
        Conflict: too many replies of this body wait.
    """
    release = next(
        (
            release
            for release in queries.list_open_releases(session)
            if release.name == draft.release
        ),
        None,
    )
    if release is None:
        raise NotFound("no such release")
    check_may_reply(who, draft.area)
    _check_figure(archive.get_release(folder, release.quarter, release.version), draft)
    of_body = select(func.count()).where(Reply.body_code == who.body_code, Reply.verdict.is_(None))
    if (session.scalar(of_body) or 0) >= MOST_WAITING:
        raise Conflict("others wait first")
    reply = Reply(
        release_id=release.id,
        area=draft.area,
        about=draft.about,
        body_code=who.body_code,
        author_id=who.id,
        texts=dict(draft.texts),
        written_on=today,
    )
    session.add(reply)
    _record_act(session, AuditAct.REPLY_WRITTEN, release, reply, who, today)
    return reply


def decide(session: Session, reply_id: int, verdict: str, *, who: Account, today: date) -> Reply:
    """Publish a reply or return it; that is final.

    Args:
        session: of a transaction.
        reply_id: which.
        verdict: `PUBLISHED`, or why it goes back.
        who: a member of the board.
        today: the day.

    Raises:
        NotFound: there is none.
        NotAllowed: it is their own body's, or they are not long enough on the roster.
        Conflict: somebody has just decided.
    """
    reply = session.get(Reply, reply_id, with_for_update=True)
    if reply is None:
        raise NotFound("no such reply")
    check_may_decide(who, reply)
    _check_two(session, reply, who, today=today)
    if reply.verdict is not None:
        raise Conflict("decided already")
    reply.verdict, reply.decided_by, reply.decided_on = verdict, who.id, today
    if verdict == PUBLISHED:
        last = select(func.max(Reply.number)).where(Reply.release_id == reply.release_id)
        reply.number = (session.scalar(last) or 0) + 1
    try:
        session.flush()  # the database decides which of two comes first
    except IntegrityError as error:
        raise Conflict("another reply has just been published") from error
    act = AuditAct.REPLY_PUBLISHED if verdict == PUBLISHED else AuditAct.REPLY_RETURNED
    _record_act(session, act, session.get_one(ReleaseVersion, reply.release_id), reply, who, today)
    return reply


def _check_two(session: Session, reply: Reply, who: Account, *, today: date) -> None:
    """Check that who decides is another person than who wrote, with a key of their own."""
    writer, second = session.get_one(Account, reply.author_id), session.get_one(Account, who.id)
    if writer.id == second.id or writer.signing == second.signing:
        raise NotAllowed("nobody decides on their own words")
    if not is_seasoned(session, second, today):
        raise NotAllowed("not long enough on the roster of the board")


def publish(session: Session, folder: Path, master: bytes) -> int:
    """Write the file of every published reply that has none; return how many that were.

    Args:
        session: to read with.
        folder: of all releases.
        master: the server's key of statistics, which signs.
    """
    published = [
        _make_published_reply(release, reply)
        for release, reply in queries.list_published_replies(session)
    ]
    waiting = [reply for reply in published if replies.is_missing(folder, reply)]
    for reply in waiting:
        replies.write_reply(folder, reply, signatures.sign(master, replies.encode_reply(reply)))
    return len(waiting)


def find_faults(session: Session, folder: Path) -> Iterator[str]:
    """Yield every file of a reply that is not what was published. One that is gone is written anew.

    Args:
        session: to read with.
        folder: of all releases, their manifests whole.
    """
    published = {
        reply.file: reply
        for reply in (
            _make_published_reply(*row) for row in queries.list_published_replies(session)
        )
    }
    keys = [signing.read_public_pem(key.pem) for key in signatures.list_keys(folder)]
    for path in sorted((folder / replies.FOLDER).glob("[!.]*")):
        name = path.name.removesuffix(replies.SIGNATURE)
        reply = published.get(name)
        if reply is None:
            yield f"{replies.FOLDER}/{path.name} was never published"
        elif path.name == name and not replies.has_content(path.read_bytes(), reply):
            yield f"{replies.FOLDER}/{name} is not what was published"
        elif path.name != name and not _is_signed(
            _find_signed_content(path, reply), path.read_bytes(), keys
        ):
            yield f"{replies.FOLDER}/{path.name} is not signed by a key of the figures"


def _find_signed_content(signature: Path, reply: PublishedReply) -> bytes:
    """Return what a signature is of: the file beside it, or what it will be written anew as."""
    with suppress(FileNotFoundError):
        content = signature.with_suffix("").read_bytes()
        if replies.has_content(content, reply):
            return content
    return replies.encode_reply(reply)


def _is_signed(content: bytes, signature: bytes, keys: Sequence[bytes]) -> bool:
    for key in keys:
        with suppress(OpenError):
            signing.verify(key, content, signature)
            return True
    return False


def count_due(session: Session, *, today: date) -> tuple[int, int]:
    """Return how many replies are forgotten today, and how many were returned at all."""
    returned = select(func.count()).where(Reply.verdict.in_(RETURNED))
    old = returned.where(_is_old(today))
    return session.scalar(old) or 0, session.scalar(returned) or 0


def forget(session: Session, *, today: date) -> None:
    """Delete the replies that were returned a month ago."""
    session.execute(delete(Reply).where(Reply.verdict.in_(RETURNED), _is_old(today)))


def _is_old(today: date) -> ColumnElement[bool]:
    return Reply.decided_on <= today - FORGOTTEN_AFTER


def _check_figure(published: archive.PublishedRelease, draft: ReplyDraft) -> None:
    figure = replies.name_figure(draft.area, draft.about)
    if figure and f"charts/{LANGUAGES[0]}/{figure}.svg" not in published.manifest["files"]:
        raise Invalid("no such figure", field="about", code="no-figure")


def _make_published_reply(release: ReleaseVersion, reply: Reply) -> PublishedReply:
    if reply.number is None or reply.decided_on is None or release.manifest is None:
        raise ValueError("this reply was not published")
    return PublishedReply(
        release.name,
        release.manifest,
        reply.number,
        reply.area,
        reply.about,
        reply.body_code,
        get_body_label(reply.body_code),
        reply.texts,
        reply.decided_on,
    )


def _record_act(
    session: Session,
    act: AuditAct,
    release: ReleaseVersion,
    reply: Reply,
    who: Account,
    today: date,
) -> None:
    detail = f"{release.name} {reply.area} {reply.about}"
    audit.record(session, act, actor=who.id, detail=detail, today=today)
