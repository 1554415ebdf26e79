"""G1: whatever happens to cases, none is counted twice in a table or costs more than it may."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.models import Allegation, Case, PublicBody, Sanction, StatusChange, Verdict
from portal.cases.states import Status
from portal.core.calendar import Quarter
from portal.core.db import Base, make_engine
from portal.core.errors import Conflict
from portal.review.service.erasing import erase
from portal.statistics.catalogue.periods import make_table_span
from portal.statistics.catalogue.tables import LEVELS, SANCTIONS, load
from portal.statistics.counting.events import query_event
from portal.statistics.models import LedgerEntry
from portal.statistics.service import ledger
from portal.statistics.service.ledger import Charge

BODY = "PROS_SPEC"
DAY = date(2026, 7, 1)
BUDGET = load().budget
QUARTERS = tuple(Quarter(f"{year}-q{number}") for year in (2025, 2026) for number in range(1, 5))


def engine(address: str) -> Iterator[Engine]:
    made = make_engine(address)
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add(PublicBody(code=BODY, kind=BODY))
        session.commit()
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def small() -> Iterator[Engine]:
    """SQLite in memory."""
    yield from engine("sqlite://")


@pytest.fixture
def large(postgresql: str) -> Iterator[Engine]:
    """PostgreSQL."""
    yield from engine(postgresql)


@pytest.fixture
def session(small: Engine) -> Iterator[Session]:
    with Session(small) as session:
        yield session


def charge(
    session: Session, table: str, cost: int, *, family: str = "received", days: int = 1
) -> None:
    last = DAY + timedelta(days=days - 1)
    ledger.charge(session, Quarter("2026-q3"), [Charge(table, family, DAY, last, cost)], BUDGET)


class TestCharge:
    def test_it_has_a_row_for_each_table_and_day(self, session: Session) -> None:
        charge(session, "one", 200, days=92)
        charge(session, "two", 300, days=92)

        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 2 * 92
        assert ledger.compute_highest_costs(session) == (500, 500)

    def test_a_release_without_tables_costs_nothing(self, session: Session) -> None:
        ledger.charge(session, Quarter("2026-q3"), [], BUDGET)

        assert ledger.compute_highest_costs(session) == (0, 0)

    @pytest.mark.parametrize("days", [1, 5])
    def test_no_day_is_counted_twice_in_a_table(self, session: Session, days: int) -> None:
        charge(session, "one", 200)

        with pytest.raises(Conflict, match="twice"):
            charge(session, "one", 200, days=days)

    @pytest.mark.parametrize(
        ("family", "cost", "allowed"),
        [
            ("concluded", 1800, True),
            ("concluded", 1801, False),
            (SANCTIONS, 2000, True),
            (SANCTIONS, 2001, False),
        ],
    )
    def test_a_life_that_would_be_overdrawn_stops_the_release(
        self, session: Session, family: str, cost: int, *, allowed: bool
    ) -> None:
        session.add(
            LedgerEntry(
                table_id="earlier",
                day=DAY - timedelta(days=100),
                family=family,
                quarter=Quarter("2026-q2"),
                thousandths=cost,
            )
        )

        if allowed:
            charge(session, "one", 200)
        else:
            with pytest.raises(Conflict, match="could cost"):
                charge(session, "one", 200)

    def test_two_tables_of_a_family_that_count_different_days_do_not_add_up(
        self, session: Session
    ) -> None:
        charge(session, "one", 1500)
        later = Charge("two", "received", DAY + timedelta(days=1), DAY + timedelta(days=9), 1500)

        ledger.charge(session, Quarter("2026-q4"), [later], BUDGET)

        assert ledger.compute_highest_costs(session) == (1500, 1500)

    def test_what_was_charged_stays(self, session: Session) -> None:
        charge(session, "one", 200)

        with pytest.raises(IntegrityError):
            session.execute(update(LedgerEntry).values(thousandths=1))


class LedgerPortal:
    """Cases to which things happen, quarter after quarter, and releases that count them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.today = DAY
        self.cases: list[Case] = []
        self.counted: Counter[tuple[str, str]] = Counter()
        self.costs: Counter[str] = Counter()
        self.sanctions: Counter[str] = Counter()

    def receive(self, _number: int) -> None:
        """File a report."""
        number = len(self.cases)
        case = Case(
            id=f"{number:032x}",
            row_key=number.to_bytes(32),
            category="bribery",
            region="KZ-75",
            leadership=False,
            outside_police=False,
            body_code=BODY,
            priority=3,
            status=Status.RECEIVED,
            open=True,
            language="kk",
            sealed_by="server",
            received_on=self.today,
        )
        case.allegations.append(Allegation(position=0, subcategory="bribery"))
        self.session.add(case)
        self.cases.append(case)

    def conclude(self, number: int) -> None:
        """Decide a case, for the first time or again; what follows may change."""
        case = self.cases[number]
        case.concluded_on = case.concluded_on or self.today
        allegation = case.allegations[0]
        allegation.outcome = "lawful" if allegation.outcome == "substantiated" else "substantiated"
        allegation.decided_on = self.today
        if not allegation.sanctions:
            allegation.sanctions.append(Sanction(code="reprimand", imposed_on=self.today))

    def reopen(self, number: int) -> None:
        """Open a case again."""
        case = self.cases[number]
        if case.concluded_on:
            change = StatusChange(position=len(case.history), status=Status.REOPENED)
            change.changed_on = self.today
            case.history.append(change)

    def rate(self, number: int) -> None:
        """Let the reporter judge the answer."""
        case = self.cases[number]
        if case.concluded_on and self.session.get(Verdict, case.id) is None:
            self.session.add(Verdict(case_id=case.id, answer="formal", given_on=self.today))

    def edit(self, number: int) -> None:
        """Change what may change, and try to move the days of a case."""
        case = self.cases[number]
        case.region = None if case.region else "KZ-10"
        self.session.flush()
        moved = {"received_on": self.today + timedelta(days=1)}
        if case.concluded_on:
            moved["concluded_on"] = self.today + timedelta(days=1)
        for column, day in moved.items():
            statement = update(Case).where(Case.id == case.id).values({column: day})
            with pytest.raises(IntegrityError), self.session.begin_nested():
                self.session.execute(statement, execution_options={"synchronize_session": False})

    def erase(self, number: int) -> None:
        """Delete the content of a case, as retention does."""
        erase(self.session, self.cases[number], actor="system", today=self.today)

    def release(self, quarter: Quarter, level: str) -> None:
        """Count and charge, and write down for every case what it was counted in."""
        self.session.flush()
        tables = load().select_tables(quarter, level)
        charges = []
        for table in tables:
            span, cost = make_table_span(table, quarter), load().get_cost(table, level)
            charges.append(Charge(table.id, table.family, span.first, span.last, cost))
            query = query_event(table.event, span.first, span.last)
            costs = self.sanctions if table.family == SANCTIONS else self.costs
            for case_id in self.session.scalars(
                select(Case.id).select_from(query.source).where(query.condition)
            ):
                self.counted[case_id, table.id] += 1
                costs[case_id] += cost
        ledger.charge(self.session, quarter, charges, BUDGET)


