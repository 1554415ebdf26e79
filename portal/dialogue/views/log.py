"""What the public log has of a case: checks with scripts and without, the bundle to take home."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.dialogue.current_visit import get_reporter_session, require_plain_visit, require_visit
from portal.dialogue.forms import describe_code_faults
from portal.dialogue.views.blueprint import pages
from portal.dialogue.views.log_findings import ADVICE, list_counted, name_step, name_steps
from portal.dialogue.views.page import get_blinding_key, open_case_page
from portal.transparency import queries
from portal.transparency.parts import LOG
from portal.transparency.publishing.bundle import build_bundle
from portal.transparency.writing.schedule import compute_promised_day
from portal.web.database import reading
from portal.web.headers import DOWNLOAD_POLICY

FILE_NAME = "log.json"  # says nothing of a report to who finds the file


@pages.get("/case/log")
@require_plain_visit
def log_check() -> ResponseReturnValue:
    """Compare what is shown of the case with the log, and say what it proves if it differs."""
    checked = open_case_page().checked
    places = [step.index for step in checked.bundle.steps if step.index is not None]
    with reading() as session:
        batches = queries.map_batch_days(session, places)
    return render_template(
        "dialogue/log.html",
        checked=checked,
        advice=ADVICE,
        name=name_step,
        counted=list_counted,
        batches=batches,
        due=compute_promised_day,
        evidence=get_blinding_key().hex() if checked.faults else "",
        today=clock.get_today(),
    )


@pages.get("/case/log.json")
@require_visit
def log_bundle() -> ResponseReturnValue:
    """Send what proves, without this server, what the log has of the case; no key, no receipt."""
    with reading() as session:
        bundle = build_bundle(session, LOG.get(), get_reporter_session().case_id)
    answer = Response(bundle.text, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    answer.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return answer


@pages.get("/log/verify")
def log_verify() -> ResponseReturnValue:
    """Let anybody check the file of a case in their browser; nothing of it comes here."""
    return render_template(
        "dialogue/verify.html", advice=ADVICE, names=name_steps(), code_words=describe_code_faults()
    )
