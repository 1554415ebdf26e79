"""Checking a case against the public log: what its reporter is shown against what stands there.

Everything is made anew from the blinding key of the receipt and from the sealed bytes themselves;
what the database says of digests and places is only what is put to the test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise, zip_longest

from crypto import body as bodies
from crypto import merkle, outcome, promise, steps
from crypto.checkpoint import Checkpoint
from crypto.cosignature import Policy
from crypto.errors import CryptoError, FormatError
from crypto.json_types import require_object
from crypto.log_entries import OUTCOME, REPORT, Step
from crypto.outcome import Finding
from crypto.text import from_json
from portal.cases.committed_facts import ACCESS, get_shown_facts
from portal.cases.log_steps import UNDECIDED, build_findings, get_duration_band
from portal.cases.models import Case, Envelope, Verdict
from portal.cases.states import Status
from portal.core.calendar import Quarter
from portal.dialogue.service.standing import CaseStanding
from portal.transparency.publishing.bundle import BundleStep, CaseBundle
from portal.transparency.writing.schedule import compute_promised_day

STATES = frozenset(Status)
FactRows = Mapping[str, Mapping[str, object] | None]
"""Values of columns by the name of a row; None: there is no such row."""


class Fault(StrEnum):
    """What does not fit (twin: portal/downloads/check_report.py, which has two more of its own)."""

    SIGNATURE = "signature"  # the state of the log is not signed by its key
    WITNESSES = "witnesses"  # too few witnesses saw that state
    PROMISE = "promise"  # what is kept as the promise is none
    EXCHANGED = "exchanged"  # another report was promised than the one that is here
    BROKEN = "broken"  # the day of the promise is over, and the report is not in the log
    ALTERED = "altered"  # the log does not say of a step what is stated here
    LATE = "late"  # a later step should be in the log by now
    ORDER = "order"  # steps were left out, moved or dated back
    MISSING = "missing"  # the log knows of a text that is not here, or not as it was
    UNLOGGED = "unlogged"  # a text is here that no step speaks of
    DIFFERENT = "different"  # a state or a day is shown otherwise than it was logged
    OUTCOME = "outcome"  # the outcome is shown otherwise than it is counted
    FACTS = "facts"  # what routes or counts the case is otherwise than it was logged
    ACCESS = "access"  # receipt and second half are not those that the report was filed with


@dataclass(frozen=True)
class LocatedFault:
    """A fault, and the number of the step that it was found at, if there is one."""

    fault: Fault
    number: int | None = None


@dataclass(frozen=True)
class DisplayedText:
    """A sealed text as it is shown to its reporter: kind, day, SHA-256 of its bytes."""

    kind: str
    day: date
    digest: str


@dataclass(frozen=True)
class DisplayedCase:
    """What a reporter is shown of a case."""

    texts: Sequence[DisplayedText]
    states: Sequence[tuple[Status, date]]
    findings: Sequence[Finding]  # of what was decided; none: nothing was
    facts: FactRows  # codes that route and count the case, and the verdict
    access: str  # see `crypto.steps.compute_access_digest`


@dataclass(frozen=True)
class Checked:
    """What the check of a case came to."""

    bundle: CaseBundle
    faults: tuple[LocatedFault, ...]
    witnesses: tuple[str, ...]  # who saw the state of the log, of those whom the portal names

    @property
    def waiting(self) -> int:
        """Return how many steps only the database speaks for yet."""
        return sum(step.index is None for step in self.bundle.steps)


def collect_displayed(
    standing: CaseStanding, thread: Sequence[Envelope], access: str
) -> DisplayedCase:
    """Return what the page of a case shows.

    Args:
        standing: where the case stands.
        thread: with its sealed bytes, oldest first.
        access: of the receipt and the second half by which it was opened.
    """
    texts = [
        DisplayedText(envelope.kind, envelope.filed_on, bodies.compute_digest(envelope.sealed))
        for envelope in thread
    ]
    decided = [allegation for allegation in standing.case.allegations if allegation.outcome]
    return DisplayedCase(
        texts, standing.history, build_findings(decided), collect_facts(standing), access
    )


def collect_facts(standing: CaseStanding) -> FactRows:
    """Return the codes that route and count a case, as its reporter is shown them."""
    verdict = standing.verdict
    return {
        "cases": get_shown_facts(Case, standing.case),
        "verdicts": get_shown_facts(Verdict, verdict) if verdict else None,
    }


def check(bundle: CaseBundle, blind: bytes, shown: DisplayedCase, *, today: date) -> Checked:
    """Compare what is shown of a case with the log.

    Args:
        bundle: what the portal states of the case.
        blind: the blinding key that follows from the receipt, 32 bytes.
        shown: what the reporter is shown.
        today: the day.
    """
    made = _compute_steps(blind, bundle.steps)
    state, witnesses, faults = _read_state(bundle)
    faults += _check_promise(bundle, made, today)
    faults += _check_steps(bundle.steps, made, state)
    faults += _check_days(bundle.steps, today)
    faults += _check_texts(bundle.steps, shown.texts)
    faults += _check_states(bundle.steps, shown.states)
    faults += _check_outcome(bundle.steps, shown.findings)
    faults += check_facts(bundle.steps, shown)
    return Checked(bundle, tuple(dict.fromkeys(faults)), witnesses)


def _compute_steps(blind: bytes, stated: Sequence[BundleStep]) -> list[Step]:
    """Return what the log must have, up to the first step that nothing can be made of."""
    made: list[Step] = []
    for number, step in enumerate(stated):
        previous = made[-1].commitment if made else b""
        try:
            made.append(steps.commit(blind, step.type, number, previous, build_payload(step)))
        except (CryptoError, ValueError):  # altered beyond any meaning
            break
    return made


def build_payload(step: BundleStep) -> bytes:
    """Return what a step commits to, as it is stated.

    Raises:
        CryptoError: nothing can be made of it.
        ValueError: its digests are none.
    """
    digest, inside = bytes.fromhex(step.digest), bytes.fromhex(step.inside)
    facts = step.facts.encode()
    if step.type == REPORT:
        return steps.encode_report(digest, facts, inside)
    record = step.record.encode("ascii")
    if step.type == OUTCOME and (facts or inside):
        raise FormatError("an outcome commits to no facts")
    if step.type == OUTCOME:
        return steps.encode_outcome(record, step.day, digest)
    return steps.encode_step(step.what, step.day, digest, record, facts, inside)


def _read_state(
    bundle: CaseBundle,
) -> tuple[Checkpoint | None, tuple[str, ...], list[LocatedFault]]:
    """Return the state of the log, who saw it, and what is wrong with it."""
    if not bundle.checkpoint:
        is_empty = all(step.index is None for step in bundle.steps)
        return None, (), [] if is_empty else [LocatedFault(Fault.SIGNATURE)]
    try:
        state = Policy(bundle.policy.log).check(bundle.checkpoint).checkpoint
    except CryptoError:
        return None, (), [LocatedFault(Fault.SIGNATURE)]
    try:
        seen = bundle.policy.check(bundle.checkpoint)
    except CryptoError:
        return state, (), [LocatedFault(Fault.WITNESSES)]
    return state, tuple(sorted(seen.witnesses)), []


def _check_promise(bundle: CaseBundle, made: Sequence[Step], today: date) -> Iterator[LocatedFault]:
    if not bundle.promise:
        return
    try:
        given = promise.verify_promise(bundle.promise, bundle.policy.log[0])
    except CryptoError:
        yield LocatedFault(Fault.PROMISE)
        return
    if not made or given.step != made[0]:
        yield LocatedFault(Fault.EXCHANGED, 0)
    elif compute_promised_day(bundle.steps[0].day) != given.merge_by:
        yield LocatedFault(Fault.ORDER, 0)  # the entry itself does not name its day
    elif bundle.steps[0].index is None and given.merge_by < today:
        yield LocatedFault(Fault.BROKEN, 0)


def _check_steps(
    stated: Sequence[BundleStep], made: Sequence[Step], state: Checkpoint | None
) -> Iterator[LocatedFault]:
    """Find the first step that the log has otherwise: those after it follow from it."""
    for number, (step, entry) in enumerate(zip_longest(stated, made)):
        if entry is None or not _is_in_log(step, entry, state):
            yield LocatedFault(Fault.ALTERED, number)
            return


def _is_in_log(step: BundleStep, entry: Step, state: Checkpoint | None) -> bool:
    """Tell whether a step stands in the log, or is not said to."""
    if step.index is None or state is None:
        return True
    leaf = merkle.hash_leaf(entry.entry)
    try:
        merkle.verify_inclusion(leaf, step.index, state.size, step.proof, state.root)
    except CryptoError:
        return False
    return True


def _check_days(stated: Sequence[BundleStep], today: date) -> Iterator[LocatedFault]:
    for number, (before, step) in enumerate(pairwise(stated), start=1):
        if before.day > step.day or (before.index is None and step.index is not None):
            yield LocatedFault(Fault.ORDER, number)
        if step.index is None and compute_promised_day(step.day) < today:
            yield LocatedFault(Fault.LATE, number)


def _check_texts(
    stated: Sequence[BundleStep], shown: Sequence[DisplayedText]
) -> Iterator[LocatedFault]:
    logged = {step.digest: number for number, step in enumerate(stated) if step.digest}
    here = {text.digest: text for text in shown}
    for digest, number in logged.items():
        if digest not in here:
            if not stated[number].erased:
                yield LocatedFault(Fault.MISSING, number)
        elif not _is_told(stated[number], here[digest]):
            yield LocatedFault(Fault.DIFFERENT, number)
    if any(digest not in logged for digest in here):
        yield LocatedFault(Fault.UNLOGGED)
    both = [digest for digest in logged if digest in here]
    if both != [digest for digest in here if digest in logged]:
        yield LocatedFault(Fault.ORDER)


def _is_told(step: BundleStep, text: DisplayedText) -> bool:
    """Tell whether a step says of a text what the page says; a decision comes with its state."""
    kind = bodies.DECISION if step.what in STATES else step.what
    return (kind, step.day) == (text.kind, text.day)


def _check_states(
    stated: Sequence[BundleStep], shown: Sequence[tuple[Status, date]]
) -> Iterator[LocatedFault]:
    """Compare the states; one that comes back after a hidden one is shown once."""
    told: list[tuple[str, date, int]] = []
    for number, step in enumerate(stated):
        what = Status.RECEIVED if step.type == REPORT else step.what
        if what in STATES and (not told or told[-1][0] != what):
            told.append((what, step.day, number))
    for logged, seen in zip_longest(told, shown):
        if logged is None or (logged[0], logged[1]) != seen:
            yield LocatedFault(Fault.DIFFERENT, logged[2] if logged else None)
            return


def _check_outcome(
    stated: Sequence[BundleStep], shown: Sequence[Finding]
) -> Iterator[LocatedFault]:
    """Compare the last outcome that was logged; each says its own quarter and duration."""
    findings: tuple[Finding, ...] = ()
    for number, step in enumerate(stated):
        if not step.record:
            continue
        try:
            logged = outcome.parse(step.record.encode())
        except CryptoError:
            yield LocatedFault(Fault.OUTCOME, number)
            return
        findings = logged.findings
        expected = Quarter.from_day(step.day), get_duration_band(stated[0].day, step.day)
        if (logged.quarter, logged.duration) != expected:
            yield LocatedFault(Fault.OUTCOME, number)
    if tuple(shown) != tuple(finding for finding in findings if finding.outcome != UNDECIDED):
        yield LocatedFault(Fault.OUTCOME)


def check_facts(stated: Sequence[BundleStep], shown: DisplayedCase) -> Iterator[LocatedFault]:
    """Compare what routes and counts the case; a report of the first version says nothing of it."""
    told: dict[str, dict[str, object] | None] = {}
    for number, step in enumerate(stated):
        try:
            said = require_object(from_json(step.facts)) if step.facts else {}
            for name, row in said.items():
                told[name] = (
                    None if row is None else {**(told.get(name) or {}), **require_object(row)}
                )
        except CryptoError:
            yield LocatedFault(Fault.FACTS, number)
            return
    access = (told.get("cases") or {}).pop(ACCESS, None)
    if access is not None and access != shown.access:
        yield LocatedFault(Fault.ACCESS, 0)
    if told and not _is_shown(told, shown.facts):
        yield LocatedFault(Fault.FACTS)


def _is_shown(told: FactRows, facts: FactRows) -> bool:
    """Tell whether everything that was told is shown, and no verdict that was not."""
    return all(
        (row or {}).items() <= (facts.get(name) or {}).items()
        and bool(row) == bool(facts.get(name))
        for name, row in (*told.items(), ("verdicts", told.get("verdicts")))
    )
