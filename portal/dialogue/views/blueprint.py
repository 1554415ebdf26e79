"""The blueprint that the pages of coming back share."""

from flask import Blueprint

from portal.cases.codes import VerdictAnswer
from portal.dialogue.forms import ANSWERS

pages = Blueprint("dialogue", __name__, url_prefix="/<lang:lang>")


@pages.app_template_filter("answer_name")
def name_answer(answer: object) -> str:
    """Return in words what a reporter said of the reply; whatever is no code is read as formal."""
    known = {str(code): name for code, name in ANSWERS.items()}
    return str(known.get(str(answer), ANSWERS[VerdictAnswer.FORMAL]))
