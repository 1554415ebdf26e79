"""The courses that cases take in the demonstration: who does what, how many days later."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import NamedTuple


class Act(StrEnum):
    """What somebody does in a case."""

    FILE = auto()
    CLAIM = auto()
    ACKNOWLEDGE = auto()
    ASSESS = auto()
    REVIEW = auto()
    NOTE = auto()
    UPDATE = auto()
    ASK = auto()
    ADD_ALLEGATION = auto()
    EXTEND = auto()
    REGISTER_CRIME = auto()
    TRANSFER = auto()
    RECUSE = auto()
    RECUSE_ALL = auto()
    MERGE = auto()
    DECIDE = auto()
    PROPOSE_NO_SUBSTANCE = auto()
    CONFIRM_NO_SUBSTANCE = auto()
    CLOSE = auto()
    REOPEN = auto()
    WRITE = auto()
    JUDGE = auto()
    ASK_REVIEW = auto()
    WITHDRAW = auto()


# Reporters write on any day; everybody else on working days.
OF_REPORTERS = frozenset({Act.FILE, Act.WRITE, Act.JUDGE, Act.ASK_REVIEW, Act.WITHDRAW})


class Step(NamedTuple):
    """An act, and the least and the most days after the one before."""

    act: Act
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Course:
    """A life of a case. One that rests stands where it ends, and is not old."""

    id: str
    weight: int
    steps: tuple[Step, ...]
    outcome: str = ""  # of all its allegations; empty: drawn
    rests: bool = False

    @property
    def longest(self) -> int:
        """Return the most days that it takes, weekends and holidays left out."""
        return sum(step.most for step in self.steps)


_TAKEN = (Step(Act.CLAIM, 0, 2), Step(Act.ACKNOWLEDGE, 0, 1))
_LOOKED_AT = (*_TAKEN, Step(Act.ASSESS, 0, 2))
_AT_WORK = (*_LOOKED_AT, Step(Act.REVIEW, 0, 3))
_DECIDED = (*_AT_WORK, Step(Act.DECIDE, 4, 12))
_TRANSFERRED = (*_TAKEN, Step(Act.TRANSFER, 1, 2))
_CLOSED = Step(Act.CLOSE, 30, 50)

COURSES = (
    Course("plain", 200, (*_DECIDED, _CLOSED)),
    Course("quick", 150, (*_LOOKED_AT, Step(Act.DECIDE, 1, 6), _CLOSED)),
    Course("judged", 150, (*_DECIDED, Step(Act.JUDGE, 1, 20), _CLOSED)),
    Course("late", 70, (*_AT_WORK, Step(Act.UPDATE, 10, 20), Step(Act.DECIDE, 10, 50), _CLOSED)),
    Course(
        "asked",
        80,
        (
            *_AT_WORK,
            Step(Act.ASK, 1, 3),
            Step(Act.WRITE, 1, 6),
            Step(Act.DECIDE, 3, 8),
            Step(Act.JUDGE, 1, 9),
            _CLOSED,
        ),
    ),
    Course(
        "unanswered",
        35,
        (*_TAKEN, Step(Act.ASK, 1, 2), Step(Act.DECIDE, 12, 20), _CLOSED),
        "insufficient_info",
    ),
    Course(
        "two matters",
        45,
        (
            *_AT_WORK,
            Step(Act.ADD_ALLEGATION, 1, 3),
            Step(Act.NOTE, 0, 1),
            Step(Act.DECIDE, 4, 10),
            _CLOSED,
        ),
    ),
    Course(
        "extended",
        40,
        (*_AT_WORK, Step(Act.EXTEND, 4, 8), Step(Act.DECIDE, 12, 30), _CLOSED),
    ),
    Course(
        "criminal",
        25,
        (*_LOOKED_AT, Step(Act.REGISTER_CRIME, 1, 4), Step(Act.DECIDE, 30, 70), _CLOSED),
        "substantiated",
    ),
    Course(
        "transferred",
        40,
        (*_TRANSFERRED, *_AT_WORK, Step(Act.DECIDE, 4, 10), _CLOSED),
    ),
    Course(
        "reviewed",
        20,
        (*_DECIDED, Step(Act.ASK_REVIEW, 2, 9), Step(Act.CLAIM, 1, 2), Step(Act.DECIDE, 4, 9)),
    ),
    Course(
        "reopened and decided",
        12,
        (
            *_DECIDED,
            Step(Act.ASK_REVIEW, 2, 9),
            Step(Act.CLAIM, 1, 2),
            Step(Act.REOPEN, 0, 2),
            Step(Act.REVIEW, 1, 2),
            Step(Act.DECIDE, 4, 9),
            _CLOSED,
        ),
    ),
    Course("recused", 12, (*_TAKEN, Step(Act.RECUSE, 0, 1), Step(Act.CLAIM), *_DECIDED[2:])),
    Course(
        "spam",
        30,
        (*_LOOKED_AT, Step(Act.PROPOSE_NO_SUBSTANCE, 0, 2), Step(Act.CONFIRM_NO_SUBSTANCE, 1, 4)),
        "no_substance",
    ),
    Course(
        "withdrawn",
        20,
        (*_AT_WORK, Step(Act.WITHDRAW, 0, 4), Step(Act.DECIDE, 1, 3), _CLOSED),
        "withdrawn",
    ),
    Course("forgotten", 8, (), rests=True),
    Course("only read", 6, _TAKEN, rests=True),
    Course("still assessed", 6, _LOOKED_AT, rests=True),
    Course("slow", 14, (*_AT_WORK, Step(Act.UPDATE, 8, 12)), rests=True),
    Course("waiting for an answer", 9, (*_AT_WORK, Step(Act.ASK, 1, 3)), rests=True),
    Course("on its way", 7, _TRANSFERRED, rests=True),
    Course("taking longer", 9, (*_AT_WORK, Step(Act.EXTEND, 4, 8)), rests=True),
    Course("before the court", 8, (*_LOOKED_AT, Step(Act.REGISTER_CRIME, 1, 4)), rests=True),
    Course("just decided", 9, (*_DECIDED, Step(Act.WRITE, 0, 1)), rests=True),
    Course("to be reviewed", 8, (*_DECIDED, Step(Act.ASK_REVIEW, 1, 4)), rests=True),
    Course(
        "reopened",
        6,
        (
            *_DECIDED,
            Step(Act.ASK_REVIEW, 1, 4),
            Step(Act.CLAIM, 1, 2),
            Step(Act.REOPEN, 0, 2),
        ),
        rests=True,
    ),
    Course("nobody left", 4, (*_TAKEN, Step(Act.RECUSE_ALL, 0, 2)), rests=True),
    Course("told twice", 8, (*_LOOKED_AT, Step(Act.MERGE, 1, 3)), rests=True),
)

BY_ID: Mapping[str, Course] = {course.id: course for course in COURSES}
