"""The log against the folder of releases: what readers are sent is what was published."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.statistics.releases.archive import ACCESS, MANIFEST, MINUTE, PROOF, SIGNATURE
from tests.statistics.histories import Q3, Histories, QuarterPublisher


def altered(path: Path) -> None:
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"2026", b"2027"))


def flipped(path: Path) -> None:
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def added(path: Path) -> None:
    (path.parent / "more.csv").write_bytes(b"freq\n")


@pytest.mark.parametrize(
    ("name", "damage", "said"),
    [
        ("totals.csv", altered, f"totals.csv of {Q3}/v1 is not what was published"),
        ("totals.csv", Path.unlink, f"totals.csv of {Q3}/v1 cannot be read"),
        ("totals.csv", added, f"more.csv of {Q3}/v1 was not published with it"),
        (MANIFEST, altered, f"the manifest of release {Q3}/v1 was altered"),
        (MANIFEST, Path.unlink, f"release {Q3}/v1 was published, and its folder is gone"),
        (SIGNATURE, flipped, f"{SIGNATURE} of {Q3}/v1 is not what was published"),
        (SIGNATURE, Path.unlink, f"{SIGNATURE} of {Q3}/v1 cannot be read"),
        (ACCESS, altered, f"{ACCESS} of {Q3}/v1 is not what was published"),
        (ACCESS, Path.unlink, f"{ACCESS} of {Q3}/v1 cannot be read"),
        (MINUTE, altered, f"{MINUTE} of {Q3}/v1 is not what was published"),
        (MINUTE, Path.unlink, f"{MINUTE} of {Q3}/v1 cannot be read"),
        (MINUTE, flipped, f"{MINUTE} of {Q3}/v1 is not what was published"),
        (PROOF, flipped, f"{PROOF} of {Q3}/v1 is not what was published"),
        (PROOF, Path.unlink, f"{PROOF} of {Q3}/v1 cannot be read"),
    ],
)
def test_a_file_that_is_not_as_it_was_published_is_named(
    app: Flask,
    histories: Histories,
    press: QuarterPublisher,
    name: str,
    damage: Callable[[Path], None],
    said: str,
) -> None:
    histories.done()
    press.publish()
    runner = app.test_cli_runner()
    before = runner.invoke(args=["log", "verify"])

    damage(press.folder / Q3 / "v1" / name)
    after = runner.invoke(args=["log", "verify"])

    assert said not in before.stdout
    assert said in after.stdout
    assert after.exit_code == 1
