"""Frozen values of coming back: what a reporter does, and what is sent for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from portal.cases.codes import VerdictAnswer
from portal.cases.service import SealedFile


class LetterAct(StrEnum):
    """What a reporter does by writing."""

    MESSAGE = "message"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    VERDICT = "verdict"


@dataclass(frozen=True)
class Opinion:
    """The verdict of a reporter; its coded part is counted and published."""

    answer: VerdictAnswer
    respect: bool | None  # whether they were treated with respect; None: not said

    @property
    def fields(self) -> dict[str, object]:
        """Return the verdict as it stands in a sealed body."""
        spoken = {True: "yes", False: "no", None: ""}
        return {"answer": str(self.answer), "respect": spoken[self.respect]}


@dataclass(frozen=True)
class PlainLetter:
    """What a reporter wrote on a page without scripts, before it is sealed."""

    act: LetterAct
    seq: int  # number that the page gave it in the thread
    text: str = field(default="", repr=False)
    opinion: Opinion | None = None

    @property
    def fields(self) -> dict[str, object]:
        """Return what the sealed body says."""
        said: dict[str, object] = {"text": self.text}
        if self.act in {LetterAct.REVIEW, LetterAct.WITHDRAW}:
            said["act"] = str(self.act)
        return said | (self.opinion.fields if self.opinion else {})


@dataclass(frozen=True)
class SealedLetter:
    """The same once it is sealed, here or in the browser."""

    act: LetterAct
    seq: int
    sealed: bytes = field(repr=False)
    files: Sequence[SealedFile] = ()
    opinion: Opinion | None = None
