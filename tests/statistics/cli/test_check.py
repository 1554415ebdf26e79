"""The command that attacks the figures."""

import pytest
from click.testing import Result as Ran
from flask import Flask

from portal.statistics.attacks import suite
from portal.statistics.attacks.suite import SuiteSize
from portal.statistics.gate.result import AttackResult
from tests.statistics.histories import Q3, Histories, QuarterPublisher

SMALL = SuiteSize(4, (1_000, 1_500, 4_000), 1_500, 100)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack little: what the attacks find has tests of its own."""
    monkeypatch.setattr(suite, "QUICK", SMALL)


def run(app: Flask, *arguments: str) -> Ran:
    return app.test_cli_runner().invoke(args=["statistics", "check", *arguments])


def test_it_prints_every_attack_and_how_far_it_is(
    app: Flask, histories: Histories, press: QuarterPublisher
) -> None:
    histories.many(300)
    histories.done()
    press.publish()

    result = run(app)

    assert result.exit_code == 0, result.output
    for test in ("G1", "G2", "G3", "G4", "G5", "G7", "G8", "G9", "G10", "A3"):
        assert f"\n{test} " in result.stdout, test
    assert f" {Q3} " in result.stdout
    assert "FAIL" not in result.stdout
    assert "L2: 4,000 reports a year" in result.stderr


def test_it_fails_if_a_published_file_was_altered(
    app: Flask, histories: Histories, press: QuarterPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite, "run", lambda *_: [])
    histories.done()
    press.publish()
    path = press.folder / Q3 / "v1" / "received-category.csv"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"1\n")

    result = run(app)

    assert result.exit_code == 1
    assert "Error: received-category.csv of 2026-q3/v1 is not what was published" in result.stderr


def test_it_fails_if_an_attack_succeeds_or_has_no_teeth(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    weak = AttackResult("G2", "measure epsilon", 0.0, 0.0, controls={"half the noise": 0.3})
    broken = AttackResult("G3", "work counts out", 0.9, 0.0, controls={"raw counts": 1.0})
    monkeypatch.setattr(suite, "run", lambda *_: [weak, broken])

    result = run(app)

    assert result.exit_code == 1
    assert result.stdout.count("FAIL") == 2
    assert "0.30 against half the noise" in result.stdout
