"""What a draft has that the release before had not."""

from dataclasses import replace

from portal.core.calendar import Quarter
from portal.statistics.dataset.diff import compare_documents
from portal.statistics.dataset.table import MEASURES
from tests.statistics import tables

Q4 = Quarter("2026-q4")


def test_against_itself_nothing_is_new() -> None:
    documents = tables.documents("L1", Q4)

    difference = compare_documents(documents, documents)

    assert (difference.added, difference.removed, difference.moved) == ((), (), ())
    assert difference.figures
    assert all(figure.before == figure.after for figure in difference.figures)


def test_tables_columns_labels_and_epsilon_are_told() -> None:
    before = dict(tables.documents("L1", Q4))
    after = dict(before)
    name, other = sorted(set(after) - {MEASURES, "totals", "series"})[:2]
    title = dict.fromkeys(("kk", "ru", "en"), "new")
    after[name] = replace(after[name], epsilon=9, title=title)
    del after[other]
    after["extra"] = replace(after[name], table="extra")

    difference = compare_documents(before, after)

    assert (difference.added, difference.removed) == (("extra",), (other,))
    assert {(change.table, change.what) for change in difference.moved} == {
        (name, "epsilon"),
        (name, "title"),
    }


def test_the_first_release_has_nothing_beside_its_figures() -> None:
    difference = compare_documents({}, tables.documents("L1", Q4))

    assert all(figure.before is None for figure in difference.figures)
    assert sum(table.hidden for table in difference.hidden) > 0
    assert set(difference.unshown) <= {"u", "c", "x", ">"}
    assert difference.unshown["x"] > 0
