"""What a draft has that the release before had not."""

from dataclasses import replace

from portal.statistics.dataset.diff import compare_documents
from portal.statistics.dataset.table import MEASURES
from tests.statistics import tables

Q4 = "2026-q4"


def test_against_itself_nothing_is_new() -> None:
    documents = tables.documents("L1", Q4)

    found = compare_documents(documents, documents)

    assert (found.added, found.removed, found.moved) == ((), (), ())
    assert found.figures
    assert all(one.before == one.after for one in found.figures)


def test_tables_columns_labels_and_epsilon_are_told() -> None:
    before = dict(tables.documents("L1", Q4))
    after = dict(before)
    name, other = sorted(set(after) - {MEASURES, "totals", "series"})[:2]
    title = dict.fromkeys(("kk", "ru", "en"), "new")
    after[name] = replace(after[name], epsilon=9, title=title)
    del after[other]
    after["extra"] = replace(after[name], table="extra")

    found = compare_documents(before, after)

    assert (found.added, found.removed) == (("extra",), (other,))
    assert {(one.table, one.what) for one in found.moved} == {(name, "epsilon"), (name, "title")}


def test_the_first_release_has_nothing_beside_its_figures() -> None:
    found = compare_documents({}, tables.documents("L1", Q4))

    assert all(one.before is None for one in found.figures)
    assert sum(one.hidden for one in found.hidden) > 0
    assert set(found.unshown) <= {"u", "c", "x", ">"}
    assert found.unshown["x"] > 0
