"""What readers download runs without the portal, and nothing else is in its folder."""

import ast
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from portal.core.downloads import read_program

FOLDER = Path(str(files("portal"))) / "downloads"
PROGRAMS = {"check_report.py", "count.py", "verify.py"}


def test_the_folder_holds_these_programs_and_the_data_folder_none() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == PROGRAMS | {"README.md"}
    assert not list((FOLDER.parent / "data").rglob("*.py"))


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_program_imports_python_and_cryptography_only(name: str) -> None:
    imported = set()
    for node in ast.walk(ast.parse(read_program(name))):
        match node:
            case ast.Import(names=names):
                imported |= {name.name for name in names}
            case ast.ImportFrom(module=module):
                imported.add(module or "")
            case _:
                pass

    roots = {name.partition(".")[0] for name in imported}
    assert roots <= {"cryptography"} | sys.stdlib_module_names
