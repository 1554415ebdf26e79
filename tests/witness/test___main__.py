"""The command of the witness, as people type it; and what it needs to run."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.processes import ROOT
from crypto import notes
from tests.crypto import logs
from tests.witness.shown import ServedLog, fork
from witness.__main__ import ALARM, FAILED, WELL, run_command
from witness.state import MAX_SEEN, State

KEY = logs.LOG_KEY.text


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "mine")


@pytest.fixture
def watching(folder: str, address: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The folder of a witness that was set up by typing."""
    assert run_command(["--folder", folder, "new", "ngo.example/w"]) == WELL
    assert run_command(["--folder", folder, "watch", address, "--key", KEY]) == WELL
    capsys.readouterr()
    return folder


def test_a_new_witness_shows_its_key_and_keeps_it_for_itself(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["--folder", folder, "new", "ngo.example/w"]) == WELL
    text, fingerprint = capsys.readouterr().out.splitlines()

    key = notes.parse_key(text)
    assert key.kind == notes.COSIGNATURE_ED25519
    assert fingerprint == f"fingerprint: {key.fingerprint}"
    assert len(key.fingerprint.split()) == 16
    assert (Path(folder) / "key").stat().st_mode & 0o777 == 0o600
    assert run_command(["--folder", folder, "new", "ngo.example/w"]) == FAILED
    assert State(Path(folder)).own.public == key


@pytest.mark.parametrize("name", ["", "two words", "a+b", "x" * 256, "б\u00a0в"])
def test_a_name_that_a_key_cannot_have_is_refused(folder: str, name: str) -> None:
    assert run_command(["--folder", folder, "new", name]) == FAILED
    assert not (Path(folder) / "key").exists()


def test_a_key_that_others_can_read_or_that_was_altered_is_not_used(
    watching: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(watching) / "key"
    path.chmod(0o644)
    assert run_command(["--folder", watching, "follow", "--once"]) == FAILED
    assert "chmod 600" in capsys.readouterr().err
    path.chmod(0o600)
    text = path.read_text()
    path.write_text(text.replace("ngo", "ogn"))
    assert run_command(["--folder", watching, "follow", "--once"]) == FAILED
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("ftp://portal.example/log", KEY),
        ("portal.example/log", KEY),
        ("https://portal.example/log?x", KEY),
        ("https://portal.example/log", "x"),
        ("https://portal.example/log", logs.WITNESS_KEYS[0].text),
    ],
)
def test_only_a_log_with_its_key_is_watched(folder: str, address: str, key: str) -> None:
    run_command(["--folder", folder, "new", "ngo.example/w"])

    assert run_command(["--folder", folder, "watch", address, "--key", key]) == FAILED
    assert State(Path(folder)).list_logs() == []


def test_without_a_log_there_is_nothing_to_follow(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_command(["--folder", folder, "new", "ngo.example/w"])

    assert run_command(["--folder", folder, "follow", "--once"]) == FAILED
    assert "watch ADDRESS" in capsys.readouterr().err


def test_following_says_what_was_done(
    watching: str, shown: ServedLog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["--folder", watching, "follow", "--once"]) == WELL
    assert "portal.example/log: 300 entries, cosigned and handed in" in capsys.readouterr().out
    shown.gone = frozenset({"checkpoint"})
    assert run_command(["--folder", watching, "follow", "--once"]) == FAILED
    assert "NOT COSIGNED" in capsys.readouterr().err
    assert run_command(["--folder", watching, "status"]) == WELL
    assert "300 entries, cosigned at" in capsys.readouterr().out


def test_an_alarm_stays_until_a_person_decides(
    watching: str, shown: ServedLog, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run_command(["--folder", watching, "follow", "--once"])
    shown.tree, shown.size = fork(100), 400
    hook = ["--alarm", f"tee -a {tmp_path / 'told.txt'}"]

    assert run_command(["--folder", watching, "follow", "--once", *hook]) == ALARM
    shown.tree = ServedLog().tree
    assert run_command(["--folder", watching, "follow", "--every", "9", *hook]) == ALARM
    assert run_command(["--folder", watching, "status"]) == ALARM
    said = capsys.readouterr()
    assert "ALARM · ДАБЫЛ · ТРЕВОГА" in said.err
    assert "changed its history" in said.out
    assert (tmp_path / "told.txt").read_text().count("ALARM") == 1
    (evidence,) = Path(watching).glob("logs/*/evidence/*")
    assert run_command(["--folder", watching, "prove", str(evidence), "--key", KEY]) == WELL
    assert "Proved: portal.example/log signed 300" in capsys.readouterr().out
    other = notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG).text
    assert run_command(["--folder", watching, "prove", str(evidence), "--key", other]) == FAILED
    (evidence / "checkpoint-kept").unlink()
    assert run_command(["--folder", watching, "prove", str(evidence), "--key", KEY]) == FAILED

    assert run_command(["--folder", watching, "resume", "other.example/log"]) == FAILED
    assert run_command(["--folder", watching, "resume", logs.ORIGIN]) == WELL
    assert run_command(["--folder", watching, "resume", logs.ORIGIN]) == FAILED
    assert run_command(["--folder", watching, "follow", "--once"]) == WELL


def test_a_log_moves_and_changes_its_key(watching: str) -> None:
    new = notes.derive_verifier_key(logs.ORIGIN, logs.OTHER_LOG)
    run_command(
        ["--folder", watching, "watch", "https://elsewhere.example/log/", "--key", new.text]
    )

    (log,) = State(Path(watching)).list_logs()
    assert log.address == "https://elsewhere.example/log"
    assert log.keys == (logs.LOG_KEY, new)


def test_the_oldest_of_very_many_checkpoints_are_forgotten(watching: str) -> None:
    (log,) = State(Path(watching)).list_logs()
    (log.folder / "seen").mkdir()
    for size in range(MAX_SEEN):
        (log.folder / "seen" / f"{size + 1:019}").write_bytes(ServedLog(size=1).signed)
    run_command(["--folder", watching, "follow", "--once"])

    names = sorted(path.name for path in (log.folder / "seen").iterdir())
    assert len(names) <= MAX_SEEN


def test_it_runs_from_crypto_and_its_own_folder_alone(tmp_path: Path) -> None:
    for package in ("crypto", "witness"):
        shutil.copytree(ROOT / package, tmp_path / package)
    listing = "import sys; from witness.__main__ import run_command; print(*sys.modules, sep='\\n')"

    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", listing],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(done.stdout.splitlines())
    assert "crypto.witness" in loaded
    outside = {name.partition(".")[0] for name in loaded} & {
        "portal", "flask", "sqlalchemy", "click", "werkzeug", "jinja2", "babel", "alembic",
    }  # fmt: skip
    assert not outside
    assert {name for name in loaded if name.startswith("witness.")} == {
        f"witness.{path.stem}"
        for path in (ROOT / "witness").glob("*.py")
        if path.stem != "__init__"
    }


def test_its_modules_import_crypto_and_python_only() -> None:
    for path in sorted((ROOT / "witness").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    imported = {name.name for name in names}
                case ast.ImportFrom(module=module):
                    imported = {module or ""}
                case _:
                    continue
            roots = {name.partition(".")[0] for name in imported}
            assert roots <= {"crypto", "witness"} | sys.stdlib_module_names, (path.name, roots)
