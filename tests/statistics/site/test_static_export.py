"""A copy of everything published: the same bytes, to be gone on with, and without dead links."""

import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask

from portal.core.terms import LANGUAGES
from tests.page import checked
from tests.statistics.site.pages.test_release_pages import list_links


@pytest.fixture
def copy(app: Flask, shelved: Path, tmp_path: Path) -> Path:
    """A copy of two releases."""
    assert shelved.exists()
    target = tmp_path / "copy"
    run_export(app, target)
    return target


def run_export(app: Flask, target: Path) -> int:
    """Run the command, and return how many files it says it wrote."""
    done = app.test_cli_runner().invoke(args=["export-site", str(target)])
    assert done.exit_code == 0, done.output
    return int(done.output.split()[0])


def test_releases_are_the_same_bytes(copy: Path, shelved: Path) -> None:
    files = [path for path in shelved.rglob("*") if path.is_file()]

    assert len(files) > 1500
    for path in files:
        assert (copy / "figures" / path.relative_to(shelved)).read_bytes() == path.read_bytes()


def test_a_second_run_writes_nothing_and_a_stopped_one_goes_on(app: Flask, copy: Path) -> None:
    assert run_export(app, copy) == 0

    (copy / "figures/2026-q4/v1/manifest.json").unlink()
    (copy / "ru/index.html").write_text("half of")

    assert run_export(app, copy) == 2
    assert run_export(app, copy) == 0


def test_every_link_of_the_copy_leads_to_a_file_of_it(copy: Path) -> None:
    pages = sorted(copy.rglob("*.html"))
    around = [page for page in pages if "figures/2" not in page.as_posix()]
    dead = set()
    for page in [*around, *pages[::9]]:
        for address in list_links(page.read_text("utf-8")):
            if re.match("(https?|mailto):|#", address):
                continue
            own = page.relative_to(copy).as_posix()
            path = posixpath.join(posixpath.dirname(own), unquote(urlsplit(address).path))
            target = copy / posixpath.normpath(path)
            if not (target / "index.html" if target.is_dir() else target).is_file():
                dead.add((own, address))
    assert not dead


def test_the_pages_around_the_releases_are_there_in_every_language(copy: Path) -> None:
    for language in LANGUAGES:
        for path in ("", "figures", "figures/calendar", "figures/changes", "figures/about"):
            page = checked((copy / language / path / "index.html").read_text("utf-8"))
            assert f'<html lang="{language}">' in page
    checked((copy / "index.html").read_text("utf-8"))
