"""Programs of others, for tests that what we write is good elsewhere: age, and Go's log."""

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crypto import stock_age, stock_go

Age = Callable[..., bytes]
Judge = Callable[..., dict[str, Any]]


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


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """Ask Go's transparency log; bytes go there and come back as base64, as Go's JSON has them."""
    program = stock_go.find()
    if program is None:
        pytest.skip("Go's judge is not here; python -m tests.crypto.stock_go builds it")
    with subprocess.Popen(  # noqa: S603 - built from our own source
        [str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:

        def ask(question: str, **given: object) -> dict[str, Any]:
            assert running.stdin
            assert running.stdout
            running.stdin.write(json.dumps({"ask": question} | given, default=_base64) + "\n")
            running.stdin.flush()
            content: dict[str, Any] = json.loads(running.stdout.readline())
            return content

        yield ask


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
