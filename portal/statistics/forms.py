"""What staff are asked before a release, and about replies to it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.accounts.forms import make_code_field
from portal.core.terms import LANGUAGES, SPOKEN
from portal.statistics.models import PUBLISHED
from portal.statistics.releases.replies import ALL
from portal.statistics.service.replies import ReplyDraft
from portal.web.forms import (
    PortalForm,
    check_readable,
    limit_length,
    refuse_receipt,
    require_answer,
)

LONGEST_REPLY = 1500
SUBJECT_NAMES = {
    ALL: _l("All figures of the place"),
    "received": _l("Reports received"),
    "kinds": _l("What was reported"),
    "findings": _l("How it ended"),
    "curve": _l("How long it took"),
    "rate": _l("Reports for each 100,000 residents"),
    "signals": _l("Early warning"),
}
VERDICT_NAMES = {
    "names": _l("Return it: it names a person"),
    "case": _l("Return it: a case can be recognised"),
    "beside": _l("Return it: it is not about these figures"),
}


class SignOffForm(PortalForm):
    """A signature under one draft, with a code of this moment."""

    manifest = HiddenField(validators=[require_answer(), limit_length(64)])
    read = BooleanField(
        _l("I have read the figures, what is new in them and what the gate says."),
        [require_answer()],
    )
    code = make_code_field()


class ReplyForm(PortalForm):
    """What a body says to its published figures."""

    release = SelectField(_l("Figures of"), [require_answer()])
    area = SelectField(_l("Place"), [require_answer()])
    about = SelectField(_l("What it is about"), [require_answer()])
    careful = BooleanField(
        _l("It names no person, and no case can be recognised from it."), [require_answer()]
    )

    @classmethod
    def from_choices(
        cls, releases: Iterable[tuple[str, str]], areas: Iterable[tuple[str, str]]
    ) -> "ReplyForm":
        """Return the form with these releases and places to choose from, each with its name."""
        form = cls()
        form.release.choices = list(releases)
        form.area.choices = list(areas)
        form.about.choices = list(SUBJECT_NAMES.items())
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every answer, and that there is a text in one language at least."""
        fine: bool = super().validate(extra_validators)
        if fine and not self._read_texts():
            self.list_text_fields()[0].errors = [_("Please write it in one language at least.")]
            return False
        return fine

    def to_draft(self) -> ReplyDraft:
        """Return what was written, without empty lines around it."""
        return ReplyDraft(self.release.data, self.area.data, self.about.data, self._read_texts())

    def list_text_fields(self) -> list[Any]:
        """Return the field of each language."""
        return [self[code] for code in LANGUAGES]

    def _read_texts(self) -> dict[str, str]:
        texts = {field.name: (field.data or "").strip() for field in self.list_text_fields()}
        return {code: text for code, text in texts.items() if text}


for _spoken in SPOKEN.values():
    _name = Markup('<span lang="{}">{}</span>').format(_spoken.code, _spoken.name)
    _field = TextAreaField(_name, [check_readable, limit_length(LONGEST_REPLY), refuse_receipt])
    setattr(ReplyForm, _spoken.code, _field)


class ReplyVerdictForm(PortalForm):
    """What the board decides about a reply."""

    verdict = RadioField(
        _l("Your decision"),
        [require_answer()],
        choices=[
            SelectChoice(PUBLISHED, _l("Publish it: it names nobody, and is about the figures")),
            *(SelectChoice(value, label) for value, label in VERDICT_NAMES.items()),
        ],
    )
