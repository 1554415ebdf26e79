"""What hangs on the application is reached through typed parts, never by a bare name."""

from pathlib import Path

from flask import Flask

from portal.transparency import parts as of_log
from portal.web import limits, parts, readiness
from portal.web.parts import Part

PORTAL = Path(__file__).parents[2] / "portal"
HOLDERS = (parts, readiness, limits, of_log)


def declared() -> list[Part[object]]:
    return [
        value for module in HOLDERS for value in vars(module).values() if isinstance(value, Part)
    ]


def test_nothing_else_touches_the_extensions_of_flask() -> None:
    touching = {
        path.relative_to(PORTAL).as_posix()
        for path in PORTAL.rglob("*.py")
        if "frontend" not in path.parts and ".extensions" in path.read_text("utf-8")
    }

    assert touching == {"web/parts.py"}


def test_each_part_is_declared_once_and_hangs_on_every_portal(app: Flask) -> None:
    names = {part.name for part in declared()}

    assert len({id(part) for part in declared()}) == len(names)
    assert names <= app.extensions.keys()
