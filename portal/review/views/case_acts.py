"""Coded acts without words: steps, stages of the criminal track, allegations."""

from flask.typing import ResponseReturnValue

from portal.accounts.current import acting, get_current_account, require_staff
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.core.errors import Invalid
from portal.review.forms import AllegationForm, StageForm, StepForm
from portal.review.policy import READERS
from portal.review.service import case_steps
from portal.review.views.blueprint import pages
from portal.review.views.case import render_case
from portal.review.views.holding import redirect_to_case


@pages.post("/staff/case/<hex:case_id>/step")
@require_staff(*READERS)
def step(case_id: str) -> ResponseReturnValue:
    """Take the next step of a case."""
    form = StepForm()
    if not form.validate():
        return render_case(case_id, button=form)
    with acting(SignedAct.STEP, case_id) as session:
        case_steps.take_step(
            session,
            case_id,
            form.step.data,
            who=get_current_account(),
            version=int(form.version.data),
            today=clock.get_today(),
        )
    return redirect_to_case(case_id)


@pages.post("/staff/case/<hex:case_id>/stage")
@require_staff(*READERS)
def stage(case_id: str) -> ResponseReturnValue:
    """Write down a stage of the criminal track."""
    form = StageForm()
    if not form.validate():
        return render_case(case_id, stage_form=form)
    with acting(SignedAct.STAGE, case_id) as session:
        case_steps.reach_stage(
            session,
            case_id,
            form.stage.data,
            who=get_current_account(),
            version=int(form.version.data),
            today=clock.get_today(),
        )
    return redirect_to_case(case_id)


@pages.post("/staff/case/<hex:case_id>/allegation")
@require_staff(*READERS)
def allegation(case_id: str) -> ResponseReturnValue:
    """Add something complained of."""
    form = AllegationForm()
    if not form.validate():
        return render_case(case_id, allegation_form=form)
    try:
        with acting(SignedAct.ALLEGATION, case_id) as session:
            case_steps.add_allegation(
                session,
                case_id,
                form.subcategory.data,
                who=get_current_account(),
                version=int(form.version.data),
                today=clock.get_today(),
            )
    except Invalid as fault:
        form.show_refusal(fault)
        return render_case(case_id, allegation_form=form)
    return redirect_to_case(case_id)
