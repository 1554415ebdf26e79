"""Drawing the page of a case, opened on the server or still sealed for our script."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from crypto import receipt
from crypto.receipt import ReporterKeys
from crypto.steps import compute_access_digest
from crypto.text import to_base64
from portal.cases.clocks import is_statutory
from portal.core import clock
from portal.core.db import use_snapshot
from portal.core.errors import NotFound
from portal.dialogue import queries
from portal.dialogue.current_visit import get_reporter_session
from portal.dialogue.forms import FORMS, ReporterButtonForm, WritingForm
from portal.dialogue.service import visits
from portal.dialogue.service.checking import Checked, check, collect_displayed, collect_facts
from portal.dialogue.service.standing import CaseStanding, get_standing
from portal.dialogue.service.thread import Item, Thread, open_thread
from portal.dialogue.views.page_texts import (
    FAULTS,
    MEANINGS,
    get_body_names,
    get_report_labels,
    get_ruling_labels,
    list_parts,
    list_report_rows,
    list_rulings,
)
from portal.transparency.parts import LOG
from portal.transparency.publishing.bundle import CaseBundle, build_bundle
from portal.web.database import reading
from portal.web.parts import KEYRING


@dataclass(frozen=True)
class OpenedCase:
    """A case as its reporter finds it, opened for the time of one request."""

    standing: CaseStanding
    reporter: ReporterKeys
    thread: Thread
    bundle: CaseBundle  # what the log has of it
    access: str  # by which receipt and second half it was opened

    @property
    def checked(self) -> Checked:
        """Compare what is shown with the log, by the key that follows from the receipt alone."""
        shown = collect_displayed(
            self.standing, [item.envelope for item in self.thread.items], self.access
        )
        return check(self.bundle, get_blinding_key(), shown, today=clock.get_today())

    @property
    def is_with_whom_it_trusts(self) -> bool:
        """Tell whether the body that has the case is the one that the sealed texts name."""
        trusted = self.thread.to
        return trusted is not None and trusted.body == self.standing.case.body_code


def open_case_page() -> OpenedCase:
    """Open the case of this visit with the keys that follow from it.

    Raises:
        NotFound: its content was erased in the meantime.
    """
    who, today = get_reporter_session(), clock.get_today()
    with reading() as session:
        use_snapshot(session)  # or a letter that comes now would be missed in the log
        standing = get_standing(session, who.case_id, today=today)
        reporter = who.derive_keys(standing.case.second_half, keyring=KEYRING.get())
        envelopes = queries.list_thread(session, who.case_id, sealed=True)
        bundle = build_bundle(session, LOG.get(), who.case_id)
    thread = open_thread(who.case_id, envelopes, reporter)
    return OpenedCase(standing, reporter, thread, bundle, _compute_access(standing))


def _compute_access(standing: CaseStanding) -> str:
    """Return what the report committed to of its receipt and second half, as both are now."""
    who, half = get_reporter_session(), standing.case.second_half
    if who.master is None or half is None:
        raise NotFound("the keys of this visit are not here")
    opened = visits.decrypt_half(who.case_id, half, keyring=KEYRING.get())
    return compute_access_digest(receipt.from_master(who.master).lookup, opened)


def get_blinding_key() -> bytes:
    """Return the key of the steps of this visit's case; it opens nothing that was written.

    Raises:
        NotFound: the browser keeps what it follows from.
    """
    master = get_reporter_session().master
    if master is None:
        raise NotFound("the keys of this visit are not here")
    return receipt.from_master(master).blinding_key


def render_opened(
    scene: OpenedCase, status: HTTPStatus = HTTPStatus.OK, form: WritingForm | None = None
) -> ResponseReturnValue:
    """Draw the page without scripts; a form that was not accepted comes back as it was sent."""
    page = render_template(
        "dialogue/view.html",
        items=scene.thread.items,
        second_half=None,
        trusted=scene.is_with_whom_it_trusts,
        sendable=scene.thread.to is not None,
        checked=scene.checked,
        status=status.value,
        **_build_context(scene.standing, scene.thread.items, scene.thread.next_seq, form),
    )
    return page, status


def render_sealed() -> str:
    """Draw the same page for our script, which opens what is sealed itself.

    Raises:
        NotFound: its content was erased in the meantime.
    """
    who = get_reporter_session()
    with reading() as session:
        standing = get_standing(session, who.case_id, today=clock.get_today())
        envelopes = queries.list_thread(session, who.case_id, sealed=False)
    items = [Item(envelope, None, None) for envelope in envelopes]
    half = standing.case.second_half or b""  # a case that was found has it
    return render_template(
        "dialogue/_case.html",
        items=items,
        second_half=to_base64(visits.decrypt_half(who.case_id, half, keyring=KEYRING.get())),
        trusted=True,
        sendable=True,
        checked=None,  # the script does that too
        status=HTTPStatus.OK.value,
        **_build_context(standing, items, len(items), None),
    )


def _build_context(
    standing: CaseStanding, items: Any, next_seq: int, form: WritingForm | None
) -> dict[str, Any]:
    labels, ruling = get_report_labels(standing.case.category), get_ruling_labels(standing.case)
    return {
        "standing": standing,
        "case": standing.case,
        "facts": collect_facts(standing),
        "today": clock.get_today(),
        "statutory": is_statutory,
        "meaning": MEANINGS[standing.status],
        "faults": FAULTS,
        "labels": labels,
        "bodies": get_body_names(standing.case.body_code, [item.envelope for item in items]),
        "rows": lambda fields: list_report_rows(fields, labels),
        "parts": list_parts,
        "ruling": ruling,
        "rulings": lambda fields: list_rulings(fields, ruling),
        "forms": _make_forms(standing.case.id, next_seq, form),
        "leave_form": ReporterButtonForm(formdata=None),
    }


def _make_forms(case_id: str, next_seq: int, sent: WritingForm | None) -> dict[str, WritingForm]:
    """Return every form of the page; the number in each makes the same page write once."""
    made: dict[str, WritingForm] = {}
    for kind in FORMS:
        form = sent if isinstance(sent, kind) else kind(formdata=None)
        form.case.data, form.seq.data = case_id, str(next_seq)
        made[kind.act.value] = form
    return made
