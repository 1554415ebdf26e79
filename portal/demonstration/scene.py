"""What an act needs besides the case: the open transaction, everybody, and the server's keys."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.cases.models import Case
from portal.core.blobs import BlobStore
from portal.core.keyring import Keyring
from portal.demonstration.cast import Cast, CastMember
from portal.demonstration.lives import CaseLife
from portal.invented.named import pick
from portal.transparency.writing.service import Log


@dataclass(frozen=True)
class Scene:
    """The place where acts are played: one for each transaction."""

    session: Session
    cast: Cast
    log: Log
    blobs: BlobStore

    @property
    def keyring(self) -> Keyring:
        """Return the server's keys."""
        return self.log.keyring

    def get_case(self, life: CaseLife) -> Case:
        """Return the row of a case, with what was done in this transaction written."""
        self.session.flush()
        return self.session.get_one(Case, life.case_id)

    def get_version(self, life: CaseLife) -> int:
        """Return the version that a page made now would show."""
        return self.get_case(life).version

    def free_member(self, life: CaseLife) -> CastMember:
        """Return a member of the body who may take the case."""
        members = self.cast.members[life.unit.code]
        able = [member for member in members if member.account.id not in life.away]
        return pick(able, "member", life.plan.number, len(life.away), life.unit.code)


def get_holder(life: CaseLife) -> CastMember:
    """Return who holds a case.

    Raises:
        ValueError: nobody does; the course forgot to let somebody take it.
    """
    if life.holder is None:
        raise ValueError(f"nobody holds case {life.plan.number}")
    return life.holder
