"""Lines of witnesses below what the log signed: taken in, and asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import checkpoint, cosignature, merkle, notes
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError, FormatError, OpenError
from crypto.notes import Note, Signature, VerifierKey
from crypto.witness import Request
from portal.core.db import lock_row
from portal.core.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.transparency import queries
from portal.transparency.models import LogCheckpoint, LogCosignature
from portal.transparency.policy import PolicyFile, Witness
from witness.wire import HttpAnswer, HttpClient, UnreachableError

SIZE = "text/x.tlog.size"
TRIES = 3  # the witness may see another checkpoint in between
MAX_ANSWER = 100_000


@dataclass(frozen=True)
class CosigningResult:
    """What came of asking a witness: the checkpoint with its lines, or why there is none."""

    witness: Witness
    cosigned: bytes = b""
    fault: str = ""


def store_lines(session: Session, chosen: PolicyFile, data: bytes) -> int:
    """Keep the lines of witnesses below a checkpoint of this log.

    Nobody has to be believed: the log signed the checkpoint, and the witnesses their lines.

    Args:
        session: of a transaction that writes.
        chosen: whose lines are kept; all others are passed over.
        data: the checkpoint with its lines.

    Returns:
        Its size.

    Raises:
        Invalid: not a checkpoint, or a line that a witness never wrote.
        NotFound: the log did not sign this.
        NotAllowed: no line is by a witness of the policy.
    """
    try:
        note = notes.parse(data)
        state = checkpoint.parse(note.text)
    except FormatError as error:
        raise Invalid(str(error), code="malformed") from error
    row = session.get(LogCheckpoint, state.size)
    if row is None or not row.note or notes.parse(row.note).text != note.text:
        raise NotFound("the log did not sign this")
    lines = _verify_lines(note, state, [witness.key for witness in chosen.witnesses])
    if not lines:
        raise NotAllowed("no line is by a witness of the policy")
    for line in lines:
        place = {"size": state.size, "witness": line.name, "key_id": line.key_id}
        lock_row(session, LogCosignature(**place, line=line.line))
    return state.size


def _verify_lines(note: Note, state: Checkpoint, keys: Sequence[VerifierKey]) -> list[Signature]:
    """Return the last line by each key that is known."""
    lines: list[Signature] = []
    for key in keys:
        for line in note.find_signatures(key):
            try:
                cosignature.verify(state, line, key)
            except OpenError as error:
                raise Invalid("a witness never wrote this", code="wrong-signature") from error
        lines += note.find_signatures(key)[-1:]
    return lines


def ask_all(session: Session, chosen: PolicyFile, wire: HttpClient) -> Iterator[CosigningResult]:
    """Ask each witness with an address for its word on the newest state of the log.

    Args:
        session: to read with.
        chosen: who is asked, and where.
        wire: how.

    Yields:
        What came of it, one after the other; those who have cosigned this state are not asked.
    """
    newest = queries.find_latest(session)
    if newest is None:
        return
    for witness in chosen.witnesses:
        if witness.address and not _is_cosigned(session, newest, witness.key):
            yield _ask(session, newest, witness, wire)


def count_missing_witnesses(session: Session, chosen: PolicyFile) -> int:
    """Return how many more witnesses have to see the newest state before it is believed."""
    newest = queries.find_latest(session)
    if newest is None:
        return 0
    known = {(witness.key.name, witness.key.id) for witness in chosen.witnesses}
    lines = notes.parse(queries.format_checkpoint(session, newest)).signatures
    names = {line.name for line in lines if (line.name, line.key_id) in known}
    return max(0, chosen.needed - len(names))


def _is_cosigned(session: Session, newest: LogCheckpoint, key: VerifierKey) -> bool:
    return session.get(LogCosignature, (newest.size, key.name, key.id)) is not None


def _ask(
    session: Session, newest: LogCheckpoint, witness: Witness, wire: HttpClient
) -> CosigningResult:
    """Bring a witness the newest checkpoint, from whichever one it knows."""
    old = _find_known_size(session, witness.key)
    try:
        for _ in range(TRIES):
            proof = merkle.prove_consistency(old, newest.size, queries.make_reader(session))
            request = Request(old, tuple(proof), newest.note)
            answer = wire.post(f"{witness.address}/add-checkpoint", request.data, MAX_ANSWER)
            if answer.status != HTTPStatus.CONFLICT or answer.kind != SIZE:
                return _read_answer(newest, witness, answer)
            old = _parse_size(answer.body)
            if old > newest.size:
                return CosigningResult(
                    witness, fault=f"has seen {old} entries: this log lost some of them"
                )
    except (UnreachableError, CryptoError) as error:
        return CosigningResult(witness, fault=str(error))
    return CosigningResult(witness, fault="keeps seeing another checkpoint")


def _find_known_size(session: Session, key: VerifierKey) -> int:
    """Return the size of the last checkpoint that a key is known to have cosigned."""
    last = select(func.max(LogCosignature.size)).where(
        LogCosignature.witness == key.name, LogCosignature.key_id == key.id
    )
    return session.scalar(last) or 0


def _parse_size(body: bytes) -> int:
    """Return the size that a witness names.

    Raises:
        FormatError: it names none.
    """
    text = body.removesuffix(b"\n")
    if not text.isdigit() or len(text) > 18:
        raise FormatError("it names no size")
    return int(text)


def _read_answer(newest: LogCheckpoint, witness: Witness, answer: HttpAnswer) -> CosigningResult:
    """Return the checkpoint with the lines that a witness answered with."""
    if answer.status != HTTPStatus.OK:
        said = ascii(answer.body.decode("utf-8", "replace").strip()[:200])
        return CosigningResult(witness, fault=f"refuses with status {answer.status}: {said}")
    data = newest.note + answer.body
    try:
        note = notes.parse(data)
        lines = _verify_lines(note, checkpoint.parse(note.text), [witness.key])
    except (CryptoError, PortalError) as error:
        return CosigningResult(witness, fault=f"answers with what is no cosignature: {error}")
    if not lines or note.text != notes.parse(newest.note).text:
        return CosigningResult(witness, fault="answers with a line by another key")
    return CosigningResult(witness, cosigned=data)
