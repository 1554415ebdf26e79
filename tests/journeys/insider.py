"""A portal with a log, an insider who can do anything to it, and those who could notice.

The insider has the database without its triggers, all keys of the server and the files of the
log. The others have what the portal once showed them, and what it shows now.
"""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, create_engine, delete, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from crypto import checkpoint, log_entries, merkle, notes, outcome, receipt, steps, tiles
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError
from crypto.log_entries import BATCH, OUTCOME, REPORT, Announcement, Erasure, Step
from crypto.merkle import Node, hash_leaf
from crypto.outcome import Outcome
from crypto.signing import SigningKey
from crypto.tiles import Tile
from crypto.witness import Request, examine
from portal.cases.models import Allegation, Case, LogStep
from portal.core.calendar import Quarter
from portal.core.db import Base, Sessions
from portal.dialogue.service import checking, visits
from portal.dialogue.service.standing import get_standing
from portal.transparency import queries, verifying
from portal.transparency.models import LogCheckpoint, LogEntry, LogNode
from portal.transparency.parts import CHECKS
from portal.transparency.publishing import files
from portal.transparency.publishing.bundle import CaseBundle, build_bundle
from portal.transparency.verifying import Against
from portal.transparency.writing import announcing, chaining, service
from portal.transparency.writing.log_keys import (
    decrypt_blinding_key,
    derive_public_key,
    derive_signing_key,
)
from portal.web.parts import SESSIONS, SETTINGS
from tests.factories import Filed, Make, in_use
from tests.review.desk import ReviewDesk

Totals = Mapping[tuple[str, str], int]  # how many of a kind (R, O) a quarter had


@dataclass
class InsiderWorld:
    """A portal, and what people remember of it."""

    app: Flask
    session: Session
    make: Make
    desk: ReviewDesk  # a case that was decided
    quiet: Filed  # a report that nobody has touched yet
    late: Filed  # one that came after the first batch
    day: date = field(default_factory=lambda: date(2026, 3, 16))
    memories: dict[bytes, CaseBundle] = field(default_factory=dict)
    first: bytes = b""  # checkpoints that somebody kept
    newest: bytes = b""
    shown: Path | None = None  # the log that is shown to others, if it is another
    claimed: Totals | None = None  # totals that are published, if they are not those of the cases

    @property
    def folder(self) -> Path:
        """Where the files of the log are."""
        return Path(SETTINGS.get_from(self.app).instance) / files.FOLDER

    @property
    def people(self) -> tuple[Filed, ...]:
        """Everybody who reported something."""
        return self.desk.filed, self.quiet, self.late

    def settle(self, day: date) -> bytes:
        """Merge what is due, publish, and return the checkpoint."""
        self.session.commit()
        service.announce(self.session, self.make.log, in_use(self.session), today=day)
        service.merge(self.session, self.make.log, today=day)
        self.session.commit()
        files.publish(self.session, self.folder)
        return (self.folder / "checkpoint").read_bytes()

    def remember(self) -> None:
        """Let every reporter keep what the portal says of their case."""
        for item in self.people:
            self.memories[item.secret] = build_bundle(self.session, self.make.log, item.case.id)

    def bundle(self, item: Filed) -> CaseBundle | None:
        """Return what a reporter finds under the receipt now; none: there is no such case."""
        self.session.rollback()
        self.session.expire_all()
        row_key = receipt.derive_row_key(self.make.keyring.pepper, item.reporter.keys.lookup)
        known = select(Case.id).where(Case.row_key == row_key, Case.second_half.is_not(None))
        result = self.session.scalar(known)
        return build_bundle(self.session, self.make.log, result) if result else None


