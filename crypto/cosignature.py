"""Cosignatures: witnesses say that a checkpoint grew out of all they saw of a log before.

Without them a log could show each reader another tree. Who relies on a checkpoint therefore asks
for the word of several witnesses, who keep what they saw.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crypto import checkpoint, mldsa, notes, signing
from crypto.checkpoint import Checkpoint
from crypto.errors import FormatError, OpenError
from crypto.mldsa import MldsaKey
from crypto.notes import COSIGNATURE_ED25519, COSIGNATURE_MLDSA44, Signature, VerifierKey
from crypto.signing import SigningKey

TIMESTAMP_BYTES = 8
MAX_TIMESTAMP = 2**63 - 1
MAX_NAME_BYTES = 255
SUBTREE_LABEL = b"subtree/v1\n\0"
_VERIFY: Mapping[int, Callable[[bytes, bytes, bytes], None]] = {
    COSIGNATURE_ED25519: signing.verify,
    COSIGNATURE_MLDSA44: mldsa.verify,
}


@dataclass(frozen=True)
class WitnessedCheckpoint:
    """A checkpoint that is to be believed, and when each witness had it (seconds since 1970)."""

    checkpoint: Checkpoint
    witnesses: Mapping[str, int]


@dataclass(frozen=True)
class Policy:
    """Whom to believe about a log.

    log are its keys; witnesses are keys that cosign, several of one name being one witness; of
    these `needed` must have cosigned.
    """

    log: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    needed: int = 0

    def __post_init__(self) -> None:
        names = {key.name for key in self.witnesses}
        if not self.log or not 0 <= self.needed <= len(names):
            raise FormatError("a policy names a log, and as many witnesses as it asks for")
        if any(key.kind != notes.ED25519 for key in self.log):
            raise FormatError("a log signs with keys of kind 0x01")
        if any(key.kind not in _VERIFY for key in self.witnesses):
            raise FormatError("a witness cosigns with keys of kind 0x04 or 0x06")
        if len({key.public for key in self.witnesses}) != len(self.witnesses):
            raise FormatError("one key would count as two witnesses")

    def check(self, data: bytes) -> WitnessedCheckpoint:
        """Make sure that a checkpoint is the log's and that enough witnesses saw it.

        Args:
            data: The checkpoint as it is served.

        Returns:
            What it says, and who vouches for it.

        Raises:
            FormatError: not a checkpoint.
            OpenError: not the log's, or too few witnesses, or a signature by a known key is wrong.

        Source: c2sp.org/tlog-proof, "Verifying a tlog proof".
        """
        note = notes.parse(data)
        state = checkpoint.verify(note, self.log)
        times: dict[str, int] = {}
        for key in self.witnesses:
            for signature in note.find_signatures(key):
                when = verify(state, signature, key)
                times[key.name] = max(when, times.get(key.name, 0))
        if len(times) < self.needed:
            raise OpenError("too few witnesses saw this checkpoint")
        return WitnessedCheckpoint(state, times)


def derive_witness_key(name: str, key: SigningKey | MldsaKey) -> VerifierKey:
    """Give the public half of a witness's key.

    Args:
        name: The witness's name, at most 255 bytes.
        key: Its private key.

    Returns:
        A key of kind 0x04 for Ed25519, 0x06 for ML-DSA-44.

    Raises:
        FormatError: it cannot have this name.

    Source: c2sp.org/tlog-cosignature, "Format".
    """
    kind = COSIGNATURE_MLDSA44 if isinstance(key, MldsaKey) else COSIGNATURE_ED25519
    return VerifierKey(name, kind, key.public)


def cosign(state: Checkpoint, name: str, key: SigningKey | MldsaKey, when: int) -> Signature:
    """Vouch for a checkpoint. The witness has kept it, and checked that it grew out of the last.

    Args:
        state: The checkpoint.
        name: The witness's name.
        key: Its private key.
        when: Seconds since 1970.

    Returns:
        The signature to put below the checkpoint.

    Raises:
        FormatError: the name or the time cannot be one.

    Source: c2sp.org/tlog-cosignature.
    """
    public = derive_witness_key(name, key)
    signed = key.sign(_build_message(state, public, when))
    return Signature(name, public.id, when.to_bytes(TIMESTAMP_BYTES, "big") + signed)


def verify(state: Checkpoint, signature: Signature, key: VerifierKey) -> int:
    """Make sure that a witness vouches for a checkpoint.

    Args:
        state: The checkpoint.
        signature: A line below it that claims to be by the key.
        key: The witness's key.

    Returns:
        When it did so, in seconds since 1970, by its own clock.

    Raises:
        FormatError: not a witness's key.
        OpenError: it does not; or the signature, its time or the checkpoint was altered.

    Source: c2sp.org/tlog-cosignature.
    """
    if key.kind not in _VERIFY:
        raise FormatError("a witness cosigns with keys of kind 0x04 or 0x06")
    when = int.from_bytes(signature.value[:TIMESTAMP_BYTES], "big")
    if (signature.name, signature.key_id) != (key.name, key.id) or when > MAX_TIMESTAMP:
        raise OpenError("the signature is not by this witness")
    _VERIFY[key.kind](
        key.public, _build_message(state, key, when), signature.value[TIMESTAMP_BYTES:]
    )
    return when


def _build_message(state: Checkpoint, key: VerifierKey, when: int) -> bytes:
    if not 0 <= when <= MAX_TIMESTAMP:
        raise FormatError("not a time that a cosignature can have")
    if key.kind == COSIGNATURE_ED25519:
        return f"cosignature/v1\ntime {when}\n{state.text}".encode()
    time, start, end = (number.to_bytes(8, "big") for number in (when, 0, state.size))
    return b"".join(
        [
            SUBTREE_LABEL,
            _encode_name(key.name),
            time,
            _encode_name(state.origin),
            start,
            end,
            state.root,
        ]
    )


def _encode_name(text: str) -> bytes:
    """Write a name after its length in one byte."""
    data = text.encode()
    if len(data) > MAX_NAME_BYTES:
        raise FormatError("a witness has a name of at most 255 bytes")
    return bytes([len(data)]) + data
