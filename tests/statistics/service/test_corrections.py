"""Corrected versions: words at any time, numbers only if they move by ten, nothing in silence."""

from dataclasses import replace
from datetime import date

import pytest

from portal.core.calendar import Quarter
from portal.core.errors import Conflict, NotFound
from portal.core.terms import Label
from portal.statistics import workflow
from portal.statistics.dataset.table import Document
from portal.statistics.disclosure.noise import Tally
from portal.statistics.releases import archive
from portal.statistics.service.corrections import find_small_changes, relabel
from portal.statistics.service.secrets import destroy
from tests.statistics.histories import Q3, Histories, QuarterPublisher, contents

REASON = Label("Атауы қате болды", "Название было неверным", "A label was wrong")
DAY = date(2026, 12, 15)


def correct(press: QuarterPublisher, *, recount: bool = False) -> None:
    press.session.commit()
    with press.app.app_context():
        workflow.correct(press.desk, Q3, REASON, DAY, recount=recount, today=DAY)


@pytest.fixture
def published(press: QuarterPublisher, histories: Histories) -> QuarterPublisher:
    histories.many(300)
    histories.done()
    press.publish()
    return press


def rows(documents: dict[str, Document]) -> dict[str, tuple[object, ...]]:
    return {name: document.rows for name, document in documents.items()}


class TestWords:
    def test_a_second_version_has_the_same_numbers_and_says_why(
        self, published: QuarterPublisher
    ) -> None:
        first, before = published.published(), contents(published.folder / Q3 / "v1")
        destroy(published.session, today=date(2027, 1, 1))

        correct(published)
        published.sign()
        published.advance(Q3, DAY)

        second = published.published()
        assert (second.version, second.correction) == (2, REASON)
        assert second.manifest["previous"] == first.digest
        assert rows(second.read_documents()) == rows(first.read_documents())
        assert contents(published.folder / Q3 / "v1") == before
        assert archive.find_successor(published.folder, first) == second

    def test_it_needs_two_signatures_and_its_minute_like_any_release(
        self, published: QuarterPublisher
    ) -> None:
        correct(published)

        assert "0 of 2" in published.advance(Q3, DAY)
        published.sign()
        assert "awaits its minute" in published.advance(Q3, date(2026, 12, 14))
        assert published.published().version == 1

    def test_begun_again_it_starts_anew(self, published: QuarterPublisher) -> None:
        correct(published)
        published.sign()
        correct(published)

        assert published.newest().version == 2
        assert "0 of 2" in published.advance(Q3, DAY)

    def test_the_next_quarter_follows_the_correction(self, published: QuarterPublisher) -> None:
        correct(published)
        published.sign()
        published.advance(Q3, DAY)

        published.publish(Quarter("2026-q4"))

        names = [release.name for release in archive.read_chain(published.folder)]
        assert names == ["2026-q3/v1", "2026-q3/v2", "2026-q4/v1"]

    def test_only_labels_of_a_document_are_of_today(self, published: QuarterPublisher) -> None:
        table = published.published().read_table("received-category")
        old = replace(table, title=dict.fromkeys(table.title, "an old title"))

        assert relabel(old, table.release) == table


class TestNumbers:
    def test_a_defect_of_ten_cases_is_corrected(
        self, published: QuarterPublisher, histories: Histories
    ) -> None:
        first = published.published().read_documents()
        histories.many(10)
        histories.done()

        correct(published, recount=True)
        published.sign()
        published.advance(Q3, DAY)

        second = published.published().read_documents()
        assert second["totals"].rows[0][6] == first["totals"].rows[0][6] + 10
        *_, whole = second["received-category"].rows
        assert whole[4] == "_T"
        assert whole[6] == second["totals"].rows[0][6]

    @pytest.mark.parametrize("more", [1, 9])
    def test_a_defect_of_fewer_waits_for_the_next_release(
        self, published: QuarterPublisher, histories: Histories, more: int
    ) -> None:
        histories.many(more)
        histories.done()

        with pytest.raises(Conflict, match="next release"):
            correct(published, recount=True)
        assert published.published().version == 1

    def test_without_its_secrets_nothing_is_counted_again(
        self, published: QuarterPublisher
    ) -> None:
        destroy(published.session, today=date(2027, 1, 1))

        with pytest.raises(Conflict, match="destroyed"):
            correct(published, recount=True)


def test_only_what_was_published_is_corrected(press: QuarterPublisher) -> None:
    with pytest.raises(NotFound):
        correct(press)
    press.draft()
    with pytest.raises(NotFound):
        correct(press)


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (Tally(5, 1), Tally(5, 1), False),
        (Tally(5, 1), Tally(15, 2), False),
        (Tally(15, 1), Tally(5, 2), False),
        (Tally(5, 1), Tally(14, 2), True),
        (Tally(5, 1), Tally(5, 2), True),  # as many, but others
        (Tally(), Tally(1, 2), True),
    ],
)
def test_a_cell_moves_by_ten_or_not_at_all(before: Tally, after: Tally, *, refused: bool) -> None:
    cell = ("money",)
    changes = list(
        find_small_changes((50, 3), {"t": {cell: before}}, (50, 3), {"t": {cell: after}})
    )

    assert changes == (["t, money"] if refused else [])


def test_an_exact_total_moves_by_ten_or_not_at_all() -> None:
    assert list(find_small_changes((50, 3), {}, (51, 13), {})) == ["total of received"]
