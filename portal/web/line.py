"""The box that says, to who has no scripts, how long a page still has to wait in times of load.

It is a page of its own inside the page that waits. So it can renew itself while what was typed
stays where it is: in the fields of the page around it.
"""

from flask import Blueprint, Response, make_response, render_template, request

from portal.web import load
from portal.web.headers import LINE_POLICY

pages = Blueprint("line", __name__, url_prefix="/<lang:lang>")

RENEWED_SECONDS = 10


@pages.get("/line")
def line() -> Response:
    """Show when a turn comes, anew every few seconds until it has come."""
    seconds = load.compute_wait(request.args.get("turn", ""))
    again = min(seconds or 0, RENEWED_SECONDS)
    answer = make_response(render_template("words/line.html", seconds=seconds, again=again))
    answer.headers["Content-Security-Policy"] = LINE_POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