class Insider:
    """Whoever has the database and the keys of the server."""

    def __init__(self, world: InsiderWorld) -> None:
        self.world = world
        world.session.rollback()
        url = SETTINGS.get_from(world.app).database
        self.engine = create_engine(url, poolclass=NullPool)
        with self.engine.begin() as connection:
            for name, table in _triggers(connection):
                on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
                connection.execute(text(f"DROP TRIGGER {name}{on}"))

    def sql(self, *statements: str, **values: object) -> None:
        """Run statements; nothing is refused."""
        with self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)

    def delete(self, case: Case) -> None:
        """Remove every row of a case, also those that wait for the log or stand in it."""
        tables = [table for table in Base.metadata.tables.values() if "case_id" in table.columns]
        gone = [str(table.delete().where(text("case_id = :case"))) for table in tables]
        kept = "DELETE FROM audit WHERE case_id = :case"
        self.sql(
            *(statement for statement in gone if statement != kept),
            "DELETE FROM cases WHERE id = :case",
            case=case.id,
        )

    def entries(self) -> list[bytes]:
        """Return all entries."""
        with self.engine.connect() as connection:
            cursor_result = connection.execute(
                text("SELECT entry FROM log_entries ORDER BY position")
            )
            return [bytes(row[0]) for row in cursor_result]

    def rewrite(self, entries: Sequence[bytes], key: SigningKey | None = None) -> None:
        """Let the log have been like this ever since, signed anew and published anew."""
        key = key or derive_signing_key(self.world.make.keyring)
        nodes = dict(merkle.append(0, map(hash_leaf, entries), lambda _: []))
        with self.engine.begin() as connection:
            sizes = connection.execute(text("SELECT size, made_on FROM log_checkpoints")).all()
            for table in (LogEntry, LogNode, LogCheckpoint):
                connection.execute(delete(table))
            connection.execute(text("UPDATE log_head SET size = :size"), {"size": len(entries)})
            connection.execute(
                text("INSERT INTO log_entries (position, entry) VALUES (:place, :entry)"),
                [{"place": place, "entry": entry} for place, entry in enumerate(entries)],
            )
            connection.execute(
                text("INSERT INTO log_nodes (place, hash) VALUES (:place, :hash)"),
                [{"place": queries.compute_place(node), "hash": nodes[node]} for node in nodes],
            )
            connection.execute(
                text(
                    "INSERT INTO log_checkpoints (size, root, note, made_on)"
                    " VALUES (:size, :root, :note, :day)"
                ),
                [
                    {
                        "size": size,
                        "day": day,
                        "root": (state := _state(size, nodes)).root,
                        "note": checkpoint.issue(state, key).data,
                    }
                    for size, day in sizes
                    if size <= len(entries)
                ],
            )
        self.publish()

    def publish(self) -> None:
        """Write all files of the log anew."""
        shutil.rmtree(self.world.folder)
        self.world.session.rollback()
        self.world.session.expire_all()
        files.publish(self.world.session, self.world.folder)


def _state(size: int, nodes: Mapping[Node, bytes]) -> Checkpoint:
    root = merkle.compute_root(size, lambda asked: [nodes[node] for node in asked])
    return Checkpoint("localhost/log", size, root)


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    known = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        ),
    }
    return [
        (name, table) for name, table in connection.execute(text(known[connection.dialect.name]))
    ]


# Who could notice. Each says what is wrong, or nothing.


def verify(world: InsiderWorld) -> str:
    """The operator's own command, with a checkpoint that a newsroom kept."""
    sessions: Sessions = SESSIONS.get_from(world.app)
    world.session.rollback()
    outside = [("the newsroom's checkpoint", world.newest)]
    if world.shown:
        outside.append(("the reader's checkpoint", (world.shown / "checkpoint").read_bytes()))
    against = Against(world.folder, tuple(outside), checks=CHECKS.get_from(world.app))
    with sessions() as session:
        return "\n".join(
            verifying.verify(session, world.make.log, against, lambda *_: None, today=world.day)
        )


@dataclass(frozen=True)
class PublishedLog:
    """The log as anybody gets it from its files."""

    checkpoint: bytes
    entries: tuple[bytes, ...]
    folder: Path

    @property
    def signed(self) -> Checkpoint:
        """What the checkpoint says, whoever signed it."""
        return checkpoint.parse(notes.parse(self.checkpoint).text)

    def state(self, size: int) -> Checkpoint:
        """Return what follows from the entries."""
        nodes = dict(merkle.append(0, map(hash_leaf, self.entries), lambda _: []))
        return _state(size, nodes)

    def read(self, nodes: Sequence[Node]) -> Sequence[bytes]:
        """Read nodes from tiles."""
        return tiles.make_tile_reader(self.signed.size, self._file)(nodes)

    def _file(self, made: Tile) -> bytes:
        return (self.folder / made.path).read_bytes()


def published(folder: Path) -> PublishedLog:
    """Fetch the log."""
    data = (folder / "checkpoint").read_bytes()
    size = checkpoint.parse(notes.parse(data).text).size
    results: list[bytes] = []
    for bundle in tiles.list_new_bundles(0, size):
        results += tiles.read_bundle(bundle, (folder / bundle.path).read_bytes())
    return PublishedLog(data, tuple(results), folder)


def _shown(world: InsiderWorld) -> PublishedLog:
    return published(world.shown or world.folder)


def reporter(world: InsiderWorld) -> str:
    """Anybody with a receipt: by it alone, and by what they saw and were promised."""
    log = _shown(world)
    key = derive_public_key(world.make.keyring, world.make.log.origin)
    try:
        checkpoint.verify(notes.parse(log.checkpoint), [key])
    except CryptoError:
        return "the checkpoint is not signed by whom the promise is signed by"
    faults = (_of_reporter(world, filed, log) for filed in world.people)
    return next((fault for fault in (*faults, _keys(world, log)) if fault), "")


def _of_reporter(world: InsiderWorld, filed: Filed, log: PublishedLog) -> str:
    now, before = world.bundle(filed), world.memories[filed.secret]
    if now is None:
        return "there is no report under the receipt"
    seen = [replace(step, index=None, proof=(), erased=False) for step in before.steps]
    shown = [replace(step, index=None, proof=(), erased=False) for step in now.steps]
    if shown[: len(seen)] != seen:
        return "the page does not say what it said"
    if wrong := _facts(world, filed, now):
        return wrong
    payloads = [(step.type, checking.build_payload(step)) for step in seen]
    entries = set(log.entries)
    for made in steps.commit_chain(filed.reporter.keys.blinding_key, payloads):
        if made.entry not in entries:
            return "the log does not have what was told, and the day of the promise is over"
    return ""


def _facts(world: InsiderWorld, filed: Filed, now: CaseBundle) -> str:
    """Compare the codes that the page shows, and what opens the case, with the log."""
    case = world.session.get_one(Case, filed.case.id)
    try:
        half = visits.decrypt_half(case.id, case.second_half or b"", keyring=world.make.keyring)
    except CryptoError:
        return "the receipt opens nothing, and its entry stands in the log"
    facts = checking.collect_facts(get_standing(world.session, case.id, today=world.day))
    access = steps.compute_access_digest(filed.reporter.keys.lookup, half)
    told = checking.DisplayedCase((), (), (), facts, access)
    wrong = [fault.fault.value for fault in checking.check_facts(now.steps, told)]
    return f"the page says otherwise: {wrong}" if wrong else ""


def _keys(world: InsiderWorld, log: PublishedLog) -> str:
    """Compare the keys that reports are sealed to with those that the log announced."""
    said = {
        (announcement.kind, announcement.name): announcement.value
        for announcement in _announcements(log)
    }
    world.session.rollback()
    world.session.expire_all()
    used = announcing.list_keys(world.session)
    wrong = [
        announcement.name
        for announcement in used
        if said.get((announcement.kind, announcement.name)) != announcement.value
    ]
    return f"the log does not know the key of {wrong[0]}" if wrong else ""


def _announcements(log: PublishedLog) -> Iterator[Announcement]:
    for entry in log.entries:
        leaf = log_entries.parse(entry)
        if isinstance(leaf, Announcement):
            yield leaf


def witness(world: InsiderWorld) -> str:
    """Whoever cosigned an earlier state, and is asked to cosign the one that is shown."""
    key = derive_public_key(world.make.keyring, world.make.log.origin)
    before = checkpoint.verify(notes.parse(world.newest), [key])
    log = _shown(world)
    size = log.signed.size
    proof = merkle.prove_consistency(before.size, size, log.read) if size >= before.size else []
    try:
        asked = Request(before.size, tuple(proof), log.checkpoint)
        examine(asked, [key], lambda _: before)
    except CryptoError as error:
        return str(error)
    return ""


def anybody(world: InsiderWorld) -> str:
    """Whoever downloads the log: rebuilds it, and counts what the figures say."""
    log = _shown(world)
    key = derive_public_key(world.make.keyring, world.make.log.origin)
    try:
        state = checkpoint.verify(notes.parse(log.checkpoint), [key])
    except CryptoError as error:
        return str(error)
    if log.state(state.size) != state:
        return "the entries do not lead to the root"
    kept = checkpoint.verify(notes.parse(world.newest), [key])
    if kept.size > state.size or log.state(kept.size) != kept:
        return "not the log that it was"
    counted, said = counts(log), world.claimed or totals(world)
    return "" if counted == said else f"the figures say {said}, the log {counted}"


def counts(log: PublishedLog) -> Totals:
    """Count reports and outcomes between the markers of batches."""
    results: Counter[tuple[str, str]] = Counter()
    waiting: Counter[str] = Counter()
    for entry in log.entries:
        leaf = log_entries.parse(entry)
        if isinstance(leaf, Step) and leaf.type in {REPORT, OUTCOME}:
            waiting[leaf.type] += 1
        elif isinstance(leaf, Announcement) and leaf.kind == BATCH:
            quarter = Quarter.from_day(date.fromisoformat(leaf.name))
            results.update({(quarter, kind): number for kind, number in waiting.items()})
            waiting.clear()
    return results


def totals(world: InsiderWorld) -> Totals:
    """Count as the figures do: cases by the day that they came and were concluded."""
    world.session.rollback()
    rows = world.session.execute(select(Case.received_on, Case.concluded_on)).all()
    results: Counter[tuple[str, str]] = Counter()
    for received, concluded in rows:
        results[Quarter.from_day(received), REPORT] += 1
        if concluded:
            results[Quarter.from_day(concluded), OUTCOME] += 1
    return results


def auditor(world: InsiderWorld) -> str:
    """Whoever gets the openings of outcomes: opens each, and counts what was found."""
    log = _shown(world)
    world.session.rollback()
    world.session.expire_all()
    told: Counter[str] = Counter()
    for entry in log.entries:
        leaf = log_entries.parse(entry)
        if not isinstance(leaf, Step) or leaf.type != OUTCOME:
            continue
        try:
            told.update(finding.outcome for finding in _opened(world, leaf).findings)
        except (CryptoError, LookupError) as error:
            return f"an outcome that nobody opens: {error}"
    counted: Counter[str] = Counter(filter(None, world.session.scalars(select(Allegation.outcome))))
    if told != counted:
        return f"the release counts {dict(counted)}, the log {dict(told)}"
    if world.claimed and world.claimed != counts(log):
        return "the totals are not those of the log"
    return ""


def _opened(world: InsiderWorld, leaf: Step) -> Outcome:
    """Return what an outcome says, by the opening that the portal gives of it."""
    row = world.session.scalars(select(LogStep).where(LogStep.tag == leaf.tag)).first()
    case = world.session.get(Case, row.case_id) if row else None
    if row is None or row.number is None or case is None or case.log_key is None:
        raise LookupError("the portal does not know it")
    before = select(LogStep.commitment).where(
        LogStep.case_id == row.case_id, LogStep.number == row.number - 1
    )
    previous = world.session.scalar(before) or b""
    blind = decrypt_blinding_key(world.make.keyring, case.id, case.log_key)
    payload = chaining.encode_payload(row)
    steps.derive_opening(blind, row.type, row.number, previous, payload).check(leaf)
    return outcome.parse(row.record.encode())


def erased(log: PublishedLog) -> list[Erasure]:
    """Return what the log says was destroyed."""
    return [leaf for leaf in map(log_entries.parse, log.entries) if isinstance(leaf, Erasure)]


EVERYBODY = {
    "reporter": reporter,
    "log verify": verify,
    "witness": witness,
    "auditor": auditor,
    "anybody": anybody,
}
