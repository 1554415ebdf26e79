"""The instance folder of a demonstration: what marks it, what is in its marker, what it leaves."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from portal.core.blobs import BlobStore
from portal.core.config import Settings
from portal.core.db import Sessions

MARKER = "demonstration.json"
RECOVERY = "recovery"
RELEASES, DRAFTS, LOG, STATE = "releases", "drafts", "log", "state"
READY, KIND = "ready", "kind"
PORTAL, FIGURES = "portal", "figures"  # kinds of demonstrations

Facts = dict[str, Any]


class NotEmpty(Exception):
    """There is a portal in the folder that no demonstration has made."""


def facts(settings: Settings, kind: str) -> Facts | None:
    """Return what a finished demonstration says of itself; None if there is none.

    Args:
        settings: of the portal.
        kind: of the demonstration.

    Raises:
        NotEmpty: there is one of another kind.
    """
    try:
        found: Facts = json.loads((settings.instance / MARKER).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if not found[READY]:
        return None
    if found.get(KIND, PORTAL) != kind:  # the first ones did not say what they are
        raise NotEmpty("there is another demonstration; this one needs a folder of its own")
    return found


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Let one command at a time work in the folder; another one waits for its end."""
    with (settings.instance / "demonstration.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def begin(settings: Settings, sessions: Sessions, blobs: BlobStore) -> None:
    """Mark the folder, so that no real portal ever takes it, and clear what was left half-made.

    Raises:
        NotEmpty: people work in this portal, and no demonstration has made them.
    """
    if (settings.instance / MARKER).exists():
        sessions.kw["bind"].dispose()
        _clear(settings.instance, blobs)
    else:
        _check_empty(settings.instance, sessions, blobs)
        write(settings, {READY: False})


def write(settings: Settings, found: Facts) -> None:
    """Write the marker as a whole; only its owner may read it."""
    path = settings.instance / MARKER
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(found, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def write_recovery(folder: Path, shares: dict[str, bytes], holders: list[str]) -> None:
    """Write the ten files of the recovery key, and the keys of its five invented holders."""
    folder.mkdir(mode=0o700)
    for name, content in shares.items():
        (folder / name).write_bytes(content)
    for number, identity in enumerate(holders, start=1):
        path = folder / f"holder-{number}.txt"
        path.touch(mode=0o600)
        path.write_text(f"{identity}\n", "ascii")


def _clear(instance: Path, blobs: BlobStore) -> None:
    """Remove what an interrupted run has made; the server's own keys can stay."""
    for path in (*instance.glob("portal.sqlite*"), *blobs.list_incoming()):
        path.unlink()
    for name in list(blobs.list_names()):
        blobs.remove(name)
    for name in (RECOVERY, RELEASES, DRAFTS, LOG, STATE):
        shutil.rmtree(instance / name, ignore_errors=True)


def _check_empty(instance: Path, sessions: Sessions, blobs: BlobStore) -> None:
    """Make sure that no people work here, even if another database is named than theirs."""
    for name in (RELEASES, DRAFTS, LOG):
        if any((instance / name).glob("*")):
            raise NotEmpty(
                f"{name}/ of another portal is here; a demonstration needs its own folder"
            )
    if any(blobs.list_names()):
        raise NotEmpty(
            "sealed files of another portal are here; a demonstration needs its own folder"
        )
    with sessions() as session:
        if not inspect(session.connection()).has_table("accounts"):
            return
        if session.scalar(text("SELECT count(*) FROM accounts")):
            raise NotEmpty("people work in this portal; a demonstration needs a folder of its own")
