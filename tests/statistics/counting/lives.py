"""Lives of cases drawn by chance, and the cell that a person would count each in.

They are an oracle and stay apart from `portal.invented`: hypothesis looks for lives that no country
would bring, and nothing that counting uses says here what is to be counted.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from struct import pack

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.cases.bodies import get_body_kind
from portal.cases.clocks import compute_due_date
from portal.cases.models import Allegation, Case, Clock, Sanction, StatusChange, Verdict
from portal.cases.reviews import Review
from portal.cases.states import Status
from portal.core.calendar import Quarter, add_working_days
from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.catalogue.codelists import EDGES
from portal.statistics.catalogue.periods import make_table_span
from portal.statistics.catalogue.tables import Table, load

QUARTER = Quarter("2027-q4")
FIRST = date(2026, 7, 1)
BODIES = ("PROS_SPEC", "DP_USB.KZ-75", "DP_USB.KZ-10")
AFTERMATH = timedelta(days=90)
DAYS = st.integers(0, 30)
_CODES = {
    "outcome": st.sampled_from(sorted(load_taxonomy().outcomes)),
    "sanction": st.sampled_from(sorted(load_taxonomy().sanctions)),
}
_PART = st.integers(-(1 << 31), (1 << 31) - 1)


@dataclass(frozen=True)
class Ending:
    """How an allegation ended, so many days after the first conclusion."""

    outcome: str
    days: int
    sanctions: frozenset[str]


@dataclass(frozen=True)
class OracleCase:
    """What happened to a case; numbers are days after its receipt, or after its conclusion."""

    received: int  # after FIRST
    wait: int | None
    region: str | None
    category: str
    body: str
    key: tuple[int, int, int, int]
    acknowledged: int | None
    routed: tuple[int, ...]
    extended: tuple[int, int | None] | None  # due, and told
    endings: tuple[Ending | None, ...]
    verdict: tuple[int, str, bool | None] | None
    review: tuple[int, bool | None] | None
    reopened: int | None

    @property
    def received_on(self) -> date:
        """Return the day of receipt."""
        return FIRST + timedelta(days=self.received)

    @property
    def concluded_on(self) -> date | None:
        """Return the day of the first conclusion."""
        return None if self.wait is None else self.received_on + timedelta(days=self.wait)

    @property
    def record_key(self) -> bytes:
        """Return the key as the 16 bytes that the parts are, taken for digits of 32 bits."""
        whole = sum(part << (32 * place) for place, part in enumerate(self.key))
        return (whole % (1 << 128)).to_bytes(16)


ENDINGS = st.builds(
    Ending,
    _CODES["outcome"],
    st.sampled_from((0, 0, 0, 20, 200)),
    st.frozensets(_CODES["sanction"], max_size=2),
)
LIVES = st.builds(
    OracleCase,
    received=st.integers(0, 548),
    wait=st.none() | st.integers(0, 200),
    region=st.sampled_from((None, "KZ-75", "KZ-10", "KZ-99")),
    category=st.sampled_from(sorted(load_taxonomy().categories)),
    body=st.sampled_from(BODIES),
    key=st.tuples(_PART, _PART, _PART, _PART),
    acknowledged=st.none() | st.integers(0, 9),
    routed=st.lists(st.integers(0, 9), max_size=2).map(tuple),
    extended=st.none() | st.tuples(st.integers(20, 30), st.none() | st.integers(20, 30)),
    endings=st.lists(st.none() | ENDINGS, min_size=1, max_size=3).map(tuple),
    verdict=st.none()
    | st.tuples(
        DAYS, st.sampled_from(("substantive", "partial", "formal")), st.none() | st.booleans()
    ),
    review=st.none() | st.tuples(st.integers(0, 120), st.none() | st.booleans()),
    reopened=st.none() | st.integers(-30, 120),  # before: a case that was merged by mistake
)


def write(session: Session, number: int, life: OracleCase) -> None:
    """Write the rows of a life."""
    parts = {f"record_key_{place}": part for place, part in enumerate(life.key, start=1)}
    case = Case(
        id=f"{number:032x}",
        row_key=pack(">QQQQ", 0, 0, 0, number),
        category=life.category,
        region=life.region,
        leadership=False,
        outside_police=False,
        body_code=life.body,
        priority=3,
        status=Status.RECEIVED,
        open=True,
        language="kk",
        sealed_by="server",
        received_on=life.received_on,
        concluded_on=life.concluded_on,
        **parts,
    )
    session.add(case)
    _write_procedure(case, life)
    _write_endings(case, life)
    session.flush()
    if case.concluded_on:
        _write_aftermath(session, case.id, case.concluded_on, life)


def _write_procedure(case: Case, life: OracleCase) -> None:
    moves = [(Status.RECEIVED, 0), *((Status.ROUTED, days) for days in life.routed)]
    if life.wait is not None and life.reopened is not None:
        moves.append((Status.REOPENED, life.wait + life.reopened))
    for position, (status, days) in enumerate(moves):
        changed_on = life.received_on + timedelta(days=days)
        case.history.append(StatusChange(position=position, status=status, changed_on=changed_on))
    clocks = {"acknowledgement": (5, life.acknowledged)}
    if life.extended:
        clocks["extension_notice"] = life.extended
    for deadline, (due, met) in clocks.items():
        clock = Clock(deadline=deadline, started_on=life.received_on)
        clock.due_on = life.received_on + timedelta(days=due)
        clock.met_on = None if met is None else life.received_on + timedelta(days=met)
        case.clocks.append(clock)


def _write_endings(case: Case, life: OracleCase) -> None:
    for position, ending in enumerate(life.endings):
        allegation = Allegation(position=position, subcategory=life.category)
        if case.concluded_on and ending:
            allegation.outcome = ending.outcome
            allegation.decided_on = case.concluded_on + timedelta(days=ending.days)
            allegation.first_outcome = None if ending.days else ending.outcome
            for code in sorted(ending.sanctions):
                allegation.sanctions.append(Sanction(code=code, imposed_on=case.concluded_on))
        case.allegations.append(allegation)


def _write_aftermath(session: Session, case_id: str, end: date, life: OracleCase) -> None:
    if life.verdict:
        days, answer, respect = life.verdict
        verdict = Verdict(case_id=case_id, answer=answer, respect=respect)
        verdict.given_on = end + timedelta(days=days)
        session.add(verdict)
    if life.review:
        days, changed = life.review
        review = Review(case_id=case_id, asked_on=end + timedelta(days=days), changed=changed)
        review.decided_on = None if changed is None else review.asked_on
        session.add(review)


def day_of(table: Table, life: OracleCase) -> date | None:
    """Return the day by which a table counts a case."""
    if table.event in {"received", "cohort"}:
        return life.received_on
    end = life.concluded_on
    if table.event != "rated" or end is None:
        return end
    return end + timedelta(days=life.verdict[0]) if life.verdict else None


def cell_of(table: Table, life: OracleCase) -> tuple[str, ...] | None:
    """Return the cell that a case is counted in, or None if the table does not count it."""
    span, day = make_table_span(table, QUARTER), day_of(table, life)
    if day is None or not span.first <= day <= span.last:
        return None
    if table.event == "sanctioned" and _finding(_prevailing(life)) != "confirmed":
        return None
    codes = [_code(name, life) for name in table.dimensions]
    known = tuple(code for code in codes if code is not None)
    return known if len(known) == len(codes) else None


def _code(name: str, life: OracleCase) -> str | None:  # noqa: C901, PLR0911, PLR0912 - a list
    known = load().dimensions[name]
    match name:
        case "region":
            return life.region if life.region in load().regions else "_U"
        case "category":
            return known.get_code(load_taxonomy().categories[life.category].group)
        case "body":
            return get_body_kind(life.body)
        case "finding" | "outcome":
            return known.get_code(_prevailing(life, first=True))
        case "duration":
            return known.codes[_band(life)].id
        case "pace":
            return known.codes[_band(life) == len(EDGES)].id
        case "acknowledgement":
            return "in_time" if _in_time(life, "acknowledgement", life.acknowledged) else "not"
        case "procedure":
            return _procedure(life)
        case "rating":
            assert life.verdict
            return known.get_code(life.verdict[1])
        case "respect":
            assert life.verdict
            return {True: "yes", False: "no", None: "unsaid"}[life.verdict[2]]
        case "review":
            return _review(life)
        case "sanction":
            return min(_steps(life), default=(0, "none"))[1]
        case "sanctioned":
            members = known.codes[0].members
            codes = {code for ending in life.endings if ending for code in ending.sanctions}
            return "any" if codes & set(members) else "none"
    raise AssertionError(name)


def _prevailing(life: OracleCase, *, first: bool = False) -> str:
    ends = [ending for ending in life.endings if ending and not (first and ending.days)]
    ranked = sorted(load().prevailing.index(end.outcome) for end in ends)
    return load().prevailing[ranked[0]] if ranked else "insufficient_info"


def _finding(outcome: str) -> str:
    return load().dimensions["finding"].get_code(outcome)


def _band(life: OracleCase) -> int:
    end = life.concluded_on
    if end is None:
        return len(EDGES)
    return sum(end > add_working_days(life.received_on, days) for days in EDGES)


def _in_time(life: OracleCase, deadline: str, days: int | None) -> bool:
    start = life.received_on
    return days is not None and start + timedelta(days=days) <= compute_due_date(deadline, start)


def _procedure(life: OracleCase) -> str:
    if life.routed:
        in_time = _in_time(life, "redirect", min(life.routed))
        return "redirected_in_time" if in_time else "redirected_late"
    if life.extended:
        due, told = life.extended
        return "told_in_time" if told is not None and told <= due else "told_late"
    return "plain"


def _review(life: OracleCase) -> str | None:
    if life.review and life.review[0] <= AFTERMATH.days:
        return {True: "changed", False: "unchanged", None: "undecided"}[life.review[1]]
    if life.reopened is not None and 0 <= life.reopened <= AFTERMATH.days:
        return "reopened"
    return None


def _steps(life: OracleCase) -> list[tuple[int, str]]:
    steps = load().dimensions["sanction"].codes
    return [
        (rank, code.id)
        for rank, code in enumerate(steps)
        for ending in life.endings
        if ending and ending.sanctions & set(code.members)
    ]


def on_the_edge() -> list[OracleCase]:
    """Return lives of which something falls on the last day of a limit, or on the day after."""
    start = date(2027, 5, 5)
    plain = OracleCase(
        received=(start - FIRST).days,
        wait=None,
        region="KZ-75",
        category="bribery",
        body="PROS_SPEC",
        key=(1, 2, 3, 4),
        acknowledged=None,
        routed=(),
        extended=None,
        endings=(None,),
        verdict=None,
        review=None,
        reopened=None,
    )
    lives = [plain]
    for after in (0, 1):
        for count in EDGES:
            wait = (add_working_days(start, count) - start).days + after
            lives.append(replace(plain, wait=wait))
            lives.append(_concluded_in_november(plain, count, after))
        for name in ("acknowledgement", "redirect"):
            days = (compute_due_date(name, start) - start).days + after
            lives.append(replace(plain, acknowledged=days))
            lives.append(replace(plain, routed=(days,)))
        lives.append(replace(plain, extended=(20, 20 + after)))
        lives.append(replace(plain, wait=10, review=(AFTERMATH.days + after, None)))
        lives.append(replace(plain, wait=10, reopened=AFTERMATH.days + after))
        lives.append(replace(plain, wait=10, reopened=-after))
    november = _concluded_in_november(plain, 10, 0)
    lawful, worse, late = (
        Ending("lawful", 0, frozenset()),
        Ending("substantiated", 20, frozenset({"reprimand"})),
        Ending("substantiated", 200, frozenset()),
    )
    lives += [
        replace(november, endings=ends) for ends in ((lawful, worse), (lawful, late), (late,))
    ]
    return lives


def _concluded_in_november(life: OracleCase, count: int, after: int) -> OracleCase:
    """Return the life concluded on the last day of a limit, or the day after it, in the quarter."""
    start = date(2027, 11, 25) - timedelta(days=count)
    end = add_working_days(start, count) + timedelta(days=after)
    while end > date(2027, 12, 20):
        start -= timedelta(days=7)
        end = add_working_days(start, count) + timedelta(days=after)
    return replace(life, received=(start - FIRST).days, wait=(end - start).days)
