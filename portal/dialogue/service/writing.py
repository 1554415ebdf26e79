"""What a reporter writes, sealed here or in the browser, and what it means for the case."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.keys import Recipient, parse_recipient
from crypto.receipt import ReporterKeys
from crypto.seal import seal
from portal.cases import reviews
from portal.cases.audit import REPORTER, record
from portal.cases.codes import AuditAct, NoticeKind
from portal.cases.models import Case, Notice, Verdict
from portal.cases.service import SealedFile, add_envelope, change_status
from portal.cases.states import NO_WORK, Status
from portal.core.errors import Conflict
from portal.dialogue import queries
from portal.dialogue.letter import LetterAct, Opinion, PlainLetter, SealedLetter
from portal.dialogue.policy import check_may
from portal.dialogue.service.thread import Thread

KINDS: Mapping[LetterAct, str] = {
    LetterAct.MESSAGE: bodies.MESSAGE,
    LetterAct.REVIEW: bodies.MESSAGE,
    LetterAct.WITHDRAW: bodies.MESSAGE,
    LetterAct.VERDICT: bodies.VERDICT,
}
# Where an answered question leads, by the state before it was asked; else into the inquiry.
AFTER_ANSWER: Mapping[Status, Status] = {
    Status.ACKNOWLEDGED: Status.ASSESSMENT,
    Status.ASSESSMENT: Status.ASSESSMENT,
    Status.CRIMINAL_TRACK: Status.CRIMINAL_TRACK,
}


def list_recipients(
    thread: Thread, reporter: ReporterKeys, recovery: str
) -> tuple[Recipient, Recipient, Recipient]:
    """Return whom the reporter seals to: the body they trust, recovery, themselves.

    Raises:
        Conflict: their own report did not pass the check, so they can trust nobody.
    """
    if thread.to is None:
        raise Conflict("report")
    return thread.to.recipient, parse_recipient(recovery), reporter.identity.recipient


def seal_letter(
    case_id: str,
    words: PlainLetter,
    thread: Thread,
    reporter: ReporterKeys,
    readers: Sequence[Recipient],
    attachments: Sequence[tuple[bodies.Attachment, SealedFile]] = (),
) -> SealedLetter:
    """Write, sign and seal what a reporter typed, for people without scripts.

    Args:
        case_id: the case.
        words: what was typed.
        thread: what it follows.
        reporter: the keys of the reporter.
        readers: as `recipients` gave them.
        attachments: files that are sealed to the same readers already.
    """
    body = bodies.Body(
        type=KINDS[words.act],
        rid=case_id,
        thread=bodies.CASE,
        seq=thread.next_seq,
        prev=thread.prev,
        fields=words.fields,
        attachments=tuple(entry for entry, _ in attachments),
    )
    return SealedLetter(
        act=words.act,
        seq=body.seq,
        sealed=seal(bodies.compose(body, reporter.signing), readers),
        files=tuple(file for _, file in attachments),
        opinion=words.opinion,
    )


def is_repeated(words: PlainLetter, thread: Thread, *, files: int) -> bool:
    """Tell whether the same page was sent before, so that sending it twice writes once."""
    if words.seq >= len(thread.items):
        return False
    body = thread.items[words.seq].body
    return (
        body is not None
        and body.type == KINDS[words.act]
        and body.fields == words.fields
        and len(body.attachments) == files
    )


def post(session: Session, case_id: str, letter: SealedLetter, *, today: date) -> Case:
    """Add what a reporter wrote, and do what it means for the case.

    Raises:
        NotFound: there is no such case.
        Invalid: no sealed body.
        Conflict: somebody wrote in between ("seq"), or it cannot be done now.
    """
    case = queries.find_case(session, case_id, to_change=True)
    check_may(
        case,
        letter.act,
        judged=queries.find_verdict(session, case) is not None,
        withdrawn=queries.is_withdrawn(session, case),
        today=today,
    )
    add_envelope(
        session,
        case,
        thread=bodies.CASE,
        seq=letter.seq,
        kind=KINDS[letter.act],
        author=bodies.REPORTER,
        sealed=letter.sealed,
        attachments=letter.files,
        today=today,
    )
    _act(session, case, letter, today=today)
    record(session, AuditAct(letter.act), actor=REPORTER, case_id=case.id, today=today)
    return case


def _act(session: Session, case: Case, letter: SealedLetter, *, today: date) -> None:
    match letter.act:
        case LetterAct.MESSAGE:
            _answer(session, case, today=today)
        case LetterAct.VERDICT:
            _judge(session, case, letter.opinion, today=today)
        case LetterAct.REVIEW:
            change_status(session, case, Status.REVIEW_REQUESTED, actor=REPORTER, today=today)
            reviews.ask(session, case, today=today)
            case.holder_id = None  # nobody reviews their own decision
        case LetterAct.WITHDRAW:
            notice = Notice(
                case_id=case.id,
                body_code=case.body_code,
                kind=NoticeKind.WITHDRAWN,
                subject="",
                sent_on=today,
            )
            session.add(notice)


def _answer(session: Session, case: Case, *, today: date) -> None:
    """End the waiting for the reporter; the case goes on where the question stopped it."""
    if case.status is not Status.NEED_INFO:
        return
    worked = [change.status for change in case.history if change.status not in NO_WORK]
    new = AFTER_ANSWER.get(worked[-1], Status.IN_REVIEW)
    change_status(session, case, new, actor=REPORTER, today=today)


def _judge(session: Session, case: Case, opinion: Opinion | None, *, today: date) -> None:
    if opinion is None:
        raise Conflict("a verdict without an answer")
    session.add(
        Verdict(
            case_id=case.id,
            answer=opinion.answer,
            respect=opinion.respect,
            given_on=today,
        )
    )
