"""The scan for other channels (G9): no public page of figures asks the database anything.

What does not read the cases cannot change with them: no counter, no order, no tag, no length.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from itertools import product

from flask import Flask
from sqlalchemy import Connection, Engine, event, text

from portal.core.calendar import Quarter
from portal.core.terms import LANGUAGES
from portal.statistics.gate.result import AttackResult
from portal.statistics.releases.archive import MANIFEST, PublishedRelease
from portal.web.parts import SESSIONS

BLUEPRINT = "statistics."
STAFF = "/staff/"  # pages behind a sign-in, which are not public


def attack(app: Flask, releases: Sequence[PublishedRelease]) -> AttackResult:
    """Open every public page and file of figures, and count what the database is asked meanwhile.

    Args:
        app: the portal.
        releases: what it has published, the oldest first.
    """
    sessions = SESSIONS.get_from(app)
    engine: Engine = sessions.kw["bind"]
    client, asking, failing = app.test_client(), [], []
    pages = list_addresses(app, releases)
    for address in pages:
        with statements(engine) as asked:
            response = client.get(address)
            response.get_data()
        if asked:
            asking.append(address)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            failing.append(address)
    with statements(engine) as asked, engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    control = {"a page that asks the database": float(bool(asked))}
    bad = [*asking, *failing]
    note = ", ".join(bad) or f"{len(pages)} addresses"
    return AttackResult("G9", "watch the database", len(bad) / len(pages), 0.0, control, note)


def list_addresses(app: Flask, releases: Sequence[PublishedRelease]) -> list[str]:
    """Return every address of published figures: all pages, and all files of the newest release.

    Raises:
        KeyError: an address has a part that is not known here.
    """
    known = _list_parts(releases)
    urls = app.url_map.bind("")
    addresses: dict[str, None] = {}
    for rule in app.url_map.iter_rules():
        public = rule.endpoint.startswith(BLUEPRINT) and STAFF not in rule.rule
        if public and "GET" in (rule.methods or ()):
            names = sorted(rule.arguments)
            for values in product(*(known[name] for name in names)):
                given = dict(zip(names, values, strict=True))
                addresses[urls.build(rule.endpoint, given, append_unknown=False)] = None
    return list(addresses)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect what the database is asked."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _list_parts(releases: Sequence[PublishedRelease]) -> Mapping[str, Sequence[str | int]]:
    """Return what may stand for each part of an address."""
    if not releases:
        quarters, versions, names = [Quarter("2026-q1")], [1], [MANIFEST]
    else:
        newest = releases[-1]
        quarters, versions = [newest.quarter], [newest.version]
        names = [MANIFEST, *newest.manifest["files"]]
    return {
        "lang": LANGUAGES,
        "quarter": quarters,
        "release": quarters,
        "version": versions,
        "name": names,
        "rest": ["nothing"],
    }
