"""The words in which a report is shown again to who wrote it (twin: static/dialogue/draw.js)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crypto import body as bodies
from portal.cases.bodies import get_body_label
from portal.cases.models import Case, Envelope
from portal.cases.states import Status
from portal.core.taxonomy import load
from portal.core.terms import Category, Label, Subcategory
from portal.dialogue.views.blueprint import pages
from portal.web.i18n import translate_label

Labels = Mapping[str, Mapping[str, Any]]

# The parts of a reasoned decision, in their order.
PARTS = {
    "facts": _l("What was established"),
    "law": _l("What the law says"),
    "finding": _l("What was decided, and why"),
    "review": _l("How to have it reviewed"),
}

# What was written, to whoever wrote the report.
HEADINGS: Mapping[str, Any] = {
    bodies.REPORT: _l("Your report"),
    bodies.MESSAGE: _l("You wrote"),
    bodies.VERDICT: _l("Your verdict"),
    bodies.QUESTION: _l("A question to you"),
    bodies.DECISION: _l("The decision"),
    bodies.TRANSFER: _l("Given to another body"),
    bodies.REPLY: _l("An answer"),
}

# What it proves that something written does not pass the check.
_ALTERED = _l("Somebody changed it, or it was never a message of this portal.")
FAULTS = {
    "sealed": _l("It does not open with your code: it was changed, or sealed for somebody else."),
    "format": _ALTERED,
    "type": _l("It says that it is something else than the portal says."),
    "signature": _l(
        "It is not signed by who should have written it: somebody else wrote it, or changed it."
    ),
    "author": _l("It is signed with the key of the other side of this conversation."),
    "rid": _l("It belongs to another report and was put here."),
    "thread": _l("It was not written for this conversation and was put here."),
    "seq": _l("It belongs to another place in this conversation: it was repeated or moved."),
    "prev": _l("It does not follow what stands before it: something was taken out or exchanged."),
    "attachment": _ALTERED,
}

# What a state means for the person who waits, in one sentence.
MEANINGS = {
    Status.RECEIVED: _l("Your report is registered. Nobody has read it yet."),
    Status.ACKNOWLEDGED: _l("A person has read your report and registered it."),
    Status.ASSESSMENT: _l("Somebody looks at what has to be done, and who is competent."),
    Status.NEED_INFO: _l("There is a question to you below. The work goes on when you answer."),
    Status.ROUTED: _l("Your report was given to the body that is competent for it."),
    Status.IN_REVIEW: _l("What you reported is being looked into."),
    Status.CRIMINAL_TRACK: _l(
        "A criminal investigation was registered. It has deadlines of its own."
    ),
    Status.EXTENDED: _l("More time was taken, once. The reason stands in the message below."),
    Status.DECIDED: _l("There is a decision. You find it, and the reasons, below."),
    Status.REVIEW_REQUESTED: _l("You asked for a review. Another person looks at the case again."),
    Status.REOPENED: _l("The case was opened again and is being worked on."),
    Status.CLOSED: _l("The work on your report has ended."),
}


def get_report_labels(category: str) -> dict[str, dict[str, Any]]:
    """Return, for each thing a report of a category can say, its name and those of its options."""
    taxonomy = load()
    asked = taxonomy.questions
    named: dict[str, tuple[Label, Mapping[str, Any]]] = {
        "subcategory": (
            taxonomy.categories[category].label,
            {subcategory.id: subcategory for subcategory in taxonomy.list_subcategories(category)},
        ),
        "region": (asked["region"].label, taxonomy.regions),
        "agency": (asked["unit"].label, taxonomy.agencies),
    }
    for question in taxonomy.list_questions(category):
        if question.id not in named and question.type != "info":
            named[question.id] = (
                question.label,
                {option.id: option for option in question.options},
            )
    unsaid = {"unknown": _("I do not know"), "skip": _("I do not want to say")}
    return {
        name: {
            "label": translate_label(label),
            "options": unsaid
            | {key: translate_label(option.label) for key, option in options.items()},
        }
        for name, (label, options) in named.items()
    }


def list_report_rows(fields: Mapping[str, object], labels: Labels) -> list[tuple[str, list[str]]]:
    """Return what a report says as pairs of question and answers, in the order of the form."""
    answers = fields.get("answers")
    said = {**fields, **(answers if isinstance(answers, dict) else {})}
    return [
        (known["label"], texts)
        for name, known in labels.items()
        if (texts := [known["options"].get(text, text) for text in _list_texts(said.get(name))])
    ]


def get_ruling_labels(case: Case) -> dict[str, dict[str, str]]:
    """Return the names of what a decision can say of the allegations of a case."""
    taxonomy = load()
    named: dict[str, Category | Subcategory] = {**taxonomy.categories, **taxonomy.subcategories}
    return {
        "subcategory": {
            allegation.subcategory: translate_label(named[allegation.subcategory].label)
            for allegation in case.allegations
        },
        "outcome": {
            key: translate_label(outcome.label) for key, outcome in taxonomy.outcomes.items()
        },
    }


def list_rulings(
    fields: Mapping[str, object], labels: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Return the outcome of each allegation as the body has signed it."""
    listed = fields.get("outcomes")
    rulings = (
        [ruling for ruling in listed if isinstance(ruling, dict)]
        if isinstance(listed, list)
        else []
    )
    return [
        (
            labels["subcategory"].get(
                str(ruling.get("subcategory")), str(ruling.get("subcategory"))
            ),
            labels["outcome"].get(str(ruling.get("outcome")), str(ruling.get("outcome"))),
        )
        for ruling in rulings
    ]


def list_parts(fields: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the texts of a letter with the names of its parts, "" where it has none.

    What is none of the known parts is a code for programs, unless the letter has no other text.
    """
    texts = {name: value for name, value in fields.items() if isinstance(value, str) and value}
    known = [("", texts["text"])] if "text" in texts else []
    known += [(str(name), texts[part]) for part, name in PARTS.items() if part in texts]
    return known or [("", text) for text in texts.values()]


def get_body_names(body_code: str, envelopes: Sequence[Envelope]) -> dict[str, str]:
    """Return the names of the bodies that had a case."""
    codes = {body_code, *(envelope.body_code for envelope in envelopes)}
    return {code: translate_label(get_body_label(code)) for code in sorted(codes)}


def _list_texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, str))


@pages.app_template_global("get_heading")
def get_heading(envelope: Envelope) -> str:
    """Return what stands above something that was written in a case."""
    return str(HEADINGS[envelope.kind])
