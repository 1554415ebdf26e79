"""Forms of review. What a person writes to a reporter is in none of them: it is sealed before."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Optional, Regexp

from portal.cases.bodies import get_body_label
from portal.cases.models import Case
from portal.cases.signed_acts import STEPS
from portal.core.errors import Invalid
from portal.core.taxonomy import load
from portal.core.terms import Subcategory
from portal.review.inputs import Filters, QueueScope, Ruling
from portal.review.models import ProposalKind
from portal.review.service.case_steps import ANSWERED
from portal.review.service.case_writing import WritingAct
from portal.review.service.decisions import NEEDS_SECOND
from portal.web.forms import PortalForm, limit_length, require_answer
from portal.web.i18n import translate_label

WHICH = {
    QueueScope.OPEN: _l("Open"),
    QueueScope.MINE: _l("Mine"),
    QueueScope.UNASSIGNED: _l("Nobody's yet"),
    QueueScope.OVERDUE: _l("Overdue"),
    QueueScope.CLOSED: _l("Concluded"),
}
COMPLAINTS = {
    "missing": _l("Please answer this question."),
    "second": _l("This outcome needs a second person of another body."),
    "known": _l("The case has this allegation already."),
    "day": _l("The new date must be later than the old one, and within two months."),
    "headers": _l("The keys for the next body are not complete."),
    "sealed": _l("This was not sealed as it must be."),
}
SEQ = r"^\d{1,6}$"  # place in a thread
ANY = SelectChoice("", _l("All"))
CHOOSE = SelectChoice("", _l("Choose"))


def _list_labels(things: Any, *, without: str = "") -> list[SelectChoice]:
    return [
        SelectChoice(str(key), translate_label(thing.label))
        for key, thing in things.items()
        if key != without
    ]


def _get_category(subcategory: Subcategory) -> str:
    return translate_label(load().categories[subcategory.category].label)


class FilterForm(PortalForm):
    """What to see of the queue; sent by GET, so it changes nothing and needs no token."""

    which = SelectField(
        _l("Show"), choices=[SelectChoice(scope.value, WHICH[scope]) for scope in QueueScope]
    )
    status = SelectField(_l("Status"))
    category = SelectField(_l("Category"))
    region = SelectField(_l("Region"))
    reference = StringField(
        _l("Reference"),
        validators=[
            Optional(),
            Regexp(r"^[0-9a-fA-F -]{1,39}$", message=_l("A reference looks like 4f2a-91bc.")),
        ],
    )

    def __init__(self) -> None:
        super().__init__(request.args, meta={"csrf": False})
        taxonomy = load()
        self.status.choices = [ANY, *_list_labels(taxonomy.statuses)]
        self.category.choices = [ANY, *_list_labels(taxonomy.categories)]
        self.region.choices = [ANY, *_list_labels(taxonomy.regions)]
        for field in self:  # what was left out of the address means everything
            field.data = field.data or field.default or ""
        self.which.data = self.which.data or QueueScope.OPEN.value

    def get_filters(self) -> Filters:
        """Return the wishes as plain values."""
        reference = self.reference.data.replace("-", "").replace(" ", "").lower()
        return Filters(
            which=QueueScope(self.which.data),
            status=self.status.data,
            category=self.category.data,
            region=self.region.data,
            reference=reference,
        )


class CaseForm(PortalForm):
    """A form on the page of a case; what the service finds wrong stands beside its field."""

    def show_refusal(self, fault: Invalid) -> None:
        """Show a refusal of the service."""
        message = COMPLAINTS.get(fault.code or "", _l("This cannot be right."))
        if fault.field in self._fields:
            self[fault.field].errors = [message]
        else:
            self.form_errors.append(message)


class CaseButtonForm(PortalForm):
    """A form that is nothing but its button."""


class VersionForm(CaseForm):
    """A form that only counts if the case is still as its page showed it."""

    version = HiddenField(validators=[InputRequired(), Regexp(r"^\d{1,9}$")])


class StepForm(VersionForm):
    """The next step of a case."""

    step = HiddenField(validators=[AnyOf([*STEPS, ANSWERED])])


class HandOverForm(PortalForm):
    """Which colleague gets the case."""

    to = SelectField(_l("Colleague"), id="colleague", validators=[require_answer()])

    def offer(self, colleagues: list[tuple[str, str]]) -> "HandOverForm":
        """Offer these colleagues, by account and name."""
        self.to.choices = [CHOOSE, *(SelectChoice(*colleague) for colleague in colleagues)]
        return self


class StageForm(VersionForm):
    """A stage of the criminal track."""

    stage = SelectField(_l("Stage reached"), validators=[require_answer()])

    def __init__(self) -> None:
        super().__init__()
        self.stage.choices = [CHOOSE, *_list_labels(load().criminal_stages)]


class AllegationForm(VersionForm):
    """Something more that is complained of."""

    subcategory = SelectField(_l("Allegation"), validators=[require_answer()])

    def __init__(self) -> None:
        super().__init__()
        self.subcategory.choices = [
            CHOOSE,
            *(
                SelectChoice(
                    subcategory.id,
                    translate_label(subcategory.label),
                    optgroup=_get_category(subcategory),
                )
                for subcategory in load().subcategories.values()
            ),
        ]


class ProposalForm(VersionForm):
    """What a second person is asked to confirm."""

    kind = HiddenField(validators=[AnyOf([kind.value for kind in ProposalKind])])


class AnswerForm(PortalForm):
    """The second person's answer; what it answers is part of what they sign."""

    proposal = HiddenField(validators=[InputRequired(), Regexp(r"^[0-9a-f]{32}$")])
    kind = HiddenField(validators=[AnyOf([kind.value for kind in ProposalKind])])
    grant = HiddenField(validators=[AnyOf(["yes", "no"])])


