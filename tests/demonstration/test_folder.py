"""A demonstration takes an empty folder only: it clears what an interrupted one has left."""

from dataclasses import replace
from pathlib import Path

import pytest

from portal.core.config import Settings
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
    SESSIONS.of(app).kw["bind"].dispose()

    assert answer.exit_code == 1
    assert "of another portal" in answer.output
    assert path.read_bytes() == b"of people"
    assert not (settings.instance / "demonstration.json").exists()
