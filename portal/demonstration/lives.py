"""One case while it is played: who holds it, what was written, and the keys of both sides."""

import secrets
from dataclasses import dataclass, field

from crypto import body as bodies
from crypto import receipt
from crypto.keys import Recipient
from crypto.seal import generate_throwaway_recipient, seal
from crypto.signing import SigningKey
from crypto.writer import Writer, encrypt_writer
from portal.demonstration.cast import CastMember, CastUnit
from portal.demonstration.plans import Plan
from portal.demonstration.stories import write_letter
from portal.dialogue.letter import LetterAct, Opinion, PlainLetter
from portal.dialogue.letter import SealedLetter as Sent
from portal.dialogue.service.writing import KINDS
from portal.intake.service import Reporter
from portal.review.inputs import SealedWriting

MASTER_BYTES = 32


@dataclass
class End:
    """Where a thread ends: what comes next has to say so."""

    seq: int = 0
    prev: str = ""

    def advance(self, sealed: bytes) -> None:
        """Count one more object."""
        self.seq, self.prev = self.seq + 1, bodies.compute_digest(sealed)


@dataclass
class CaseLife:
    """A case, its reporter and the body responsible, each with their keys."""

    plan: Plan
    case_id: str
    reporter: Reporter = field(repr=False)
    unit: CastUnit
    recovery: Recipient
    ends: dict[str, End]
    holder: CastMember | None = None
    away: set[str] = field(default_factory=set)  # accounts that stay away from the case
    proposal: str = ""  # id of the one that waits for a second person
    asked: bool = False  # the reporter owes an answer
    is_crime: bool = False

    def seal_as_reporter(self, act: LetterAct, text: str, opinion: Opinion | None = None) -> Sent:
        """Write, sign and seal something as the reporter's browser does."""
        words = PlainLetter(act, self.ends[bodies.CASE].seq, text, opinion)
        sealed = self._seal(KINDS[act], words.fields, self.reporter.own.signing)
        return Sent(act, words.seq, sealed, opinion=opinion)

    def seal_as_body(self, kind: str, fields: dict[str, object]) -> SealedWriting:
        """Write, sign and seal something as the browser of a member of staff does."""
        seq, by = self.ends[_get_thread(kind)].seq, self._identify_writer(_get_thread(kind))
        return SealedWriting(seq, self._seal(kind, fields, self.unit.signing, by=by))

    def transfer_to(self, unit: CastUnit) -> SealedWriting:
        """Write the letter that tells the reporter which body is responsible from now on."""
        seq, signer, by = (
            self.ends[bodies.CASE].seq,
            self.unit.signing,
            self._identify_writer(bodies.CASE),
        )
        self.unit, self.holder = unit, None
        to = bodies.Addressee(unit.code, unit.identity.recipient, unit.signing.public)
        fields: dict[str, object] = {"text": self.compose_letter("transfer")}
        return SealedWriting(seq, self._seal(bodies.TRANSFER, fields, signer, to, by))

    def compose_letter(self, name: str) -> str:
        """Return a letter in the language of the reporter."""
        return write_letter(name, self.plan.language)

    def _identify_writer(self, thread: str) -> bytes | None:
        """Say who of the body writes, so that colleagues can read it and the reporter cannot."""
        if self.holder is None:
            return None
        account, seq = self.holder.account, self.ends[thread].seq
        place = {"rid": self.case_id, "thread": thread}
        return encrypt_writer(
            Writer(account.id, account.login), self.unit.signing, **place, seq=seq
        )

    def _seal(
        self,
        kind: str,
        fields: dict[str, object],
        signer: SigningKey,
        to: bodies.Addressee | None = None,
        by: bytes | None = None,
    ) -> bytes:
        thread = _get_thread(kind)
        end = self.ends[thread]
        body = bodies.Body(
            type=kind,
            rid=self.case_id,
            thread=thread,
            seq=end.seq,
            prev=end.prev,
            fields=fields,
            to=to,
            by=by,
        )
        sealed = seal(bodies.compose(body, signer), self.list_readers(thread))
        end.advance(sealed)
        return sealed

    def list_readers(self, thread: str) -> tuple[Recipient, Recipient, Recipient]:
        """Return who can open what is written now; notes are not for the reporter."""
        third = self.reporter.recipient if thread == bodies.CASE else generate_throwaway_recipient()
        return self.unit.identity.recipient, self.recovery, third


def make_reporter(plan: Plan) -> Reporter:
    """Return a reporter. Only one whose receipt is printed needs the slow step from receipt to key.

    Nobody has the receipts of the others, so their keys begin where that step would end.
    """
    secret = receipt.generate_secret()
    if plan.shown:
        return Reporter(secret, receipt.derive(secret))
    return Reporter(secret, receipt.from_master(secrets.token_bytes(MASTER_BYTES)))


def _get_thread(kind: str) -> str:
    return bodies.NOTES if kind == bodies.NOTE else bodies.CASE
