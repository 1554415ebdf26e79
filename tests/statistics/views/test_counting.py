"""Published totals beside the log, and the script by which anybody counts for themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.core.downloads import read_program
from portal.statistics.releases.archive import locate_release
from portal.transparency.publishing import totals
from portal.transparency.publishing.totals import Count
from tests.page import Browser, text_of
from tests.statistics.auditing.worlds import QUARTER, AuditedPortal

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "portal" / "downloads" / "count.py"


def count(log: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(log), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


def locate_totals(world: AuditedPortal) -> Path:
    return locate_release(world.press.folder, QUARTER, 1) / "totals.csv"


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_page_says_that_they_agree(world: AuditedPortal, lang: str) -> None:
    text = text_of(Browser(world.app.test_client()).get(f"/{lang}/log/totals"))

    assert {"kk": "иә", "ru": "да", "en": "yes"}[lang] in text
    assert "9" in text


def test_a_total_that_the_log_does_not_have_is_marked(world: AuditedPortal) -> None:
    kept = world.log_folder / totals.FILE
    before = kept.read_bytes()
    counted = totals.read_totals(world.log_folder)
    counted.quarters[QUARTER] = Count(8, 6)
    kept.write_bytes(counted.data)

    text = text_of(Browser(world.app.test_client()).get("/en/log/totals"))

    kept.write_bytes(before)
    assert "9 8 6 6 no" in text


def test_the_page_of_the_log_leads_here(browser: Browser) -> None:
    assert 'href="/ru/log/totals"' in browser.get("/ru/log")


def test_a_portal_without_releases_has_the_page(browser: Browser) -> None:
    assert "Nothing has been published yet" in text_of(browser.get("/en/log/totals"))


def test_the_script_counts_what_was_published(world: AuditedPortal) -> None:
    result = count(world.log_folder, locate_totals(world))

    assert result.returncode == 0, result.stderr
    assert "2026-Q1 received 9 log: 9 True" in result.stdout
    assert "2026-Q1 concluded 6 log: 6 True" in result.stdout


def test_the_script_says_no_to_another_total(world: AuditedPortal, tmp_path: Path) -> None:
    other = tmp_path / "totals.csv"
    other.write_text(locate_totals(world).read_text("utf-8").replace(",9,9,9,", ",8,8,8,"), "utf-8")

    result = count(world.log_folder, other)

    assert result.returncode == 1
    assert "2026-Q1 received 8 log: 9 False" in result.stdout


def test_the_script_refuses_entries_that_were_not_signed(
    world: AuditedPortal, tmp_path: Path
) -> None:
    (bundle,) = (world.log_folder / "tile" / "entries" / "000.p").iterdir()
    place = tmp_path / bundle.relative_to(world.log_folder)
    place.parent.mkdir(parents=True)
    content = bundle.read_bytes()
    place.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (tmp_path / "checkpoint").write_bytes((world.log_folder / "checkpoint").read_bytes())

    assert "not those that the log has signed" in count(tmp_path).stderr


def test_the_script_is_served_and_short(browser: Browser) -> None:
    text = browser.client.get("/log/count.py").get_data(as_text=True)

    assert text == read_program("count.py").decode()
    code = [line for line in text.partition('"""\n\n')[2].splitlines() if line.strip()]
    assert len(code) <= 80


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("no log", "checkpoint cannot be read"),
        ("no checkpoint", "is not a log"),
        ("no file", "totals.csv cannot be read"),
        ("no totals", "not a totals.csv"),
    ],
)
def test_the_script_ends_in_words_not_in_a_trace(
    world: AuditedPortal, tmp_path: Path, damage: str, told: str
) -> None:
    log, totals_file = tmp_path / "log", tmp_path / "totals.csv"
    shutil.copytree(world.log_folder, log)
    shutil.copy(locate_totals(world), totals_file)
    match damage:
        case "no log":
            shutil.rmtree(log)
        case "no checkpoint":
            (log / "checkpoint").write_bytes(b"\xff")
        case "no file":
            totals_file.unlink()
        case _:
            totals_file.write_text("a,b\n1,2\n", "utf-8")

    result = count(log, totals_file)

    assert result.returncode == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_the_script_counts_in_a_copy(world: AuditedPortal, tmp_path: Path) -> None:
    done = world.app.test_cli_runner().invoke(args=["export-site", str(tmp_path)])

    result = count(tmp_path / "log", tmp_path / "figures" / QUARTER / "v1" / "totals.csv")

    assert done.exit_code == 0, done.output
    assert result.returncode == 0, result.stderr
