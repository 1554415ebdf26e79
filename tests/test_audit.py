"""The program of an auditor, by hand: keys, a package, a report in three languages, their word."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crypto import audited, notes
from portal.audit.__main__ import run_command
from portal.statistics.rendering import RENDERER
from portal.transparency.policy import PolicyFile
from portal.transparency.writing import auditors
from tests.page import Browser, text_of
from tests.statistics.auditing.worlds import QUARTER, AuditedPortal, published_world

AS_OF = ("--as-of", "2026-06-09")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedPortal]:
    with published_world(tmp_path_factory.mktemp("audit") / "instance", RENDERER) as world:
        yield world


def portal(world: AuditedPortal, *arguments: str) -> Result:
    world.session.rollback()
    return world.app.test_cli_runner().invoke(args=["log", *arguments])


def audit(*arguments: str) -> Result:
    return CliRunner().invoke(run_command, arguments)


@pytest.fixture(scope="module")
def desk(world: AuditedPortal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an auditor has: keys, a package, a policy."""
    place = tmp_path_factory.mktemp("desk")
    assert audit("keys", "ngo.example", str(place)).exit_code == 0
    added = portal(world, "auditor", "add", str(place / "ngo.example.txt"))
    assert added.exit_code == 0, added.output
    package = str(place / "package.age")
    made = portal(world, "audit-export", QUARTER, "ngo.example", package, *AS_OF)
    assert made.exit_code == 0, made.output
    (place / "policy").write_text(PolicyFile(world.policy.log).text)
    return place


def checked(desk: Path, log: Path, releases: Path, report: Path) -> Result:
    return audit(
        *("check", str(desk / "package.age"), "--keys", str(desk / "ngo.example.key")),
        *("--policy", str(desk / "policy"), "--log", str(log)),
        *("--releases", str(releases), "--report", str(report)),
    )


def test_an_honest_release_is_signed_and_the_word_stands_beside_it(
    world: AuditedPortal, desk: Path, tmp_path: Path
) -> None:
    result = checked(desk, world.log_folder, world.press.folder, tmp_path)

    assert result.exit_code == 0, result.output
    assert "DIFFERS" not in result.output
    for language, word in (("kk", "сәйкес"), ("ru", "совпадает"), ("en", "agrees")):
        assert word in (tmp_path / f"report-{language}.html").read_text("utf-8")
    note = tmp_path / "ngo.example.note"
    key = auditors.load(world.press.folder.parent, "ngo.example").key
    assert audited.verify(note.read_bytes(), key).release.name == "2026-q1/v1"

    accepted = portal(world, "auditor", "accept", str(note), *AS_OF)
    assert accepted.exit_code == 0, accepted.output
    browser = Browser(world.app.test_client())
    page = browser.get("/en/figures/changes")
    assert "ngo.example" in text_of(page)
    served = browser.client.get("/figures/audits/2026-q1/v1/ngo.example.note")
    assert served.data == note.read_bytes()
    assert notes.parse(served.data).signatures[0].name == "ngo.example"


def test_what_differs_is_named_and_not_signed(
    world: AuditedPortal, desk: Path, tmp_path: Path
) -> None:
    shutil.copytree(world.press.folder, tmp_path / "releases")
    totals = tmp_path / "releases" / QUARTER / "v1" / "totals.csv"
    totals.write_bytes(totals.read_bytes().replace(b",9,", b",8,"))

    result = checked(desk, world.log_folder, tmp_path / "releases", tmp_path / "out")

    assert result.exit_code == 1
    assert re.search(r"DIFFERS +files", result.output)
    assert "totals.csv" in result.output
    assert "totals.csv" in (tmp_path / "out" / "report-ru.html").read_text("utf-8")
    assert not (tmp_path / "out" / "ngo.example.note").exists()


def test_who_is_no_auditor_of_this_portal_gets_nothing(
    world: AuditedPortal, tmp_path: Path
) -> None:
    got = portal(world, "audit-export", QUARTER, "stranger", str(tmp_path / "x"), *AS_OF)

    assert got.exit_code == 1
    assert "no auditor is called stranger" in got.output


@pytest.mark.usefixtures("desk")
def test_after_thirty_days_there_is_nothing_to_give(world: AuditedPortal, tmp_path: Path) -> None:
    late = ("--as-of", "2026-07-09")

    got = portal(world, "audit-export", QUARTER, "ngo.example", str(tmp_path / "x"), *late)

    assert got.exit_code == 1
    assert "is kept until" in got.output
