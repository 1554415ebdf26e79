"""The portal, made to die: at a step of the way that the next report takes through it.

A step is a statement or commit of the database, or a file that is opened, linked or removed.
The folder of the installation holds the number of the step as `dies-at`, and counts in `steps`.
"""

import os
import signal
import sys
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import event

from portal.app import create_app
from portal.web.parts import SESSIONS, SETTINGS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

app = create_app()
FOLDER: Path = SETTINGS.get_from(app).instance
ENGINE = SESSIONS.get_from(app).kw["bind"]
FILES = {"open", "os.link", "os.remove", "os.utime", "os.truncate"}
filing = Lock()
steps = count()


def step(*_: object, **__: object) -> None:
    """Count a step; die if it is the one."""
    if not filing.locked():
        return
    number = next(steps)
    if number == dies_at:
        os.kill(os.getpid(), signal.SIGKILL)


def audited(what: str, _arguments: tuple[object, ...]) -> None:
    """Look at what Python does with files."""
    if what in FILES:
        step()


for name in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback", "begin"):
    event.listen(ENGINE, name, step)
event.listen(SESSIONS.get_from(app), "after_commit", step)
sys.addaudithook(audited)

inner = app.wsgi_app
dies_at = -1


def dying(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Count the steps of a report that is filed."""
    global dies_at, steps
    if not environ["PATH_INFO"].endswith(("/report/file", "/report/sealed")):
        return inner(environ, start_response)
    wanted = FOLDER / "dies-at"
    dies_at, steps = int(wanted.read_text()) if wanted.exists() else -1, count()
    with filing:
        answer = list(inner(environ, start_response))
        step()
        number = next(steps)
    (FOLDER / "steps").write_text(str(number))
    return answer


app.wsgi_app = dying  # type: ignore[method-assign]
