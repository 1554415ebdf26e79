"""What a person is told whose act was not signed as it must be, and what they can do."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, make_response, render_template
from flask_babel import lazy_gettext as _l

from portal.accounts.views.blueprint import pages
from portal.core.errors import Unsigned
from portal.web.errors import is_script_request

_AGAIN = _l("The signature did not arrive whole. Load the page again and repeat what you did.")
REASONS: dict[str, Any] = {
    "missing": _l("This was not signed. Unlock your key on the page, and send the form again."),
    "form": _AGAIN,
    "altered": _AGAIN,
    "other": _l("What was signed is not what was sent. Load the page again and look at it anew."),
    "key": _l(
        "It was signed with a key that is no longer yours. Lock the key in this tab and unlock it"
        " again."
    ),
    "roster": _l(
        "Your key is not on the roster of your body. A member who is on it has to admit you."
    ),
    "season": _l(
        "This takes two members who have been on the roster for seven days or more. You are not"
        " one of them yet."
    ),
    "two": _l("This takes two people of two bodies, each with a key of their own."),
    "asked": _l(
        "Who asked for this has not been on the roster for seven days, or did not sign it. It has"
        " to be asked for again."
    ),
    "day": _l(
        "The clock of your device differs from ours by more than a day. Set it right and try again."
    ),
    "trail": _l(
        "What stands on record is not what this page was made of. Load the page again and look at"
        " it anew; if it happens twice, tell the oversight board."
    ),
    "used": _l("This was sent before, and counts once. Look at how things stand now."),
}


@pages.app_errorhandler(Unsigned)
def explain_unsigned(error: Unsigned) -> Response:
    """Say why an act was not accepted."""
    words = REASONS[error.code]
    if is_script_request():
        answer = jsonify(error="unsigned", reason=error.code, words=str(words))
    else:
        answer = make_response(render_template("accounts/unsigned.html", words=words))
    answer.status_code = HTTPStatus.FORBIDDEN
    return answer
