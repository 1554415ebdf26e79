"""What needs two people of different bodies: asking, and the second person's page."""

from http import HTTPStatus

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.current import acting, current_account, staff
from portal.accounts.models import Role
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.review.forms import AnswerForm, ProposalForm
from portal.review.models import Kind
from portal.review.policy import READERS
from portal.review.service import proposals as service
from portal.review.views.blueprint import pages
from portal.review.views.case import show
from portal.review.views.holding import back_to
from portal.web.database import reading
from portal.web.parts import BLOBS

SECONDS = (Role.OVERSIGHT, Role.HEAD)


@pages.post("/staff/case/<hex:case_id>/propose")
@staff(*READERS)
def propose(case_id: str) -> ResponseReturnValue:
    """Ask a second person to confirm an act that one alone may not do."""
    form = ProposalForm()
    if not form.validate():
        return show(case_id, button=form)
    with acting(SignedAct.PROPOSE, case_id) as session:
        service.propose(
            session,
            case_id,
            Kind(form.kind.data),
            who=current_account(),
            version=int(form.version.data),
            today=clock.get_today(),
        )
    return back_to(case_id)


@pages.get("/staff/proposals")
@staff(*SECONDS)
def proposals() -> str:
    """Show what waits for a second person."""
    return _page(AnswerForm(formdata=None))


@pages.post("/staff/proposals/<hex:case_id>")
@staff(*SECONDS)
def answer(case_id: str) -> ResponseReturnValue:
    """Confirm or refuse what somebody of another body asked for."""
    form = AnswerForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    with acting(SignedAct.ANSWER, case_id) as session:
        files = service.answer(
            session,
            form.proposal.data,
            Kind(form.kind.data),
            grant=form.grant.data == "yes",
            who=current_account(),
            today=clock.get_today(),
        )
    store = BLOBS.get()
    for name in files:
        store.remove(name)
    return redirect(url_for("review.proposals"), HTTPStatus.SEE_OTHER)


def _page(form: AnswerForm) -> str:
    with reading() as session:
        found = service.answerable(session, current_account())
    return render_template("review/proposals.html", found=found, form=form)
