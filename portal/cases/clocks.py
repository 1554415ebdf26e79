"""The clocks of a case: which event starts one, when it is due, which event meets it."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.cases.codes import DeadlineCode
from portal.core.calendar import add_months, add_working_days, find_working_day
from portal.core.taxonomy import load
from portal.core.terms import Deadline

HOURS_A_DAY = 24


class Event(StrEnum):
    """What happens to a case, as far as clocks care."""

    FILED = "filed"
    REGISTERED = "registered"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    FORWARDED = "forwarded"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    EXTENDED = "extended"
    EXTENSION_TOLD = "extension_told"
    REPORTER_TOLD = "reporter_told"
    INQUIRY_ORDERED = "inquiry_ordered"
    INQUIRY_ENDED = "inquiry_ended"
    CONCLUSION_APPROVED = "conclusion_approved"
    SANCTIONED = "sanctioned"
    DECIDED = "decided"
    OUTCOME_POSTED = "outcome_posted"
    OUTCOME_READ = "outcome_read"
    REVIEW_REQUESTED = "review_requested"
    REVIEW_DECIDED = "review_decided"
    RECUSAL_ASKED = "recusal_asked"
    RECUSAL_DECIDED = "recusal_decided"
    CRIME_REGISTERED = "crime_registered"
    PRETRIAL_ENDED = "pretrial_ended"
    RECOMMENDATION_SENT = "recommendation_sent"
    RECOMMENDATION_ANSWERED = "recommendation_answered"
    QUARTER_ENDED = "quarter_ended"
    STATISTICS_PUBLISHED = "statistics_published"


# Clocks of every new case. The portal registers a report the moment it accepts it, so what the
# law counts from registration and what it counts from submission begin on the same day.
FIRST_CLOCKS = (DeadlineCode.REGISTRATION, DeadlineCode.ACKNOWLEDGEMENT, DeadlineCode.DECISION)
FIRST_CLOCKS_OF_PRIORITY: Mapping[int, tuple[DeadlineCode, ...]] = {
    1: (DeadlineCode.DANGER_LOOK, *FIRST_CLOCKS),
    2: FIRST_CLOCKS,
    3: FIRST_CLOCKS,
    4: FIRST_CLOCKS,
}

# Clocks whose first day only a person who read the report can tell: the one of the misconduct,
# and whether nothing but signs of a disciplinary offence are there.
STARTED_BY_HAND = frozenset({DeadlineCode.SANCTION_TIME_BAR, DeadlineCode.REDIRECT_UPK})

# Clocks that an event starts, besides those of a new case.
STARTS: Mapping[Event, tuple[DeadlineCode, ...]] = {
    Event.ACKNOWLEDGED: (
        DeadlineCode.FIRST_QUESTION,
        DeadlineCode.PROGRESS_UPDATE,
        DeadlineCode.FEEDBACK,
    ),
    Event.QUESTION_ASKED: (DeadlineCode.REPORTER_REPLY_WAIT,),
    Event.EXTENDED: (DeadlineCode.EXTENSION_MAX, DeadlineCode.EXTENSION_NOTICE),
    Event.REPORTER_TOLD: (DeadlineCode.PROGRESS_UPDATE,),
    Event.INQUIRY_ORDERED: (DeadlineCode.SERVICE_INVESTIGATION,),
    Event.INQUIRY_ENDED: (DeadlineCode.CONCLUSION_APPROVAL, DeadlineCode.SANCTION_FROM_DISCOVERY),
    Event.DECIDED: (DeadlineCode.OUTCOME_NOTICE,),
    Event.OUTCOME_READ: (DeadlineCode.REVIEW_WINDOW,),
    Event.REVIEW_REQUESTED: (DeadlineCode.REVIEW_DECISION,),
    Event.RECUSAL_ASKED: (DeadlineCode.RECUSAL,),
    Event.CRIME_REGISTERED: (DeadlineCode.PRETRIAL_INQUIRY, DeadlineCode.PRETRIAL_INVESTIGATION),
    Event.RECOMMENDATION_SENT: (DeadlineCode.RECOMMENDATION_REPLY,),
    Event.QUARTER_ENDED: (DeadlineCode.PUBLICATION,),
}

MEETS: Mapping[Event, tuple[DeadlineCode, ...]] = {
    Event.FILED: (DeadlineCode.RECEIPT,),
    Event.REGISTERED: (DeadlineCode.REGISTRATION,),
    # To acknowledge is to have read and registered.
    Event.ACKNOWLEDGED: (
        DeadlineCode.REGISTRATION,
        DeadlineCode.DANGER_LOOK,
        DeadlineCode.ACKNOWLEDGEMENT,
    ),
    # The body that keeps a case is the competent one, and has it.
    Event.ASSESSED: (
        DeadlineCode.DANGER_FORWARD,
        DeadlineCode.REDIRECT,
        DeadlineCode.FIRST_QUESTION,
    ),
    Event.FORWARDED: (
        DeadlineCode.DANGER_FORWARD,
        DeadlineCode.REDIRECT,
        DeadlineCode.REDIRECT_UPK,
    ),
    Event.QUESTION_ASKED: (DeadlineCode.FIRST_QUESTION, DeadlineCode.PROGRESS_UPDATE),
    Event.QUESTION_ANSWERED: (DeadlineCode.REPORTER_REPLY_WAIT,),
    Event.EXTENSION_TOLD: (DeadlineCode.EXTENSION_NOTICE, DeadlineCode.PROGRESS_UPDATE),
    Event.REPORTER_TOLD: (DeadlineCode.PROGRESS_UPDATE,),
    Event.INQUIRY_ENDED: (DeadlineCode.SERVICE_INVESTIGATION,),
    Event.CONCLUSION_APPROVED: (DeadlineCode.CONCLUSION_APPROVAL,),
    Event.SANCTIONED: (DeadlineCode.SANCTION_FROM_DISCOVERY, DeadlineCode.SANCTION_TIME_BAR),
    Event.DECIDED: (DeadlineCode.DECISION, DeadlineCode.EXTENSION_MAX),
    Event.OUTCOME_POSTED: (
        DeadlineCode.OUTCOME_NOTICE,
        DeadlineCode.PROGRESS_UPDATE,
        DeadlineCode.FEEDBACK,
    ),
    Event.REVIEW_REQUESTED: (DeadlineCode.REVIEW_WINDOW,),
    Event.REVIEW_DECIDED: (DeadlineCode.REVIEW_DECISION,),
    Event.RECUSAL_DECIDED: (DeadlineCode.RECUSAL,),
    Event.PRETRIAL_ENDED: (DeadlineCode.PRETRIAL_INQUIRY, DeadlineCode.PRETRIAL_INVESTIGATION),
    Event.RECOMMENDATION_ANSWERED: (DeadlineCode.RECOMMENDATION_REPLY,),
    Event.STATISTICS_PUBLISHED: (DeadlineCode.PUBLICATION,),
}


def compute_due_date(deadline: str, start: date) -> date:
    """Return the last day on which a deadline is still kept.

    The portal keeps days, no times, so a limit in hours becomes a day, the same or the next: less
    than 24 hours are due on the day they start, 24 hours on the day after. A term that ends on a
    day off moves to the next working day where the law of the term says so (`day_off`).

    Args:
        deadline: id of the deadline in the taxonomy.
        start: day of the event that starts the clock, itself not counted.

    Raises:
        KeyError: there is no such deadline.
    """
    rule = load().deadlines[deadline]
    last = _compute_last_day(rule, start)
    return find_working_day(last) if rule.day_off == "next_working_day" else last


def _compute_last_day(rule: Deadline, start: date) -> date:
    """Return the day on which a term ends, whatever day that is."""
    match rule.unit:
        case "immediate" | "hours":
            return start + timedelta(days=rule.limit // HOURS_A_DAY)
        case "working_day" | "working_days":
            return add_working_days(start, rule.limit)
        case "days" | "calendar_days":
            return start + timedelta(days=rule.limit)
        case "month" | "months":
            return add_months(start, rule.limit)


def list_first_clocks(priority: int, first_clock: str) -> tuple[DeadlineCode, ...]:
    """Return the deadlines that start when a case is filed, each once.

    Args:
        priority: 1 (immediate) to 4 (routine).
        first_clock: id of the deadline that the route adds.

    Raises:
        KeyError: there is no such priority.
        ValueError: there is no such deadline.
    """
    own = DeadlineCode(first_clock)
    return tuple(dict.fromkeys((*FIRST_CLOCKS_OF_PRIORITY[priority], own)))


def is_statutory(deadline: str) -> bool:
    """Tell whether the law sets this deadline; waiting for the reporter pauses only the others.

    Raises:
        KeyError: there is no such deadline.
    """
    return load().deadlines[deadline].statutory
