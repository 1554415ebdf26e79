"""The queue of a body, and the coded notices that it got."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.accounts.current import get_current_account, require_staff
from portal.cases.codes import NoticeKind
from portal.core import clock
from portal.review import queries
from portal.review.forms import FilterForm
from portal.review.inputs import Cursor, Filters
from portal.review.policy import READERS
from portal.review.views.blueprint import pages
from portal.web.database import reading

# What a notice says; of a late clock with the name of its deadline.
NOTICES: Mapping[NoticeKind, Any] = {
    NoticeKind.COPY: _l("For your information"),
    NoticeKind.CONFLICT: _l("Nobody is left who may read this case"),
    NoticeKind.WITHDRAWN: _l("The reporter withdrew the report"),
    NoticeKind.OVERDUE: _l("Late"),
}


@pages.get("/staff")
@require_staff(*READERS)
def queue() -> ResponseReturnValue:
    """Show the cases of one's body, the most urgent first."""
    form = FilterForm()
    valid = form.validate()
    filters = form.get_filters() if valid else Filters()
    today = clock.get_today()
    after = request.args.get("after", "")
    with reading() as session:
        rows = queries.list_queue(
            session,
            get_current_account(),
            filters,
            Cursor.parse(after) if after else None,
            today=today,
        )
    page = render_template(
        "review/queue.html",
        form=form,
        rows=rows[: queries.PAGE],
        older=_build_next_page_url(rows),
        first=_build_url("") if after else "",
        today=today,
    )
    return page, HTTPStatus.OK if valid else HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/staff/notices")
@require_staff(*READERS)
def notices() -> str:
    """Show the coded notices to one's body: copies, late clocks, cases nobody is left for."""
    before = request.args.get("before", type=int)
    with reading() as session:
        rows = queries.list_notices(session, get_current_account(), before)
    more = len(rows) > queries.PAGE
    older = url_for("review.notices", before=rows[queries.PAGE - 1][0].id) if more else ""
    return render_template(
        "review/notices.html",
        found=rows[: queries.PAGE],
        names=NOTICES,
        older=older,
        first=url_for("review.notices") if before else "",
    )


def _build_next_page_url(rows: list[queries.QueueRow]) -> str:
    """Return the address of the next page, or nothing on the last one."""
    return _build_url(rows[queries.PAGE - 1].cursor.text) if len(rows) > queries.PAGE else ""


def _build_url(after: str) -> str:
    """Return the address of this list from some row on; the filters stay."""
    wishes = {name: value for name, value in request.args.items() if name != "after" and value}
    parts: dict[str, Any] = wishes | ({"after": after} if after else {})
    return url_for("review.queue", **parts)
