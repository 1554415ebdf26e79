"""Every part of the bench runs: what it measures is the portal as it is now."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.parts import PARTS

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 600


@pytest.mark.parametrize("name", PARTS)
def test_a_part_runs_to_its_end(name: str) -> None:
    command = [sys.executable, "-m", "bench", "--short", name]

    done = subprocess.run(  # noqa: S603 - our own bench
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_has_its_place_in_the_document() -> None:
    document = (ROOT / "docs" / "performance.md").read_text("utf-8")

    for name in PARTS:
        assert f"<!-- {name} -->" in document, name
