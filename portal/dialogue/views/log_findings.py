"""What it proves that a case does not fit the public log, and what its reporter can do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crypto import body as bodies
from crypto import outcome
from crypto.errors import FormatError
from crypto.steps import FACTS
from portal.core.calendar import Quarter
from portal.core.taxonomy import load
from portal.dialogue.service.checking import STATES, Fault
from portal.dialogue.service.unknown_receipt import UnknownReceipt
from portal.transparency.publishing.bundle import BundleStep
from portal.web.i18n import translate_label


@dataclass(frozen=True)
class Advice:
    """What a fault proves, what to do now, and whom to show it; each a sentence or two."""

    proves: Any
    act: Any
    show: Any


_TO_WATCHERS = _l(
    "A witness of the log, a journalist whom you trust, the Commissioner for Human Rights."
)
_TO_AUTHORITIES = _l(
    "The prosecutor's office, the Commissioner for Human Rights, a lawyer,"
    " or a journalist whom you trust."
)
_TO_COUNTERS = _l(
    "A journalist whom you trust, an organisation that follows the figures,"
    " the Commissioner for Human Rights."
)
_SAVE = _l("Save the file now, before anything changes again.")
_AGAIN = _l("Check again in three days. If it still says so, save the file and show it.")

ADVICE: Mapping[Fault, Advice] = {
    Fault.SIGNATURE: Advice(
        _l("The state of the log that is served here is not signed by the log. It proves nothing."),
        _l("Save the file, and ask a witness of the log which state they have seen."),
        _TO_WATCHERS,
    ),
    Fault.WITNESSES: Advice(
        _l("Too few witnesses have seen this state of the log. It could be shown to you alone."),
        _AGAIN,
        _TO_WATCHERS,
    ),
    Fault.PROMISE: Advice(
        _l("What the portal keeps as its promise to you was altered: the log did not sign it."),
        _l("Compare it with the promise that you were given with your code."),
        _TO_WATCHERS,
    ),
    Fault.EXCHANGED: Advice(
        _l("The log promised another report than the one that lies here. Yours was exchanged."),
        _l("Save the file and your own promise. Then report again what you have reported."),
        _TO_AUTHORITIES,
    ),
    Fault.BROKEN: Advice(
        _l(
            "The log gave its signed word that your report would be in it by now."
            " It is not: the log broke its word, and the promise proves that to anybody."
        ),
        _l("Save the file with the promise, and show both."),
        _TO_WATCHERS,
    ),
    Fault.ALTERED: Advice(
        _l(
            "The log says something else of this step than this page: it was changed after it"
            " was put into the log. The steps after it follow from it and cannot be judged."
        ),
        _SAVE,
        _TO_AUTHORITIES,
    ),
    Fault.LATE: Advice(
        _l("This step should be in the log by now. So far only the portal itself vouches for it."),
        _AGAIN,
        _TO_WATCHERS,
    ),
    Fault.ORDER: Advice(
        _l("Steps were left out, moved, or dated back."),
        _SAVE,
        _TO_AUTHORITIES,
    ),
    Fault.MISSING: Advice(
        _l(
            "The log knows of a text that is no longer here, or no longer as it was written."
            " It was deleted or exchanged."
        ),
        _l("Save the file, and what you still have of the text."),
        _TO_AUTHORITIES,
    ),
    Fault.UNLOGGED: Advice(
        _l("A text stands here that no step speaks of. It was put here past the log."),
        _l("Do not rely on it. Save the file."),
        _TO_AUTHORITIES,
    ),
    Fault.DIFFERENT: Advice(
        _l("A state or a day is shown to you otherwise than it was put into the log."),
        _l("Save the file, and note down what is shown to you."),
        _TO_AUTHORITIES,
    ),
    Fault.OUTCOME: Advice(
        _l("The outcome that is shown to you is not the one that counts in the figures."),
        _l("Save the file, and note down which outcome is shown to you."),
        _TO_COUNTERS,
    ),
    Fault.FACTS: Advice(
        _l(
            "The kind of your report, its region, its body, or your verdict is kept otherwise than"
            " it was put into the log. Somebody changed it past the log."
        ),
        _l("Save the file, and note down what this page says of your report."),
        _TO_AUTHORITIES,
    ),
    Fault.ACCESS: Advice(
        _l(
            "The part of your key that the portal keeps is not the one that your report was filed"
            " with. It was exchanged."
        ),
        _l("Save the file, write nothing here, and report again what you have reported."),
        _TO_AUTHORITIES,
    ),
}

LOST: Mapping[UnknownReceipt, Any] = {
    UnknownReceipt.UNKNOWN: _l(
        "There is no report under this code. Please compare the order of the groups with your"
        " paper. If it is right, the code belongs to another portal, or the report was deleted"
        " when its time was over."
    ),
    UnknownReceipt.ERASED: _l(
        "Your report stands in the public log, and so does the word that its content was destroyed"
        " on purpose: its time was over, or two people of different bodies decided it. Nobody can"
        " open it any more."
    ),
    UnknownReceipt.ALTERED: _l(
        "Your report is here and stands in the public log, but what your code opens it with was"
        " exchanged or destroyed, and the log does not say why. Trying again will not help. Keep"
        " your code, and show the promise that came with it, never the code, to the prosecutor's"
        " office, the Commissioner for Human Rights, a lawyer, or a journalist whom you trust."
    ),
    UnknownReceipt.MISSING: _l(
        "Your report stands in the public log, and the portal does not have it any more: it was"
        " taken away. Trying again will not help. Keep your code, and show the promise that came"
        " with it, never the code, to the prosecutor's office, the Commissioner for Human Rights,"
        " a lawyer, or a journalist whom you trust. Then report again what you have reported."
    ),
}

TEXTS: Mapping[str, Any] = {
    bodies.REPORT: _l("Your report was filed"),
    bodies.MESSAGE: _l("You wrote"),
    bodies.VERDICT: _l("You gave your verdict"),
    bodies.QUESTION: _l("You were asked a question"),
    bodies.REPLY: _l("You were answered"),
    bodies.TRANSFER: _l("Your report was given to another body"),
    FACTS: _l("Codes of your report were written down"),
}


def name_steps() -> dict[str, str]:
    """Return what every step can be called, by its code."""
    states = {status.value: translate_label(load().statuses[status].label) for status in STATES}
    return states | {code: str(text) for code, text in TEXTS.items()}


def name_step(step: BundleStep) -> str:
    """Return what a step was, in plain words; a code that nobody knows as it stands."""
    if step.what in STATES:
        return translate_label(load().statuses[step.what].label)
    return str(TEXTS.get(step.what, step.what))


def list_counted(step: BundleStep) -> list[tuple[str, str]]:
    """Return as what an outcome counts in the published figures: names and values."""
    try:
        record = outcome.parse(step.record.encode())
        quarter = Quarter(record.quarter)
    except (FormatError, ValueError):
        return []
    known = load()
    rows = [
        (_("Kind"), _name_code(known.categories, record.category)),
        (_("Region"), _name_code(known.regions, record.region)),
        (
            _("Concluded"),
            _("quarter %(number)s of %(year)s", number=quarter.number, year=quarter.year),
        ),
        (_("Working days"), record.duration),
    ]
    for finding in record.findings:
        said = [
            _name_code(known.outcomes, finding.outcome),
            *(_name_code(known.sanctions, code) for code in finding.sanctions),
        ]
        rows.append((_name_code(known.subcategories, finding.subcategory), "; ".join(said)))
    return rows


def _name_code(known: Mapping[str, Any], code: str) -> str:
    """Return the name of a code; one that nobody knows as it stands."""
    return translate_label(known[code].label) if code in known else code
