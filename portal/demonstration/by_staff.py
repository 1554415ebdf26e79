"""What members of staff do with a case, each through the service behind their page."""

from datetime import date

from crypto import body as bodies
from crypto.seal import HEADER_BYTES, rewrap_header
from portal.cases.bodies import PORTAL_BOARD, PROS_SPEC
from portal.cases.models import Case
from portal.cases.service import change_status
from portal.cases.states import Status
from portal.core.calendar import add_months
from portal.core.taxonomy import load
from portal.demonstration.cast import CastUnit
from portal.demonstration.lives import CaseLife
from portal.demonstration.scene import Scene, get_holder
from portal.invented.frequencies import OUTCOMES, SANCTIONS, WITH_SANCTION
from portal.invented.named import may_happen, pick, pick_weighted
from portal.review.inputs import Ruling
from portal.review.models import ProposalKind
from portal.review.service import case_steps, case_writing, decisions, holding, proposals, transfers
from portal.review.service.case_steps import REGISTERED
from portal.review.service.case_writing import WritingAct

IN_WORDS = 30  # percent of the acknowledgements
SENT_ON = 12  # percent of the confirmed cases that go to a prosecutor
SYSTEM_FAILURE = "system_failure"
FINDINGS = {
    "substantiated": "confirmed",
    "partly_substantiated": "confirmed",
    "system_failure": "confirmed",
    "out_of_time": "confirmed",
    "unfounded": "not_confirmed",
    "lawful": "not_confirmed",
    "inconclusive": "undetermined",
}
END_OF_CRIME = {"in_court": 60, "discontinued_other": 25, "discontinued_rehab": 15}


def claim(scene: Scene, life: CaseLife, today: date) -> None:
    """Take the case."""
    member = scene.free_member(life)
    holding.claim(scene.session, life.case_id, who=member.account, today=today)
    life.holder = member


def acknowledge(scene: Scene, life: CaseLife, today: date) -> None:
    """Acknowledge the report, sometimes in words too."""
    _take_step(scene, life, "acknowledge", today)
    if life.plan.shown or may_happen(IN_WORDS, "in words", life.plan.number):
        _write(scene, life, WritingAct.REPLY, "acknowledged", today)


def assess(scene: Scene, life: CaseLife, today: date) -> None:
    """Begin the assessment."""
    _take_step(scene, life, "assess", today)


def begin_inquiry(scene: Scene, life: CaseLife, today: date) -> None:
    """Begin the inquiry."""
    _take_step(scene, life, "review", today)


def close(scene: Scene, life: CaseLife, today: date) -> None:
    """Close the case."""
    _take_step(scene, life, "close", today)


def reopen(scene: Scene, life: CaseLife, today: date) -> None:
    """Open a decided case again."""
    _take_step(scene, life, "reopen", today)


def note(scene: Scene, life: CaseLife, today: date) -> None:
    """Write a note for colleagues."""
    _write(scene, life, WritingAct.NOTE, "note", today)


def update(scene: Scene, life: CaseLife, today: date) -> None:
    """Tell the reporter how it goes."""
    _write(scene, life, WritingAct.UPDATE, "update", today)


def ask(scene: Scene, life: CaseLife, today: date) -> None:
    """Ask the reporter a question."""
    _write(scene, life, WritingAct.QUESTION, "question", today)
    life.asked = True


def extend(scene: Scene, life: CaseLife, today: date) -> None:
    """Take more time."""
    reason = pick(tuple(load().extension_reasons), "reason", life.plan.number)
    until = add_months(today, 1 + may_happen(40, "long", life.plan.number))
    fields: dict[str, object] = {
        "text": life.compose_letter("extension"),
        "reason": reason,
        "until": until.isoformat(),
    }
    case_writing.extend(
        scene.session,
        life.case_id,
        reason,
        until,
        life.seal_as_body(bodies.REPLY, fields),
        who=get_holder(life).account,
        today=today,
    )


def add_allegation(scene: Scene, life: CaseLife, today: date) -> None:
    """Add something complained of, of the same category, if there is anything more in it."""
    chosen = life.plan.choice
    others = [subcategory.id for subcategory in load().list_subcategories(chosen.category)]
    others.remove(chosen.subcategory)
    if others:
        case_steps.add_allegation(
            scene.session,
            life.case_id,
            pick(others, "second", life.plan.number),
            who=get_holder(life).account,
            version=scene.get_version(life),
            today=today,
        )


def register_crime(scene: Scene, life: CaseLife, today: date) -> None:
    """Write down that a crime was registered."""
    case_steps.reach_stage(
        scene.session,
        life.case_id,
        REGISTERED,
        who=get_holder(life).account,
        version=scene.get_version(life),
        today=today,
    )
    life.is_crime = True


def recuse(scene: Scene, life: CaseLife, today: date) -> None:
    """Stay away from the case."""
    member = get_holder(life)
    holding.recuse(scene.session, life.case_id, who=member.account, today=today)
    life.away.add(member.account.id)
    life.holder = None


