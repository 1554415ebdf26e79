"""The order of the rooms of published figures, and the wall behind the noise, are guarded.

A copy of the code is spoilt, room by room, and the contracts break.
"""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATISTICS = "portal.statistics"
WALL, DOOR, ORDER = "after-the-noise", "only-counting-reads-cases", "statistics"
# What counts, keeps, asks, sends and attacks: it has to know a case, the database or a request.
BEFORE_THE_NOISE = {
    *("attacks", "auditing", "cli", "counting", "forms", "models"),
    *("policy", "queries", "rendering", "service", "views", "workflow"),
}
COUNTS_CASES = {"auditing", "counting", "service"}
REACHED = {
    "from sqlalchemy.orm import Session": "sqlalchemy",
    "from portal.cases.models import Case": "portal.cases.models",
}


def guarded(contract: str) -> list[str]:
    """Return the rooms that a contract names."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    names = config[f"importlinter:contract:{contract}"]["source_modules"].split()
    return [name.removeprefix(f"{STATISTICS}.") for name in names]


def layers() -> list[list[str]]:
    """Return the rooms of published figures as they stand above each other, the highest first."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = config[f"importlinter:contract:{ORDER}"]["layers"].strip().splitlines()
    return [line.split(" | ") for line in lines]


def rooms() -> set[str]:
    """Return every room of published figures."""
    result = (ROOT / "portal" / "statistics").iterdir()
    return {
        path.stem for path in result if path.suffix == ".py" or (path / "__init__.py").is_file()
    }


def linted(folder: Path, contract: str) -> str:
    """Return what import-linter says about one contract; the copy holds no cache of the portal."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    completed_process = subprocess.run(  # noqa: S603, the program is that of the environment
        [sys.executable, "-c", command, "--contract", contract, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join(
        (completed_process.stdout + completed_process.stderr).split()
    )  # it wraps its lines


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the code, to be spoilt."""
    for name in ("crypto", "portal", "witness"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=_unread)
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def _unread(folder: str, names: list[str]) -> set[str]:
    unread = {"node_modules", "static", "__pycache__"}
    return {
        name
        for name in names
        if name in unread or not (name.endswith(".py") or Path(folder, name).is_dir())
    }


def _one_module(folder: Path, room: str) -> str:
    """Return a module of a room."""
    place = folder.joinpath("portal", "statistics", room)
    if not place.is_dir():
        return f"{STATISTICS}.{room}"
    module = min(path for path in place.rglob("*.py") if path.name != "__init__.py")
    return ".".join(module.relative_to(folder).with_suffix("").parts)


def _reach(folder: Path, contract: str, line: str) -> list[str]:
    """Write an import into a module of each room, and return the modules."""
    modules = [_one_module(folder, room) for room in guarded(contract)]
    for module in modules:
        _write(folder, module, line)
    return modules


def _write(folder: Path, module: str, line: str) -> None:
    with folder.joinpath(*module.split(".")).with_suffix(".py").open("a") as file:
        file.write(f"\n{line}\n")


def test_every_room_is_guarded_that_does_not_have_to_know_cases() -> None:
    assert rooms() - set(guarded(WALL)) - {"__init__"} == BEFORE_THE_NOISE
    assert rooms() - set(guarded(DOOR)) - {"__init__"} == COUNTS_CASES


@pytest.mark.parametrize(("line", "reached"), REACHED.items())
def test_the_database_and_the_cases_cannot_be_reached_from_behind_the_noise(
    copy: Path, line: str, reached: str
) -> None:
    assert "1 kept, 0 broken" in linted(copy, WALL)

    modules = _reach(copy, WALL, line)
    said = linted(copy, WALL)

    assert "0 kept, 1 broken" in said
    assert [module for module in modules if f"{module} -> {reached} (" not in said] == []


def test_the_database_cannot_be_reached_by_a_detour(copy: Path) -> None:
    """A room imports what imports the database."""
    module = _one_module(copy, "measures")
    _write(copy, module, f"from {STATISTICS}.queries import newest")

    said = linted(copy, WALL)

    assert "0 kept, 1 broken" in said
    assert f"{module} -> {STATISTICS}.queries (" in said


def test_only_what_counts_imports_cases(copy: Path) -> None:
    assert "1 kept, 0 broken" in linted(copy, DOOR)

    modules = _reach(copy, DOOR, "from portal.cases.models import Case")
    said = linted(copy, DOOR)

    assert "0 kept, 1 broken" in said
    assert [module for module in modules if f"{module} -> portal.cases.models (" not in said] == []


def test_no_room_reaches_up_or_aside(copy: Path) -> None:
    assert "1 kept, 0 broken" in linted(copy, ORDER)

    above, reached = None, []
    for layer in layers():
        for room, beside in zip(layer, layer[1:] + layer[:1], strict=True):
            module = _one_module(copy, room)
            for other in {beside, above} - {room, None}:
                _write(copy, module, f"import {(target := _one_module(copy, str(other)))}")
                reached.append(f"{module} -> {target} (")
        above = layer[0]
    said = linted(copy, ORDER)

    assert "0 kept, 1 broken" in said
    assert [arrow for arrow in reached if arrow not in said] == []


def test_a_new_room_needs_a_place(copy: Path) -> None:
    room = copy / "portal" / "statistics" / "another"
    room.mkdir()
    (room / "__init__.py").touch()

    assert "portal.statistics.another" in linted(copy, ORDER)