Act = Callable[[LedgerPortal, int], None]
ACTS: tuple[Act, ...] = (
    LedgerPortal.receive,
    LedgerPortal.conclude,
    LedgerPortal.conclude,
    LedgerPortal.reopen,
    LedgerPortal.rate,
    LedgerPortal.edit,
    LedgerPortal.erase,
)
# For each quarter: days after its first one, an act, and the case it is done to.
HAPPENINGS = st.lists(
    st.lists(st.tuples(st.integers(0, 89), st.sampled_from(ACTS), st.integers(0, 99)), max_size=8),
    min_size=len(QUARTERS),
    max_size=len(QUARTERS),
)
RUNGS = st.tuples(st.sampled_from(LEVELS), st.sampled_from(LEVELS))


def live(
    engine: Engine, happenings: list[list[tuple[int, Act, int]]], rungs: tuple[str, ...]
) -> None:
    """Let everything happen and be released, and check what it cost each case."""
    with Session(engine) as session:
        portal = LedgerPortal(session)
        for place, quarter in enumerate(QUARTERS):
            for days, act, number in sorted(happenings[place], key=lambda happening: happening[0]):
                portal.today = quarter.first + timedelta(days=days)
                if not portal.cases:
                    portal.receive(0)
                act(portal, number % len(portal.cases))
            portal.release(quarter, rungs[place // 4])

        assert set(portal.counted.values()) <= {1}
        for case in portal.cases:
            assert portal.costs[case.id] <= BUDGET.lifetime
            assert portal.costs[case.id] + portal.sanctions[case.id] <= BUDGET.with_sanction
        usual, sanctioned = ledger.compute_highest_costs(session)
        assert max(portal.costs.values(), default=0) <= usual <= BUDGET.lifetime
        assert sanctioned <= BUDGET.with_sanction


@settings(max_examples=15, deadline=None)
@given(happenings=HAPPENINGS, rungs=RUNGS)
def test_no_history_counts_a_case_twice_or_overdraws_it(
    small: Engine, happenings: list[list[tuple[int, Act, int]]], rungs: tuple[str, ...]
) -> None:
    live(small, happenings, rungs)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happenings=HAPPENINGS, rungs=RUNGS)
def test_none_does_on_postgresql(
    large: Engine, happenings: list[list[tuple[int, Act, int]]], rungs: tuple[str, ...]
) -> None:
    live(large, happenings, rungs)
