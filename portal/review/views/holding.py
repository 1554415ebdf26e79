"""Buttons that change who holds a case."""

from http import HTTPStatus

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.current import acting, get_current_account, require_staff
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.core.errors import Conflict
from portal.review import queries
from portal.review.forms import CaseButtonForm, HandOverForm
from portal.review.policy import READERS
from portal.review.service import holding
from portal.review.views.blueprint import pages
from portal.review.views.case import render_case
from portal.web.database import reading


@pages.post("/staff/case/<hex:case_id>/claim")
@require_staff(*READERS)
def claim(case_id: str) -> ResponseReturnValue:
    """Take a case; if somebody was faster, say who."""
    form = CaseButtonForm()
    if not form.validate():
        return render_case(case_id, button=form)
    try:
        with acting(SignedAct.CLAIM, case_id) as session:
            holding.claim(session, case_id, who=get_current_account(), today=clock.get_today())
    except (Conflict, StaleDataError):
        return _answer_conflict(case_id)
    return redirect_to_case(case_id)


@pages.post("/staff/case/<hex:case_id>/release")
@require_staff(*READERS)
def release(case_id: str) -> ResponseReturnValue:
    """Give a case back to the queue."""
    form = CaseButtonForm()
    if not form.validate():
        return render_case(case_id, button=form)
    with acting(SignedAct.RELEASE, case_id) as session:
        holding.release(session, case_id, who=get_current_account(), today=clock.get_today())
    return redirect_to_case(case_id)


@pages.post("/staff/case/<hex:case_id>/hand-over")
@require_staff(*READERS)
def hand_over(case_id: str) -> ResponseReturnValue:
    """Give a case to a colleague."""
    with reading() as session:
        case = queries.find_case(session, get_current_account(), case_id)
        colleagues = [
            (colleague.id, colleague.login) for colleague in queries.list_colleagues(session, case)
        ]
    form = HandOverForm().offer(colleagues)
    if not form.validate():
        return render_case(case_id, hand_over_form=form)
    with acting(SignedAct.HAND_OVER, case_id) as session:
        holding.hand_over(
            session, case_id, form.to.data, who=get_current_account(), today=clock.get_today()
        )
    return redirect_to_case(case_id)


@pages.post("/staff/case/<hex:case_id>/recuse")
@require_staff(*READERS)
def recuse(case_id: str) -> ResponseReturnValue:
    """Stay away from a case; its page does not open again for this person."""
    form = CaseButtonForm()
    if not form.validate():
        return render_case(case_id, button=form)
    with acting(SignedAct.RECUSE, case_id) as session:
        holding.recuse(session, case_id, who=get_current_account(), today=clock.get_today())
    return redirect(url_for("review.queue"), HTTPStatus.SEE_OTHER)


def redirect_to_case(case_id: str) -> ResponseReturnValue:
    """Lead back to the page of a case."""
    return redirect(url_for("review.case", case_id=case_id), HTTPStatus.SEE_OTHER)


def _answer_conflict(case_id: str) -> ResponseReturnValue:
    with reading() as session:
        case = queries.find_case(session, get_current_account(), case_id)
        names = queries.list_logins(session, case.body_code)
    faster = names.get(case.holder_id or "", "")
    page = render_template("review/claim.html", case=case, faster=faster)
    return page, HTTPStatus.CONFLICT
