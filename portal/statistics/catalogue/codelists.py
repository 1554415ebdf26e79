"""The codes that tables are broken down by, and those of them that mean something of their own."""

from dataclasses import dataclass

from portal.core.terms import Label

REGION = "region"
BODY = "body"
NATION = "KZ"
UNKNOWN = "_U"
TOTAL = "_T"


@dataclass(frozen=True)
class Code:
    """One code of a dimension; `members` are the codes of the taxonomy that fall under it."""

    id: str
    label: Label
    members: tuple[str, ...] = ()


Cell = tuple[str, ...]


# A conclusion without a coded outcome is taken for one that looked at nothing.
UNRECORDED = "insufficient_info"
CONFIRMED = frozenset({"confirmed"})
EXAMINED = frozenset({"confirmed", "not_confirmed", "undetermined"})
TAKEN_UP = EXAMINED | {"not_examined", "referred"}


# Ends of the bands of durations, in working days; fixed for ever, 15 is the limit of the law.
EDGES = (5, 10, 15, 20, 30, 60, 90)
STATUTORY = 15
