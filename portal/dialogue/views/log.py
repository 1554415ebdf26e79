"""What the public log has of a case: the bundle to take home."""

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from portal.dialogue.current import guest, visiting
from portal.dialogue.views.blueprint import pages
from portal.transparency.bundle import bundle_of
from portal.transparency.service import Log
from portal.web.database import reading
from portal.web.headers import DOWNLOAD_POLICY

FILE_NAME = "log.json"  # says nothing of a report to who finds the file


@pages.get("/case/log.json")
@visiting
def log_bundle() -> ResponseReturnValue:
    """Send what proves, without this server, what the log has of the case; no key, no receipt."""
    log: Log = current_app.extensions["log"]
    with reading() as session:
        found = bundle_of(session, log, guest().case_id)
    answer = Response(found.text, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer
