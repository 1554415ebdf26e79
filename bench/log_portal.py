"""The public log in a portal: cases whose steps wait, merged, proved, published, checked."""

import resource
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from statistics import median
from time import perf_counter

from sqlalchemy import Connection, delete, insert, select, update

from bench import told_cases
from bench.figures import (
    MEBIBYTE,
    Measurement,
    Tell,
    format_milliseconds,
    format_number,
    format_times,
    judge,
)
from bench.portal_server import ROOT, Installation, installation
from bench.services import empty_database, postgresql
from crypto import checkpoint, merkle
from crypto.checkpoint import Checkpoint
from crypto.log_entries import STEP, Step
from crypto.merkle import hash_leaf
from portal.cases.models import LogStep
from portal.core.db import WRITES
from portal.transparency import policy, queries
from portal.transparency.models import HEAD, LogCheckpoint, LogEntry, LogHead, LogNode
from portal.transparency.parts import LOG
from portal.transparency.publishing import files
from portal.transparency.publishing.bundle import build_bundle
from portal.transparency.writing import announcing, service
from portal.transparency.writing.log_keys import derive_public_key, derive_signing_key
from portal.transparency.writing.service import Log
from portal.web.parts import SESSIONS

FIRST = date(2020, 1, 7)
A_WEEK = timedelta(days=7)
FEW, MANY = 1_000, 100_000  # steps of one batch
LARGE, LARGEST = 1_000_000, 10_000_000  # entries
PROOFS = 500
AT_ONCE = 50_000  # leaves
APPENDS, EACH = 100, 100
SHORT = {"FEW": 40, "MANY": 80, "LARGE": 400, "PROOFS": 20, "APPENDS": 4, "EACH": 10}


def measure(tell: Tell, *, full: bool) -> Iterator[Measurement]:
    """Merge, prove, publish and check; with `full` up to ten million entries."""
    with installation() as place:
        place.open_bodies()
        yield from _merge_batches(place, tell)
        size = LARGE if full else 2 * MANY
        tell(f"SQLite, {size:,} entries: filling")
        _fill_with_cases(place, size)
        yield from _publish(place, tell)
        yield from _verify(place, tell)
        yield from _append(place)
        for leaves in (LARGE, LARGEST) if full else (LARGE,):
            tell(f"SQLite, {leaves:,} entries: filling")
            _fill(place, leaves)
            yield from _prove(place, f"SQLite, {leaves:,} leaves")
    tell(f"PostgreSQL, {LARGE:,} entries: filling")
    with (
        postgresql() as server,
        empty_database(server, "log") as url,
        installation(database_url=url) as place,
    ):
        place.open_bodies()
        _merge(place, FEW, FIRST)
        _fill(place, LARGE)
        yield from _prove(place, f"PostgreSQL, {LARGE:,} leaves")


def _get_log(place: Installation) -> Log:
    return LOG.get_from(place.app)


