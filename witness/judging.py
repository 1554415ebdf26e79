"""The decision: cosign, refuse, or stop and raise the alarm. One at a time for each log."""

from dataclasses import dataclass

from crypto import checkpoint, notes, witness
from crypto.checkpoint import Checkpoint
from crypto.errors import CryptoError
from crypto.notes import Note, Signature
from crypto.witness import Forked, Inconsistent, NotSigned, Refusal, Request
from witness.state import State, WatchedLog

FORK = (
    "{origin} signed two different logs of {size} entries. One of them was made for somebody"
    " who is to be deceived. Whoever has the log's key can see from the evidence alone that it"
    " lies; no mistake of this witness can look like this."
)


class Stopped(Refusal):
    """The witness has raised the alarm about this log and cosigns nothing of it any more."""

    status = 409


@dataclass(frozen=True)
class Judge:
    """Decides for a witness."""

    state: State

    def cosign(self, request: Request, when: int) -> Signature:
        """Cosign a checkpoint, which is kept first.

        Args:
            request: the checkpoint, and the proof that it grew out of the last one.
            when: seconds since 1970.

        Raises:
            FormatError: not a checkpoint, or not one that can follow.
            Refusal: why not.
        """
        note = notes.parse(request.checkpoint)
        log = self.state.get_log(checkpoint.parse(note.text).origin)
        with log.locked():
            return self._decide(log, request, note, when)

    def _decide(self, log: WatchedLog, request: Request, note: Note, when: int) -> Signature:
        if log.alarm:
            raise Stopped("this witness has raised the alarm about this log")
        before = log.find_latest()
        try:
            state = witness.examine(request, log.keys, lambda _: before)
        except NotSigned:
            raise
        except Refusal as refusal:
            _check_for_fork(log, note, refusal)
            raise
        signature = self.state.own.cosign(state, when)
        if state != before:
            signed = list_log_signatures(log, note)
            log.keep(state, Note(note.text, (*signed, signature)))
        return signature


def list_log_signatures(log: WatchedLog, note: Note) -> tuple[Signature, ...]:
    """Return the log's own signatures below a checkpoint."""
    return tuple(line for key in log.keys for line in note.find_signatures(key))


def stop_for_fork(log: WatchedLog, shown: bytes) -> None:
    """Raise the alarm about a log that signed another tree of a size that was cosigned."""
    state = checkpoint.parse(notes.parse(shown).text)
    kept = log.find_note(state.size)
    words = FORK.format(origin=state.origin, size=state.size)
    log.stop(words, {"checkpoint-kept": kept.data if kept else b"", "checkpoint-shown": shown})


def is_fork(log: WatchedLog, state: Checkpoint) -> bool:
    """Tell whether another tree of this size was cosigned before."""
    before = log.find_cosigned(state.size)
    return before is not None and before != state


def verify_checkpoint(log: WatchedLog, data: bytes) -> Checkpoint:
    """Return what a checkpoint says, if a log signed it.

    Raises:
        CryptoError: it did not.
    """
    return checkpoint.verify(notes.parse(data), log.keys)


def _check_for_fork(log: WatchedLog, note: Note, refusal: Refusal) -> None:
    """Look whether what the log signed is more than a request that came at a wrong moment.

    A proof that does not fit proves nothing: anybody can send one. What the log signed is kept
    and compared with its tiles later.
    """
    try:
        state = checkpoint.verify(note, log.keys)
    except CryptoError:
        return
    if is_fork(log, state):
        stop_for_fork(log, note.data)
        raise Forked("the log signed two trees of one size") from refusal
    if isinstance(refusal, Inconsistent):
        log.keep_doubt(note.data)
