"""The instance folder of a demonstration: what marks it, what is in its marker, what it leaves."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from portal.core.blobs import BlobStore
from portal.core.config import Settings
from portal.core.db import Sessions
from witness.durable import replace_whole

MARKER = "demonstration.json"
LOCK = "demonstration.lock"
PROGRESS = "demonstration.progress"  # is there while a demonstration is made
RECOVERY = "recovery"
RELEASES, DRAFTS, LOG, STATE = "releases", "drafts", "log", "state"
READY, KIND = "ready", "kind"
PORTAL, FIGURES = "portal", "figures"  # kinds of demonstrations

Facts = dict[str, Any]


@dataclass(frozen=True)
class Making:
    """A demonstration that is not finished."""

    percent: int
    goes_on: bool  # its process lives


class NotEmpty(Exception):
    """There is a portal in the folder that no demonstration has made."""


def read_facts(settings: Settings, kind: str) -> Facts | None:
    """Return what a finished demonstration says of itself; None if there is none.

    Args:
        settings: of the portal.
        kind: of the demonstration.

    Raises:
        NotEmpty: there is one of another kind.
    """
    try:
        marker: Facts = json.loads((settings.instance / MARKER).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if not marker[READY]:
        return None
    if marker.get(KIND, PORTAL) != kind:  # the first ones did not say what they are
        raise NotEmpty("there is another demonstration; this one needs a folder of its own")
    return marker


def find_making(instance: Path) -> Making | None:
    """Return how far a demonstration has come that is still being made; None: none is.

    Args:
        instance: the folder.
    """
    try:
        percent = int((instance / PROGRESS).read_bytes())
        with (instance / LOCK).open("rb") as file:
            goes_on = not _is_free(file.fileno())
    except FileNotFoundError:
        return None
    # whoever has let the lock go may have finished a moment before
    return Making(percent, goes_on) if goes_on or (instance / PROGRESS).exists() else None


@contextmanager
def alone(settings: Settings, tell_that_we_wait: Callable[[], None]) -> Iterator[None]:
    """Let one command at a time work in the folder; another one waits for its end.

    A process that is forked meanwhile works on for this one.
    """
    with (settings.instance / LOCK).open("w") as file:
        if not _is_free(file.fileno()):
            tell_that_we_wait()
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_free(handle: int) -> bool:
    """Tell whether no command works in the folder of this lock."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(handle, fcntl.LOCK_UN)
    return True


def begin(settings: Settings, sessions: Sessions, blobs: BlobStore) -> None:
    """Mark the folder, so that no real portal ever takes it, and clear what was left half-made.

    Raises:
        NotEmpty: people work in this portal, and no demonstration has made them.
    """
    if (settings.instance / MARKER).exists():
        write(settings, {READY: False})
        sessions.kw["bind"].dispose()
        _clear(settings.instance, blobs)
    else:
        _check_empty(settings.instance, sessions, blobs)
        write(settings, {READY: False})


def finish(settings: Settings, facts: Facts) -> None:
    """Say that the demonstration is whole, and what is to be known of it."""
    write(settings, facts | {READY: True})
    forget_progress(settings)


def forget_progress(settings: Settings) -> None:
    """Remove the percentage of a demonstration that is whole."""
    (settings.instance / PROGRESS).unlink(missing_ok=True)


def write(settings: Settings, facts: Facts) -> None:
    """Write the marker as a whole; only its owner may read it."""
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    replace_whole(settings.instance / MARKER, text.encode(), private=True, dated=True)


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
