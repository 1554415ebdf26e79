"""The clocks of a case: which event starts one, when it is due, which event meets it."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from portal.core.calendar import add_months, add_working_days, working_day_from
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
FIRST_CLOCKS = ("registration", "acknowledgement", "decision")
FIRST_CLOCKS_OF_PRIORITY: Mapping[int, tuple[str, ...]] = {
    1: ("danger_look", *FIRST_CLOCKS),
    2: FIRST_CLOCKS,
    3: FIRST_CLOCKS,
    4: FIRST_CLOCKS,
}

# Clocks whose first day only a person who read the report can tell: the one of the misconduct,
# and whether nothing but signs of a disciplinary offence are there.
STARTED_BY_HAND = frozenset({"sanction_time_bar", "redirect_upk"})

# Clocks that an event starts, besides those of a new case.
STARTS: Mapping[Event, tuple[str, ...]] = {
    Event.ACKNOWLEDGED: ("first_question", "progress_update", "feedback"),
    Event.QUESTION_ASKED: ("reporter_reply_wait",),
    Event.EXTENDED: ("extension_max", "extension_notice"),
    Event.REPORTER_TOLD: ("progress_update",),
    Event.INQUIRY_ORDERED: ("service_investigation",),
    Event.INQUIRY_ENDED: ("conclusion_approval", "sanction_from_discovery"),
    Event.DECIDED: ("outcome_notice",),
    Event.OUTCOME_READ: ("review_window",),
    Event.REVIEW_REQUESTED: ("review_decision",),
    Event.RECUSAL_ASKED: ("recusal",),
    Event.CRIME_REGISTERED: ("pretrial_inquiry", "pretrial_investigation"),
    Event.RECOMMENDATION_SENT: ("recommendation_reply",),
    Event.QUARTER_ENDED: ("publication",),
}

MEETS: Mapping[Event, tuple[str, ...]] = {
    Event.FILED: ("receipt",),
    Event.REGISTERED: ("registration",),
    # To acknowledge is to have read and registered.
    Event.ACKNOWLEDGED: ("registration", "danger_look", "acknowledgement"),
    # The body that keeps a case is the competent one, and has it.
    Event.ASSESSED: ("danger_forward", "redirect", "first_question"),
    Event.FORWARDED: ("danger_forward", "redirect", "redirect_upk"),
    Event.QUESTION_ASKED: ("first_question", "progress_update"),
    Event.QUESTION_ANSWERED: ("reporter_reply_wait",),
    Event.EXTENSION_TOLD: ("extension_notice", "progress_update"),
    Event.REPORTER_TOLD: ("progress_update",),
    Event.INQUIRY_ENDED: ("service_investigation",),
    Event.CONCLUSION_APPROVED: ("conclusion_approval",),
    Event.SANCTIONED: ("sanction_from_discovery", "sanction_time_bar"),
    Event.DECIDED: ("decision", "extension_max"),
    Event.OUTCOME_POSTED: ("outcome_notice", "progress_update", "feedback"),
    Event.REVIEW_REQUESTED: ("review_window",),
    Event.REVIEW_DECIDED: ("review_decision",),
    Event.RECUSAL_DECIDED: ("recusal",),
    Event.PRETRIAL_ENDED: ("pretrial_inquiry", "pretrial_investigation"),
    Event.RECOMMENDATION_ANSWERED: ("recommendation_reply",),
    Event.STATISTICS_PUBLISHED: ("publication",),
}


def due_date(deadline: str, start: date) -> date:
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
    last = _last_day(rule, start)
    return working_day_from(last) if rule.day_off == "next_working_day" else last


def _last_day(rule: Deadline, start: date) -> date:
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


def first_clocks(priority: int, first_clock: str) -> tuple[str, ...]:
    """Return the deadlines that start when a case is filed, each once.

    Args:
        priority: 1 (immediate) to 4 (routine).
        first_clock: id of the deadline that the route adds.

    Raises:
        KeyError: there is no such priority.
    """
    return tuple(dict.fromkeys((*FIRST_CLOCKS_OF_PRIORITY[priority], first_clock)))


def is_statutory(deadline: str) -> bool:
    """Tell whether the law sets this deadline; waiting for the reporter pauses only the others.

    Raises:
        KeyError: there is no such deadline.
    """
    return load().deadlines[deadline].statutory
