"""What a newcomer waits for stays short: pure tests load no portal."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
import tests.conftest
print(sorted(name for name in sys.modules if name.split(".")[0] in {"flask", "portal"}))
"""


def test_what_every_test_may_ask_for_is_not_loaded_before_it_asks() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
