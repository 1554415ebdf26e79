"""What needs two people of different bodies: asking, and the second person's page."""

from http import HTTPStatus

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.current import acting, get_current_account, require_staff
from portal.accounts.models import Role
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.review.forms import AnswerForm, ProposalForm
from portal.review.models import ProposalKind
from portal.review.policy import READERS
from portal.review.service import proposals as service
from portal.review.views.blueprint import pages
from portal.review.views.case import render_case
from portal.review.views.holding import redirect_to_case
from portal.web.database import reading
from portal.web.parts import BLOBS

SECONDS = (Role.OVERSIGHT, Role.HEAD)


@pages.post("/staff/case/<hex:case_id>/propose")
@require_staff(*READERS)
def propose(case_id: str) -> ResponseReturnValue:
    """Ask a second person to confirm an act that one alone may not do."""
    form = ProposalForm()
    if not form.validate():
        return render_case(case_id, button=form)
    with acting(SignedAct.PROPOSE, case_id) as session:
        service.propose(
            session,
            case_id,
            ProposalKind(form.kind.data),
            who=get_current_account(),
            version=int(form.version.data),
            today=clock.get_today(),
        )
    return redirect_to_case(case_id)


@pages.get("/staff/proposals")
@require_staff(*SECONDS)
def proposals() -> str:
    """Show what waits for a second person."""
    return _render_page(AnswerForm(formdata=None))


@pages.post("/staff/proposals/<hex:case_id>")
@require_staff(*SECONDS)
def answer(case_id: str) -> ResponseReturnValue:
    """Confirm or refuse what somebody of another body asked for."""
    form = AnswerForm()
    if not form.validate():
        return _render_page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    with acting(SignedAct.ANSWER, case_id) as session:
        files = service.answer(
            session,
            form.proposal.data,
            ProposalKind(form.kind.data),
            grant=form.grant.data == "yes",
            who=get_current_account(),
            today=clock.get_today(),
        )
    store = BLOBS.get()
    for name in files:
        store.remove(name)
    return redirect(url_for("review.proposals"), HTTPStatus.SEE_OTHER)


def _render_page(form: AnswerForm) -> str:
    with reading() as session:
        proposals = service.list_answerable(session, get_current_account())
    return render_template("review/proposals.html", found=proposals, form=form)
