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
from portal.dialogue.current import guest
from portal.dialogue.forms import FORMS, OneButton, WritingForm
from portal.dialogue.service import visits
from portal.dialogue.service.checking import Checked, check, facts_of, shown_of
from portal.dialogue.service.standing import Standing, standing_of
from portal.dialogue.service.thread import Item, Thread, open_thread
from portal.dialogue.views.words import (
    FAULTS,
    MEANINGS,
    body_names,
    parts_of,
    report_labels,
    report_rows,
    ruling_labels,
    rulings_of,
)
from portal.transparency.parts import LOG
from portal.transparency.publishing.bundle import CaseBundle, build_bundle
from portal.web.database import reading
from portal.web.parts import KEYRING


@dataclass(frozen=True)
class Scene:
    """A case as its reporter finds it, opened for the time of one request."""

    standing: Standing
    reporter: ReporterKeys
    thread: Thread
    bundle: CaseBundle  # what the log has of it
    access: str  # by which receipt and second half it was opened

    @property
    def checked(self) -> Checked:
        """Compare what is shown with the log, by the key that follows from the receipt alone."""
        shown = shown_of(self.standing, [item.envelope for item in self.thread.items], self.access)
        return check(self.bundle, blind(), shown, today=clock.get_today())

    @property
    def is_with_whom_it_trusts(self) -> bool:
        """Tell whether the body that has the case is the one that the sealed texts name."""
        trusted = self.thread.to
        return trusted is not None and trusted.body == self.standing.case.body_code


def opened_scene() -> Scene:
    """Open the case of this visit with the keys that follow from it.

    Raises:
        NotFound: its content was erased in the meantime.
    """
    who, today = guest(), clock.get_today()
    with reading() as session:
        use_snapshot(session)  # or a letter that comes now would be missed in the log
        standing = standing_of(session, who.case_id, today=today)
        reporter = who.keys(standing.case.second_half, keyring=KEYRING.get())
        envelopes = queries.thread(session, who.case_id, sealed=True)
        bundle = build_bundle(session, LOG.get(), who.case_id)
    thread = open_thread(who.case_id, envelopes, reporter)
    return Scene(standing, reporter, thread, bundle, _access(standing))


def _access(standing: Standing) -> str:
    """Return what the report committed to of its receipt and second half, as both are now."""
    who, half = guest(), standing.case.second_half
    if who.master is None or half is None:
        raise NotFound("the keys of this visit are not here")
    opened = visits.opened_half(who.case_id, half, keyring=KEYRING.get())
    return compute_access_digest(receipt.from_master(who.master).lookup, opened)


def blind() -> bytes:
    """Return the key of the steps of this visit's case; it opens nothing that was written.

    Raises:
        NotFound: the browser keeps what it follows from.
    """
    master = guest().master
    if master is None:
        raise NotFound("the keys of this visit are not here")
    return receipt.from_master(master).blinding_key


def opened_page(
    scene: Scene, status: HTTPStatus = HTTPStatus.OK, form: WritingForm | None = None
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
        **_common(scene.standing, scene.thread.items, scene.thread.next_seq, form),
    )
    return page, status


def sealed_fragment() -> str:
    """Draw the same page for our script, which opens what is sealed itself.

    Raises:
        NotFound: its content was erased in the meantime.
    """
    who = guest()
    with reading() as session:
        standing = standing_of(session, who.case_id, today=clock.get_today())
        envelopes = queries.thread(session, who.case_id, sealed=False)
    items = [Item(envelope, None, None) for envelope in envelopes]
    half = standing.case.second_half or b""  # a case that was found has it
    return render_template(
        "dialogue/_case.html",
        items=items,
        second_half=to_base64(visits.opened_half(who.case_id, half, keyring=KEYRING.get())),
        trusted=True,
        sendable=True,
        checked=None,  # the script does that too
        status=HTTPStatus.OK.value,
        **_common(standing, items, len(items), None),
    )


def _common(
    standing: Standing, items: Any, next_seq: int, form: WritingForm | None
) -> dict[str, Any]:
    labels, ruling = report_labels(standing.case.category), ruling_labels(standing.case)
    return {
        "standing": standing,
        "case": standing.case,
        "facts": facts_of(standing),
        "today": clock.get_today(),
        "statutory": is_statutory,
        "meaning": MEANINGS[standing.status],
        "faults": FAULTS,
        "labels": labels,
        "bodies": body_names(standing.case.body_code, [item.envelope for item in items]),
        "rows": lambda fields: report_rows(fields, labels),
        "parts": parts_of,
        "ruling": ruling,
        "rulings": lambda fields: rulings_of(fields, ruling),
        "forms": _forms(standing.case.id, next_seq, form),
        "leave_form": OneButton(formdata=None),
    }


def _forms(case_id: str, next_seq: int, sent: WritingForm | None) -> dict[str, WritingForm]:
    """Return every form of the page; the number in each makes the same page write once."""
    made: dict[str, WritingForm] = {}
    for kind in FORMS:
        form = sent if isinstance(sent, kind) else kind(formdata=None)
        form.case.data, form.seq.data = case_id, str(next_seq)
        made[kind.act.value] = form
    return made
