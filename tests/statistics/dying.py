"""A process that takes the steps of a release and dies at one of them, without warning.

A step is a statement or a commit of the database, or something done to a file of the portal.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from portal.app import create_app
from portal.core.calendar import Quarter
from portal.core.config import Settings
from portal.statistics import workflow
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.service.build import BuildContext
from portal.statistics.workflow import ReleaseContext
from portal.transparency.parts import LOG
from portal.web.database import reading, transaction
from portal.web.parts import KEYRING, SESSIONS
from tests.statistics.histories import NAMES

FILES = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}
DATABASE = ("before_cursor_execute", "after_cursor_execute", "commit", "begin")
NEVER = -1


def advance(settings: Settings, quarter: Quarter, at: datetime, dies_at: int = NEVER) -> int | None:
    """Do what is due in a process of its own, which dies at a step.

    Returns:
        How many steps there were, or nothing if it died.
    """
    told = settings.instance / "steps"
    told.unlink(missing_ok=True)
    process = os.fork()
    if not process:
        try:
            _advance(settings, quarter, at, dies_at)
        finally:
            os._exit(1)
    os.waitpid(process, 0)
    return int(told.read_text()) if told.exists() else None


def _advance(settings: Settings, quarter: Quarter, at: datetime, dies_at: int) -> None:
    app = create_app(settings)
    with app.app_context():
        numbers = count()
        _watch(app, settings.instance, lambda: _die_if(next(numbers) == dies_at))
        folder, master = settings.instance / "releases", KEYRING.get_from(app).statistics
        log = LOG.get_from(app)
        publisher = Publisher.from_settings(settings)
        build = BuildContext(folder, master, publisher, NAMES, lambda _text: None, log)
        workflow.advance(ReleaseContext(reading, transaction, build), quarter, at)
        total = next(numbers)
    (settings.instance / "steps").write_text(str(total))


def _die_if(now: bool) -> None:  # noqa: FBT001 - it is the whole question
    if now:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(app: Flask, folder: Path, step: Callable[[], None]) -> None:
    """Call `step` whenever something is done to the database or to files of the portal."""
    engine = SESSIONS.get_from(app).kw["bind"]
    for name in DATABASE:
        event.listen(engine, name, lambda *_, **__: step())

    def audited(what: str, arguments: tuple[object, ...]) -> None:
        if what in FILES and str(arguments[0]).startswith(str(folder)):
            step()

    sys.addaudithook(audited)
