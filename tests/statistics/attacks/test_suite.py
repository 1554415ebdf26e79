"""All attacks together."""

from portal.statistics.attacks import suite
from portal.statistics.attacks.suite import SuiteSize


def test_every_attack_runs_on_every_level_and_all_are_withstood() -> None:
    told: list[str] = []

    results = list(suite.run(SuiteSize(4, (1_000, 1_500, 4_000), 1_500, 100), told.append))

    assert [result for result in results if not result.passed] == []
    assert {result.id for result in results} == {
        "G1",
        "G2",
        "G3",
        "G4",
        "G5",
        "G7",
        "G8",
        "G10",
        "A3",
    }
    assert {result.on for result in results} == {"", "L0", "L1", "L2"}
    assert len(told) > 8
