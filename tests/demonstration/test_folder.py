"""A demonstration takes an empty folder only: it clears what an interrupted one has left."""

import fcntl
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from portal.core.config import Settings
from portal.demonstration.folder import LOCK, alone
from portal.web.parts import SESSIONS
from tests.installation import installed


@pytest.mark.parametrize("kind", ["prepare", "figures"])
@pytest.mark.parametrize("left", ["files/" + "a" * 32, "releases/2026-q3/v1/x", "log/checkpoint"])
def test_what_people_made_is_left_alone_even_beside_an_empty_database(
    settings: Settings, kind: str, left: str
) -> None:
    app = installed(replace(settings, demonstration=True))
    path: Path = settings.instance / left
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"of people")

    answer = app.test_cli_runner().invoke(args=["demonstration", kind])
    SESSIONS.get_from(app).kw["bind"].dispose()

    assert answer.exit_code == 1
    assert "of another portal" in answer.output
    assert path.read_bytes() == b"of people"
    assert not (settings.instance / "demonstration.json").exists()


def test_a_second_command_says_that_it_waits_and_works_when_the_first_has_ended(
    tmp_path: Path,
) -> None:
    settings = Settings(instance=tmp_path, public_url="http://127.0.0.1:8000", demonstration=True)
    waits, works = Event(), Event()

    def second() -> None:
        with alone(settings, waits.set):
            works.set()

    with (tmp_path / LOCK).open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        thread = Thread(target=second)
        thread.start()
        assert waits.wait(60)
        assert not works.is_set()
    thread.join()

    assert works.is_set()
