"""Pages of filing a report: choose, write, and the receipt."""

from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import OperationalError

from crypto import receipt
from crypto.errors import FormatError
from crypto.secretbox import derive_key
from crypto.text import from_base64
from portal.cases.bodies import get_body_label
from portal.cases.clocks import compute_due_date, list_first_clocks
from portal.cases.codes import SealedBy
from portal.cases.routing import Route, RouteReason, explain_route
from portal.cases.service import SealedFile
from portal.core import clock
from portal.core.blobs import NoRoom
from portal.core.errors import Conflict, Invalid, NotFound, PortalError
from portal.core.taxonomy import load
from portal.core.terms import Label
from portal.intake import answers, service
from portal.intake.draft import Ticket
from portal.intake.forms import (
    ChoiceForm,
    PromiseForm,
    QuestionsForm,
    SealedReportForm,
    describe_page,
    make_questions_form,
)
from portal.transparency.parts import LOG
from portal.transparency.writing.promising import read_promise
from portal.web import load as load_of
from portal.web.database import reading, transaction
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.i18n import get_language
from portal.web.parts import KEYRING
from portal.web.uploads import (
    NO_ROOM,
    StoredFile,
    discard_all,
    keep_all,
    keep_all_sealed,
    keep_sealed_uploads,
    seal_uploads,
)

pages = Blueprint("intake", __name__, url_prefix="/<lang:lang>")

PROMISE_NAME = "note.txt"  # says nothing of a report to who finds the file
# Questions whose answers are words of a person.
TYPED = frozenset({"longtext", "text", "number", "money", "date_approx", "datetime_approx"})

REASONS: Mapping[RouteReason, Any] = {
    RouteReason.TORTURE_PROSECUTOR_ONLY: _l("Torture is looked into by prosecutors only."),
    RouteReason.SEXUAL_OUTSIDE_POLICE: _l(
        "Reports of sexual violence are kept outside the police."
    ),
    RouteReason.OUTSIDE_POLICE: _l("You asked that the police do not receive it."),
    RouteReason.LEFT_REGION: _l("It is about the head of a department, so it leaves the region."),
    RouteReason.NO_MINISTRY: _l(
        "It is about the Ministry or its internal security, so nobody in the Ministry receives it."
    ),
    RouteReason.ANTICORRUPTION_COMPLAINED_OF: _l(
        "It is about the Anti-Corruption Service, so that service does not receive it."
    ),
    RouteReason.PROSECUTOR_COMPLAINED_OF: _l(
        "It is about a prosecutor, so that office does not receive it."
    ),
    RouteReason.REGION_UNKNOWN: _l("Without a region it goes to a body of the whole country."),
    RouteReason.NEXT_IN_LINE: _l(
        "The body that usually receives such reports may not, or cannot, take this one."
    ),
    RouteReason.OVERSIGHT_LAST_RESORT: _l(
        "No other body may take it, so the oversight board does."
    ),
    RouteReason.DEFAULT: _l("By law this body looks into such reports."),
}


@pages.get("/report")
def choose() -> ResponseReturnValue:
    """Ask what happened, where and whom it is about."""
    return _render_choose(ChoiceForm(get_language()), HTTPStatus.OK)