def recuse_all(scene: Scene, life: CaseLife, today: date) -> None:
    """Let every member of the body stay away, so that the oversight board learns of it."""
    for member in scene.cast.members[life.unit.code]:
        holding.recuse(scene.session, life.case_id, who=member.account, today=today)
        life.away.add(member.account.id)
    life.holder = None


def merge(scene: Scene, life: CaseLife, today: date) -> None:
    """Merge the case with another one about the same thing."""
    case = scene.get_case(life)
    change_status(
        scene.session, case, Status.MERGED, actor=get_holder(life).account.id, today=today
    )


def transfer(scene: Scene, life: CaseLife, today: date) -> None:
    """Give the case to another body that may have it, with headers that its key opens."""
    session, who, case = scene.session, get_holder(life).account, scene.get_case(life)
    units_key = scene.keyring.units
    able = transfers.list_receivers(session, case, units_key)
    to = PROS_SPEC if PROS_SPEC in able else pick(able, "to", life.plan.number)
    unit = scene.cast.units[to]
    headers = _rewrap_headers(scene, life, case, unit)
    transfers.transfer(
        session,
        life.case_id,
        to,
        headers,
        life.transfer_to(unit),
        who=who,
        version=scene.get_version(life),
        today=today,
    )


def decide(scene: Scene, life: CaseLife, today: date) -> None:
    """Decide the case, and give the reporter the four parts of a reasoned reply."""
    case = scene.get_case(life)
    ruling = _draw_ruling(life, case)
    known = {allegation.position: allegation.subcategory for allegation in case.allegations}
    fields: dict[str, object] = {
        "facts": life.compose_letter("facts"),
        "law": life.compose_letter("law"),
        "finding": life.compose_letter(FINDINGS.get(ruling.outcomes[0], "not_examined")),
        "review": life.compose_letter("redress"),
        "outcomes": [
            {"subcategory": known[place], "outcome": outcome}
            for place, outcome in ruling.outcomes.items()
        ],
    }
    decisions.decide(
        scene.session,
        life.case_id,
        ruling,
        life.seal_as_body(bodies.DECISION, fields),
        who=get_holder(life).account,
        version=scene.get_version(life),
        today=today,
    )


def propose_no_substance(scene: Scene, life: CaseLife, today: date) -> None:
    """Ask a second person to confirm that the report has no substance."""
    proposal = proposals.propose(
        scene.session,
        life.case_id,
        ProposalKind.NO_SUBSTANCE,
        who=get_holder(life).account,
        version=scene.get_version(life),
        today=today,
    )
    life.proposal = proposal.id


def confirm_no_substance(scene: Scene, life: CaseLife, today: date) -> None:
    """Confirm it as the second person, who is of another body."""
    second = PROS_SPEC if life.unit.code == PORTAL_BOARD else PORTAL_BOARD
    member = scene.cast.members[second][0]
    scene.session.flush()
    proposals.answer(
        scene.session,
        life.proposal,
        ProposalKind.NO_SUBSTANCE,
        grant=True,
        who=member.account,
        today=today,
    )


def _take_step(scene: Scene, life: CaseLife, step: str, today: date) -> None:
    case_steps.take_step(
        scene.session,
        life.case_id,
        step,
        who=get_holder(life).account,
        version=scene.get_version(life),
        today=today,
    )


def _write(scene: Scene, life: CaseLife, act: WritingAct, letter: str, today: date) -> None:
    sealed = life.seal_as_body(case_writing.KINDS[act], {"text": life.compose_letter(letter)})
    who = get_holder(life).account
    case_writing.write(scene.session, life.case_id, act, sealed, who=who, today=today)


def _rewrap_headers(scene: Scene, life: CaseLife, case: Case, to: CastUnit) -> dict[str, bytes]:
    """Return new headers for everything in the thread, made as the holder's browser makes them."""
    readers = (to.identity.recipient, life.recovery, life.reporter.recipient)
    old: dict[str, bytes] = {}
    for envelope in case.envelopes:
        if envelope.thread == "case":
            old[envelope.id] = envelope.sealed[:HEADER_BYTES]
            for attachment in envelope.attachments:
                with scene.blobs.open(attachment.id) as file:
                    old[attachment.id] = file.read(HEADER_BYTES)
    own = life.unit.identity
    return {name: rewrap_header(header, own, readers) for name, header in old.items()}


def _draw_ruling(life: CaseLife, case: Case) -> Ruling:
    number = life.plan.number
    outcomes = {
        allegation.position: life.plan.outcome
        or pick_weighted(OUTCOMES, "outcome", number, allegation.position, len(life.away))
        for allegation in case.allegations
    }
    sanctions = {
        place: (pick_weighted(SANCTIONS, "sanction", number, place),)
        for place, outcome in outcomes.items()
        if outcome in WITH_SANCTION
    }
    for place, outcome in outcomes.items():
        if outcome == SYSTEM_FAILURE:
            sanctions[place] = ("recommendation",)
    stage = ""
    if life.is_crime:
        stage = pick_weighted(END_OF_CRIME, "stage", number)
    elif sanctions and not life.away and may_happen(SENT_ON, "sent on", number):
        stage = "sent_to_prosecutor"
    return Ruling(outcomes=outcomes, sanctions=sanctions, stage=stage)
