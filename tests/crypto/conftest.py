"""The stock age tool, for tests that our files open elsewhere."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crypto import stock_age

Age = Callable[..., bytes]


@pytest.fixture(scope="session")
def age_folder() -> Path:
    folder = stock_age.find()
    if folder is None:
        pytest.skip("age 1.3 is not here; python -m tests.crypto.stock_age fetches it")
    return folder


@pytest.fixture
def age(age_folder: Path) -> Age:
    """Run one of age's programs with some input and give its output; raises where it fails."""

    def run(program: str, *words: str, data: bytes = b"", passphrase: str = "") -> bytes:
        path = f"{age_folder}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(  # noqa: S603 - our own words
            [str(age_folder / program), *words],
            check=True,
            capture_output=True,
            input=data,
            env={"PATH": path, "AGE_PASSPHRASE": passphrase},
        )
        return done.stdout

    return run
