"""The recipes of docs/journalists.md, each run as it stands against a portal that is served."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import pandas as pd
import pytest
from flask import Flask

from crypto import log_entries
from portal.core.calendar import Quarter
from portal.statistics.releases import archive, replies, signature
from portal.statistics.releases.archive import PublishedRelease
from portal.transparency.parts import LOG
from portal.transparency.publishing import files
from portal.transparency.writing.service import append
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SETTINGS
from tests.live import serving
from tests.statistics import tables
from tests.statistics.releases.test_replies import reply

DOCS = Path(__file__).parents[2] / "docs"
SCRIPT = DOCS.parent / "portal" / "downloads" / "verify.py"
LANGUAGES = ("kk", "ru")
BLOCK = re.compile(r"^## (.+?)$|^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORTAL = "https://report.example"
COMMANDS = {"python": [sys.executable, "-"], "sh": ["sh", "-e"]}


def recipes(name: str) -> list[tuple[str, str, str]]:
    """Return the recipes of a document: heading, language, code."""
    heading, result = "", []
    for title, language, code in BLOCK.findall((DOCS / name).read_text("utf-8")):
        heading = title or heading
        if code:
            result.append((heading, language, code))
    return result


RECIPES = recipes("journalists.md")


@pytest.fixture
def portal(app: Flask, address: str) -> str:
    """The address of a portal with two releases."""
    settings = SETTINGS.get_from(app)
    SETTINGS.put(app, replace(settings, public_url=address))
    for quarter in (Quarter("2026-q3"), Quarter("2026-q4")):
        master = KEYRING.get_from(app).statistics
        tables.publish(settings.instance / "releases", quarter, master=master)
    with app.app_context(), transaction() as session:
        for release in archive.list_releases(settings.instance / "releases"):
            append(session, LOG.get_from(app), logged(release), today=release.published_on)
    with app.app_context(), reading() as session:  # what is published was committed and signed
        files.publish(session, settings.instance / files.FOLDER)
    return address


def logged(release: PublishedRelease) -> list[log_entries.Leaf]:
    """Return the entries that the log has of a quarter with these totals."""
    kinds = "R" * release.read_total("received") + "O" * release.read_total("concluded")
    steps: list[log_entries.Leaf] = [log_entries.Step(kind, bytes(16), bytes(32)) for kind in kinds]
    last = release.quarter.last.isoformat()
    return [*steps, log_entries.Announcement(log_entries.BATCH, last, b"")]


def run(code: str, language: str, portal: str, folder: Path) -> str:
    """Run one recipe in a folder, and return what it prints."""
    (folder / "python").unlink(missing_ok=True)
    (folder / "python").symlink_to(sys.executable)
    made = subprocess.run(  # noqa: S603 - our own recipes
        COMMANDS[language],
        input=code.replace(PORTAL, portal),
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def test_there_is_a_recipe_for_each_task() -> None:
    assert [language for _, language, _ in RECIPES] == [
        *("python", "python", "python", "r", "python", "python", "python"),
        *("sh", "sh", "sh", "sh"),
    ]


@pytest.mark.skipif(
    not shutil.which("openssl") or not shutil.which("curl"), reason="Debian has both"
)
def test_the_recipes_work_one_after_the_other(portal: str, tmp_path: Path) -> None:
    told = [
        run(code, language, portal, tmp_path)
        for _, language, code in RECIPES
        if language in COMMANDS
    ]

    sheet, plain, frame, series, chart, compared, signed, verified, counted, asked = told
    assert "Period" in sheet
    assert "2026-Q4 KZ-10 not shown, likely up to " in plain
    assert "область Абай" in frame
    assert "2026-Q3" in series
    assert chart.startswith("31.9%, likely between 30.5% and 33.5%")
    assert compared.startswith("21 more, likely between")
    assert "Signature Verified Successfully" in signed
    assert verified.count("signed, whole") == 2
    assert counted.count(" True\n") == 2
    assert '"id":"received-region"' in asked
    assert "<feed" in asked


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("2026-q3/v1/totals.csv", "totals.csv is not what was published"),
        ("2026-q3/v1/manifest.json", "manifest.json is not what was published"),
        ("2026-q4/v1/manifest.json.sig", "is not signed with this key"),
        ("chain.json", "is not one that a portal publishes"),
    ],
)
def test_the_script_finds_a_change_by_whoever_holds_the_server(
    app: Flask, portal: str, tmp_path: Path, changed: str, told: str
) -> None:
    """A server that sends whatever lies in its folder, as a dishonest one would."""
    place = tmp_path / "figures"
    shutil.copytree(SETTINGS.get_from(app).instance / "releases", place)
    (place / "chain.json").write_bytes(urlopen(f"{portal}/figures/chain.json").read())  # noqa: S310 - our own
    (tmp_path / "key.pem").write_bytes((place / "2026-q4/v1/key.pem").read_bytes())
    content = (place / changed).read_bytes()
    (place / changed).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with serving(Flask("copy", static_folder=str(tmp_path), static_url_path="")) as address:
        done = verified(address, tmp_path)

    assert done.returncode == 1
    assert told in done.stderr


def test_the_script_checks_a_copy_and_the_folder_of_one(
    app: Flask, portal: str, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    assert app.test_cli_runner().invoke(args=["export-site", str(copy)]).exit_code == 0
    shutil.copy(copy / "figures" / "key.pem", tmp_path)

    with serving(Flask("copy", static_folder=str(copy), static_url_path="")) as address:
        from_server = verified(address, tmp_path)
    from_folder = verified(str(copy), tmp_path)

    assert portal
    for done in (from_server, from_folder):
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("signed, whole") == 2


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (b"", "cannot be read as a public key"),
        (None, "key.pem cannot be read as a public key"),
    ],
)
def test_the_script_ends_in_words_not_in_a_trace(
    portal: str, tmp_path: Path, key: bytes | None, told: str
) -> None:
    if key is not None:
        (tmp_path / "key.pem").write_bytes(key)
    without_key = verified(portal, tmp_path)
    (tmp_path / "key.pem").write_bytes(urlopen(f"{portal}/figures/key.pem").read())  # noqa: S310 - our own
    nobody = verified("http://127.0.0.1:9", tmp_path)
    nowhere = verified(str(tmp_path / "nowhere"), tmp_path)

    assert told in without_key.stderr
    for done in (without_key, nobody, nowhere):
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    for done in (nobody, nowhere):
        assert "chain.json cannot be read" in done.stderr


def test_the_script_checks_what_bodies_say_and_tells_how_it_is_called(
    app: Flask, portal: str, tmp_path: Path
) -> None:
    folder, master = (
        SETTINGS.get_from(app).instance / "releases",
        KEYRING.get_from(app).statistics,
    )
    said = reply()
    replies.write_reply(folder, said, signature.sign(master, replies.encode_reply(said)))
    (tmp_path / "key.pem").write_bytes(signature.derive_public_pem(master))

    assert f"{said.file}: signed" in verified(portal, tmp_path).stdout
    replies.write_reply(folder, said, bytes(64))
    assert f"{said.file} is not signed" in verified(portal, tmp_path).stderr
    (tmp_path / "key.pem").unlink()
    asked = [sys.executable, str(SCRIPT)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert "python verify.py" in done.stderr


def verified(address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that readers download."""
    command = [sys.executable, str(SCRIPT), address, "key.pem"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own script


def test_r_reads_the_same_numbers() -> None:
    """By the rules of read.csv: a point before decimals, and only the empty text is missing."""
    written = tables.made(Quarter("2026-q4"), "L1")["measures.csv"].decode()

    read = pd.read_csv(StringIO(written), keep_default_na=False, na_values=[""], decimal=".")

    assert read["value"].dtype == float
    assert read["value"].isna().sum() == sum(
        line.split(",")[7] == "" for line in written.splitlines()[1:]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_translations_have_the_same_recipes(language: str) -> None:
    translated = recipes(f"journalists.{language}.md")

    assert [item[1:] for item in translated] == [item[1:] for item in RECIPES]
    for item, other in zip(translated, RECIPES, strict=True):
        assert item[0] != other[0] or item[0] == "R"
