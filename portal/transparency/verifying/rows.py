"""Entries against the rows that say what they are: steps, erasures, names, batches."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import log_entries
from crypto.errors import FormatError
from crypto.log_entries import BATCH, ERASURE, OUTCOME, REPORT, STEP, STEPS, Announcement, Release
from portal.cases.models import LogStep
from portal.transparency.models import LogName
from portal.transparency.verifying.contents import Contents
from portal.transparency.writing.service import RELEASE as A_RELEASE

_WORDS = {
    REPORT: "a report",
    STEP: "a step of a case",
    OUTCOME: "an outcome",
    ERASURE: "an erasure",
}


def check(
    session: Session, first: int, entries: Sequence[bytes], contents: Contents
) -> Iterator[str]:
    """Yield every entry of a part without its row, and every row without its entry.

    Args:
        session: to read with.
        first: position of the first entry.
        entries: the part.
        contents: gets what the entries say.
    """
    end = first + len(entries)
    cases, named = _read_case_entries(session, first, end), _read_names(session, first, end)
    for position, entry in enumerate(entries, first):
        kind = chr(entry[1]) if len(entry) > 1 else ""
        if kind in STEPS or kind == ERASURE:
            contents.reports += kind == REPORT
            contents.outcomes += kind == log_entries.OUTCOME
            if (row := cases.pop(position, None)) != entry:
                yield _describe_difference(position, kind, row)
        else:
            yield from _check_named_entry(position, entry, named.pop(position, None), contents)
    for position in (*cases, *named):
        yield f"entry {position}: a row of the database says that it is something else"


def _describe_difference(position: int, kind: str, row: bytes | None) -> str:
    what = f"entry {position} is {_WORDS[kind]}"
    if row is None:
        return f"{what} that the database does not know any more: its row was deleted"
    return f"{what}, and the database has another one there"


def _check_named_entry(
    position: int, entry: bytes, name: tuple[str, str] | None, contents: Contents
) -> Iterator[str]:
    """Read an entry that is of no case, and compare its name."""
    try:
        leaf = log_entries.parse(entry)
    except FormatError as error:
        yield f"entry {position}: {error}"
        return
    match leaf:
        case Release():
            contents.releases.setdefault(leaf.name, []).append(leaf.digest)
            says = (A_RELEASE, leaf.name)
        case Announcement():
            says = (leaf.kind, leaf.name)
            if leaf.kind == BATCH:
                yield from _close_batch(leaf.name, position, contents)
            else:
                contents.announced.setdefault(says, []).append(leaf.value)
        case _:
            return
    if name != says:
        yield f"entry {position} is {says[0]} {says[1]}, and the database calls it otherwise"


def _close_batch(name: str, position: int, contents: Contents) -> Iterator[str]:
    try:
        through = date.fromisoformat(name)
    except ValueError:
        yield f"entry {position} closes a batch with a day that is none"
        return
    last = contents.last
    if last and through <= last:
        yield f"entry {position} closes the batch of {through} after that of {last}"
    contents.close(through, position + 1)


def _read_case_entries(session: Session, first: int, end: int) -> dict[int, bytes]:
    """Return the entries that the steps of cases say that they have in a part."""
    has_facts = (LogStep.type != log_entries.OUTCOME) & LogStep.inside.is_not(None)
    steps = session.execute(
        select(LogStep.position, LogStep.type, LogStep.tag, LogStep.commitment, has_facts).where(
            LogStep.position >= first, LogStep.position < end
        )
    )
    versions = (log_entries.VERSION, log_entries.WITH_FACTS)
    made = {
        position: bytes([versions[facts]]) + kind.encode() + (tag or b"") + (commitment or b"")
        for position, kind, tag, commitment, facts in steps
    }
    erased = session.execute(
        select(LogStep.erasure, LogStep.tag).where(LogStep.erasure >= first, LogStep.erasure < end)
    )
    head = bytes([log_entries.VERSION]) + ERASURE.encode()
    made.update({position: head + (tag or b"") for position, tag in erased})
    return {position: entry for position, entry in made.items() if position is not None}


def _read_names(session: Session, first: int, end: int) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(LogName.position, LogName.kind, LogName.name).where(
            LogName.position >= first, LogName.position < end
        )
    )
    return {position: (kind, name) for position, kind, name in rows}
