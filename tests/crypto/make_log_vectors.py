"""Test vectors of the public log, made from fixed values; see `make_vectors`."""

import base64
from datetime import date
from hashlib import sha256

from crypto import checkpoint, cosignature, steps
from crypto.log_entries import OUTCOME, REPORT, STEP, Announcement, Erasure, Leaf, Release, Step
from crypto.merkle import prove_consistency, prove_inclusion
from crypto.notes import Note
from crypto.outcome import Finding, Outcome
from crypto.promise import Promise, sign_promise
from crypto.tiles import Tile, list_new_bundles, list_new_tiles, write_bundle, write_tile
from crypto.tlogproof import Proof
from tests.crypto import logs
from tests.crypto.trees import Tree, numbered

BLIND = sha256(b"a blinding key").digest()
RECORD = Outcome(
    category="C1",
    region="KZ-75",
    quarter="2026-q3",
    duration="d15",
    findings=(
        Finding("C1.2", "CONFIRMED", ("DISMISSAL", "REPRIMAND")),
        Finding("C4.1", "NOT_CONFIRMED"),
    ),
)
PAYLOADS = (
    (REPORT, steps.encode_report(sha256(b"report.age").digest())),
    (STEP, steps.encode_step("in_review", date(2026, 9, 2))),
    (STEP, steps.encode_step("question", date(2026, 9, 3), sha256(b"message.age").digest())),
    (
        OUTCOME,
        steps.encode_outcome(RECORD.data, date(2026, 9, 21), sha256(b"decision.age").digest()),
    ),
)
CASE = steps.commit_chain(BLIND, PAYLOADS)
FACTS = b'{"cases":{"category":"C1","region":"KZ-75"}}'
WITH_FACTS = (
    (REPORT, steps.encode_report(sha256(b"report.age").digest(), FACTS, sha256(b"{}").digest())),
    (
        STEP,
        steps.encode_step(
            "facts", date(2026, 9, 2), facts=b"", inside=sha256(b'{"salt":"00"}').digest()
        ),
    ),
)
NEWER = steps.commit_chain(BLIND, WITH_FACTS)
OTHERS: tuple[Leaf, ...] = (
    Release("2026-q3/v1", sha256(b"manifest").digest()),
    Announcement("signing", "PROS_SPEC/2026-1", sha256(b"a public key").digest()),
    Announcement("reader", "2026.3", sha256(b"reader").digest()),
    Announcement("policy", "batches", b"Daily at 18:00 of Almaty; weekly below 20 reports."),
    Announcement("batch", "2026-09-27", b""),
    Announcement("batch", "2026-10-04", sha256(b"the end of the trail").digest()),
    Erasure(CASE[2].tag),
)
LOGGED: tuple[Leaf, ...] = (*CASE, *OTHERS)
TREE_SIZE = 70000


def entries() -> object:
    """Give the entries of a fixed case with what opens them, and entries of every other kind."""
    return {
        "blind": BLIND.hex(),
        "record": RECORD.data.decode(),
        "case": [_step(number, step) for number, step in enumerate(CASE)],
        "with_facts": [
            {"type": kind, "payload": payload.hex(), "entry": step.entry.hex()}
            for (kind, payload), step in zip(WITH_FACTS, NEWER, strict=True)
        ],
        "access": steps.compute_access_digest(bytes(32), bytes([1]) * 32),
        "others": [leaf.entry.hex() for leaf in OTHERS],
    }


def log() -> object:
    """Give what a log with the entries above signs and serves."""
    tree = Tree(leaf.entry for leaf in LOGGED)
    note = checkpoint.issue(logs.state(tree), logs.LOG)
    name = "ngo.example/w"
    cosigned = cosignature.cosign(logs.state(tree), name, logs.WITNESSES[name], logs.NOON)
    signed = Note(note.text, (*note.signatures, cosigned)).data
    promise = Promise(logs.ORIGIN, date(2026, 12, 1), CASE[0])
    proof = Proof(3, tuple(prove_inclusion(3, tree.size, tree.read)), signed)
    return {
        "log_seed": logs.LOG.seed.hex(),
        "log_key": logs.LOG_KEY.text,
        "witness_key": logs.WITNESS_KEYS[0].text,
        "checkpoint": signed.decode(),
        "proof": proof.data.decode(),
        "consistency": [
            _base64(proof_hash) for proof_hash in prove_consistency(4, tree.size, tree.read)
        ],
        "promise": sign_promise(promise, logs.LOG).decode(),
    }


def tiles() -> object:
    """Give the tiles and bundles of a tree of 70,000 entries, the example of the specification."""
    entries = numbered(TREE_SIZE)
    tree = Tree(entries)
    bundles = list(list_new_bundles(0, TREE_SIZE))[-2:]
    return {
        "entries": "entry 0, entry 1 … entry 69999 in ASCII",
        "root": tree.root().hex(),
        "tiles": {
            tile.path: sha256(write_tile(tile, tree.read)).hexdigest()
            for tile in (Tile(0, 0), *list(list_new_tiles(0, TREE_SIZE))[-4:])
        },
        "bundles": {
            each.path: sha256(
                write_bundle(entries[each.first : each.first + each.width])
            ).hexdigest()
            for each in bundles
        },
    }


def witnessed() -> object:
    """Give a checkpoint with post-quantum cosignatures: other bytes each time it is made."""
    tree = Tree(leaf.entry for leaf in LOGGED)
    return {
        "keys": [key.text for key in (logs.LOG_KEY, *logs.WITNESS_KEYS)],
        "cosigned_at": logs.NOON,
        "checkpoint": logs.witnessed(logs.state(tree), *logs.WITNESSES).data.decode(),
    }


def _step(number: int, step: Step) -> object:
    kind, payload = PAYLOADS[number]
    previous = CASE[number - 1].commitment if number else b""
    opening = steps.derive_opening(BLIND, kind, number, previous, payload)
    return {
        "type": kind,
        "number": number,
        "payload": payload.hex(),
        "key": opening.key.hex(),
        "link": opening.link.hex(),
        "tag": step.tag.hex(),
        "commitment": step.commitment.hex(),
        "entry": step.entry.hex(),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
