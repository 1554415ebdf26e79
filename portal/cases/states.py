"""The states of a case and the only table of moves between them."""

from collections.abc import Mapping
from enum import StrEnum

from portal.core.errors import Conflict
from portal.core.taxonomy import load
from portal.core.terms import LANGUAGES


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ASSESSMENT = "assessment"
    NEED_INFO = "need_info"
    ROUTED = "routed"
    IN_REVIEW = "in_review"
    CRIMINAL_TRACK = "criminal_track"
    EXTENDED = "extended"
    DECIDED = "decided"
    REVIEW_REQUESTED = "review_requested"
    REOPENED = "reopened"
    CLOSED = "closed"
    CONFLICT_HOLD = "conflict_hold"
    MERGED = "merged"

    @property
    def is_closed(self) -> bool:
        """Tell whether the work on a case has ended, until it is opened again."""
        return self in CLOSED


CLOSED = frozenset({Status.DECIDED, Status.CLOSED, Status.MERGED})
OPEN = frozenset(Status) - CLOSED

# Names of these two would tell a reporter about people or about other reports.
HIDDEN = frozenset({Status.CONFLICT_HOLD, Status.MERGED})

# Concluded as far as a reporter can see; merging is not, as they are not told of it.
CONCLUDED = CLOSED - HIDDEN

# Clocks of these run no more: nothing is owed to anybody.
AT_REST = frozenset({Status.CLOSED, Status.MERGED})

# Nobody works on a case in these, or only waits.
NO_WORK = frozenset({Status.NEED_INFO, Status.CONFLICT_HOLD})

# What a body may do with a case that it has read and that waits for nobody.
_WORK = frozenset(
    {
        Status.NEED_INFO,
        Status.ROUTED,
        Status.IN_REVIEW,
        Status.CRIMINAL_TRACK,
        Status.EXTENDED,
        Status.DECIDED,
        Status.CONFLICT_HOLD,
        Status.MERGED,
    }
)

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.ACKNOWLEDGED, Status.ROUTED, Status.CONFLICT_HOLD}),
    Status.ACKNOWLEDGED: frozenset(
        {
            Status.ASSESSMENT,
            Status.NEED_INFO,
            Status.ROUTED,
            Status.CONFLICT_HOLD,
            Status.MERGED,
        }
    ),
    Status.ASSESSMENT: _WORK,
    Status.NEED_INFO: (_WORK | {Status.ASSESSMENT}) - {Status.NEED_INFO},
    Status.ROUTED: frozenset({Status.ACKNOWLEDGED, Status.CONFLICT_HOLD}),
    Status.IN_REVIEW: _WORK - {Status.IN_REVIEW},
    Status.CRIMINAL_TRACK: frozenset(
        {
            Status.NEED_INFO,
            Status.ROUTED,
            Status.IN_REVIEW,
            Status.DECIDED,
            Status.CONFLICT_HOLD,
        }
    ),
    Status.EXTENDED: _WORK - {Status.EXTENDED},
    Status.DECIDED: frozenset({Status.REVIEW_REQUESTED, Status.REOPENED, Status.CLOSED}),
    Status.REVIEW_REQUESTED: frozenset({Status.REOPENED, Status.DECIDED, Status.CONFLICT_HOLD}),
    Status.REOPENED: _WORK | {Status.ASSESSMENT},
    Status.CLOSED: frozenset({Status.REVIEW_REQUESTED, Status.REOPENED}),
    # A hold ends where it began, or with another body.
    Status.CONFLICT_HOLD: frozenset(
        {
            Status.RECEIVED,
            Status.ACKNOWLEDGED,
            Status.ASSESSMENT,
            Status.NEED_INFO,
            Status.ROUTED,
            Status.IN_REVIEW,
            Status.CRIMINAL_TRACK,
            Status.EXTENDED,
            Status.REVIEW_REQUESTED,
            Status.REOPENED,
        }
    ),
    # A merge can be a mistake, and no report may be lost to one.
    Status.MERGED: frozenset({Status.REOPENED}),
}


def check_move(old: Status, new: Status) -> None:
    """Check that a case may go from one state to another.

    Raises:
        Conflict: it may not; staying where it is is no move either.
    """
    if new not in MOVES[old]:
        raise Conflict(f"a case does not go from {old} to {new}")


def is_shown_to_reporter(status: Status) -> bool:
    """Tell whether the reporter is shown this state; if not, the last one shown stays in sight."""
    return status not in HIDDEN


def as_markdown() -> str:
    """Return the table of moves as the text of `docs/case-states.md`."""
    lines = [
        "# States of a case",
        "",
        "Written from `portal/cases/states.py` (`as_markdown`); a test holds the two together.",
        "Every case begins as `received`. A state the reporter is not shown leaves the last one in",
        "sight.",
        "",
        "| state | is | reporter sees it | may become |",
        "|---|---|---|---|",
    ]
    for status in Status:
        bucket = "open" if status in OPEN else "closed"
        seen = "yes" if is_shown_to_reporter(status) else "no"
        moves = ", ".join(f"`{new}`" for new in Status if new in MOVES[status])
        lines.append(f"| `{status}` | {bucket} | {seen} | {moves} |")
    return "\n".join(lines) + "\n"


def as_words() -> str:
    """Return how the states that reporters see are called, as lines of `check_report.py`.

    That program is one file without the portal, so it carries them; a test holds the two together.
    """
    labels = {
        status: load().statuses[status].label for status in Status if is_shown_to_reporter(status)
    }
    return "".join(
        f"{status} = {' | '.join(label.get(language) for language in LANGUAGES)}\n"
        for status, label in labels.items()
    )
