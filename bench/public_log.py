"""The public log: how fast it grows, and how fast a proof is made and checked."""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import log_portal
from bench.figures import Measurement, Tell, format_milliseconds, format_number, format_times, judge
from crypto import checkpoint, cosignature, merkle, notes, tlogproof
from crypto.checkpoint import Checkpoint
from crypto.cosignature import Policy, derive_witness_key
from crypto.log_entries import STEP, Step
from crypto.merkle import Node, hash_children, hash_leaf
from crypto.mldsa import MldsaKey, generate_mldsa_key
from crypto.notes import Note
from crypto.signing import SigningKey, generate_signing_key
from crypto.tlogproof import Proof

SIZES = (1_000, 1_000_000, 10_000_000)
IN_MEMORY = 200_000
DURABLE = 20_000
BATCH = 100
BULK = 100_000  # leaves appended at once while a large tree is built
PROOFS = 2_000
ORIGIN = "log.example"
WHEN = 1_800_000_000
SHORT = {"SIZES": (100, 1_000), "IN_MEMORY": 1_000, "DURABLE": 200, "PROOFS": 40}


class Store:
    """A tree whose nodes are rows of SQLite."""

    def __init__(self, path: Path) -> None:
        self.rows = sqlite3.connect(path)
        self.rows.execute("CREATE TABLE nodes (place INTEGER PRIMARY KEY, hash BLOB NOT NULL)")
        self.rows.execute("CREATE TABLE entries (place INTEGER PRIMARY KEY, entry BLOB NOT NULL)")
        self.size = 0

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """Read nodes with one query."""
        places = [_compute_place(node) for node in nodes]
        marks = ",".join("?" * len(places))
        query = f"SELECT place, hash FROM nodes WHERE place IN ({marks})"  # noqa: S608 - marks
        stored = dict(self.rows.execute(query, places).fetchall())
        return [stored[place] for place in places]

    def add(self, entries: Sequence[bytes]) -> None:
        """Append entries in one transaction."""
        made = merkle.append(self.size, map(hash_leaf, entries), self.read)
        self._write(entries, made)

    def add_bare(self, entries: Sequence[bytes]) -> None:
        """Store entries in one transaction, without a tree."""
        self._write(entries, ())

    def fill(self, size: int) -> None:
        """Make the tree as large as this, with leaves that are just hashes, and no entries."""
        self.rows.execute("PRAGMA synchronous = OFF")
        while self.size < size:
            count = min(BULK, size - self.size)
            leaves = [sha256(b"%d" % (self.size + i)).digest() for i in range(count)]
            self._write((), merkle.append(self.size, leaves, self.read))
            self.size += count

    def _write(self, entries: Iterable[bytes], made: Iterable[tuple[Node, bytes]]) -> None:
        numbered = list(enumerate(entries, self.size))
        with self.rows:
            self.rows.executemany("INSERT INTO entries VALUES (?, ?)", numbered)
            placed = ((_compute_place(node), node_hash) for node, node_hash in made)
            self.rows.executemany("INSERT INTO nodes VALUES (?, ?)", placed)
        self.size += len(numbered)


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Append, prove, check: the tree alone, then the log of a portal."""
    tell("appending")
    figures = [*_append_in_memory(), *_append_durably()]
    with _store() as store:
        for size in SIZES:
            tell(f"a tree of {size:,}")
            store.fill(size)
            figures += _prove(store)
        tell("checking")
        figures += _check_proofs(store)
    return [*figures, *log_portal.measure(tell, full=full)]


def _append_in_memory() -> list[Measurement]:
    """Append beside the hashing alone that no tree can do without."""
    entries = _make_entries(IN_MEMORY)
    nodes: dict[Node, bytes] = {}

    def grow() -> None:
        for size in range(0, IN_MEMORY, BATCH):
            leaves = map(hash_leaf, entries[size : size + BATCH])
            nodes.update(merkle.append(size, leaves, lambda asked: [nodes[node] for node in asked]))

    def hash_alone() -> None:
        for entry in entries:
            digest = sha256(b"\0" + entry).digest()
            sha256(b"\1" + digest + digest).digest()

    tree, bare = IN_MEMORY / _measure_seconds(grow), IN_MEMORY / _measure_seconds(hash_alone)
    return [
        Measurement(
            f"entries appended in memory, {BATCH} at once", f"{format_number(tree)} entries/s"
        ),
        Measurement("… against their SHA-256 alone", f"{format_number(100 * tree / bare)} %"),
    ]


def _append_durably() -> list[Measurement]:
    """Append to SQLite beside storing the entries alone, each batch on the disk before the next."""
    entries = _make_entries(DURABLE)
    tree, bare = 0.0, 0.0
    with _store() as logged, _store() as stored:
        for first in range(0, DURABLE, BATCH):
            batch = entries[first : first + BATCH]
            tree += _measure_seconds(partial(logged.add, batch))
            bare += _measure_seconds(partial(stored.add_bare, batch))
    return [
        Measurement(
            f"entries appended durably, {BATCH} at once",
            f"{format_number(DURABLE / tree)} entries/s",
        ),
        Measurement(
            "… against storing them without a tree", f"{format_number(100 * bare / tree)} %"
        ),
    ]


def _prove(store: Store) -> Iterator[Measurement]:
    size = store.size
    inclusion, consistency, hashes = [], [], 0
    for _ in range(PROOFS):
        index = secrets.randbelow(size)
        begin = perf_counter()
        proof = merkle.prove_inclusion(index, size, store.read)
        between = perf_counter()
        merkle.prove_consistency(index + 1, size, store.read)
        consistency.append(perf_counter() - between)
        inclusion.append(between - begin)
        hashes = max(hashes, len(proof))
    if size == SIZES[-1]:
        time = median(inclusion) * 1000
        yield judge(f"inclusion proof at {size:,} leaves", time, "ms", most=1)
        yield judge("… hashes, at most", hashes, "hashes", most=25)
    else:
        yield Measurement(f"inclusion proof at {size:,} leaves", format_times(inclusion))
        yield Measurement("… hashes, at most", f"{hashes} hashes")
    yield Measurement(f"consistency proof at {size:,} leaves", format_times(consistency))


def _check_proofs(store: Store) -> Iterator[Measurement]:
    """Check proofs of the largest tree, as whoever holds them does."""
    size, root = store.size, merkle.compute_root(store.size, store.read)
    yield Measurement(
        f"root of {size:,} leaves",
        format_milliseconds(_measure_each(lambda: merkle.compute_root(size, store.read))),
    )
    (leaf,) = store.read([Node(0, 5)])
    proof = merkle.prove_inclusion(5, size, store.read)
    check = _measure_each(lambda: merkle.verify_inclusion(leaf, 5, size, proof, root))
    yield Measurement(
        f"an inclusion proof of {len(proof)} hashes checked", format_milliseconds(check)
    )
    old = size // 3
    before, way = (
        merkle.compute_root(old, store.read),
        merkle.prove_consistency(old, size, store.read),
    )
    check = _measure_each(lambda: merkle.verify_consistency(old, size, way, before, root))
    yield Measurement(
        f"a consistency proof of {len(way)} hashes checked", format_milliseconds(check)
    )
    yield from _check_file()


def _check_file() -> Iterator[Measurement]:
    """Check a proof as a file, with one witness of each kind."""
    entry = _make_entries(1)[0]
    others = [secrets.token_bytes(32) for _ in range(24)]
    root = hash_leaf(entry)
    for other in others:
        root = hash_children(root, other)
    state = Checkpoint(ORIGIN, 1 << len(others), root)
    log = generate_signing_key()
    witnesses: dict[str, SigningKey | MldsaKey] = {
        "ed25519.example": generate_signing_key(),
        "mldsa.example": generate_mldsa_key(),
    }
    issued = checkpoint.issue(state, log)
    lines = [cosignature.cosign(state, name, key, WHEN) for name, key in witnesses.items()]
    data = Proof(0, tuple(others), Note(issued.text, (*issued.signatures, *lines)).data).data
    keys = tuple(derive_witness_key(name, key) for name, key in witnesses.items())
    policy = Policy((notes.derive_verifier_key(ORIGIN, log),), keys, 2)
    check = _measure_each(lambda: tlogproof.verify(tlogproof.parse(data), entry, policy))
    yield Measurement(
        f"a proof in a file of {len(data):,} bytes checked, Ed25519 and ML-DSA-44 witness",
        format_milliseconds(check),
    )


def _make_entries(number: int) -> list[bytes]:
    return [
        Step(STEP, secrets.token_bytes(16), secrets.token_bytes(32)).entry for _ in range(number)
    ]


def _compute_place(node: Node) -> int:
    return node.level << 56 | node.number


def _measure_seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def _measure_each(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, as the median of many times."""
    return median(_measure_seconds(work) for _ in range(PROOFS // 4))


@contextmanager
def _store() -> Iterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "log.sqlite")
        with closing(store.rows):
            store.rows.execute("PRAGMA journal_mode = WAL")
            store.rows.execute("PRAGMA synchronous = FULL")
            yield store