class WriteForm(CaseForm):
    """The coded side of something that was sealed in the browser."""

    act = HiddenField(validators=[AnyOf([act.value for act in WritingAct])])
    seq = HiddenField(validators=[InputRequired(), Regexp(SEQ)])


class ExtendForm(CaseForm):
    """More time, and why."""

    reason = SelectField(_l("Reason"), validators=[require_answer()])
    until = DateField(_l("New date"), validators=[require_answer()])
    seq = HiddenField(validators=[InputRequired(), Regexp(SEQ)])

    def __init__(self) -> None:
        super().__init__()
        self.reason.choices = [CHOOSE, *_list_labels(load().extension_reasons)]


class TransferForm(VersionForm):
    """Which body gets the case."""

    to = SelectField(_l("Body"), validators=[require_answer()], validate_choice=False)
    seq = HiddenField(validators=[InputRequired(), Regexp(SEQ)])
    headers = HiddenField(validators=[limit_length(8 << 20)])

    def offer(self, codes: tuple[str, ...]) -> "TransferForm":
        """Offer these bodies."""
        self.to.choices = [
            CHOOSE,
            *(SelectChoice(code, translate_label(get_body_label(code))) for code in codes),
        ]
        return self


class DecisionForm(VersionForm):
    """The coded outcome of every allegation; `for_case` adds the fields of a case."""

    seq = HiddenField(validators=[InputRequired(), Regexp(SEQ)])
    stage = SelectField(_l("Stage of the criminal track, if one was reached"), id="decision-stage")
    positions: tuple[int, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        taxonomy = load()
        self.stage.choices = [SelectChoice("", _l("None")), *_list_labels(taxonomy.criminal_stages)]
        for position in self.positions:
            self[f"outcome_{position}"].choices = [
                CHOOSE,
                *_list_labels(taxonomy.outcomes, without=NEEDS_SECOND),
            ]
            self[f"sanctions_{position}"].choices = _list_labels(taxonomy.sanctions)

    def get_ruling(self) -> Ruling:
        """Return the coded outcome as plain values."""
        return Ruling(
            outcomes={at: self[f"outcome_{at}"].data for at in self.positions},
            sanctions={at: tuple(self[f"sanctions_{at}"].data) for at in self.positions},
            stage=self.stage.data or "",
        )


def make_decision_form(case: Case) -> DecisionForm:
    """Return the form with a question for each allegation of a case."""
    positions = tuple(allegation.position for allegation in case.allegations)
    fields: dict[str, Any] = {"positions": positions}
    for at in positions:
        fields[f"outcome_{at}"] = SelectField(_l("Outcome"), validators=[require_answer()])
        fields[f"sanctions_{at}"] = SelectMultipleField(_l("What followed"))
    form: DecisionForm = type("CaseDecisionForm", (DecisionForm,), fields)()
    return form