@pages.post("/report/write")
def write() -> ResponseReturnValue:
    """Show who can read the report, and the questions of its category."""
    form = ChoiceForm(get_language())
    if not form.validate():
        return _render_choose(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with reading() as session:
            promise = service.make_promise(session, form.get_choice(), keyring=KEYRING.get())
    except NotFound:
        return _render_choose(form, HTTPStatus.SERVICE_UNAVAILABLE)
    questions = make_questions_form(promise.ticket.choice.category, get_language())
    return _render_write(promise, questions(formdata=None), HTTPStatus.OK)


@pages.post("/report/file")
@seal_uploads
def file() -> ResponseReturnValue:
    """File a report that came in the clear, and show its receipt, this once."""
    try:
        promise = _read_promise()
    except PortalError as error:
        is_swapped = isinstance(error, Invalid) and error.code == service.OTHER_KEY
        return _start_again(is_swapped=is_swapped)
    form = make_questions_form(promise.ticket.choice.category, get_language())()
    is_valid = form.validate()
    if not form.expired and (before := _find_previous_filing(promise.ticket)):
        return _render_receipt(promise, before)
    if not is_valid:
        return _render_write(promise, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if asked := load_of.check_sending():
        return _render_write(promise, form, load_of.STATUS, asked)
    return _file_in_the_clear(promise, form)


@pages.post("/report/sealed")
@keep_sealed_uploads
def sealed() -> ResponseReturnValue:
    """File a report that the browser has sealed; the receipt is in the browser only."""
    form = SealedReportForm()
    if not form.validate():
        return _refuse(form)
    try:
        promise = _read_promise()
        before = _find_previous_filing(promise.ticket)
        return _answer_filed(before, form) if before else _file_sealed(promise, form)
    except (PortalError, FormatError, OperationalError, OSError) as error:
        return _explain_error(error)


@pages.post("/report/promise")
def keep_promise() -> ResponseReturnValue:
    """Give the promise back as a file, for browsers without scripts."""
    form = PromiseForm()
    given = read_promise(LOG.get(), form.note.data or "")
    if not form.validate() or given is None:
        form.note.render_kw = {**form.note.render_kw, "readonly": False}
        page = render_template("intake/promise.html", form=form, is_ours=given is not None)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    answer = Response(f"{form.note.data.strip()}\n", content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{PROMISE_NAME}"'
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer


def _file_in_the_clear(promise: service.PagePromise, form: QuestionsForm) -> ResponseReturnValue:
    """Seal what was typed and the files, and store them; of two at once one is stored."""
    reporter = service.Reporter.create()
    choice = promise.ticket.choice
    try:
        kept = keep_all(
            form["attachments"].data or (), promise.keys.choose_recipients(reporter.recipient)
        )
        files = [
            (entry, SealedFile(stored.name, stored.length, stored.digest)) for entry, stored in kept
        ]
        draft = form.build_draft(choice, get_language())
        report = service.seal_report(draft, promise.keys, reporter, files)
        filed = _store(promise.ticket, report, [stored for _, stored in kept])
    except NoRoom:
        form["attachments"].errors = [NO_ROOM]
        return _render_write(promise, form, HTTPStatus.INSUFFICIENT_STORAGE)
    except (OperationalError, OSError):
        return _render_write(promise, form, HTTPStatus.SERVICE_UNAVAILABLE)
    return _render_receipt(
        promise, filed, answers.list_left_out(choice.category, form.get_answers())
    )


def _file_sealed(promise: service.PagePromise, form: SealedReportForm) -> ResponseReturnValue:
    """Store what the browser sealed."""
    if asked := load_of.check_sending():
        return {"error": "busy", **asked.to_json()}, load_of.STATUS
    sealed_body = form.report.data.stream.read_body()
    kept = keep_all_sealed(form.attachment.data or ())
    report = service.SealedReport(
        rid=form.rid.data,
        lookup=from_base64(form.lookup.data),
        second_half=from_base64(form.second_half.data),
        blind=from_base64(form.blind.data),
        urgency=int(form.urgency.data) if form.urgency.data else None,
        language=form.language.data,
        sealed=sealed_body,
        files=tuple(SealedFile(stored.name, stored.length, stored.digest) for stored in kept),
        sealed_by=SealedBy.BROWSER,
    )
    return _answer_filed(_store(promise.ticket, report, kept), form)


def _answer_filed(filed: service.PreviousFiling, form: SealedReportForm) -> ResponseReturnValue:
    """Say that a report was filed, if it was from this page: another one shows another receipt."""
    if filed.filing_key != from_base64(form.lookup.data):
        return {"error": "elsewhere"}, HTTPStatus.CONFLICT
    told = {"promise": filed.promise.decode(), "facts": filed.facts, "inside": filed.inside}
    return {"filed": True, **told}, HTTPStatus.CREATED


def _store(
    ticket: Ticket, report: service.SealedReport, kept: Sequence[StoredFile]
) -> service.PreviousFiling:
    """Store a report; if the same ticket was faster elsewhere, return what that one filed.

    Files of a report that is refused are removed. After a fault of the database they stay: it
    may have accepted the report after all.
    """
    today = clock.get_today()
    try:
        with transaction() as session:
            accepted = service.file_report(session, ticket, report, log=LOG.get(), today=today)
    except (Conflict, Invalid) as error:
        discard_all(kept)
        if isinstance(error, Conflict) and (before := _find_previous_filing(ticket)):
            return before
        raise
    return accepted.filing


def _read_promise() -> service.PagePromise:
    """Return what the page of this post promised.

    Raises:
        PortalError: the ticket is not ours, too old, or its keys are gone.
    """
    ticket = Ticket.read(_derive_ticket_key(), request.form.get("ticket", ""))
    with reading() as session:
        return service.promise_from_ticket(session, ticket)


def _find_previous_filing(ticket: Ticket) -> service.PreviousFiling | None:
    with reading() as session:
        return service.find_previous_filing(session, ticket, keyring=KEYRING.get())


def _derive_ticket_key() -> bytes:
    return derive_key(KEYRING.get().filing, b"ticket of a page")


def _render_choose(form: ChoiceForm, status: HTTPStatus) -> ResponseReturnValue:
    return render_template("intake/choose.html", form=form, status=status.value), status


def _render_write(
    promise: service.PagePromise,
    form: QuestionsForm,
    status: HTTPStatus,
    asked: load_of.TurnRequest | None = None,
) -> ResponseReturnValue:
    """Show the questions with everything typed so far, and why the page comes back if it does."""
    ticket, asked = promise.ticket, asked or load_of.find_request()
    form.ticket.data = ticket.sign(_derive_ticket_key())
    with reading() as session:
        check = service.look_up_keys(session, promise.keys, log=LOG.get())
    page = render_template(
        "intake/write.html",
        form=form,
        status=status.value,
        category=load().categories[ticket.choice.category],
        parts=answers.group_questions(ticket.choice.category),
        notices=answers.list_notices(ticket.choice.category),
        **_name_readers(promise.route),
        reasons=[
            REASONS[reason]
            for reason in explain_route(service.derive_choice_facts(ticket.choice), promise.route)
        ],
        steps=_list_steps(promise, clock.get_today()),
        check=check,
        script=describe_page(promise, check, get_language())
        | {"work": asked.to_json() if asked else None},
        now_asked=asked,
    )
    return page, status


def _render_receipt(
    promise: service.PagePromise, filed: service.PreviousFiling, left_out: Sequence[str] = ()
) -> ResponseReturnValue:
    """Show the receipt; the browser alone has that of a report which it sealed itself."""
    if not filed.secret:
        return render_template("intake/already.html"), HTTPStatus.CONFLICT
    page = render_template(
        "intake/receipt.html",
        groups=receipt.format_digits(filed.secret).split(),
        steps=_list_steps(promise, filed.filed_on),
        **_name_readers(promise.route),
        **_build_promise_form(filed.promise.decode()),
        left_out=[load().questions[question_id].label for question_id in left_out],
    )
    return page, HTTPStatus.CREATED


def _build_promise_form(note: str) -> dict[str, object]:
    """Return the promise of the log as a form that gives it back as a file, and its day."""
    given = read_promise(LOG.get(), note)
    form = PromiseForm(formdata=None, note=note)
    return {"promise": form, "promised_by": given.merge_by if given else None}


def _name_readers(route: Route) -> dict[str, object]:
    """Return the names of who can read a report, and of who learns that there is one."""
    return {
        "reader": get_body_label(route.primary),
        "copies": [get_body_label(code) for code in route.copies],
    }


def _list_steps(promise: service.PagePromise, start: date) -> list[tuple[Label, date]]:
    """Return what happens next and by when."""
    route = promise.route
    due_dates = {
        deadline: compute_due_date(deadline, start)
        for deadline in list_first_clocks(route.priority, route.first_clock)
    }
    by_day = sorted(due_dates.items(), key=lambda step: step[1])
    return [(load().deadlines[deadline].label, due) for deadline, due in by_day]


def _start_again(*, is_swapped: bool) -> ResponseReturnValue:
    """Show what was typed into a page that cannot be trusted any more, to be copied."""
    typed = [
        (question.label, "\n".join(request.form.getlist(question.id)))
        for question in load().questions.values()
        if question.type in TYPED and request.form.get(question.id, "").strip()
    ]
    page = render_template("intake/again.html", typed=typed, swapped=is_swapped)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _refuse(form: SealedReportForm) -> ResponseReturnValue:
    """Say what is wrong with a post of our script; an old page gets a new token at once."""
    if form.expired:
        answer = {"error": "expired", "csrf_token": generate_csrf()}
        return answer, HTTPStatus.UNPROCESSABLE_ENTITY
    return {"error": "form"}, HTTPStatus.UNPROCESSABLE_ENTITY


def _explain_error(error: Exception) -> ResponseReturnValue:
    """Tell our script why nothing was filed."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    match error:
        case Conflict():
            why, status = "conflict", HTTPStatus.CONFLICT
        case Invalid(code=service.OTHER_KEY):
            why = "keys"
        case NotFound() | Invalid(code="ticket"):
            why = "ticket"
        case NoRoom():
            why, status = "room", HTTPStatus.INSUFFICIENT_STORAGE
        case PortalError() | FormatError():
            why = "form"
        case _:
            why, status = "unavailable", HTTPStatus.SERVICE_UNAVAILABLE
    return {"error": why}, status
