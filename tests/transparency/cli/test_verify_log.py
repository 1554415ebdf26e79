"""The command that checks the log: says that all is well, or names what is not."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.transparency.publishing import files
from portal.web.parts import SETTINGS
from tests.factories import Filed, Make
from tests.transparency.cli.test_policy import run

WHOLE = "The log is whole, and the database says what it says.\n"


@pytest.fixture
def filed(app: Flask, make: Make) -> Filed:
    """A report of long ago that the log has, with its files."""
    filed = make.portal("KNB_AC").filed()
    run(app, "merge")
    return filed


@pytest.mark.usefixtures("filed")
def test_a_log_that_is_whole(app: Flask) -> None:
    assert run(app, "verify") == WHOLE


def test_a_log_of_which_nothing_was_merged_yet(app: Flask, make: Make) -> None:
    make.portal("KNB_AC")

    assert run(app, "verify") == WHOLE


def test_a_difference_is_named_and_the_exit_status_tells(
    app: Flask, filed: Filed, session: Session
) -> None:
    session.execute(text("UPDATE status_changes SET changed_on = '2026-01-01'"))
    session.commit()

    told = run(app, "verify", fails=True)

    assert f"case {filed.case.id}: its history begins with received on 2026-01-01" in told
    assert "its status_changes 0 has changed_on 2026-01-01, and 2026-03-02 was told" in told
    assert "2 differences." in told


@pytest.mark.usefixtures("filed")
def test_a_checkpoint_that_somebody_kept(app: Flask, tmp_path: Path) -> None:
    folder = SETTINGS.get_from(app).instance / files.FOLDER
    kept = tmp_path / "kept"
    kept.write_bytes((folder / "checkpoint").read_bytes())
    assert run(app, "verify", "--checkpoint", str(kept)) == WHOLE

    kept.write_bytes(kept.read_bytes().replace(b"localhost/log", b"elsewhere/log"))

    told = run(app, "verify", "--checkpoint", str(kept), fails=True)
    assert f"{kept} is not signed by this log" in told


@pytest.mark.usefixtures("filed")
def test_no_policy_no_check(app: Flask) -> None:
    (SETTINGS.get_from(app).instance / "log-policy").write_text("witness nobody\n")

    assert "log-policy" in run(app, "verify", fails=True)
