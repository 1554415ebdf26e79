"""What reporters do: file, write, judge, ask for a review, withdraw."""

from dataclasses import replace
from datetime import date

from crypto import body as bodies
from crypto.keys import Recipient
from portal.cases.codes import SealedBy, VerdictAnswer
from portal.cases.service import SealedFile
from portal.core.blobs import BlobStore
from portal.demonstration.lives import CaseLife, End, make_reporter
from portal.demonstration.plans import Plan
from portal.demonstration.scene import Scene
from portal.demonstration.stories import tell_detail
from portal.demonstration.typed_answers import draft
from portal.dialogue.letter import LetterAct, Opinion
from portal.dialogue.service.writing import post
from portal.intake.service import file_report, make_promise, seal_report
from portal.invented.named import may_happen, pick_weighted
from portal.web.uploads import SealingUpload

IN_BROWSER = 65  # percent of the reports that are sealed with scripts on
WITH_FILE = 3  # percent of the reports, besides those whose receipt is printed
ANSWERS = {VerdictAnswer.SUBSTANTIVE: 48, VerdictAnswer.PARTIAL: 32, VerdictAnswer.FORMAL: 20}
RESPECT = {True: 55, False: 20, None: 25}

Sealed = tuple[bodies.Attachment, SealedFile]


def file(scene: Scene, plan: Plan, today: date) -> CaseLife:
    """File a report, with or without scripts."""
    promised = make_promise(scene.session, plan.choice, keyring=scene.keyring)
    reporter = make_reporter(plan)
    readers = promised.keys.choose_recipients(reporter.recipient)
    report = seal_report(
        draft(plan), promised.keys, reporter, _seal_files(scene.blobs, plan, readers)
    )
    if may_happen(IN_BROWSER, "browser", plan.number):
        # The server of a real portal would not have seen the receipt.
        report = replace(report, sealed_by=SealedBy.BROWSER, secret=b"")
    accepted = file_report(scene.session, promised.ticket, report, log=scene.log, today=today)
    case = accepted.case
    ends = {bodies.CASE: End(), bodies.NOTES: End()}
    ends[bodies.CASE].advance(report.sealed)
    return CaseLife(
        plan=plan,
        case_id=case.id,
        reporter=reporter,
        unit=scene.cast.units[case.body_code],
        recovery=scene.cast.recovery,
        ends=ends,
    )


def write(scene: Scene, life: CaseLife, today: date) -> None:
    """Answer a question, or add something."""
    said = life.compose_letter("answer" if life.asked else "message")
    life.asked = False
    post(scene.session, life.case_id, life.seal_as_reporter(LetterAct.MESSAGE, said), today=today)


def judge(scene: Scene, life: CaseLife, today: date) -> None:
    """Say what the reply was worth."""
    number = life.plan.number
    opinion = Opinion(
        pick_weighted(ANSWERS, "verdict", number), pick_weighted(RESPECT, "respect", number)
    )
    letter = life.seal_as_reporter(LetterAct.VERDICT, life.compose_letter("verdict"), opinion)
    post(scene.session, life.case_id, letter, today=today)


def ask_review(scene: Scene, life: CaseLife, today: date) -> None:
    """Ask for a review; whoever decided cannot take the case again."""
    letter = life.seal_as_reporter(LetterAct.REVIEW, life.compose_letter("review"))
    post(scene.session, life.case_id, letter, today=today)
    if life.holder is not None:
        life.away.add(life.holder.account.id)
    life.holder = None


def withdraw(scene: Scene, life: CaseLife, today: date) -> None:
    """Withdraw the report."""
    letter = life.seal_as_reporter(LetterAct.WITHDRAW, life.compose_letter("withdrawal"))
    post(scene.session, life.case_id, letter, today=today)


def _seal_files(blobs: BlobStore, plan: Plan, readers: tuple[Recipient, ...]) -> list[Sealed]:
    """Seal a small file beside some reports."""
    if not plan.shown and not may_happen(WITH_FILE, "file", plan.number):
        return []
    upload = SealingUpload(blobs)
    upload.write(tell_detail(plan.choice.category, plan.language).encode())
    kept = upload.keep(readers)
    entry = bodies.Attachment(
        id=kept.name,
        name="notes.txt",
        type="text/plain",
        size=kept.plain_size,
        pt=kept.plain_digest,
        ct=kept.digest,
    )
    return [(entry, SealedFile(kept.name, kept.length, kept.digest))]
