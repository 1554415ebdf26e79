"""The decision: a coded outcome for every allegation, and the reasoned reply, in one moment."""

from datetime import date

from sqlalchemy.orm import Session

from crypto import body as bodies
from portal.accounts.models import Account
from portal.cases import reviews
from portal.cases.clocks import Event
from portal.cases.codes import DeadlineCode
from portal.cases.models import Allegation, Case, Sanction
from portal.cases.service import change_status, meet_clocks, run_clocks, start_clock
from portal.cases.states import Status
from portal.core.errors import Invalid
from portal.core.taxonomy import load
from portal.review.inputs import Ruling, SealedWriting
from portal.review.policy import is_under_review
from portal.review.service.case_steps import add_stage, recommend
from portal.review.service.case_writing import add_sealed
from portal.review.service.taking import lock_held_case

# An outcome that discredits the reporter needs two people: see `proposals`.
NEEDS_SECOND = "no_substance"
RECOMMENDATION = "recommendation"  # a sanction that waits for an answer
# Who was found right learns what followed, if only that nothing did.
NEEDS_SANCTION = frozenset({"substantiated", "partly_substantiated"})


def decide(  # noqa: PLR0913 - coded ruling and sealed reply belong to one act
    session: Session,
    case_id: str,
    ruling: Ruling,
    sealed: SealedWriting,
    *,
    who: Account,
    version: int,
    today: date,
) -> Case:
    """Decide a case: every allegation has its outcome, and the reporter can read why.

    Raises:
        NotFound: there is no such case for this person.
        NotAllowed: they do not hold it, or would review their own decision.
        Invalid: an allegation has no outcome, or one that this person alone cannot give.
        Conflict: the state of the case forbids it, or it has changed since.
    """
    case = lock_held_case(session, case_id, who=who, version=version)
    review = is_under_review(case)
    changed = any(_is_changed(allegation, ruling) for allegation in case.allegations)
    recommended = _is_recommending(ruling) and not _is_recommended(case)
    for allegation in case.allegations:
        _apply_ruling(allegation, ruling, today=today)
    change_status(
        session,
        case,
        Status.DECIDED,
        actor=who.id,
        decision=bodies.compute_digest(sealed.body),
        today=today,
    )
    if review:
        run_clocks(case, Event.REVIEW_DECIDED, today=today)
        reviews.decide(session, case, changed=changed, today=today)
    end_inquiry(case, today=today)
    run_clocks(case, Event.OUTCOME_POSTED, today=today)
    start_clock(case, DeadlineCode.REVIEW_WINDOW, today=today)
    if recommended:
        recommend(session, case, who=who, today=today)
    if ruling.stage:
        add_stage(session, case, ruling.stage, who=who, today=today)
    add_sealed(session, case, bodies.DECISION, sealed, today=today)
    return case


def end_inquiry(case: Case, *, today: date) -> None:
    """Stop the clocks of the work before the decision, which nothing runs for any more.

    A decision says what followed, so no sanction is waited for after it.
    """
    inquiry = any(
        clock.deadline == DeadlineCode.SERVICE_INVESTIGATION and clock.met_on is None
        for clock in case.clocks
    )
    if inquiry:
        run_clocks(case, Event.INQUIRY_ENDED, today=today)
        run_clocks(case, Event.CONCLUSION_APPROVED, today=today)
    run_clocks(case, Event.SANCTIONED, today=today)
    meet_clocks(case, DeadlineCode.FIRST_QUESTION, today=today)


def _is_recommended(case: Case) -> bool:
    codes = {sanction.code for allegation in case.allegations for sanction in allegation.sanctions}
    return RECOMMENDATION in codes


def _is_recommending(ruling: Ruling) -> bool:
    return any(RECOMMENDATION in sanctions for sanctions in ruling.sanctions.values())


def _is_changed(allegation: Allegation, ruling: Ruling) -> bool:
    """Tell whether a ruling changes the outcome or the sanctions of an allegation."""
    known = (allegation.outcome, {sanction.code for sanction in allegation.sanctions})
    position = allegation.position
    return known != (ruling.outcomes.get(position), set(ruling.sanctions.get(position, ())))


def _apply_ruling(allegation: Allegation, ruling: Ruling, *, today: date) -> None:
    taxonomy = load()
    field = f"outcome_{allegation.position}"
    outcome = ruling.outcomes.get(allegation.position)
    sanctions = frozenset(ruling.sanctions.get(allegation.position, ()))
    if outcome not in taxonomy.outcomes:
        raise Invalid("an allegation without an outcome", field=field, code="missing")
    if outcome == NEEDS_SECOND:
        raise Invalid("needs a second person", field=field, code="second")
    if not sanctions <= taxonomy.sanctions.keys():
        raise Invalid("no such sanction", field=f"sanctions_{allegation.position}")
    if outcome in NEEDS_SANCTION and not sanctions:
        raise Invalid(
            "what followed is missing", field=f"sanctions_{allegation.position}", code="missing"
        )
    allegation.outcome, allegation.decided_on = outcome, today
    for old in list(allegation.sanctions):
        if old.code not in sanctions:
            allegation.sanctions.remove(old)  # and with that the row: what is told counts the rest
    known = {old.code for old in allegation.sanctions}
    allegation.sanctions.extend(
        Sanction(code=code, imposed_on=today) for code in sorted(sanctions - known)
    )