def _merge(place: Installation, number: int, day: date) -> float:
    """Put so many steps into the log, and return how long that took."""
    told_cases.write(place, number // told_cases.STEPS, day=day)
    today = told_cases.find_next_monday(day)
    begin = perf_counter()
    with SESSIONS.get_from(place.app).begin() as session:
        session.connection(execution_options=WRITES)
        service.merge(session, _get_log(place), today=today)
    return perf_counter() - begin


def _merge_batches(place: Installation, tell: Tell) -> Iterator[Measurement]:
    tell("merging")
    yield Measurement(
        f"a batch of {FEW:,} steps merged", _format_seconds(_merge(place, FEW, FIRST))
    )
    yield from _prove(place, f"SQLite, {FEW:,} leaves")
    many = _merge(place, MANY, FIRST + A_WEEK)
    yield Measurement(f"a batch of {MANY:,} steps merged", _format_seconds(many))


def _fill_with_cases(place: Installation, size: int) -> None:
    """Merge batches of cases until the log has so many entries."""
    day = FIRST + 2 * A_WEEK
    while (missing := size - _count_entries(place)) > told_cases.STEPS:
        _merge(place, min(MANY, missing), day)
        day += A_WEEK


def _count_entries(place: Installation) -> int:
    with SESSIONS.get_from(place.app)() as session:
        return queries.count_entries(session)


def _publish(place: Installation, tell: Tell) -> Iterator[Measurement]:
    size, folder = _count_entries(place), place.settings.instance / files.FOLDER
    tell(f"{size:,} entries: publishing")
    with SESSIONS.get_from(place.app).begin() as session:
        session.connection(execution_options=WRITES)
        chosen = policy.load(
            place.settings.instance,
            derive_public_key(_get_log(place).keyring, _get_log(place).origin),
        )
        service.announce(
            session, _get_log(place), announcing.list_in_use(session, chosen), today=FIRST
        )
    with SESSIONS.get_from(place.app)() as session:
        begin = perf_counter()
        files.publish(session, folder)
        first = perf_counter() - begin
        begin = perf_counter()
        files.publish(session, folder)
        again = perf_counter() - begin
    yield Measurement(f"files of {size:,} entries published", _format_seconds(first))
    yield Measurement("… again, when nothing is new", format_milliseconds(again))


def _verify(place: Installation, tell: Tell) -> Iterator[Measurement]:
    """Run the command as an operator does; it is the first child that is measured here."""
    size = _count_entries(place)
    tell(f"{size:,} entries: log verify")
    begin = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "log", "verify"],
        cwd=ROOT,
        env=place.environment | {"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout[:2000] + done.stderr[:2000])
    yield Measurement(f"log verify, {size:,} entries", _format_seconds(perf_counter() - begin))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MEBIBYTE
    yield Measurement("… memory at most", f"{format_number(memory)} MiB")


def _append(place: Installation) -> Iterator[Measurement]:
    """Append durably beside storing the same entries in the same database without a tree."""
    engine = SESSIONS.get_from(place.app).kw["bind"]
    batches = [_make_steps(EACH) for _ in range(APPENDS)]
    tree = bare = 0.0
    for number, leaves in enumerate(batches):
        begin = perf_counter()
        with SESSIONS.get_from(place.app).begin() as session:
            session.connection(execution_options=WRITES)
            service.append(session, _get_log(place), leaves, today=FIRST)
        between = perf_counter()
        with engine.connect().execution_options(**WRITES) as connection, connection.begin():
            first = -(number + 1) * EACH  # places that no log has
            _insert_entries(connection, first, [leaf.entry for leaf in leaves])
        bare += perf_counter() - between
        tree += between - begin
    with engine.begin() as connection:
        connection.execute(delete(LogEntry).where(LogEntry.position < 0))
    rate = APPENDS * EACH / tree
    yield Measurement(
        f"entries appended by the portal, {EACH} at once", f"{format_number(rate)} entries/s"
    )
    yield Measurement(
        "… against storing them without a tree", f"{format_number(100 * bare / tree)} %"
    )


def _fill(place: Installation, size: int) -> None:
    """Let the log have so many entries, without cases to the new ones, and sign it."""
    engine = SESSIONS.get_from(place.app).kw["bind"]
    while (first := _count_entries(place)) < size:
        entries = [leaf.entry for leaf in _make_steps(min(AT_ONCE, size - first))]
        with SESSIONS.get_from(place.app)() as session:
            read = queries.make_reader(session)
            nodes = merkle.append(first, map(hash_leaf, entries), read)
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 100000")
            _insert_entries(connection, first, entries)
            rows = [
                {"place": queries.compute_place(node), "hash": node_hash}
                for node, node_hash in nodes
            ]
            connection.execute(insert(LogNode), rows)
            end = first + len(entries)
            connection.execute(update(LogHead).where(LogHead.id == HEAD).values(size=end))
    with SESSIONS.get_from(place.app).begin() as session:
        root = merkle.compute_root(size, queries.make_reader(session))
        log = _get_log(place)
        note = checkpoint.issue(
            Checkpoint(log.origin, size, root), derive_signing_key(log.keyring)
        ).data
        session.add(LogCheckpoint(size=size, root=root, note=note, made_on=FIRST))


def _insert_entries(connection: Connection, first: int, entries: Sequence[bytes]) -> None:
    rows = [{"position": place, "entry": entry} for place, entry in enumerate(entries, first)]
    connection.execute(insert(LogEntry), rows)


def _make_steps(number: int) -> list[Step]:
    return [Step(STEP, secrets.token_bytes(16), secrets.token_bytes(32)) for _ in range(number)]


def _prove(place: Installation, where: str) -> Iterator[Measurement]:
    """Prove single entries, and make the files that reporters take home."""
    with SESSIONS.get_from(place.app)() as session:
        newest = queries.find_latest(session)
        assert newest is not None
        positions = [secrets.randbelow(newest.size) for _ in range(PROOFS)]
        hashes = 0
        times: list[float] = []
        for position in positions:
            begin = perf_counter()
            proof = queries.build_proof(session, position, newest)
            times.append(perf_counter() - begin)
            hashes = max(hashes, len(proof.hashes))
        yield judge(f"{where}: proof of an entry", median(times) * 1000, "ms", most=1)
        yield judge("… hashes, at most", hashes, "hashes", most=25)
        cases = list(islice(session.scalars(select(LogStep.case_id).distinct()), PROOFS // 5))
        texts: list[str] = []
        made: list[float] = []
        for case_id in cases:
            session.expire_all()
            begin = perf_counter()
            texts.append(build_bundle(session, _get_log(place), case_id).text)
            made.append(perf_counter() - begin)
        kilobytes = max(map(len, texts)) / 1000
        yield Measurement(
            f"{where}: bundle of a case of {told_cases.STEPS} steps", format_times(made)
        )
        yield Measurement("… its size", f"{format_number(kilobytes)} KB")


def _format_seconds(seconds: float) -> str:
    return f"{format_number(seconds)} s"
