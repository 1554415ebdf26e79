"""What a member of the oversight board is asked before a release."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from portal.accounts.forms import code_field
from portal.web.forms import PortalForm, longest, required


class SignOffForm(PortalForm):
    """A signature under one draft, with a code of this moment."""

    manifest = HiddenField(validators=[required(), longest(64)])
    read = BooleanField(
        _l("I have read the figures, what is new in them and what the gate says."), [required()]
    )
    code = code_field()
