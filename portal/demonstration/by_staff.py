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
from portal.demonstration.chance import happens, pick, weighted
from portal.demonstration.courses import OUTCOMES, SANCTIONS
from portal.demonstration.lives import Life
from portal.demonstration.people import Unit
from portal.demonstration.scene import Scene, holder_of
from portal.review.draft import Ruling
from portal.review.models import Kind
from portal.review.service import decisions, holding, proposals, steps, transfers, writing
from portal.review.service.steps import REGISTERED
from portal.review.service.writing import Act

IN_WORDS = 30  # percent of the acknowledgements
SENT_ON = 12  # percent of the confirmed cases that go to a prosecutor
SYSTEM_FAILURE = "system_failure"
WITH_SANCTION = frozenset({"substantiated", "partly_substantiated"})
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


def claim(scene: Scene, life: Life, today: date) -> None:
    """Take the case."""
    member = scene.free_member(life)
    holding.claim(scene.session, life.case_id, who=member.account, today=today)
    life.holder = member


def acknowledge(scene: Scene, life: Life, today: date) -> None:
    """Acknowledge the report, sometimes in words too."""
    _step(scene, life, "acknowledge", today)
    if life.plan.shown or happens(IN_WORDS, "in words", life.plan.number):
        _write(scene, life, Act.REPLY, "acknowledged", today)


def assess(scene: Scene, life: Life, today: date) -> None:
    """Begin the assessment."""
    _step(scene, life, "assess", today)


def review(scene: Scene, life: Life, today: date) -> None:
    """Begin the inquiry."""
    _step(scene, life, "review", today)


def close(scene: Scene, life: Life, today: date) -> None:
    """Close the case."""
    _step(scene, life, "close", today)


def reopen(scene: Scene, life: Life, today: date) -> None:
    """Open a decided case again."""
    _step(scene, life, "reopen", today)


def note(scene: Scene, life: Life, today: date) -> None:
    """Write a note for colleagues."""
    _write(scene, life, Act.NOTE, "note", today)


def update(scene: Scene, life: Life, today: date) -> None:
    """Tell the reporter how it goes."""
    _write(scene, life, Act.UPDATE, "update", today)


def ask(scene: Scene, life: Life, today: date) -> None:
    """Ask the reporter a question."""
    _write(scene, life, Act.QUESTION, "question", today)
    life.asked = True


def extend(scene: Scene, life: Life, today: date) -> None:
    """Take more time."""
    reason = pick(tuple(load().extension_reasons), "reason", life.plan.number)
    until = add_months(today, 1 + happens(40, "long", life.plan.number))
    fields: dict[str, object] = {
        "text": life.says("extension"),
        "reason": reason,
        "until": until.isoformat(),
    }
    writing.extend(
        scene.session,
        life.case_id,
        reason,
        until,
        life.by_body(bodies.REPLY, fields),
        who=holder_of(life).account,
        today=today,
    )


def add_allegation(scene: Scene, life: Life, today: date) -> None:
    """Add something complained of, of the same category, if there is anything more in it."""
    chosen = life.plan.choice
    others = [one.id for one in load().list_subcategories(chosen.category)]
    others.remove(chosen.subcategory)
    if others:
        steps.add_allegation(
            scene.session,
            life.case_id,
            pick(others, "second", life.plan.number),
            who=holder_of(life).account,
            version=scene.version(life),
            today=today,
        )


def register_crime(scene: Scene, life: Life, today: date) -> None:
    """Write down that a crime was registered."""
    steps.reach_stage(
        scene.session,
        life.case_id,
        REGISTERED,
        who=holder_of(life).account,
        version=scene.version(life),
        today=today,
    )
    life.is_crime = True


def recuse(scene: Scene, life: Life, today: date) -> None:
    """Stay away from the case."""
    member = holder_of(life)
    holding.recuse(scene.session, life.case_id, who=member.account, today=today)
    life.away.add(member.account.id)
    life.holder = None


def recuse_all(scene: Scene, life: Life, today: date) -> None:
    """Let every member of the body stay away, so that the oversight board learns of it."""
    for member in scene.cast.members[life.unit.code]:
        holding.recuse(scene.session, life.case_id, who=member.account, today=today)
        life.away.add(member.account.id)
    life.holder = None


def merge(scene: Scene, life: Life, today: date) -> None:
    """Merge the case with another one about the same thing."""
    case = scene.case(life)
    change_status(scene.session, case, Status.MERGED, actor=holder_of(life).account.id, today=today)


