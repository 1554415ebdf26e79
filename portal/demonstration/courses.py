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


class CourseStep(NamedTuple):
    """An act, and the least and the most days after the one before."""

    act: Act
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Course:
    """A life of a case. One that rests stands where it ends, and is not old."""

    id: str
    weight: int
    steps: tuple[CourseStep, ...]
    outcome: str = ""  # of all its allegations; empty: drawn
    rests: bool = False

    @property
    def longest(self) -> int:
        """Return the most days that it takes, weekends and holidays left out."""
        return sum(step.most for step in self.steps)


_TAKEN = (CourseStep(Act.CLAIM, 0, 2), CourseStep(Act.ACKNOWLEDGE, 0, 1))
_LOOKED_AT = (*_TAKEN, CourseStep(Act.ASSESS, 0, 2))
_AT_WORK = (*_LOOKED_AT, CourseStep(Act.REVIEW, 0, 3))
_DECIDED = (*_AT_WORK, CourseStep(Act.DECIDE, 4, 12))
_TRANSFERRED = (*_TAKEN, CourseStep(Act.TRANSFER, 1, 2))
_CLOSED = CourseStep(Act.CLOSE, 30, 50)

COURSES = (
    Course("plain", 200, (*_DECIDED, _CLOSED)),
    Course("quick", 150, (*_LOOKED_AT, CourseStep(Act.DECIDE, 1, 6), _CLOSED)),
    Course("judged", 150, (*_DECIDED, CourseStep(Act.JUDGE, 1, 20), _CLOSED)),
    Course(
        "late",
        70,
        (*_AT_WORK, CourseStep(Act.UPDATE, 10, 20), CourseStep(Act.DECIDE, 10, 50), _CLOSED),
    ),
    Course(
        "asked",
        80,
        (
            *_AT_WORK,
            CourseStep(Act.ASK, 1, 3),
            CourseStep(Act.WRITE, 1, 6),
            CourseStep(Act.DECIDE, 3, 8),
            CourseStep(Act.JUDGE, 1, 9),
            _CLOSED,
        ),
    ),
    Course(
        "unanswered",
        35,
        (*_TAKEN, CourseStep(Act.ASK, 1, 2), CourseStep(Act.DECIDE, 12, 20), _CLOSED),
        "insufficient_info",
    ),
    Course(
        "two matters",
        45,
        (
            *_AT_WORK,
            CourseStep(Act.ADD_ALLEGATION, 1, 3),
            CourseStep(Act.NOTE, 0, 1),
            CourseStep(Act.DECIDE, 4, 10),
            _CLOSED,
        ),
    ),
    Course(
        "extended",
        40,
        (*_AT_WORK, CourseStep(Act.EXTEND, 4, 8), CourseStep(Act.DECIDE, 12, 30), _CLOSED),
    ),
    Course(
        "criminal",
        25,
        (
            *_LOOKED_AT,
            CourseStep(Act.REGISTER_CRIME, 1, 4),
            CourseStep(Act.DECIDE, 30, 70),
            _CLOSED,
        ),
        "substantiated",
    ),
    Course(
        "transferred",
        40,
        (*_TRANSFERRED, *_AT_WORK, CourseStep(Act.DECIDE, 4, 10), _CLOSED),
    ),
    Course(
        "reviewed",
        20,
        (
            *_DECIDED,
            CourseStep(Act.ASK_REVIEW, 2, 9),
            CourseStep(Act.CLAIM, 1, 2),
            CourseStep(Act.DECIDE, 4, 9),
        ),
    ),
    Course(
        "reopened and decided",
        12,
        (
            *_DECIDED,
            CourseStep(Act.ASK_REVIEW, 2, 9),
            CourseStep(Act.CLAIM, 1, 2),
            CourseStep(Act.REOPEN, 0, 2),
            CourseStep(Act.REVIEW, 1, 2),
            CourseStep(Act.DECIDE, 4, 9),
            _CLOSED,
        ),
    ),
    Course(
        "recused", 12, (*_TAKEN, CourseStep(Act.RECUSE, 0, 1), CourseStep(Act.CLAIM), *_DECIDED[2:])
    ),
    Course(
        "spam",
        30,
        (
            *_LOOKED_AT,
            CourseStep(Act.PROPOSE_NO_SUBSTANCE, 0, 2),
            CourseStep(Act.CONFIRM_NO_SUBSTANCE, 1, 4),
        ),
        "no_substance",
    ),
    Course(
        "withdrawn",
        20,
        (*_AT_WORK, CourseStep(Act.WITHDRAW, 0, 4), CourseStep(Act.DECIDE, 1, 3), _CLOSED),
        "withdrawn",
    ),
    Course("forgotten", 8, (), rests=True),
    Course("only read", 6, _TAKEN, rests=True),
    Course("still assessed", 6, _LOOKED_AT, rests=True),
    Course("slow", 14, (*_AT_WORK, CourseStep(Act.UPDATE, 8, 12)), rests=True),
    Course("waiting for an answer", 9, (*_AT_WORK, CourseStep(Act.ASK, 1, 3)), rests=True),
    Course("on its way", 7, _TRANSFERRED, rests=True),
    Course("taking longer", 9, (*_AT_WORK, CourseStep(Act.EXTEND, 4, 8)), rests=True),
    Course("before the court", 8, (*_LOOKED_AT, CourseStep(Act.REGISTER_CRIME, 1, 4)), rests=True),
    Course("just decided", 9, (*_DECIDED, CourseStep(Act.WRITE, 0, 1)), rests=True),
    Course("to be reviewed", 8, (*_DECIDED, CourseStep(Act.ASK_REVIEW, 1, 4)), rests=True),
    Course(
        "reopened",
        6,
        (
            *_DECIDED,
            CourseStep(Act.ASK_REVIEW, 1, 4),
            CourseStep(Act.CLAIM, 1, 2),
            CourseStep(Act.REOPEN, 0, 2),
        ),
        rests=True,
    ),
    Course("nobody left", 4, (*_TAKEN, CourseStep(Act.RECUSE_ALL, 0, 2)), rests=True),
    Course("told twice", 8, (*_LOOKED_AT, CourseStep(Act.MERGE, 1, 3)), rests=True),
)

BY_ID: Mapping[str, Course] = {course.id: course for course in COURSES}
