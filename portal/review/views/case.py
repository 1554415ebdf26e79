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
from portal.accounts.current import get_current_account, require_staff
from portal.accounts.models import Role
from portal.cases.bodies import get_body_label, list_bodies
from portal.cases.models import Case, Envelope
from portal.cases.sealing_keys import get_current_key, get_recovery_key
from portal.cases.states import MOVES, Status
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.taxonomy import load
from portal.review import forms, queries
from portal.review.policy import READERS, is_under_review
from portal.review.service.case_steps import list_steps_from
from portal.review.service.transfers import list_receivers
from portal.review.views.blueprint import get_units_key, note_opening, pages
from portal.review.views.script_texts import collect_texts
from portal.web.database import reading
from portal.web.forms import PortalForm
from portal.web.i18n import translate_label


@pages.get("/staff/case/<hex:case_id>")
@require_staff(*READERS)
def case(case_id: str) -> ResponseReturnValue:
    """Show everything coded of a case; its scripts open what is sealed."""
    with reading() as session:
        queries.find_case(session, get_current_account(), case_id)
    note_opening(case_id)
    return render_case(case_id)


def render_case(case_id: str, **typed: PortalForm) -> ResponseReturnValue:
    """Return the page of a case, with a form that was sent and could not be taken, if any.

    Args:
        case_id: the case.
        typed: the form, by its name on the page.
    """
    today = clock.get_today()
    with reading() as session:
        case = queries.find_case(session, get_current_account(), case_id)
        parts = _collect_parts(session, case, today=today) | _make_forms(session, case) | typed
        page = render_template("review/case.html", case=case, today=today, **parts)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if typed else HTTPStatus.OK


def _collect_parts(session: Session, case: Case, *, today: date) -> dict[str, Any]:
    """Return what the page says besides the case itself."""
    who = get_current_account()
    names = queries.list_logins(session, case.body_code)
    return {
        "holder": names.get(case.holder_id or ""),
        "me": who,
        "mine": case.holder_id == who.id,
        "may_assign": case.holder_id == who.id or who.role is Role.HEAD,
        "own_decision": is_under_review(case) and queries.find_decider(session, case.id) == who.id,
        "steps": list_steps_from(case),
        "moves": MOVES[case.status],
        "Status": Status,
        "sealed": queries.list_visible(case, who),
        "stages": queries.list_stages(session, case.id),
        "verdict": queries.find_verdict(session, case.id),
        "days_open": (today - case.received_on).days,
    }


def _make_forms(session: Session, case: Case) -> dict[str, PortalForm]:
    """Return the empty forms of the page."""
    colleagues = [
        (colleague.id, colleague.login)
        for colleague in queries.list_colleagues(session, case)
        if colleague.id != case.holder_id
    ]
    return {
        "button": forms.CaseButtonForm(),
        "hand_over_form": forms.HandOverForm().offer(colleagues),
        "stage_form": forms.StageForm(),
        "allegation_form": forms.AllegationForm(),
        "write_form": forms.WriteForm(),
        "extend_form": forms.ExtendForm(),
        "decision_form": forms.make_decision_form(case),
        "transfer_form": forms.TransferForm().offer(list_receivers(session, case, get_units_key())),
    }


@pages.get("/staff/case/<hex:case_id>/thread")
@require_staff(*READERS)
def thread(case_id: str) -> dict[str, Any]:
    """Tell the scripts which sealed objects a case has, and what a new one is sealed to."""
    who = get_current_account()
    with reading() as session:
        case = queries.find_case(session, who, case_id)
        replaced = queries.list_replaced_ids(session, case)
        before = {(envelope.thread, envelope.seq): envelope.digest for envelope in case.envelopes}
        return {
            "rid": case.id,
            "version": case.version,
            "body": case.body_code,
            "recovery": get_recovery_key(session).recipient,
            "end": {name: _get_end(case, name) for name in (bodies.CASE, bodies.NOTES)},
            "entries": [
                _describe_entry(
                    envelope, replaced, before.get((envelope.thread, envelope.seq - 1), "")
                )
                for envelope in queries.list_visible(case, who)
            ],
        }


def _get_end(case: Case, name: str) -> dict[str, Any]:
    """Return the number of a thread's next object, and the digest it must name."""
    last = max(
        (envelope for envelope in case.envelopes if envelope.thread == name),
        key=lambda envelope: envelope.seq,
        default=None,
    )
    return {"seq": last.seq + 1, "prev": last.digest} if last else {"seq": 0, "prev": ""}


def _describe_entry(envelope: Envelope, replaced: set[str], prev: str) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "thread": envelope.thread,
        "seq": envelope.seq,
        "kind": envelope.kind,
        "author": envelope.author,
        "prev": prev,
        **_build_addresses(envelope.case_id, envelope.id, replaced),
        "files": {
            file.id: _build_addresses(envelope.case_id, file.id, replaced)
            for file in envelope.attachments
        },
    }


def _build_addresses(case_id: str, object_id: str, replaced: set[str]) -> dict[str, Any]:
    """Return where an object lies, and where the header that the present body opens."""
    place: dict[str, Any] = {"case_id": case_id, "object_id": object_id}
    return {
        "object": url_for("review.sealed_object", **place),
        "header": url_for("review.header", **place),
        "replaced": object_id in replaced,
    }


@pages.get("/staff/case/<hex:case_id>/receiver/<string:body_code>")
@require_staff(*READERS)
def receiver(case_id: str, body_code: str) -> dict[str, Any]:
    """Tell the scripts the public keys of a body that a case may be given to."""
    with reading() as session:
        case = queries.find_case(session, get_current_account(), case_id)
        if body_code not in list_receivers(session, case, get_units_key()):
            raise NotFound("not a body that may have the case")
        key = get_current_key(session, body_code)
        return {
            "body": body_code,
            "recipient": key.recipient,
            "signing": to_base64(key.signing),
        }


@pages.get("/staff/labels")
@require_staff(*READERS)
def labels() -> dict[str, Any]:
    """Tell the scripts what the codes inside a sealed report mean, and the words they need."""
    taxonomy = load()
    return {
        "words": collect_texts(),
        "questions": {
            question.id: {
                "label": translate_label(question.label),
                "options": {
                    option.id: translate_label(option.label) for option in question.options
                },
            }
            for question in taxonomy.questions.values()
        },
        "categories": _collect_texts(taxonomy.categories),
        "subcategories": _collect_texts(taxonomy.subcategories),
        "regions": _collect_texts(taxonomy.regions) | {"": _("Not known")},
        "agencies": _collect_texts(taxonomy.agencies) | {"": _("Not named")},
        "outcomes": _collect_texts(taxonomy.outcomes),
        "bodies": {code: translate_label(get_body_label(code)) for code in list_bodies()},
    }


def _collect_texts(things: Any) -> dict[str, str]:
    return {key: translate_label(thing.label) for key, thing in things.items()}
