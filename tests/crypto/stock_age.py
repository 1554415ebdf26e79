"""The stock `age` tool, from version 1.3, to test against: `python -m tests.crypto.stock_age`.

Run as a program it fetches age on a Debian machine: from the mirror that this machine uses
already, but of Debian's unstable suite, and into .cache/age of this checkout only. Elsewhere
install age by other means; tests find it in PATH.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "age"
OLDEST = (1, 3)
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def find() -> Path | None:
    """Say in which folder a new enough age lies, if in any."""
    there = shutil.which("age")
    candidates = [CACHE / "usr" / "bin" / "age", *([Path(there)] if there else [])]
    for program in candidates:
        if program.exists() and _version(program) >= OLDEST:
            return program.parent
    return None


def fetch() -> Path:
    """Get age from the unstable suite of the Debian mirror that this machine uses."""
    for folder in ("sources", "lists/partial", "archives/partial"):
        (CACHE / folder).mkdir(parents=True, exist_ok=True)
    source = ["Types: deb", f"URIs: {_mirror()}", "Suites: sid", "Components: main"]
    text = "\n".join([*source, f"Signed-By: {KEYRING}", ""])
    (CACHE / "sources" / "sid.sources").write_text(text, encoding="ascii")
    _apt("update")
    _apt("download", "age")
    package = max(CACHE.glob("age_*.deb"))
    _run("dpkg-deb", "-x", str(package), str(CACHE))
    return CACHE / "usr" / "bin"


def _mirror() -> str:
    wanted = ["Created-By: Packages", "Label: Debian", "Component: main"]
    return _run("apt-get", "indextargets", "--format", "$(REPO_URI)", *wanted).split()[0]


def _apt(*words: str) -> None:
    own = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": CACHE / "sources",
        "Dir::State::lists": CACHE / "lists",
        "Dir::Cache": CACHE,
        "Acquire::Languages": "none",
    }
    options = [word for name, value in own.items() for word in ("-o", f"{name}={value}")]
    _run("apt-get", "-q", *options, *words, folder=CACHE)


def _version(program: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", _run(str(program), "--version"))[:2])


def _run(*words: str, folder: Path | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        words, check=True, capture_output=True, text=True, cwd=folder
    )
    return done.stdout


if __name__ == "__main__":
    sys.stdout.write(f"{find() or fetch()}{os.linesep}")
