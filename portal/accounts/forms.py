"""What staff are asked: to sign in, to be welcomed, to keep a key, to declare a link."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from crypto.errors import FormatError
from crypto.passwords import MAX_PASSWORD
from crypto.text import from_base64, from_json
from portal.accounts.models import Role
from portal.core.taxonomy import Taxonomy, load
from portal.web.forms import (
    PortalForm,
    check_readable,
    limit_length,
    require_answer,
    require_length,
)
from portal.web.i18n import translate_label

LONGEST_LOGIN = 64
SHORTEST_PASSWORD = 12
LONGEST_KEY = 8192
MOST_EPOCHS = 200
ROLE_NAMES = {
    Role.INVESTIGATOR: _l("Investigator"),
    Role.HEAD: _l("Head of the unit"),
    Role.OVERSIGHT: _l("Oversight board"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


def get_role_name(role: Role) -> Any:
    """Return a role in the language of the page (pages write `| role`)."""
    return ROLE_NAMES[role]


def make_login_field() -> StringField:
    """Return the question for the name one signs in with."""
    return StringField(_l("Login"), [require_answer(), check_readable, limit_length(LONGEST_LOGIN)])


def make_code_field() -> StringField:
    """Return the question for a one-time code of six digits."""
    return StringField(
        _l("Code from your device"),
        [require_answer(), check_readable, limit_length(20)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


def _make_password_field() -> PasswordField:
    return PasswordField(
        _l("New password"),
        [require_answer(), require_length(SHORTEST_PASSWORD), limit_length(MAX_PASSWORD)],
        description=_l("At least 12 characters. Several words are easier to remember."),
        render_kw={"autocomplete": "new-password"},
    )


def _make_repeat_field() -> PasswordField:
    return PasswordField(
        _l("New password, once more"),
        [require_answer(), limit_length(MAX_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )


class StaffButtonForm(PortalForm):
    """A form with nothing but its button."""


class SignInForm(PortalForm):
    """The first factor."""

    login = make_login_field()
    password = PasswordField(
        _l("Password"),
        [require_answer(), limit_length(MAX_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(PortalForm):
    """The second factor."""

    code = make_code_field()


class TypedTwice(PortalForm):
    """A form that asks for a new password twice, as nobody sees what they type."""

    def validate_again(self, field: PasswordField) -> None:
        """Compare the two."""
        if field.data != self["password"].data:
            raise ValidationError(_l("The two passwords are not the same."))


class WelcomeForm(TypedTwice):
    """An invitation, and the password that replaces it."""

    login = make_login_field()
    invitation = StringField(
        _l("One-time code"), [require_answer(), check_readable, limit_length(100)]
    )
    password = _make_password_field()
    again = _make_repeat_field()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse the login as a password."""
        if (self.login.data or "").strip().lower() in (field.data or "").lower():
            raise ValidationError(_l("Please choose a password without your login in it."))


class ChangePasswordForm(TypedTwice):
    """The present password, and another."""

    current = PasswordField(
        _l("Present password"),
        [require_answer(), limit_length(MAX_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = _make_password_field()
    again = _make_repeat_field()


class EmptyHiddenInput(HiddenInput):
    """A hidden input that is drawn without a value, whatever came in it."""

    def __call__(self, field: Field, **attributes: Any) -> Any:
        """Return the element."""
        return super().__call__(field, **attributes | {"value": ""})


class FilledByScript(HiddenField):
    """A hidden field for a script; what came in it is never put back into a page."""

    widget = EmptyHiddenInput()


class PersonalKeyForm(PortalForm):
    """A key made in the browser: the public half, and the private one under a passphrase."""

    recipient = FilledByScript(validators=[require_answer(), limit_length(LONGEST_KEY)])
    signing = FilledByScript(validators=[require_answer(), limit_length(LONGEST_KEY)])
    wrapped = FilledByScript(validators=[require_answer(), limit_length(LONGEST_KEY)])


class PassphraseForm(PortalForm):
    """The same private keys under another passphrase."""

    signing = FilledByScript(validators=[require_answer(), limit_length(LONGEST_KEY)])
    wrapped = FilledByScript(validators=[require_answer(), limit_length(LONGEST_KEY)])


class AdmitForm(PortalForm):
    """The keys of the unit, sealed to a colleague in the browser of who admits them."""

    signing = FilledByScript()
    recipient = FilledByScript()
    copies = FilledByScript()
    compared = BooleanField(
        _l("We have compared the fingerprint by voice or face to face."), [require_answer()]
    )

    def read_sealed_keys(self) -> dict[int, bytes]:
        """Return the sealed keys by epoch; empty if what came is something else."""
        try:
            listed = from_json(self.copies.data or "")
            return _parse_by_epoch(listed)
        except (FormatError, KeyError, TypeError, ValueError):
            return {}


class RemoveForm(PortalForm):
    """Taking a member off the roster."""

    signing = FilledByScript()


def _parse_by_epoch(listed: Any) -> dict[int, bytes]:
    if not isinstance(listed, list) or len(listed) > MOST_EPOCHS:
        raise ValueError("not a list of copies")
    return {int(copy["epoch"]): from_base64(copy["sealed"]) for copy in listed}


class LinkForm(PortalForm):
    """A unit that somebody served in or is kin to."""

    agency = SelectField(_l("Where you or your relative serve or served"), [require_answer()])
    region = SelectField(
        _l("Region"), description=_l("Leave it empty for a central or national body.")
    )

    def validate_region(self, field: SelectField) -> None:
        """Ask for the region of a body that every region has."""
        agency = load().agencies.get(self.agency.data)
        if agency and agency.regional and not field.data:
            raise ValidationError(_l("Choose a region"))

    @classmethod
    def offer_units(cls, taxonomy: Taxonomy) -> "LinkForm":
        """Return the form with the places of the taxonomy."""
        form = cls()
        form.agency.choices = [("", "")] + [
            (agency.id, translate_label(agency.label)) for agency in taxonomy.agencies.values()
        ]
        form.region.choices = [("", "")] + [
            (region.iso_code, translate_label(region.label)) for region in taxonomy.regions.values()
        ]
        return form
