"""The invented staff sign what they do, as their browsers would."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from crypto.acts import Signed, Statement, sign
from portal.cases import audit
from portal.cases.signed_acts import SUBJECT, TrailEntry, get_signed_act, set_signer
from portal.demonstration.cast import Cast, CastMember


@dataclass(frozen=True)
class Hands:
    """Signs each entry of a transaction with the key of the person who acts."""

    session: Session
    origin: str
    people: dict[str, CastMember] = field(repr=False)  # by account

    def require_signed(self, entry: TrailEntry) -> Signed:
        """Sign the act that an entry follows from, on the day that the play has come to."""
        act, fields = get_signed_act(entry)
        person = self.people[entry.actor]
        fields["trail"] = audit.format_end(self.session)
        about = entry.case_id or entry.detail.partition(" ")[0]
        subject = fields.pop(SUBJECT, about)
        said = Statement(
            origin=self.origin,
            act=act,
            body=str(person.account.body_code),
            signer=entry.actor,
            key=person.own.signing.public,
            subject=subject,
            fields=fields,
            sealed=(),
            day=entry.day,
        )
        return sign(said, person.own.signing)


def lend_hands(session: Session, cast: Cast, origin: str) -> None:
    """Let everybody of the cast sign what they do in a session."""
    people: Iterable[CastMember] = (
        member for members in cast.members.values() for member in members
    )
    set_signer(session, Hands(session, origin, {person.account.id: person for person in people}))