def transfer(scene: Scene, life: Life, today: date) -> None:
    """Give the case to another body that may have it, with headers that its key opens."""
    session, who, case = scene.session, holder_of(life).account, scene.case(life)
    units_key = scene.keyring.units
    able = transfers.receivers(session, case, units_key)
    to = PROS_SPEC if PROS_SPEC in able else pick(able, "to", life.plan.number)
    unit = scene.cast.units[to]
    headers = _headers(scene, life, case, unit)
    transfers.transfer(
        session,
        life.case_id,
        to,
        headers,
        life.given_to(unit),
        who=who,
        version=scene.version(life),
        today=today,
    )


def decide(scene: Scene, life: Life, today: date) -> None:
    """Decide the case, and give the reporter the four parts of a reasoned reply."""
    case = scene.case(life)
    ruling = _ruling(life, case)
    known = {one.position: one.subcategory for one in case.allegations}
    fields: dict[str, object] = {
        "facts": life.says("facts"),
        "law": life.says("law"),
        "finding": life.says(FINDINGS.get(ruling.outcomes[0], "not_examined")),
        "review": life.says("redress"),
        "outcomes": [
            {"subcategory": known[place], "outcome": outcome}
            for place, outcome in ruling.outcomes.items()
        ],
    }
    decisions.decide(
        scene.session,
        life.case_id,
        ruling,
        life.by_body(bodies.DECISION, fields),
        who=holder_of(life).account,
        version=scene.version(life),
        today=today,
    )


def propose_no_substance(scene: Scene, life: Life, today: date) -> None:
    """Ask a second person to confirm that the report has no substance."""
    proposal = proposals.propose(
        scene.session,
        life.case_id,
        Kind.NO_SUBSTANCE,
        who=holder_of(life).account,
        version=scene.version(life),
        today=today,
    )
    life.proposal = proposal.id


def confirm_no_substance(scene: Scene, life: Life, today: date) -> None:
    """Confirm it as the second person, who is of another body."""
    second = PROS_SPEC if life.unit.code == PORTAL_BOARD else PORTAL_BOARD
    member = scene.cast.members[second][0]
    scene.session.flush()
    proposals.answer(
        scene.session,
        life.proposal,
        Kind.NO_SUBSTANCE,
        grant=True,
        who=member.account,
        today=today,
    )


def _step(scene: Scene, life: Life, step: str, today: date) -> None:
    steps.take_step(
        scene.session,
        life.case_id,
        step,
        who=holder_of(life).account,
        version=scene.version(life),
        today=today,
    )


def _write(scene: Scene, life: Life, act: Act, letter: str, today: date) -> None:
    sealed = life.by_body(writing.KINDS[act], {"text": life.says(letter)})
    who = holder_of(life).account
    writing.write(scene.session, life.case_id, act, sealed, who=who, today=today)


def _headers(scene: Scene, life: Life, case: Case, to: Unit) -> dict[str, bytes]:
    """Return new headers for everything in the thread, made as the holder's browser makes them."""
    readers = (to.identity.recipient, life.recovery, life.reporter.recipient)
    old: dict[str, bytes] = {}
    for envelope in case.envelopes:
        if envelope.thread == "case":
            old[envelope.id] = envelope.sealed[:HEADER_BYTES]
            for one in envelope.attachments:
                with scene.blobs.open(one.id) as file:
                    old[one.id] = file.read(HEADER_BYTES)
    own = life.unit.identity
    return {name: rewrap_header(header, own, readers) for name, header in old.items()}


def _ruling(life: Life, case: Case) -> Ruling:
    number = life.plan.number
    outcomes = {
        one.position: life.plan.outcome
        or weighted(OUTCOMES, "outcome", number, one.position, len(life.away))
        for one in case.allegations
    }
    sanctions = {
        place: (weighted(SANCTIONS, "sanction", number, place),)
        for place, outcome in outcomes.items()
        if outcome in WITH_SANCTION
    }
    for place, outcome in outcomes.items():
        if outcome == SYSTEM_FAILURE:
            sanctions[place] = ("recommendation",)
    stage = ""
    if life.is_crime:
        stage = weighted(END_OF_CRIME, "stage", number)
    elif sanctions and not life.away and happens(SENT_ON, "sent on", number):
        stage = "sent_to_prosecutor"
    return Ruling(outcomes=outcomes, sanctions=sanctions, stage=stage)
