"""What bodies say to their figures: the page of staff, and the files that are published."""

from http import HTTPStatus
from typing import Any

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.accounts.current import acting, get_current_account, require_staff
from portal.accounts.models import Role
from portal.cases.bodies import get_body_label
from portal.cases.codes import SignedAct
from portal.core import clock
from portal.core.errors import Conflict, Invalid, NotFound
from portal.statistics import queries
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import get_word
from portal.statistics.forms import SUBJECT_NAMES, VERDICT_NAMES, ReplyForm, ReplyVerdictForm
from portal.statistics.models import ReleaseVersion
from portal.statistics.policy import list_places
from portal.statistics.releases import replies as published
from portal.statistics.service import replies as replying
from portal.statistics.site.figures.texts import capitalise, list_regions
from portal.statistics.views.blueprint import SOON, get_folder, pages, respond
from portal.statistics.views.release_files import KINDS, UNKNOWN_KIND
from portal.web.assets import A_YEAR
from portal.web.conditional import apply_conditions
from portal.web.database import reading
from portal.web.i18n import get_language
from portal.web.parts import KEYRING
from portal.web.programs import Problem


@pages.get("/<lang:lang>/staff/replies")
@require_staff(Role.HEAD, Role.OVERSIGHT)
def replies() -> str:
    """Show what one's body has said, or to the board what waits for it."""
    return _render_page()


@pages.post("/<lang:lang>/staff/replies")
@require_staff(Role.HEAD)
def write_reply() -> ResponseReturnValue:
    """Take what a body says to its figures; the board decides whether it is published."""
    form, who = _build_reply_form(), get_current_account()
    if not form.validate():
        return _render_page(form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with acting(SignedAct.REPLY, str(who.body_code)) as session:
            replying.write(session, form.to_draft(), get_folder(), who=who, today=clock.get_today())
    except Conflict:
        form.form_errors.append(_("Several replies of yours wait already. Please wait for them."))
        return _render_page(form=form), HTTPStatus.CONFLICT
    except Invalid:
        form.about.errors = [_("This release has no such figure of the place.")]
        return _render_page(form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("statistics.replies"), HTTPStatus.SEE_OTHER)


@pages.post("/<lang:lang>/staff/replies/<int:reply_id>")
@require_staff(Role.OVERSIGHT)
def decide_reply(reply_id: int) -> ResponseReturnValue:
    """Publish a reply for good, or return it."""
    form, who = ReplyVerdictForm(), get_current_account()
    if not form.validate():
        return _render_page(verdict=form, decided=reply_id), HTTPStatus.UNPROCESSABLE_ENTITY
    with acting(SignedAct.DECIDE_REPLY, str(reply_id)) as session:
        replying.decide(session, reply_id, form.verdict.data, who=who, today=clock.get_today())
    keyring = KEYRING.get()
    with reading() as session:  # what a run that broke off left is written by the daily `release`
        replying.publish(session, get_folder(), keyring.statistics)
    return redirect(url_for("statistics.replies"), HTTPStatus.SEE_OTHER)


@pages.get("/figures/replies.json")
def reply_list() -> ResponseReturnValue:
    """List every published reply."""
    replies_read = published.read_replies(get_folder())
    changed = (
        release_days.get_release_instant(replies_read[0].published_on) if replies_read else None
    )
    return respond(published.encode_list(get_folder()), KINDS[".json"], changed)


@pages.get("/figures/replies/")
def said_anywhere() -> ResponseReturnValue:
    """Lead to what bodies say in the language that the browser asks for."""
    answer = redirect(url_for("statistics.said", lang=get_language()), HTTPStatus.FOUND)
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Cache-Control"] = SOON
    return answer


@pages.get("/figures/replies/<string:name>")
def reply_file(name: str) -> ResponseReturnValue:
    """Send one reply, or its signature; neither changes."""
    try:
        content = published.read_file(get_folder(), name)
    except NotFound:
        raise Problem("unknown-file") from None
    kind = UNKNOWN_KIND if name.endswith(published.SIGNATURE) else KINDS[".json"]
    response = Response(content, content_type=kind)
    response.headers["Cache-Control"] = A_YEAR
    return apply_conditions(response)


def _render_page(
    form: ReplyForm | None = None,
    verdict: ReplyVerdictForm | None = None,
    decided: int | None = None,
) -> str:
    who = get_current_account()
    with reading() as session:
        values = (
            _collect_for_board(session)
            if who.role is Role.OVERSIGHT
            else _collect_for_head(session)
        )
    if who.role is Role.HEAD:
        values["form"] = form or _build_reply_form()
    return render_template(
        "statistics/replies.html",
        verdict=verdict or ReplyVerdictForm(formdata=None),
        decided=decided,
        place_name=_name_place,
        subjects=SUBJECT_NAMES,
        verdicts=VERDICT_NAMES,
        page_of=published.locate_page,
        body_label=get_body_label,
        **values,
    )


def _collect_for_board(session: Session) -> dict[str, Any]:
    return {
        "waiting": queries.list_waiting_replies(session),
        "past": queries.list_decided_replies(session),
        "form": None,
    }


def _collect_for_head(session: Session) -> dict[str, Any]:
    return {
        "waiting": [],
        "past": queries.list_replies_of_body(session, str(get_current_account().body_code)),
    }


def _build_reply_form() -> ReplyForm:
    with reading() as session:
        releases = queries.list_open_releases(session)
    areas = list_places(str(get_current_account().body_code))
    named = [(release.name, _name_release(release)) for release in releases]
    return ReplyForm.from_choices(named, [(code, _name_place(code)) for code in areas])


def _name_release(release: ReleaseVersion) -> str:
    quarter = _(
        "quarter %(number)s of %(year)s", number=release.quarter.number, year=release.quarter.year
    )
    if release.version == 1:
        return str(quarter)
    return str(_("%(quarter)s, version %(version)s", quarter=quarter, version=release.version))


def _name_place(area: str) -> str:
    if area == NATION:
        return get_word("nation").get(get_language())
    return capitalise(list_regions(get_language())[area])
