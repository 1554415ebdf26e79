"""Asks the registries whether a locked version is known to be vulnerable, or is old: `make audit`.

A registry that does not answer, or does not know a package, is no clean bill: pip-audit then ends
with success all the same. So each answer is counted here, and what was not answered is said.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from pip._internal.models.index import PyPI

from portal.core import clock

ROOT = Path(__file__).parents[1]
FRONTEND = ROOT / "portal" / "frontend"
BIN = Path(sys.prefix) / "bin"
SECONDS = 120
AT_ONCE = 4  # questions to the index
NAMED = 12  # packages; of more only the number is said
PYTHON = (
    *(str(BIN / "pip-audit"), "--format=json", "--progress-spinner=off"),
    *("--disable-pip", "--no-deps", "--require-hashes", "--requirement=requirements-dev.txt"),
)
SCRIPTS = (str(BIN / "npm"), "audit", "--json")
CLEAN, FAULTS, UNKNOWN = 0, 1, 2  # exit codes
A_DAY = timedelta(days=1)
OLDEST = timedelta(days=183)  # of a version, unless there is a reason
# Why a version may be older: its package, and the reason in words.
REASONS: Mapping[str, str] = {}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)
INDEX = (sys.executable, "-m", "pip", "config", "get", "global.index-url")
FOR_TRIAL = re.compile(r"\d(?:a|b|rc|\.?dev)\d")  # versions before a release
SIMPLE = "application/vnd.pypi.simple.v1+json"  # PEP 691; the day of a file is PEP 700


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


def pinned(text: str) -> dict[str, str]:
    """Return the version of each package of a file of requirements."""
    return dict(PIN.findall(text))


def day_of(page: Mapping[str, Any], version: str) -> date | None:
    """Return the day on which a version was uploaded, if the index says so.

    Args:
        page: what the index says of a package, as JSON.
        version: as it is pinned.
    """
    days = _days(page, re.compile(rf"-{re.escape(version)}(?:-|\.tar|\.zip)"))
    return min(days, default=None)


def is_newest(page: Mapping[str, Any], version: str) -> bool:
    """Tell whether the index has no later version: nobody could pin a younger one."""
    day = day_of(page, version)
    return day is not None and all(
        other - day <= A_DAY or FOR_TRIAL.search(name)
        for name, other in _uploaded(page)
        if f"-{version}" not in name
    )


def _days(page: Mapping[str, Any], named: re.Pattern[str]) -> list[date]:
    return [day for name, day in _uploaded(page) if named.search(name)]


def _uploaded(page: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    """Yield the name and the day of every file that the index tells the day of."""
    for file in page.get("files", ()):
        if file.get("upload-time"):
            yield str(file["filename"]), date.fromisoformat(str(file["upload-time"])[:10])


def of_ages(pins: Mapping[str, str], days: Mapping[str, date | None], today: date) -> Health:
    """Return which pinned versions are old without a reason, and of which nobody told the day."""
    told = {name: day for name, day in days.items() if day is not None}
    return Health(
        answered=len(told),
        unanswered=tuple(name for name in pins if name not in told),
        faults=tuple(
            f"{name} {pins[name]}: of {day}, and no reason for it in tests/dependencies.py"
            for name, day in told.items()
            if today - day > OLDEST and name not in REASONS
        ),
    )


def page_of(index: str, name: str) -> dict[str, Any]:
    """Return what an index says of a package; nothing, if it does not answer in JSON."""
    address = f"{index.rstrip('/')}/{re.sub(r'[-_.]+', '-', name).lower()}/"
    request = Request(address, headers={"Accept": SIMPLE})  # noqa: S310 - the index that pip uses
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the same
            page: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):
        return {}
    return page


def index_of_pip() -> str:
    """Return the address of the index that pip asks; "" if it was told none of its own."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            INDEX, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return os.environ.get("PIP_INDEX_URL") or done.stdout.strip() or PyPI.simple_url


def days_of(pins: Mapping[str, str]) -> dict[str, date | None]:
    """Return on which day each pinned version came, as far as the index tells.

    The newest that there is counts as of today.
    """
    index = index_of_pip()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        pages = pool.map(lambda name: page_of(index, name), pins)
        return {
            name: clock.get_today() if is_newest(page, pins[name]) else day_of(page, pins[name])
            for name, page in zip(pins, pages, strict=True)
        }


def words(whose: str, health: Health, fault: str = "VULNERABLE") -> Iterator[str]:
    """Yield what a person reads of it."""
    yield f"{whose}: the registry answered for {health.answered} packages"
    if health.unanswered:
        many = len(health.unanswered) > NAMED
        named = f"{len(health.unanswered)} packages" if many else ", ".join(health.unanswered)
        yield f"  NOT CHECKED, the registry gave no answer: {named}"
    yield from (f"  {fault} {told}" for told in health.faults)


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
    pins = pinned((ROOT / "requirements-dev.txt").read_text("utf-8"))
    ages = of_ages(pins, days_of(pins), clock.get_today())
    print(*words("Python, days of versions", ages, "OLD"), sep="\n")
    codes = {health.code for health in (*healths.values(), ages)}
    return FAULTS if FAULTS in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
