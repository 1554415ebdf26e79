"""What an administrator is asked: whose account to open."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField

from portal.accounts.forms import LONGEST_LOGIN, ROLE_NAMES
from portal.accounts.models import Role
from portal.cases.bodies import get_body_label
from portal.web.forms import PortalForm, check_readable, limit_length, require_answer
from portal.web.i18n import translate_label


class AccountForm(PortalForm):
    """A new account."""

    login = StringField(
        _l("Login"),
        [require_answer(), check_readable, limit_length(LONGEST_LOGIN)],
        description=_l("Small Latin letters, digits, dots and hyphens."),
    )
    role = RadioField(_l("Role"), [require_answer()])
    body_code = SelectField(_l("Body"), description=_l("Leave it empty for an administrator."))

    @classmethod
    def offer_bodies(cls, bodies: Iterable[str]) -> "AccountForm":
        """Return the form with these bodies to choose from."""
        form = cls()
        form.role.choices = [(role.value, ROLE_NAMES[role]) for role in Role]
        named = sorted((translate_label(get_body_label(code)), code) for code in bodies)
        form.body_code.choices = [("", "")] + [(code, name) for name, code in named]
        return form
