"""The questions of the form as frozen values, and when one is shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from portal.core.terms import Label

CORE = "core"

QuestionType = Literal[
    "single",
    "multi",
    "longtext",
    "text",
    "number",
    "money",
    "region",
    "unit_picker",
    "date_approx",
    "datetime_approx",
    "files",
    "info",
]

# Answers by question: one option or text, or several options.
Answers = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    id: str
    label: Label


@dataclass(frozen=True)
class Condition:
    """When a question is shown: some answer to an earlier question is, or is not, among values."""

    question: str
    op: Literal["in", "not in"]
    values: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read `question in [a, b]` or `question not in [a]`.

        Raises:
            ValueError: the text has another form.
        """
        match = re.fullmatch(r"(\w+) (in|not in) \[(\w+(?:, \w+)*)\]", text)
        if match is None:
            raise ValueError(f"not a condition: {text!r}")
        question, op, values = match.groups()
        return cls(question, "in" if op == "in" else "not in", tuple(values.split(", ")))

    def is_met(self, answers: Answers) -> bool:
        """Tell whether the question is shown.

        Of several chosen answers one is enough. Without an answer the condition does not hold,
        also a `not in` one: nothing asks about what was not said.
        """
        given = answers.get(self.question, ())
        chosen = [given] if isinstance(given, str) else list(given)
        wanted = self.op == "in"
        return any((choice in self.values) == wanted for choice in chosen if choice)


@dataclass(frozen=True)
class Question:
    """One question of the form.

    `required` is `always`, `optional`, or `conditional`: shown, and then still optional, when
    `show_if` holds.
    """

    id: str
    scope: str
    order: int
    type: QuestionType
    required: Literal["always", "optional", "conditional"]
    label: Label
    options: tuple[Option, ...] = ()
    show_if: Condition | None = None
    min_chars: int | None = None
    max_chars: int | None = None
    default: str | None = None
    notice: str | None = None
    on_yes: str | None = None
    allow_skip: bool = False
    allow_unknown: bool = False
    sensitive: bool = False
    warn_identifying: bool = False

    @property
    def must_answer(self) -> bool:
        """Tell whether the form is not accepted without an answer."""
        return self.required == "always" and self.type != "info"

    def is_shown(self, answers: Answers) -> bool:
        """Tell whether these answers call for the question."""
        return self.show_if is None or self.show_if.is_met(answers)
