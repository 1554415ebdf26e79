"""How every act on the trail is called, on the pages that show some of it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.cases.codes import AuditAct
from portal.core.taxonomy import load
from portal.web.i18n import translate_label

# A move of a case is called by the state that the case went to.
ACTS: Mapping[AuditAct, Any] = {
    # accounts and keys
    AuditAct.ACCOUNT_MADE: _l("opened an account"),
    AuditAct.ACCOUNT_INVITED: _l("reset the sign-in"),
    AuditAct.ACCOUNT_OPENED: _l("signed in for the first time with a new password and device"),
    AuditAct.ACCOUNT_CLOSED: _l("closed the account"),
    AuditAct.PASSWORD: _l("changed the password"),
    AuditAct.PASSPHRASE: _l("changed the passphrase of the key"),
    AuditAct.PERSONAL_KEY: _l("stored a new key"),
    AuditAct.FOUNDED: _l("put on the first roster, at the ceremony"),
    AuditAct.ADMITTED: _l("admitted to the roster"),
    AuditAct.ADMITTED_BY_ONE: _l("signed for admitting; a second signature is needed"),
    AuditAct.REMOVED: _l("removed from the roster"),
    AuditAct.REMOVED_BY_ONE: _l("signed for removing; a second signature is needed"),
    AuditAct.CAME_BACK: _l("showed their key after the sign-in was reset"),
    AuditAct.COPY_GIVEN: _l("gave a copy of the keys of the body"),
    AuditAct.UNIT_KEY: _l("made the next key of the body"),
    AuditAct.RECOVERY_KEY: _l("made the next recovery key"),
    AuditAct.LINK_DECLARED: _l("declared a link"),
    AuditAct.TRAIL_READ: _l("read the trail"),
    # cases, by those who reported
    AuditAct.RECEIVED: _l("filed the report"),
    AuditAct.MESSAGE: _l("wrote to the body"),
    AuditAct.REVIEW: _l("asked for a review"),
    AuditAct.WITHDRAW: _l("withdrew the report"),
    AuditAct.VERDICT: _l("gave a verdict"),
    # cases, by staff
    AuditAct.OPENED: _l("opened the case"),
    AuditAct.CLAIMED: _l("took the case"),
    AuditAct.RELEASED: _l("gave the case back to the queue"),
    AuditAct.HANDED_OVER: _l("gave the case to a colleague"),
    AuditAct.RECUSED: _l("stays away from the case"),
    AuditAct.QUESTION: _l("asked the reporter"),
    AuditAct.REPLY: _l("answered the reporter"),
    AuditAct.UPDATE: _l("told the reporter how it is going"),
    AuditAct.NOTE: _l("wrote a note"),
    AuditAct.EXTENDED: _l("took more time"),
    AuditAct.STAGE: _l("wrote down a stage of the criminal track"),
    AuditAct.ALLEGATION: _l("added an allegation"),
    AuditAct.RECOMMENDED: _l("made a recommendation"),
    AuditAct.RECOMMENDATION_ANSWERED: _l("wrote down that the recommendation was answered"),
    AuditAct.TRANSFERRED: _l("gave the case to another body"),
    AuditAct.TRANSFER_REFUSED: _l("tried to give the case to a body that may not have it"),
    AuditAct.PROPOSED: _l("asked a second person to confirm"),
    AuditAct.GRANTED: _l("confirmed as the second person"),
    AuditAct.REFUSED: _l("refused as the second person"),
    AuditAct.ERASED: _l("erased the sealed content"),
    AuditAct.OVERDUE: _l("told of a late clock"),
    # figures
    AuditAct.DRAFT_READ: _l("read a draft of figures"),
    AuditAct.DRAFT_SIGNED: _l("signed off a draft of figures"),
    AuditAct.PUBLISHED: _l("published a release"),
    AuditAct.RELEASE_CORRECTED: _l("began a correction of figures"),
    AuditAct.RELEASE_GIVEN_UP: _l("gave up a correction of figures"),
    AuditAct.RELEASE_MOVED: _l("announced another day for figures"),
    AuditAct.RELEASE_KEY_DESTROYED: _l("destroyed the secrets of a release"),
    AuditAct.REPLY_WRITTEN: _l("wrote a reply to figures"),
    AuditAct.REPLY_PUBLISHED: _l("published a reply to figures"),
    AuditAct.REPLY_RETURNED: _l("returned a reply to figures"),
    AuditAct.AUDITOR_ADDED: _l("added an auditor"),
    AuditAct.AUDIT_EXPORTED: _l("gave an auditor what a release was counted from"),
    AuditAct.AUDIT_ACCEPTED: _l("took the word of an auditor"),
    # the public log
    AuditAct.FACTS_COMMITTED: _l("let the public log commit to the facts of older cases"),
}
# Where the detail of an act says more.
OF_KIND: Mapping[tuple[AuditAct, str], Any] = {
    (AuditAct.PROPOSED, "no_substance"): _l(
        "asked a second person to close it as without substance"
    ),
    (AuditAct.PROPOSED, "erasure"): _l("asked a second person to erase it early"),
    (AuditAct.GRANTED, "no_substance"): _l("confirmed closing it as without substance"),
    (AuditAct.GRANTED, "erasure"): _l("confirmed erasing it early"),
    (AuditAct.REFUSED, "no_substance"): _l("refused to close it as without substance"),
    (AuditAct.REFUSED, "erasure"): _l("refused to erase it early"),
}
UNKNOWN = _l("did something that this page has no words for")


def name_act(act: str, detail: str = "") -> str:
    """Return how an act is called in the language of the page.

    Args:
        act: its name on the trail.
        detail: what else the trail says of it.
    """
    try:
        known = AuditAct(act)
    except ValueError:  # of another version of the portal
        return str(UNKNOWN)
    if known.status is not None:
        state = translate_label(load().statuses[known.status].label)
        return str(_("new state: %(state)s", state=state))
    return str(OF_KIND.get((known, detail)) or ACTS[known])
