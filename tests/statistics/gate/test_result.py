"""When an attack counts as withstood."""

import pytest

from portal.statistics.gate.result import AttackResult


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [
        ({"raw": 1.0}, 0.2, True),
        ({"raw": 1.0}, 0.5, False),  # ours is broken
        ({"raw": 1.0, "hidden": 0.5}, 0.2, False),  # the attack misses what it must break
        ({}, 0.2, True),  # a real release has no unsafe twin
    ],
)
def test_an_attack_must_break_what_is_unsafe_and_not_ours(
    before: dict[str, float], after: float, *, passed: bool
) -> None:
    assert AttackResult("G4", "subtract", after, 0.3, before).passed is passed
