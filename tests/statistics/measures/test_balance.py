"""What is open, and the balance of a year."""

from hypothesis import example, given
from hypothesis.strategies import integers, lists

from portal.core.calendar import Quarter
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import Document
from portal.statistics.measures.dispatch import derive_rates
from tests.statistics.measures.made import Q4, YEAR, named, protected, published

KINDS = (
    "confirmed",
    "not_confirmed",
    "undetermined",
    "not_examined",
    "referred",
    "duplicate",
    "no_substance",
)


def year(counts: list[int], received: int = 500) -> list[tuple[Quarter, dict[str, Document]]]:
    """Publish four quarters with these findings each; nothing was open before."""
    still_open, history = 0, []
    concluded = sum(counts)
    for quarter in YEAR:
        still_open += received - concluded
        values = {(kind, "0-90"): count for kind, count in zip(KINDS, counts, strict=True)}
        table = protected("concluded-finding", values, cost=200, quarter=quarter)
        history.append((quarter, published(quarter, received, concluded, table, open=still_open)))
    return history


def balance(rates: list[Rate]) -> dict[str, Rate]:
    return {rate.outcome: rate for rate in rates if rate.measure == "K1B"}


class TestYear:
    def test_everything_received_is_dealt_with_or_open(self) -> None:
        *history, (_, last) = year([40, 100, 20, 30, 20, 15, 25])
        rows = balance(derive_rates(history, last))

        assert [rows[outcome].value for outcome in ("open_start", "received", "open_end")] == [
            0,
            2000,
            1000,
        ]
        assert [rows[kind].value for kind in KINDS] == [160, 400, 80, 120, 80, 60, 100]
        assert rows["confirmed"].low is not None
        assert rows["received"].low is None

    @given(lists(integers(0, 120), min_size=7, max_size=7), integers(0, 900))
    @example([345, 0, 3, 4, 2, 1, 5], 900)
    def test_it_adds_up_whatever_the_numbers_are(self, counts: list[int], received: int) -> None:
        *history, (_, last) = year(counts, received)
        rows = balance(derive_rates(history, last))

        dealt = sum(rows[kind].part or 0 for kind in KINDS)
        came = (rows["open_start"].part or 0) + (rows["received"].part or 0)
        assert came == dealt + (rows["open_end"].part or 0)

    def test_a_kind_too_small_in_a_quarter_is_taken_from_the_table_of_the_year(self) -> None:
        *history, (_, last) = year([40, 100, 20, 30, 20, 15, 5])
        table = protected(
            "concluded-year-region-finding",
            {("KZ-75", "no_substance", "0-90"): 20},
            cost=300,
        )
        more = published(Q4, 500, 230, table, open=1080) | {
            "concluded-finding": last["concluded-finding"]
        }
        row = balance(derive_rates(history, more))["no_substance"]

        assert (row.value, row.source) == (20, "concluded-year-region-finding")

    def test_a_kind_hidden_in_every_quarter_is_what_the_others_leave(self) -> None:
        *history, (_, last) = year([40, 100, 20, 30, 20, 15, 5])
        row = balance(derive_rates(history, last))["no_substance"]

        assert (row.value, row.status) == (20, "")
        assert row.high is not None
        assert row.high > 36

    def test_a_kind_hidden_in_the_whole_year_is_what_the_others_leave(self) -> None:
        *history, (_, last) = year([40, 100, 20, 30, 20, 15, 2])
        table = protected("concluded-year-region-finding", {}, cost=300)
        more = published(Q4, 500, 227, table, open=1092) | {
            "concluded-finding": last["concluded-finding"]
        }
        row = balance(derive_rates(history, more))["no_substance"]

        assert (row.value, row.status) == (8, "")
        assert row.high is not None
        assert row.high > 9

    def test_numbers_hidden_in_a_quarter_are_what_the_exact_number_leaves(self) -> None:
        quarters_before = []
        for quarter, withdrawn in zip(YEAR, (12, 3, 4, 20), strict=True):
            outcomes = {"system_failure": 150, "insufficient_info": 60, "withdrawn": withdrawn}
            values = {("KZ-75", outcome, "0-90"): count for outcome, count in outcomes.items()}
            table = protected("concluded-region-outcome", values, cost=400, quarter=quarter)
            quarters_before.append(
                (quarter, published(quarter, 300, 210 + withdrawn, table, open=90))
            )
        *history, (_, last) = quarters_before
        rows = balance(derive_rates(history, last))

        assert rows["not_examined"].value == 4 * 60 + 12 + 3 + 4 + 20 - 7
        assert rows["not_examined"].low is not None
        assert rows["not_examined"].low < 4 * 60 + 12 + 20

    def test_there_is_one_in_the_fourth_quarter_only(self) -> None:
        history = year([40, 100, 20, 30, 20, 15, 25])

        assert not balance(derive_rates(history[:2], history[2][1]))
        assert not balance(derive_rates(history[1:3], history[3][1]))


class TestBacklog:
    def test_the_nation_is_exact(self) -> None:
        *history, (_, last) = year([40, 100, 20, 30, 20, 15, 25])
        row = named(derive_rates(history, last), "K18")

        assert (row.value, row.low, row.status) == (1000, None, "")

    def flows(self, first_open: int) -> list[Rate]:
        history = []
        for number, quarter in enumerate(YEAR, start=1):
            tables = [
                protected("received-region", {("KZ-75",): 100}, quarter=quarter),
                protected(
                    "concluded-region-outcome",
                    {("KZ-75", "lawful", "0-90"): 60},
                    quarter=quarter,
                ),
            ]
            still_open = first_open + 40 * number
            history.append((quarter, published(quarter, 100, 60, *tables, open=still_open)))
        return derive_rates(history[:3], history[3][1])

    def test_regions_follow_from_published_flows(self) -> None:
        row = named(self.flows(0), "K18", area="KZ-75")

        assert row.value == 160
        assert row.low is not None
        assert row.high is not None
        assert row.low < 160 < row.high

    def test_a_small_number_with_much_noise_is_not_said_to_be_fewer_than_ten(self) -> None:
        row = named(self.flows(0), "K18", area="KZ-10")

        assert (row.value, row.low, row.status) == (0, 0, "")
        assert row.high is not None
        assert row.high > 10

    def test_nothing_is_said_of_regions_when_older_cases_were_open(self) -> None:
        assert {flow.area for flow in self.flows(7) if flow.measure == "K18"} == {"KZ"}


class TestAged:
    def made(self, before: int = 0) -> Rate:
        history = []
        for number, quarter in enumerate(YEAR):
            slow = 40 if number else 0
            tables = [
                protected(
                    "concluded-finding",
                    {("confirmed", "91+"): slow, ("confirmed", "0-90"): 100},
                    quarter=quarter,
                )
            ]
            if quarter == Q4:
                tables.append(protected("durations-year", {("91+",): 300}, cost=300))
            still_open = before + (number + 1) * 100
            history.append(
                (quarter, published(quarter, 200 + slow, 100 + slow, *tables, open=still_open))
            )
        return named(derive_rates(history[:3], history[3][1]), "K19")

    def test_it_is_cohorts_less_late_conclusions(self) -> None:
        """300 were late, 3 x 40 of them are concluded, and about 5 in the first quarter."""
        row = self.made()

        assert (row.status, row.value) == ("", 175)
        assert row.low is not None
        assert row.high is not None
        assert row.low < 180 < row.high

    def test_cases_of_before_the_first_release_make_it_unknown(self) -> None:
        assert self.made(before=5).status == "x"
