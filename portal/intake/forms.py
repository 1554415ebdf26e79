"""The forms of a report: what it is about, its questions, and what the browser has sealed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from crypto.digits import to_ascii_digits
from crypto.errors import FormatError
from crypto.receipt import HALF_BYTES
from crypto.text import from_base64, to_base64
from portal.core.questions import Option, Question
from portal.core.taxonomy import load
from portal.core.terms import LANGUAGES
from portal.intake.answers import (
    SKIP,
    UNKNOWN,
    get_chosen_answers,
    get_chosen_fields,
    list_questions,
)
from portal.intake.draft import Choice, Draft
from portal.intake.service import PagePromise, derive_choice_facts
from portal.transparency.publishing.keycheck import KeyCheck
from portal.web.forms import (
    PortalForm,
    check_readable,
    limit_length,
    refuse_receipt,
    require_answer,
    require_length,
)

LINE = 200  # characters of an answer that is a line
MOST = {"longtext": 50_000, "text": 4_000}  # characters
ROWS = {"longtext": 12, "text": 3}
MAX_FILES = 20
NOT_KNOWN = "unknown"
OUTSIDE = "outside_police"

# Answers that only the flags of a question allow; elsewhere they are options of the taxonomy.
NO_IDEA = _l("I do not know, or prefer not to say")
EXTRA = {SKIP: _l("Prefer not to say"), UNKNOWN: _l("I do not know")}


def check_known(_form: PortalForm, field: Field) -> None:
    """Refuse an answer that the page did not offer."""
    offered = {choice.value for choice in field.iter_choices()}
    given = field.data if isinstance(field.data, list) else [field.data or ""]
    if not offered.issuperset(given):
        raise ValidationError(_l("Please choose one of the answers given here."))


def check_answered(_form: PortalForm, field: Field) -> None:
    """Refuse a text of nothing but spaces."""
    if not (field.data or "").strip():
        raise ValidationError(_l("Please answer this question."))


def check_whole_number(_form: PortalForm, field: Field) -> None:
    """Refuse what is no number; the digits of any script become 0 to 9."""
    field.data = to_ascii_digits(field.data).strip()
    if not re.fullmatch(r"[0-9]{1,5}", field.data):
        raise ValidationError(_l("Please write a number in digits, such as 3."))


def normalise_digits(_form: PortalForm, field: Field) -> None:
    """Write the digits of any script as 0 to 9."""
    field.data = to_ascii_digits(field.data)


def check_few_files(_form: PortalForm, field: Field) -> None:
    """Refuse more files than one report can have."""
    if len(field.data or ()) > MAX_FILES:
        raise ValidationError(
            _l("Please choose at most 20 files, and choose them again: nothing was kept.")
        )


class ChoiceForm(PortalForm):
    """What happened, where, and who is complained of: this decides who can read the report."""

    subcategory = RadioField(
        _l("What do you want to report?"),
        validate_choice=False,
        validators=[require_answer(_l("Please choose what comes closest.")), check_known],
    )
    region = SelectField(
        _l("In which region did it happen?"),
        validate_choice=False,
        validators=[
            require_answer(_l("Please choose a region, or that you do not know.")),
            check_known,
        ],
    )
    agency = SelectField(
        _l("Whom do you complain of?"), validate_choice=False, validators=[check_known]
    )
    service = SelectField(_l("Which service?"), validate_choice=False, validators=[check_known])
    leadership = BooleanField(_l("The head, or a deputy of the head, took part or covered it up"))
    consent = RadioField(
        _l("Who may receive your report?"),
        default="any_competent",
        validate_choice=False,
        validators=[require_answer(), check_known],
    )

    def __init__(self, language: str) -> None:
        super().__init__()
        taxonomy = load()
        self.subcategory.choices = [
            SelectChoice(subcategory.id, subcategory.label.get(language))
            for subcategory in taxonomy.subcategories.values()
        ]
        self.region.choices = [
            SelectChoice("", _l("Choose a region")),
            SelectChoice(NOT_KNOWN, NO_IDEA),
            *(
                SelectChoice(code, region.label.get(language))
                for code, region in taxonomy.regions.items()
            ),
        ]
        self.agency.choices = [
            SelectChoice("", NO_IDEA),
            *(
                SelectChoice(agency.id, agency.label.get(language))
                for agency in taxonomy.agencies.values()
            ),
        ]
        self.service.choices = [
            SelectChoice("", NO_IDEA),
            *_list_choices(taxonomy.questions["service"].options, language),
        ]
        self.consent.choices = _list_choices(
            taxonomy.questions["consent_forward"].options, language
        )

    def get_choice(self) -> Choice:
        """Return what was chosen."""
        return Choice(
            category=load().subcategories[self.subcategory.data].category,
            subcategory=self.subcategory.data,
            region=None if self.region.data == NOT_KNOWN else self.region.data,
            agency=self.agency.data or None,
            service=self.service.data or None,
            leadership=self.leadership.data,
            outside_police=self.consent.data == OUTSIDE,
        )


class QuestionsForm(PortalForm):
    """The questions of one category; `make_questions_form` adds a field for each."""

    ticket = HiddenField()

    def get_answers(self) -> dict[str, str | list[str]]:
        """Return whatever was typed or chosen, by question."""
        return {
            name: field.data
            for name, field in self._fields.items()
            if name in load().questions and field.type != "MultipleFileField" and field.data
        }

    def build_draft(self, choice: Choice, language: str) -> Draft:
        """Return the report as it was written."""
        return Draft(choice, language, self.get_answers())


@cache
def make_questions_form(category: str, language: str) -> type[QuestionsForm]:
    """Return the form of one category in one language.

    Raises:
        KeyError: there is no such category.
    """
    fields = {
        question.id: _make_field(question, language)
        for question in list_questions(category)
        if question.type != "info"
    }
    return type("CategoryForm", (QuestionsForm,), fields)


class PromiseForm(PortalForm):
    """The promise of the public log, to be kept as a file: sent in a post, so in no address."""

    note = TextAreaField(
        _l("The promise"),
        validators=[require_answer(_l("Please paste the promise."))],
        render_kw={"rows": 6, "readonly": True, "spellcheck": "false", "class": "code"},
    )


class SealedReportForm(PortalForm):
    """What the browser sends after it sealed a report: nothing here can be read by the server."""

    rid = StringField(validators=[Regexp(r"[0-9a-f]{32}\Z")])
    lookup = StringField()
    second_half = StringField()
    blind = StringField()
    urgency = StringField(validators=[Optional(), Regexp(r"[1-4]\Z")])
    language = SelectField(choices=[SelectChoice(language) for language in LANGUAGES])
    report = FileField()
    attachment = MultipleFileField()

    def validate_lookup(self, field: Field) -> None:
        """Refuse what is not 32 bytes in base64."""
        _check_secret(field.data)

    def validate_second_half(self, field: Field) -> None:
        """Refuse what is not 32 bytes in base64."""
        _check_secret(field.data)

    def validate_blind(self, field: Field) -> None:
        """Refuse what is not 32 bytes in base64."""
        _check_secret(field.data)

    def validate_report(self, field: Field) -> None:
        """Refuse a post without the sealed report."""
        if not field.data:
            raise ValidationError("report")

    def validate_attachment(self, field: Field) -> None:
        """Refuse too many files, and names that are no ids."""
        names = [file.filename for file in field.data or ()]
        if len(names) > MAX_FILES or not all(re.fullmatch("[0-9a-f]{32}", name) for name in names):
            raise ValidationError("attachment")


def _check_secret(text: str) -> None:
    try:
        from_base64(text or "", HALF_BYTES)
    except FormatError as error:
        raise ValidationError("base64") from error


def _list_choices(options: Sequence[Option], language: str) -> list[SelectChoice]:
    return [SelectChoice(option.id, option.label.get(language)) for option in options]


def _make_field(question: Question, language: str) -> Any:
    """Return the field that asks one question."""
    label = question.label.get(language)
    if question.type == "files":
        return MultipleFileField(label, validators=[check_few_files])
    if question.type in {"single", "multi"}:
        return _make_choice_field(question, label, language)
    at_most = question.max_chars or MOST.get(question.type, LINE)
    checks = [*_list_text_checks(question), limit_length(at_most)]
    if question.type in ROWS:
        rows = {"rows": ROWS[question.type]}
        return TextAreaField(label, validators=checks, render_kw=rows)
    return StringField(label, validators=checks)


def _list_text_checks(question: Question) -> Iterator[Any]:
    """Yield what a text must be, in the order in which it is looked at."""
    if question.must_answer:
        yield require_answer()
        yield check_answered
    else:
        yield Optional()
    yield check_readable
    yield refuse_receipt
    if question.min_chars:
        yield require_length(question.min_chars)
    special = {
        "number": check_whole_number,
        "money": normalise_digits,
        "date_approx": normalise_digits,
        "datetime_approx": normalise_digits,
    }
    if question.type in special:
        yield special[question.type]


def _make_choice_field(question: Question, label: str, language: str) -> Any:
    """Return buttons where one answer is needed, a list where none is, boxes where many may be."""
    choices = _list_choices(question.options, language)
    for answer, allowed in ((UNKNOWN, question.allow_unknown), (SKIP, question.allow_skip)):
        if allowed and answer not in {choice.value for choice in choices}:
            choices.append(SelectChoice(answer, EXTRA[answer]))
    checks = [require_answer(), check_known] if question.must_answer else [check_known]
    if question.type == "multi":
        return SelectMultipleField(
            label,
            choices=choices,
            validate_choice=False,
            validators=checks,
            option_widget=CheckboxInput(),
            widget=ListWidget(prefix_label=False),
        )
    if question.must_answer:
        return RadioField(label, choices=choices, validate_choice=False, validators=checks)
    empty = SelectChoice("", _l("No answer"))
    return SelectField(label, choices=[empty, *choices], validate_choice=False, validators=checks)


# Codes of a case that the entry of its report must commit to, as the page said them.
FACTS = ("category", "region", "outside_police")


def describe_page(promise: PagePromise, check: KeyCheck, language: str) -> dict[str, Any]:
    """Return what our script needs to seal the report in the browser.

    Args:
        promise: who can read the report; their keys are public.
        check: what the public log says of these keys.
        language: of the page.
    """
    choice, unit = promise.ticket.choice, promise.keys.unit
    questions = [
        question for question in list_questions(choice.category) if question.type != "info"
    ]
    return {
        "to": {
            "body": unit.body_code,
            "recipient": unit.recipient,
            "signing": to_base64(unit.signing),
        },
        "recovery": promise.keys.recovery.recipient,
        "log": check.content,
        "fields": get_chosen_fields(choice, language),
        "facts": {name: getattr(derive_choice_facts(choice), name) for name in FACTS},
        "chosen": get_chosen_answers(choice),
        "questions": [_describe_rules(question) for question in questions],
        "urgencies": {question.id: load().urgencies.get(question.id, {}) for question in questions},
        "max_files": MAX_FILES,
        "language": language,
    }


def _describe_rules(question: Question) -> dict[str, Any]:
    """Return what our script checks before it seals an answer, as the server would."""
    condition = question.show_if
    return {
        "id": question.id,
        "type": question.type,
        "required": question.must_answer,
        "at_least": question.min_chars or 0,
        "at_most": question.max_chars or MOST.get(question.type, LINE),
        "show_if": asdict(condition) if condition else None,
    }
