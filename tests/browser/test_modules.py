"""The pure modules of the pages, outside a browser, in the Node.js of the environment."""

import subprocess
import sys
from pathlib import Path

NODE = Path(sys.prefix) / "bin" / "node"
TESTS = Path(__file__).parent / "node"


def test_the_modules_do_what_their_own_tests_say() -> None:
    made = subprocess.run(  # noqa: S603 - our own tests
        [NODE, "--test", "--test-reporter=tap", *sorted(TESTS.glob("*.test.js"))],
        capture_output=True,
        text=True,
        check=False,
    )

    assert made.returncode == 0, made.stdout
    assert "# pass 0" not in made.stdout
