"""The figures of one region and one category, and the cards."""

from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.site.figures import places, subjects
from tests.statistics import invented


def test_a_region_is_shown_beside_the_nation() -> None:
    figures = {
        figure.name: figure for figure in places.draw_region(invented.history("L1"), "KZ-63", "en")
    }

    assert {"received-KZ-63", "kinds-KZ-63", "findings-KZ-63", "curve-KZ-63"} <= figures.keys()
    assert figures["curve-KZ-63"].header[1::2] == ("East Kazakhstan Region", "Kazakhstan")


def test_every_name_ends_with_its_place() -> None:
    for level in LEVELS:
        history = invented.history(level)
        assert all(
            figure.name.endswith("-KZ-63") for figure in places.draw_region(history, "KZ-63", "ru")
        )
        assert all(
            figure.name.endswith("-force")
            for figure in places.draw_category(history, "force", "ru")
        )


def test_a_region_without_numbers_has_no_line_and_its_card_says_so() -> None:
    history = invented.history("L0", 2)[:1]

    assert places.draw_region(history, "KZ-63", "ru") == []
    card = places.draw_share_card(history, "KZ-63", "ru")
    assert card.rows == ()
    assert card.summary


def test_a_card_has_the_proportions_of_shared_links_and_ranges() -> None:
    card = places.draw_share_card(invented.history("L1"), NATION, "kk")

    assert (card.sheet.width, card.sheet.height) == (600, 315)
    assert len(card.rows) == 4
    assert all("–" in row[2] for row in card.rows)


def test_every_title_begins_with_a_capital_letter() -> None:
    history = invented.history("L2", draw=invented.alarming)

    for language in ("kk", "ru", "en"):
        figures = [
            *places.draw_region(history, "KZ-75", language),
            *subjects.draw_signals(history, language),
            places.draw_share_card(history, "KZ-75", language),
        ]
        assert len(figures) > 8
        assert not any(figure.title[0].islower() for figure in figures)
