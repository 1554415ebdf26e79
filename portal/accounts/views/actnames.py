"""How every act on the trail is called, on the pages that show some of it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.taxonomy import load
from portal.web.i18n import text_of

STATUS = "status "  # and the state that a case went to
# By the name of the act on the trail; where its detail says more, by both.
ACTS: dict[str, Any] = {
    # accounts and keys
    "account_made": _l("opened an account"),
    "account_invited": _l("reset the sign-in"),
    "account_opened": _l("signed in for the first time with a new password and device"),
    "account_closed": _l("closed the account"),
    "password": _l("changed the password"),
    "passphrase": _l("changed the passphrase of the key"),
    "personal_key": _l("stored a new key"),
    "founded": _l("put on the first roster, at the ceremony"),
    "admitted": _l("admitted to the roster"),
    "admitted_by_one": _l("signed for admitting; a second signature is needed"),
    "removed": _l("removed from the roster"),
    "removed_by_one": _l("signed for removing; a second signature is needed"),
    "came_back": _l("showed their key after the sign-in was reset"),
    "copy_given": _l("gave a copy of the keys of the body"),
    "unit_key": _l("made the next key of the body"),
    "recovery_key": _l("made the next recovery key"),
    "link_declared": _l("declared a link"),
    "trail_read": _l("read the trail"),
    # cases, by those who reported
    "received": _l("filed the report"),
    "message": _l("wrote to the body"),
    "review": _l("asked for a review"),
    "withdraw": _l("withdrew the report"),
    "verdict": _l("gave a verdict"),
    # cases, by staff
    "opened": _l("opened the case"),
    "claimed": _l("took the case"),
    "released": _l("gave the case back to the queue"),
    "handed over": _l("gave the case to a colleague"),
    "recused": _l("stays away from the case"),
    "question": _l("asked the reporter"),
    "reply": _l("answered the reporter"),
    "update": _l("told the reporter how it is going"),
    "note": _l("wrote a note"),
    "extended": _l("took more time"),
    "stage": _l("wrote down a stage of the criminal track"),
    "allegation": _l("added an allegation"),
    "recommended": _l("made a recommendation"),
    "recommendation answered": _l("wrote down that the recommendation was answered"),
    "transferred": _l("gave the case to another body"),
    "transfer refused": _l("tried to give the case to a body that may not have it"),
    "proposed": _l("asked a second person to confirm"),
    "proposed no_substance": _l("asked a second person to close it as without substance"),
    "proposed erasure": _l("asked a second person to erase it early"),
    "granted": _l("confirmed as the second person"),
    "granted no_substance": _l("confirmed closing it as without substance"),
    "granted erasure": _l("confirmed erasing it early"),
    "refused": _l("refused as the second person"),
    "refused no_substance": _l("refused to close it as without substance"),
    "refused erasure": _l("refused to erase it early"),
    "erased": _l("erased the sealed content"),
    "overdue": _l("told of a late clock"),
    # figures
    "draft_read": _l("read a draft of figures"),
    "draft_signed": _l("signed off a draft of figures"),
    "published": _l("published a release"),
    "release_corrected": _l("began a correction of figures"),
    "release_given_up": _l("gave up a correction of figures"),
    "release_moved": _l("announced another day for figures"),
    "release_key_destroyed": _l("destroyed the secrets of a release"),
    "reply_written": _l("wrote a reply to figures"),
    "reply_published": _l("published a reply to figures"),
    "reply_returned": _l("returned a reply to figures"),
    "auditor_added": _l("added an auditor"),
    "audit_exported": _l("gave an auditor what a release was counted from"),
    "audit_accepted": _l("took the word of an auditor"),
}
UNKNOWN = _l("did something that this page has no words for")


def act_name(act: str, detail: str = "") -> str:
    """Return how an act is called in the language of the page.

    Args:
        act: its name on the trail.
        detail: what else the trail says of it.
    """
    if act.startswith(STATUS):
        known = load().statuses.get(act.removeprefix(STATUS))
        return _("new state: %(state)s", state=text_of(known.label)) if known else str(UNKNOWN)
    return str(ACTS.get(f"{act} {detail}") or ACTS.get(act, UNKNOWN))
