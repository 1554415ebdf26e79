"""What is asked of the registries: no answer is never told as a clean one."""

from datetime import date
from pathlib import Path

from tests.dependencies import (
    CLEAN,
    FAULTS,
    REASONS,
    UNKNOWN,
    day_of,
    is_newest,
    of_ages,
    of_python,
    of_scripts,
    pinned,
    words,
)

SKIPPED = {"name": "flask", "skip_reason": "Dependency not found on PyPI"}
SOUND = {"name": "mako", "version": "1.4.3", "vulns": []}
WEAK = {
    "name": "jinja2",
    "version": "3.1.6",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.7"]}],
}


def test_a_package_that_the_registry_does_not_know_was_not_checked() -> None:
    health = of_python({"dependencies": [SKIPPED, SOUND]})

    assert health.code == UNKNOWN
    assert "NOT CHECKED, the registry gave no answer: flask" in "\n".join(words("Python", health))


def test_a_vulnerable_package_is_named_with_the_version_that_mends_it() -> None:
    health = of_python({"dependencies": [SOUND, WEAK, SKIPPED]})

    assert health.code == FAULTS
    assert health.faults == ("jinja2 3.1.6: PYSEC-1, fixed in 3.1.7",)


def test_only_answers_for_all_are_clean() -> None:
    assert of_python({"dependencies": [SOUND]}).code == CLEAN


def test_npm_without_a_count_was_not_answered() -> None:
    assert of_scripts({"message": "405 Method Not Allowed"}).code == UNKNOWN
    assert of_scripts({}).code == UNKNOWN


def test_npm_names_what_is_vulnerable() -> None:
    report = {
        "metadata": {"dependencies": {"total": 3}},
        "vulnerabilities": {"esbuild": {"severity": "moderate"}},
    }

    assert of_scripts(report).faults == ("esbuild: moderate",)
    assert of_scripts(report | {"vulnerabilities": {}}).code == CLEAN


TODAY = date(2026, 11, 28)
PAGE = {
    "files": [
        {"filename": "mako-1.4.3-py3-none-any.whl", "upload-time": "2026-03-02T10:00:00Z"},
        {"filename": "mako-1.4.3.tar.gz", "upload-time": "2026-03-01T10:00:00Z"},
        {"filename": "mako-1.4.30.tar.gz", "upload-time": "2020-01-01T10:00:00Z"},
        {"filename": "mako-1.4.4.tar.gz"},
    ]
}


def test_a_version_is_as_old_as_its_first_file() -> None:
    assert day_of(PAGE, "1.4.3") == date(2026, 3, 1)
    assert day_of(PAGE, "1.4.4") is None
    assert day_of({}, "1.4.3") is None


def test_the_newest_version_that_there_is_cannot_be_too_old() -> None:
    later = {"filename": "mako-1.5.0.tar.gz", "upload-time": "2026-09-01T10:00:00Z"}
    trial = {"filename": "mako-1.5.0rc1.tar.gz", "upload-time": "2026-09-01T10:00:00Z"}

    assert is_newest(PAGE, "1.4.3")
    assert is_newest({"files": [*PAGE["files"], trial]}, "1.4.3")
    assert not is_newest({"files": [*PAGE["files"], later]}, "1.4.3")
    assert not is_newest({}, "1.4.3")


def test_an_old_version_is_named_and_one_without_a_day_was_not_checked() -> None:
    pins = {"mako": "1.4.3", "flask": "3.2.0", "bleach": "6.4.0"}
    days = {"mako": date(2026, 3, 1), "flask": date(2026, 11, 1), "bleach": None}

    health = of_ages(pins, days, TODAY)
    told = "\n".join(words("days", health, "OLD"))

    assert health.code == FAULTS
    assert "OLD mako 1.4.3: of 2026-03-01" in told
    assert "NOT CHECKED, the registry gave no answer: bleach" in told
    assert "flask" not in told


def test_every_pin_is_read_and_every_reason_is_of_one() -> None:
    text = (Path(__file__).parents[2] / "requirements-dev.txt").read_text("utf-8")
    pins = pinned(text)

    assert len(pins) == text.count("==") > 50
    assert REASONS.keys() <= pins.keys()
