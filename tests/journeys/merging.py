"""Programs that write into the log of a portal at the same time, or die while they do.

`append NUMBER` waits for the file `go` in the instance folder, then appends one announcement in
each of so many transactions. `merge STEP` runs `log merge` and is killed at a step of its way: a
statement or commit of the database, or a file that is opened or gets its name; in the end it says
how many there were.
"""

import os
import signal
import sys
import time
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from crypto.log_entries import Announcement
from portal.app import create_app
from portal.core import clock
from portal.transparency.parts import LOG
from portal.transparency.writing import service
from portal.web.database import transaction
from portal.web.parts import SESSIONS, SETTINGS

FILES = {"open", "os.rename", "os.utime", "os.mkdir"}


def main() -> None:
    """Do what the command line says."""
    what, number = sys.argv[1], int(sys.argv[2])
    app = create_app()
    if what == "append":
        append(app, number)
    else:
        merge(app, number)


def append(app: Flask, number: int) -> None:
    """Append, one after another, as fast as it goes."""
    go = Path(SETTINGS.get_from(app).instance) / "go"
    while not go.exists():
        time.sleep(0.01)
    for item in range(number):
        said = Announcement("code", f"{os.getpid()}/{item}", bytes(32))
        with app.app_context(), transaction() as session:
            service.append(session, LOG.get_from(app), [said], today=clock.get_today())


def merge(app: Flask, dies_at: int) -> None:
    """Merge until a step is reached; a number below zero is none."""
    steps = count()

    def step(*_: object, **__: object) -> None:
        if next(steps) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(what: str, _arguments: tuple[object, ...]) -> None:
        if what in FILES:
            step()

    engine = SESSIONS.get_from(app).kw["bind"]
    for name in ("before_cursor_execute", "after_cursor_execute", "commit", "begin"):
        event.listen(engine, name, step)
    event.listen(SESSIONS.get_from(app), "after_commit", step)
    sys.addaudithook(audited)
    outcome = app.test_cli_runner().invoke(args=["log", "merge"])
    sys.stdout.write(f"{next(steps)} {outcome.exit_code}")


if __name__ == "__main__":
    main()
