"""Which entries of the trail need a signature, and what a signed statement lets happen.

A person's decision goes into the trail only with a statement of that person over it. Whoever opens
a transaction for an act has the statement checked (`accounts.service.act_checks`) and hands it to
`set_signer`; `require_signed` gives it to each entry of the same act. Without one, `audit.record`
refuses: no command and no other code stands in for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from crypto.acts import Signed, Statement
from portal.cases.codes import AuditAct, SignedAct, get_status_act
from portal.cases.states import Status
from portal.core.errors import Unsigned

SUBJECT = "."  # what it was done to, in place of a field
DETAIL = ""  # the value is what the entry has as its detail; a number: that word of it
TRAIL = "trail"  # the field that names the last entry which the signer's page knew
_KEY = "act"

# What a person may ask for with one button, and where the case goes.
STEPS: Mapping[str, Status] = {
    "acknowledge": Status.ACKNOWLEDGED,
    "assess": Status.ASSESSMENT,
    "review": Status.IN_REVIEW,
    "close": Status.CLOSED,
    "reopen": Status.REOPENED,
}


class TrailEntry(NamedTuple):
    """What an entry of the trail says, as far as a statement speaks of it."""

    act: str
    actor: str
    case_id: str | None
    detail: str
    day: date


RequiredFields = Mapping[str, str | int]  # what the fields of a statement must say
# By the code of the signed act and the act on the trail that follows from it.
RULES: Mapping[tuple[str, str], RequiredFields] = {
    (SignedAct.CLAIM, AuditAct.CLAIMED): {},
    **{
        (SignedAct.CLAIM, get_status_act(status)): {} for status in Status
    },  # a case on hold goes on where it stopped
    (SignedAct.RELEASE, AuditAct.RELEASED): {},
    (SignedAct.HAND_OVER, AuditAct.HANDED_OVER): {"to": DETAIL},
    (SignedAct.RECUSE, AuditAct.RECUSED): {},
    **{(SignedAct.STEP, get_status_act(new)): {"step": step} for step, new in STEPS.items()},
    (SignedAct.STEP, AuditAct.RECOMMENDATION_ANSWERED): {"step": "recommendation_answered"},
    (SignedAct.STAGE, AuditAct.STAGE): {"stage": DETAIL},
    (SignedAct.STAGE, AuditAct.STATUS_CRIMINAL_TRACK): {"stage": "erdr_registered"},
    (SignedAct.ALLEGATION, AuditAct.ALLEGATION): {"subcategory": DETAIL},
    **{
        (SignedAct.WRITE, kind): {"act": kind.value, "seq": DETAIL}
        for kind in (AuditAct.QUESTION, AuditAct.REPLY, AuditAct.UPDATE, AuditAct.NOTE)
    },
    (SignedAct.WRITE, AuditAct.STATUS_NEED_INFO): {"act": AuditAct.QUESTION.value},
    (SignedAct.EXTEND, AuditAct.EXTENDED): {"reason": DETAIL},
    (SignedAct.EXTEND, AuditAct.STATUS_EXTENDED): {},
    (SignedAct.DECIDE, AuditAct.STATUS_DECIDED): {},
    (SignedAct.DECIDE, AuditAct.RECOMMENDED): {},
    (SignedAct.DECIDE, AuditAct.STAGE): {"stage": DETAIL},
    (SignedAct.TRANSFER, AuditAct.TRANSFERRED): {},
    (SignedAct.TRANSFER, AuditAct.STATUS_ROUTED): {},
    (SignedAct.TRANSFER, AuditAct.TRANSFER_REFUSED): {},
    (SignedAct.PROPOSE, AuditAct.PROPOSED): {"kind": DETAIL},
    (SignedAct.PROPOSE, AuditAct.STATUS_DECIDED): {"kind": "no_substance"},
    (SignedAct.ANSWER, AuditAct.GRANTED): {"kind": DETAIL, "grant": "yes"},
    (SignedAct.ANSWER, AuditAct.REFUSED): {"kind": DETAIL, "grant": "no"},
    (SignedAct.ANSWER, AuditAct.ERASED): {"kind": "erasure", "grant": "yes"},
    (SignedAct.MERGE, AuditAct.STATUS_MERGED): {},
    (SignedAct.SIGN_OFF, AuditAct.DRAFT_SIGNED): {"manifest": 1},
    (SignedAct.REPLY, AuditAct.REPLY_WRITTEN): {"release": 0, "area": 1, "about": 2},
    (SignedAct.DECIDE_REPLY, AuditAct.REPLY_PUBLISHED): {"release": 0, "area": 1, "about": 2},
    (SignedAct.DECIDE_REPLY, AuditAct.REPLY_RETURNED): {"release": 0, "area": 1, "about": 2},
    (SignedAct.ADMIT, AuditAct.ADMITTED): {SUBJECT: 0},
    (SignedAct.ADMIT, AuditAct.ADMITTED_BY_ONE): {SUBJECT: 0},
    (SignedAct.ADMIT, AuditAct.COPY_GIVEN): {SUBJECT: 0},
    (SignedAct.REMOVE, AuditAct.REMOVED): {SUBJECT: 0},
    (SignedAct.REMOVE, AuditAct.REMOVED_BY_ONE): {SUBJECT: 0},
    (SignedAct.RETURN, AuditAct.CAME_BACK): {SUBJECT: 0},
    (SignedAct.EPOCH, AuditAct.UNIT_KEY): {SUBJECT: 0},
    (SignedAct.LINK, AuditAct.LINK_DECLARED): {},
}
NEEDS_SIGNATURE = frozenset(entry for _, entry in RULES)
# What the portal does by itself, too: the timer, and the first key of a body. Reporters move their
# cases, and invented cases are extended by nobody. Everything else of NEED is the act of a person.
ALSO_WITHOUT_PEOPLE = frozenset(
    {
        AuditAct.ERASED,
        AuditAct.UNIT_KEY,
        AuditAct.EXTENDED,
        *(get_status_act(status) for status in Status),
    }
)


class Signer(Protocol):
    """Whose signature stands under the entries of a transaction."""

    def require_signed(self, entry: TrailEntry) -> Signed:
        """Return the statement that an entry follows from.

        Raises:
            Unsigned: none was signed for it.
        """


@dataclass(frozen=True)
class CheckedAct:
    """The act of a transaction, after it was checked."""

    signed: Signed
    said: Statement

    def require_signed(self, entry: TrailEntry) -> Signed:
        """Return the statement, if the entry follows from it."""
        if not is_entry_covered(self.said, entry):
            raise Unsigned("other")
        return self.signed


def set_signer(session: Session, signer: Signer) -> None:
    """Let the entries of this transaction stand under a statement that was checked."""
    session.info[_KEY] = signer


def require_signed(session: Session, entry: TrailEntry) -> Signed:
    """Return the statement under which an entry stands.

    Raises:
        Unsigned: nothing was signed, or something else.
    """
    signer: Signer | None = session.info.get(_KEY)
    if signer is None:
        raise Unsigned("missing")
    return signer.require_signed(entry)


def is_entry_covered(said: Statement, entry: TrailEntry) -> bool:
    """Tell whether an entry of the trail follows from a statement, by who signed it."""
    needed = RULES.get((said.act, entry.act))
    if needed is None or said.signer != entry.actor:
        return False
    about = entry.case_id is None or said.subject == entry.case_id
    says = {**said.fields, SUBJECT: said.subject}
    return about and compute_required_fields(needed, entry.detail).items() <= says.items()


def get_signed_act(entry: TrailEntry) -> tuple[str, dict[str, str]]:
    """Return an act that an entry may follow from, and what its fields say.

    Raises:
        KeyError: it follows from no signed act.
    """
    for (act, known), needed in RULES.items():
        if known == entry.act:
            return act, compute_required_fields(needed, entry.detail)
    raise KeyError(entry.act)


def compute_required_fields(needed: RequiredFields, detail: str) -> dict[str, str]:
    """Return what the fields of a statement say of an entry with this detail."""
    words = dict(enumerate(detail.split()))
    return {
        name: words.get(value, "") if isinstance(value, int) else value or detail
        for name, value in needed.items()
    }
