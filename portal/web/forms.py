"""What every form of the portal has in common: its token, clean texts, plain complaints."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, PasswordField
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from crypto.findcode import has_receipt
from portal.core.clean_text import has_forbidden, normalise, strip_forbidden
from portal.web.i18n import get_language

TOKEN_HOURS = 12


class PortalForm(FlaskForm):
    """A form with a token against forged posts; its complaints are in the page's language."""

    class Meta:
        """Texts are composed and have plain line ends before anything looks at them."""

        csrf = True
        csrf_time_limit = TOKEN_HOURS * 3600

        @property
        def locales(self) -> tuple[str, str]:
            """Return the language of what WTForms itself says, or English if it has none of it."""
            return (get_language(), "en")

        def get_translations(self, form: Any) -> Any:
            """Return its words, which are read once; Flask-WTF would read them for each form."""
            return DefaultMeta.get_translations(self, form)

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add the filter that every text passes."""
            options.setdefault("filters", [])
            options["filters"] = [*options["filters"], _normalise]
            return unbound_field.bind(form=form, **options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read texts as texts and files as files, whatever part of a post they came in.

            Nobody types what cannot be seen into a code, a box or a hidden field: it goes without
            a word. Of a text with `check_readable` the person is told, and a password is as it is.
            """
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if request.method != "POST":
                return None
            files = {field.name for field in form if isinstance(field, FileField)}
            as_typed = {
                field.name
                for field in form
                if check_readable in field.validators or isinstance(field, PasswordField)
            }
            texts = (
                (name, text if name in as_typed else strip_forbidden(text))
                for name, text in request.form.items(multi=True)
                if name not in files
            )
            sent = ((name, file) for name, file in request.files.items(multi=True) if name in files)
            return MultiDict((*texts, *sent))

    @property
    def expired(self) -> bool:
        """Tell whether the only fault may be that the page is old or its cookie is gone."""
        return "csrf_token" in self.errors

    @property
    def without_cookie(self) -> bool:
        """Tell whether the browser sent no cookie at all: then a new page would not help either."""
        return not request.cookies


def _normalise(value: Any) -> Any:
    return normalise(value) if isinstance(value, str) else value


def check_readable(_form: PortalForm, field: Field) -> None:
    """Take out characters that cannot be seen, and say so: the person sends it knowingly."""
    if isinstance(field.data, str) and has_forbidden(field.data):
        field.data = strip_forbidden(field.data)
        raise ValidationError(
            _l("Invisible characters were taken out. Please look at the text and send it again.")
        )


def refuse_receipt(_form: PortalForm, field: Field) -> None:
    """Refuse a text that holds a receipt: whoever reads it could come back in its place."""
    if has_receipt(field.data or ""):
        raise ValidationError(
            _l(
                "This holds the code of a receipt. Please take it out: whoever reads your message"
                " could use it."
            )
        )


def require_answer(message: Any = None) -> InputRequired:
    """Return the check that a question was answered."""
    return InputRequired(message or _l("Please answer this question."))


class MaxLength(Length):
    """A text has at most so many characters; nothing else looks at one that has more."""

    def __call__(self, form: PortalForm, field: Field) -> None:
        """Refuse a longer text."""
        try:
            super().__call__(form, field)
        except ValidationError as error:
            raise StopValidation(*error.args) from error


def limit_length(characters: int) -> MaxLength:
    """Return the check that a text is not longer than so many characters."""
    return MaxLength(
        max=characters,
        message=_l("This is too long: at most %(max)d characters. Nothing has been cut."),
    )


def require_length(characters: int) -> Length:
    """Return the check that a text has at least so many characters."""
    return Length(
        min=characters, message=_l("Please write a little more: at least %(min)d characters.")
    )


def list_complaints(form: PortalForm) -> Iterable[tuple[Field, str]]:
    """Yield each field that has something wrong, with its first complaint, in page order."""
    return (
        (field, field.errors[0])
        for field in form
        if field.errors and field.short_name != "csrf_token"  # `expired` tells of that one
    )


def describe_control(field: Field, notes: str) -> dict[str, Any]:
    """Return the attributes of a field's control; `notes` are the ids of what describes it.

    A browser's own checks are left out, because they complain in the browser's language, and its
    length limit because it cuts a pasted text in silence.
    """
    own = field.render_kw or {}
    made: dict[str, Any] = {
        "aria-describedby": notes or False,
        "aria-invalid": "true" if field.errors else False,
        "aria-required": "true" if field.flags.required else False,
    }
    made |= dict.fromkeys(("required", "maxlength", "minlength", "min", "max", "step"), False)
    kind = getattr(field.widget, "input_type", "select" if hasattr(field, "choices") else "text")
    if kind == "number":
        # a plain text field takes the digits of any script and is not changed by a mouse wheel
        made |= {"type": "text", "inputmode": "numeric"}
    if kind not in ("checkbox", "file", "select"):
        # What a browser remembers could be found; cloud spell checkers and writing aids send away
        # what is typed.
        made |= {"autocomplete": "off", "spellcheck": "false", "writingsuggestions": "false"}
    return made | own
