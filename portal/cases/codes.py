"""Codes that are stored, one table for each kind of them.

A value is for ever: rows hold it, hashes of the trail run over it, statements of people name it,
figures are counted by it. A name in Python may change, a value never; what is not done any more
keeps its code. `tests/cases/test_codes.py` holds every value. States: `portal.cases.states`.
"""

from enum import StrEnum

from portal.cases.states import Status

STATUS = "status "  # and the state that a case went to


class AuditAct(StrEnum):
    """What an entry of the audit trail says was done. Values are stored: see above."""

    # accounts and keys
    ACCOUNT_MADE = "account_made"
    ACCOUNT_INVITED = "account_invited"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_CLOSED = "account_closed"
    PASSWORD = "password"  # noqa: S105 - a code
    PASSPHRASE = "passphrase"  # noqa: S105 - a code
    PERSONAL_KEY = "personal_key"
    FOUNDED = "founded"
    ADMITTED = "admitted"
    ADMITTED_BY_ONE = "admitted_by_one"
    REMOVED = "removed"
    REMOVED_BY_ONE = "removed_by_one"
    CAME_BACK = "came_back"
    COPY_GIVEN = "copy_given"
    UNIT_KEY = "unit_key"
    RECOVERY_KEY = "recovery_key"
    LINK_DECLARED = "link_declared"
    TRAIL_READ = "trail_read"
    # cases, by those who reported
    RECEIVED = "received"
    MESSAGE = "message"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    VERDICT = "verdict"
    # cases, by staff
    OPENED = "opened"
    CLAIMED = "claimed"
    RELEASED = "released"
    HANDED_OVER = "handed over"
    RECUSED = "recused"
    QUESTION = "question"
    REPLY = "reply"
    UPDATE = "update"
    NOTE = "note"
    EXTENDED = "extended"
    STAGE = "stage"
    ALLEGATION = "allegation"
    RECOMMENDED = "recommended"
    RECOMMENDATION_ANSWERED = "recommendation answered"
    TRANSFERRED = "transferred"
    TRANSFER_REFUSED = "transfer refused"
    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    ERASED = "erased"
    OVERDUE = "overdue"
    # a case went to another state; by whoever moved it
    STATUS_RECEIVED = "status received"
    STATUS_ACKNOWLEDGED = "status acknowledged"
    STATUS_ASSESSMENT = "status assessment"
    STATUS_NEED_INFO = "status need_info"
    STATUS_ROUTED = "status routed"
    STATUS_IN_REVIEW = "status in_review"
    STATUS_CRIMINAL_TRACK = "status criminal_track"
    STATUS_EXTENDED = "status extended"
    STATUS_DECIDED = "status decided"
    STATUS_REVIEW_REQUESTED = "status review_requested"
    STATUS_REOPENED = "status reopened"
    STATUS_CLOSED = "status closed"
    STATUS_CONFLICT_HOLD = "status conflict_hold"
    STATUS_MERGED = "status merged"
    # figures
    DRAFT_READ = "draft_read"
    DRAFT_SIGNED = "draft_signed"
    PUBLISHED = "published"
    RELEASE_CORRECTED = "release_corrected"
    RELEASE_GIVEN_UP = "release_given_up"
    RELEASE_MOVED = "release_moved"
    RELEASE_KEY_DESTROYED = "release_key_destroyed"
    REPLY_WRITTEN = "reply_written"
    REPLY_PUBLISHED = "reply_published"
    REPLY_RETURNED = "reply_returned"
    AUDITOR_ADDED = "auditor_added"
    AUDIT_EXPORTED = "audit_exported"
    AUDIT_ACCEPTED = "audit_accepted"
    # the public log
    FACTS_COMMITTED = "facts_committed"

    @property
    def status(self) -> Status | None:
        """The state that a case went to; None: the act is no move of a case."""
        moved, _, name = self.value.partition(STATUS)
        return Status(name) if name and not moved else None


class SignedAct(StrEnum):
    """What a statement says that its signer does (crypto/acts.py). Values are signed and stored."""

    CLAIM = "claim"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    RECUSE = "recuse"
    STEP = "step"
    STAGE = "stage"
    ALLEGATION = "allegation"
    WRITE = "write"
    EXTEND = "extend"
    DECIDE = "decide"
    TRANSFER = "transfer"
    PROPOSE = "propose"
    ANSWER = "answer"
    MERGE = "merge"
    SIGN_OFF = "sign_off"
    REPLY = "reply"
    DECIDE_REPLY = "decide_reply"
    ADMIT = "admit"
    REMOVE = "remove"
    RETURN = "return"
    EPOCH = "epoch"
    LINK = "link"


class NoticeKind(StrEnum):
    """Why a body was sent a coded notice. Values are stored: see above."""

    COPY = "copy"
    OVERDUE = "overdue"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"


class DeadlineCode(StrEnum):
    """Which deadline a clock runs for; what each means is in the taxonomy. Values are stored."""

    RECEIPT = "receipt"
    REGISTRATION = "registration"
    DANGER_LOOK = "danger_look"
    DANGER_FORWARD = "danger_forward"
    ACKNOWLEDGEMENT = "acknowledgement"
    REDIRECT = "redirect"
    REDIRECT_UPK = "redirect_upk"
    FIRST_QUESTION = "first_question"
    REPORTER_REPLY_WAIT = "reporter_reply_wait"
    DECISION = "decision"
    EXTENSION_MAX = "extension_max"
    EXTENSION_NOTICE = "extension_notice"
    PROGRESS_UPDATE = "progress_update"
    FEEDBACK = "feedback"
    OUTCOME_NOTICE = "outcome_notice"
    SERVICE_INVESTIGATION = "service_investigation"
    CONCLUSION_APPROVAL = "conclusion_approval"
    SANCTION_FROM_DISCOVERY = "sanction_from_discovery"
    SANCTION_TIME_BAR = "sanction_time_bar"
    RECUSAL = "recusal"
    REVIEW_WINDOW = "review_window"
    REVIEW_DECISION = "review_decision"
    PRETRIAL_INQUIRY = "pretrial_inquiry"
    PRETRIAL_INVESTIGATION = "pretrial_investigation"
    RECOMMENDATION_REPLY = "recommendation_reply"
    PUBLICATION = "publication"


class VerdictAnswer(StrEnum):
    """What a reporter says of the reply to their report. Values are stored: see above."""

    SUBSTANTIVE = "substantive"
    PARTIAL = "partial"
    FORMAL = "formal"


class SealedBy(StrEnum):
    """Where a report was sealed. Values are stored: see above."""

    BROWSER = "browser"
    SERVER = "server"


def get_status_act(status: Status) -> AuditAct:
    """Return the act by which a case goes to a state."""
    return AuditAct(f"{STATUS}{status}")
