"""A small log with its witnesses, the same in every test."""

from hashlib import sha256

from crypto import checkpoint, cosignature, notes
from crypto.checkpoint import Checkpoint
from crypto.cosignature import Policy, derive_witness_key
from crypto.mldsa import MldsaKey
from crypto.notes import Note
from crypto.signing import SigningKey
from tests.crypto.trees import Tree

ORIGIN = "portal.example/log"
LOG = SigningKey(sha256(b"the log's seed").digest())
LOG_KEY = notes.derive_verifier_key(ORIGIN, LOG)
OTHER_LOG = SigningKey(sha256(b"another log's seed").digest())
WITNESSES: dict[str, SigningKey | MldsaKey] = {
    "ngo.example/w": SigningKey(sha256(b"an organisation's seed").digest()),
    "paper.example/w": MldsaKey(sha256(b"a newspaper's seed").digest()),
    "ombudsman.example/w": MldsaKey(sha256(b"an ombudsman's seed").digest()),
}
WITNESS_KEYS = tuple(derive_witness_key(name, key) for name, key in WITNESSES.items())
POLICY = Policy((LOG_KEY,), WITNESS_KEYS, 2)
NOON = 1_800_000_000


def state(tree: Tree, size: int | None = None) -> Checkpoint:
    """Give the checkpoint of a tree, or of an earlier state of it."""
    size = tree.size if size is None else size
    return Checkpoint(ORIGIN, size, tree.root(size))


def witnessed(state: Checkpoint, *names: str) -> Note:
    """Sign a checkpoint as the log, and cosign it as some witnesses."""
    note = checkpoint.issue(state, LOG)
    lines = (cosignature.cosign(state, name, WITNESSES[name], NOON) for name in names)
    return Note(note.text, (*note.signatures, *lines))
