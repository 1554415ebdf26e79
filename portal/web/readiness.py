"""Whether this process may serve: its keys, tables and state belong together, bodies have keys.

A process that started beside another database, or with other keys, answers nothing: what it would
accept, nobody could read or find again. The log says what its operator has to do.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic

import click
from flask import Flask, Response, request
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.core import installation, schema
from portal.core.db import Sessions
from portal.core.keyring import Keyring
from portal.web import errors
from portal.web.parts import Part

Check = Callable[[], str]
"""Returns what is wrong and the way out, in one line; nothing: all is well."""
FeatureCheck = Callable[[Session], str]
"""The same, of what one feature needs."""

RECHECK_SECONDS = 5.0  # migrations run, and files are restored, beside processes that serve
ASSETS = "static"
# Published figures are files: their pages ask the database nothing, so that nothing in it shows.
FIGURES, STAFF = "statistics", "/staff/"
WORKS_ANYWAY, LOOKS_ITSELF = "works_anyway", "looks_itself"

logger = logging.getLogger(__name__)


@dataclass
class Readiness:
    """What must be true before anything is served, and what before a feature is."""

    sessions: Sessions
    keyring: Keyring | None
    key_fault: str = ""  # why there is no keyring
    checks: Sequence[Check] = ()
    by_feature: Mapping[str, FeatureCheck] = field(default_factory=dict)  # by blueprint
    _good_until: float = 0.0
    _told: set[str] = field(default_factory=set)

    def find_fault(self, *, looks_itself: bool = False) -> str:
        """Return why nothing can be served, and what to do first; empty: all is well.

        Args:
            looks_itself: whoever asks names by itself what the database has lost.
        """
        if self.keyring is None:
            return f"{self.key_fault}. A new portal: run `keyring make`; else bring its keys"
        if monotonic() < self._good_until:
            return ""
        try:
            fault = self._find_fault(self.keyring, looks_itself=looks_itself)
        except DatabaseError as error:
            why = str(error.orig).partition("\n")[0]
            return (
                f"the database cannot be read ({why}). If it is there and broken, restore its"
                " newest copy, of SQLite with its -wal file or with neither -wal nor -shm"
            )
        if not fault and not looks_itself:
            self._good_until = monotonic() + RECHECK_SECONDS
        return fault

    def _find_fault(self, keyring: Keyring, *, looks_itself: bool) -> str:
        with self.sessions() as session:
            fault = schema.find_fault(session.connection()) or installation.find_fault(
                session, keyring
            )
        if fault or looks_itself:
            return fault
        return next(filter(None, (check() for check in self.checks)), "")

    def find_feature_fault(self, feature: str | None) -> str:
        """Return why a feature cannot be served; empty: it can, or nothing is asked of it."""
        check = self.by_feature.get(feature or "")
        if check is None:
            return ""
        with self.sessions() as session:
            return check(session)

    def tell(self, fault: str) -> None:
        """Say once in the log what is wrong."""
        if fault not in self._told:
            self._told.add(fault)
            logger.error("not served: %s", fault)


READINESS: Part[Readiness] = Part("readiness")


def register(app: Flask, readiness: Readiness) -> None:
    """Answer every request with one page until the portal is ready. Comes before all that asks."""
    READINESS.put(app, readiness)

    @app.before_request
    def refuse() -> Response | None:
        if request.endpoint in {ASSETS, None} or (readiness.keyring and _is_published()):
            return None  # None: there is no such page
        fault = readiness.find_fault() or readiness.find_feature_fault(request.blueprint)
        if not fault:
            return None
        readiness.tell(fault)
        return errors.render_error(HTTPStatus.SERVICE_UNAVAILABLE, "unready")


def _is_published() -> bool:
    return request.blueprint == FIGURES and STAFF not in request.path


def allow_unready(command: click.Command) -> click.Command:
    """Let a command run in a portal that is not ready, because it makes it so."""
    setattr(command, WORKS_ANYWAY, True)
    return command


def allow_own_checks(command: click.Command) -> click.Command:
    """Let a command name by itself what the database has lost; keys and tables must be right."""
    setattr(command, LOOKS_ITSELF, True)
    return command


def guard(commands: Mapping[str, click.Command]) -> None:
    """Let every other command end with words and exit status 1 while the portal is not ready."""
    for command in commands.values():
        if getattr(command, WORKS_ANYWAY, False):
            continue
        if isinstance(command, click.Group):
            guard(command.commands)
        elif command.callback is not None:
            looks = getattr(command, LOOKS_ITSELF, False)
            command.callback = _guard_callback(command.callback, looks_itself=looks)
        setattr(command, WORKS_ANYWAY, True)  # commands belong to modules: guarded once is enough


def _guard_callback(
    callback: Callable[..., object], *, looks_itself: bool
) -> Callable[..., object]:
    @with_appcontext
    def run_checked(*values: object, **options: object) -> object:
        readiness = READINESS.get()
        if fault := readiness.find_fault(looks_itself=looks_itself):
            raise click.ClickException(f"not ready: {fault}")
        return callback(*values, **options)

    return run_checked
