"""Asks the registries whether a locked version has a known vulnerability: `make audit`.

A registry that does not answer, or does not know a package, is no clean bill: pip-audit then ends
with success all the same. So each answer is counted here, and what was not answered is said.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FRONTEND = ROOT / "portal" / "frontend"
BIN = Path(sys.prefix) / "bin"
SECONDS = 120
NAMED = 12  # packages; of more only the number is said
PYTHON = (
    *(str(BIN / "pip-audit"), "--format=json", "--progress-spinner=off"),
    *("--disable-pip", "--no-deps", "--require-hashes", "--requirement=requirements-dev.txt"),
)
SCRIPTS = (str(BIN / "npm"), "audit", "--json")
CLEAN, FAULTS, UNKNOWN = 0, 1, 2  # exit codes


@dataclass(frozen=True)
class Health:
    """What a registry said of our packages."""

    answered: int
    unanswered: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """Return the exit code that says it."""
        if self.faults:
            return FAULTS
        return UNKNOWN if self.unanswered else CLEAN


def of_python(report: Mapping[str, Any]) -> Health:
    """Return what pip-audit's report says; a package that it skipped was not answered for."""
    if not report.get("dependencies"):
        return Health(answered=0, unanswered=("every package of requirements-dev.txt",))
    packages = report["dependencies"]
    known = [package for package in packages if "vulns" in package]
    return Health(
        answered=len(known),
        unanswered=tuple(package["name"] for package in packages if "vulns" not in package),
        faults=tuple(
            f"{item['name']} {item['version']}: {fault['id']}, fixed in "
            f"{', '.join(fault['fix_versions']) or 'no version yet'}"
            for item in known
            for fault in item["vulns"]
        ),
    )


def of_scripts(report: Mapping[str, Any]) -> Health:
    """Return what npm's report says; one without a count was not answered."""
    if "metadata" not in report:
        return Health(answered=0, unanswered=("every package of package-lock.json",))
    return Health(
        answered=report["metadata"]["dependencies"]["total"],
        faults=tuple(
            f"{name}: {item['severity']}" for name, item in report["vulnerabilities"].items()
        ),
    )


def words(whose: str, health: Health) -> Iterator[str]:
    """Yield what a person reads of it."""
    yield f"{whose}: the registry answered for {health.answered} packages"
    if health.unanswered:
        many = len(health.unanswered) > NAMED
        named = f"{len(health.unanswered)} packages" if many else ", ".join(health.unanswered)
        yield f"  NOT CHECKED, the registry gave no answer: {named}"
    yield from (f"  VULNERABLE {fault}" for fault in health.faults)


def report_of(command: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return what a program writes as JSON; nothing, if it writes none or never ends."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        content: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError):
        return {}
    return content


def main() -> int:
    """Ask both registries, say what they answered, and return the exit code."""
    healths = {
        "Python": of_python(report_of(PYTHON, ROOT)),
        "scripts": of_scripts(report_of(SCRIPTS, FRONTEND)),
    }
    for whose, health in healths.items():
        print(*words(whose, health), sep="\n")
    codes = {health.code for health in healths.values()}
    return FAULTS if FAULTS in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
