"""Forms of coming back: the receipt, a message, a verdict, asking for review, withdrawing."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Optional, Regexp, ValidationError

from crypto import receipt
from crypto.errors import FormatError
from crypto.log_entries import TAG_BYTES
from crypto.text import from_base64
from portal.cases.codes import VerdictAnswer
from portal.dialogue.letter import LetterAct, Opinion, PlainLetter
from portal.web.forms import (
    PortalForm,
    check_readable,
    limit_length,
    refuse_receipt,
    require_answer,
)

MAX_FILES = 20
LONG, SHORT = 20_000, 4_000  # characters
LOOKUP_BYTES = 32
_WHOLE = Regexp(r"^[0-9]{1,6}$")

ANSWERS = {
    VerdictAnswer.SUBSTANTIVE: _l("A real answer: it deals with what I wrote"),
    VerdictAnswer.PARTIAL: _l("A partial one: some of it is left unanswered"),
    VerdictAnswer.FORMAL: _l("A formal brush-off"),
}
RESPECT = {"yes": _l("Yes"), "no": _l("No"), "": _l("I do not want to say")}


# What is wrong with a typed code, on the server and in our script.
CODE_FAULTS = {
    "length": _l(
        "A code has 36 digits, in six groups of six. You typed %(digits)s. Please count them."
    ),
    "symbol": _l(
        "In group %(group)s there is “%(symbol)s”, which is no digit. A code has only digits."
        " Please look at what you wrote down."
    ),
    "groups": _l(
        "A digit is wrong. Group: %(groups)s. Please compare this group with what you wrote down."
    ),
    "checksum": _l(
        "These are 30 digits, as old codes have, and one of them is wrong. A newer code has 36:"
        " then a group is missing. Please compare them with what you wrote down."
    ),
}
_PLACES = {name: f"{{{name}}}" for name in ("digits", "group", "symbol", "groups")}


class ReporterButtonForm(PortalForm):
    """A form that is nothing but its button."""


class ReceiptForm(PortalForm):
    """The code that a reporter kept."""

    receipt = StringField(
        _l("Your code"),
        validators=[require_answer(_l("Please type the code."))],
        render_kw={"inputmode": "tel", "class": "code", "autocapitalize": "off"},
    )

    def validate_receipt(self, field: Field) -> None:
        """Tell what is mistyped, and where; something far too long is not kept."""
        try:
            self.secret = receipt.parse(field.data)
        except receipt.ReceiptError as error:
            if len(field.data) > receipt.MAX_TYPED:
                field.data = ""
            raise ValidationError(_describe_fault(error)) from error


def _describe_fault(error: receipt.ReceiptError) -> str:
    """Return what is wrong with a code, in words."""
    match error:
        case receipt.WrongLength(digits=digits):
            return _fill_text("length", {"digits": digits})
        case receipt.WrongSymbol(symbol=symbol, group=group):
            return _fill_text("symbol", {"symbol": symbol, "group": group})
        case receipt.WrongGroups(groups=groups):
            return _fill_text("groups", {"groups": ", ".join(map(str, groups))})
        case _:
            return _fill_text("checksum", {})


def describe_code_faults() -> dict[str, str]:
    """Return the same words for our script, which puts numbers and symbols into their places."""
    return {name: _fill_text(name, _PLACES) for name in CODE_FAULTS}


def _fill_text(name: str, values: Mapping[str, object]) -> str:
    return str(CODE_FAULTS[name]) % values


class WritingForm(PortalForm):
    """What every form of the page of a case has: which case, and the number of its sealed text."""

    act: LetterAct
    case = HiddenField(validators=[InputRequired()])
    seq = HiddenField(validators=[InputRequired(), _WHOLE])

    def get_letter(self) -> PlainLetter:
        """Return what was typed as plain values."""
        raise NotImplementedError


class MessageForm(WritingForm):
    """A message with files, or the answer to a question."""

    act = LetterAct.MESSAGE
    text = TextAreaField(
        _l("Your message"),
        validators=[check_readable, limit_length(LONG), refuse_receipt],
        render_kw={"rows": 7},
    )
    files = MultipleFileField(_l("Files"))

    def validate_files(self, field: Field) -> None:
        """Refuse too many files, and a message of nothing."""
        field.data = [file for file in field.data or () if file.filename]
        if len(field.data) > MAX_FILES:
            raise ValidationError(
                _l("Please choose at most 20 files, and choose them again: nothing was sent.")
            )
        if not field.data and not (self.text.data or "").strip():
            raise ValidationError(_l("Please write something, or choose a file."))

    def get_letter(self) -> PlainLetter:
        """Return the message."""
        return PlainLetter(self.act, int(self.seq.data), text=self.text.data or "")


class ReviewForm(WritingForm):
    """Why somebody else should look at the case again."""

    act = LetterAct.REVIEW
    reason = TextAreaField(
        _l("What should be looked at again?"),
        validators=[check_readable, limit_length(SHORT), refuse_receipt],
    )

    def get_letter(self) -> PlainLetter:
        """Return the request."""
        return PlainLetter(self.act, int(self.seq.data), text=self.reason.data or "")


class WithdrawForm(WritingForm):
    """Taking the report back, knowingly."""

    act = LetterAct.WITHDRAW
    why = TextAreaField(
        _l("If you want to say why"),
        validators=[check_readable, limit_length(SHORT), refuse_receipt],
    )
    sure = BooleanField(
        _l("I have read what this means and withdraw my report"),
        validators=[require_answer(_l("Please tick this if you are sure."))],
    )

    def get_letter(self) -> PlainLetter:
        """Return the withdrawal."""
        return PlainLetter(self.act, int(self.seq.data), text=self.why.data or "")


class VerdictForm(WritingForm):
    """What the reporter says of the reply."""

    act = LetterAct.VERDICT
    answer = RadioField(
        _l("What was the reply?"),
        choices=[SelectChoice(answer.value, ANSWERS[answer]) for answer in VerdictAnswer],
        validators=[require_answer()],
    )
    respect = RadioField(
        _l("Were you treated with respect?"),
        choices=[SelectChoice(value, label) for value, label in RESPECT.items()],
        default="",
    )

    def get_letter(self) -> PlainLetter:
        """Return the verdict."""
        given = build_opinion(self.answer.data, self.respect.data)
        return PlainLetter(self.act, int(self.seq.data), opinion=given)


FORMS: tuple[type[WritingForm], ...] = (MessageForm, VerdictForm, ReviewForm, WithdrawForm)


class LookupForm(PortalForm):
    """What the browser makes of a receipt: enough to find the case, not to read it."""

    lookup = HiddenField(validators=[InputRequired()])

    tag = HiddenField()  # of the entry in the public log that the report must have

    def validate_tag(self, field: Field) -> None:
        """Read the 16 bytes, if they came."""
        try:
            self.entry = from_base64(field.data, TAG_BYTES) if field.data else b""
        except FormatError as error:
            raise ValidationError from error

    def validate_lookup(self, field: Field) -> None:
        """Read the 32 bytes."""
        try:
            self.found = from_base64(field.data, LOOKUP_BYTES)
        except FormatError as error:
            raise ValidationError from error


class SealedLetterForm(PortalForm):
    """Something that the browser has sealed, and the coded side of it."""

    act = HiddenField(validators=[AnyOf([act.value for act in LetterAct])])
    case = HiddenField(validators=[InputRequired()])
    seq = HiddenField(validators=[InputRequired(), _WHOLE])
    body = FileField(validators=[InputRequired()])
    attachment = MultipleFileField()
    answer = HiddenField(validators=[Optional(), AnyOf([answer.value for answer in VerdictAnswer])])
    respect = HiddenField(validators=[Optional(), AnyOf(list(RESPECT))])

    def validate_attachment(self, field: Field) -> None:
        """Refuse too many files, and names that are no ids."""
        field.data = [file for file in field.data or () if file.filename]
        if len(field.data) > MAX_FILES:
            raise ValidationError
        if not all(re.fullmatch(r"[0-9a-f]{32}", file.filename) for file in field.data):
            raise ValidationError

    def get_opinion(self) -> Opinion | None:
        """Return the verdict, if this is one."""
        if not self.answer.data:
            return None
        return build_opinion(self.answer.data, self.respect.data)


def build_opinion(answer: Any, respect: Any) -> Opinion:
    """Return a verdict as plain values."""
    return Opinion(VerdictAnswer(answer), {"yes": True, "no": False}.get(respect))
