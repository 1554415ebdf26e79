"""The folders at the top are the ones that README.md tells of, and the code is all checked."""

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = {"crypto", "portal", "witness"}
REST = {"bench", "docs", "migrations", "templates", "tests", "translations"}
OF_THIS_MACHINE = {"__pycache__", "build", "instance"}


def folders() -> set[str]:
    """Return the folders at the top, without what tools leave and what runs there."""
    return {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.suffix != ".egg-info"
    } - OF_THIS_MACHINE


def test_the_folders_at_the_top_are_known() -> None:
    assert folders() == CODE | REST


def test_the_readme_tells_of_every_folder() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Where things are")[2]

    assert not {name for name in CODE | REST if f"{name}/" not in readme.partition("## To")[0]}


def test_every_package_is_installed_typed_measured_and_under_the_contracts() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")

    packages = config["options.packages.find"]["include"].split()
    assert {name.removesuffix("*") for name in packages} == CODE
    assert set(config["mypy"]["files"].split(", ")) > CODE
    assert set(config["importlinter"]["root_packages"].split()) == CODE
    assert set(config["coverage:run"]["source"].split(", ")) == CODE
    assert set(config["importlinter:contract:no-cycles"]["ancestors"].split()) == CODE
