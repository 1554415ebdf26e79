"""What is asked of the registries: no answer is never told as a clean one."""

from tests.dependencies import CLEAN, FAULTS, UNKNOWN, of_python, of_scripts, words

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
