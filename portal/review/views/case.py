"""The page of one case, and what its scripts ask for."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from crypto import body as bodies
from crypto.text import to_base64
from portal.accounts.current import current_account, staff
from portal.accounts.models import Role
from portal.cases.bodies import all_bodies, body_label
from portal.cases.keys import current_key, recovery_key
from portal.cases.models import Case, Envelope
from portal.cases.states import MOVES, Status
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.taxonomy import load
from portal.review import forms, queries
from portal.review.policy import READERS, is_under_review
from portal.review.service.steps import steps_from
from portal.review.service.transfers import receivers
from portal.review.views.blueprint import note_opening, pages, units_key
from portal.review.views.words import words
from portal.web.database import reading
from portal.web.forms import PortalForm
from portal.web.i18n import translate_label


@pages.get("/staff/case/<hex:case_id>")
@staff(*READERS)
def case(case_id: str) -> ResponseReturnValue:
    """Show everything coded of a case; its scripts open what is sealed."""
    with reading() as session:
        queries.find_case(session, current_account(), case_id)
    note_opening(case_id)
    return show(case_id)


def show(case_id: str, **typed: PortalForm) -> ResponseReturnValue:
    """Return the page of a case, with a form that was sent and could not be taken, if any.

    Args:
        case_id: the case.
        typed: the form, by its name on the page.
    """
    today = clock.get_today()
    with reading() as session:
        found = queries.find_case(session, current_account(), case_id)
        parts = _parts(session, found, today=today) | _forms(session, found) | typed
        page = render_template("review/case.html", case=found, today=today, **parts)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK


def _parts(session: Session, found: Case, *, today: date) -> dict[str, Any]:
    """Return what the page says besides the case itself."""
    who = current_account()
    names = queries.logins(session, found.body_code)
    return {
        "holder": names.get(found.holder_id or ""),
        "me": who,
        "mine": found.holder_id == who.id,
        "may_assign": found.holder_id == who.id or who.role is Role.HEAD,
        "own_decision": is_under_review(found) and queries.decider(session, found.id) == who.id,
        "steps": steps_from(found),
        "moves": MOVES[found.status],
        "Status": Status,
        "sealed": queries.visible(found, who),
        "stages": queries.stages(session, found.id),
        "verdict": queries.verdict(session, found.id),
        "days_open": (today - found.received_on).days,
    }


def _forms(session: Session, found: Case) -> dict[str, PortalForm]:
    """Return the empty forms of the page."""
    colleagues = [
        (one.id, one.login)
        for one in queries.colleagues(session, found)
        if one.id != found.holder_id
    ]
    return {
        "button": forms.OneButton(),
        "hand_over_form": forms.HandOverForm().offer(colleagues),
        "stage_form": forms.StageForm(),
        "allegation_form": forms.AllegationForm(),
        "write_form": forms.WriteForm(),
        "extend_form": forms.ExtendForm(),
        "decision_form": forms.decision_form(found),
        "transfer_form": forms.TransferForm().offer(receivers(session, found, units_key())),
    }


@pages.get("/staff/case/<hex:case_id>/thread")
@staff(*READERS)
def thread(case_id: str) -> dict[str, Any]:
    """Tell the scripts which sealed objects a case has, and what a new one is sealed to."""
    who = current_account()
    with reading() as session:
        found = queries.find_case(session, who, case_id)
        replaced = queries.replaced_ids(session, found)
        before = {(one.thread, one.seq): one.digest for one in found.envelopes}
        return {
            "rid": found.id,
            "version": found.version,
            "body": found.body_code,
            "recovery": recovery_key(session).recipient,
            "end": {name: _end(found, name) for name in (bodies.CASE, bodies.NOTES)},
            "entries": [
                _entry(one, replaced, before.get((one.thread, one.seq - 1), ""))
                for one in queries.visible(found, who)
            ],
        }


def _end(found: Case, name: str) -> dict[str, Any]:
    """Return the number of a thread's next object, and the digest it must name."""
    last = max(
        (one for one in found.envelopes if one.thread == name),
        key=lambda one: one.seq,
        default=None,
    )
    return {"seq": last.seq + 1, "prev": last.digest} if last else {"seq": 0, "prev": ""}


def _entry(one: Envelope, replaced: set[str], prev: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "thread": one.thread,
        "seq": one.seq,
        "kind": one.kind,
        "author": one.author,
        "prev": prev,
        **_addresses(one.case_id, one.id, replaced),
        "files": {file.id: _addresses(one.case_id, file.id, replaced) for file in one.attachments},
    }


def _addresses(case_id: str, object_id: str, replaced: set[str]) -> dict[str, Any]:
    """Return where an object lies, and where the header that the present body opens."""
    place: dict[str, Any] = {"case_id": case_id, "object_id": object_id}
    return {
        "object": url_for("review.sealed_object", **place),
        "header": url_for("review.header", **place),
        "replaced": object_id in replaced,
    }


@pages.get("/staff/case/<hex:case_id>/receiver/<string:body_code>")
@staff(*READERS)
def receiver(case_id: str, body_code: str) -> dict[str, Any]:
    """Tell the scripts the public keys of a body that a case may be given to."""
    with reading() as session:
        found = queries.find_case(session, current_account(), case_id)
        if body_code not in receivers(session, found, units_key()):
            raise NotFound("not a body that may have the case")
        key = current_key(session, body_code)
        return {
            "body": body_code,
            "recipient": key.recipient,
            "signing": to_base64(key.signing),
        }


@pages.get("/staff/labels")
@staff(*READERS)
def labels() -> dict[str, Any]:
    """Tell the scripts what the codes inside a sealed report mean, and the words they need."""
    taxonomy = load()
    return {
        "words": words(),
        "questions": {
            one.id: {
                "label": translate_label(one.label),
                "options": {option.id: translate_label(option.label) for option in one.options},
            }
            for one in taxonomy.questions.values()
        },
        "categories": _texts(taxonomy.categories),
        "subcategories": _texts(taxonomy.subcategories),
        "regions": _texts(taxonomy.regions) | {"": _("Not known")},
        "agencies": _texts(taxonomy.agencies) | {"": _("Not named")},
        "outcomes": _texts(taxonomy.outcomes),
        "bodies": {code: translate_label(body_label(code)) for code in all_bodies()},
    }


def _texts(things: Any) -> dict[str, str]:
    return {key: translate_label(thing.label) for key, thing in things.items()}
