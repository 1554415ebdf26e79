"""The figures of one region and one category, and the cards."""

from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.site.figures import places, subjects
from tests.statistics import invented


def test_a_region_is_shown_beside_the_nation() -> None:
    found = {one.name: one for one in places.of_region(invented.history("L1"), "KZ-63", "en")}

    assert {"received-KZ-63", "kinds-KZ-63", "findings-KZ-63", "curve-KZ-63"} <= found.keys()
    assert found["curve-KZ-63"].header[1::2] == ("East Kazakhstan Region", "Kazakhstan")


def test_every_name_ends_with_its_place() -> None:
    for level in LEVELS:
        history = invented.history(level)
        assert all(one.name.endswith("-KZ-63") for one in places.of_region(history, "KZ-63", "ru"))
        assert all(
            one.name.endswith("-force") for one in places.of_category(history, "force", "ru")
        )


def test_a_region_without_numbers_has_no_line_and_its_card_says_so() -> None:
    history = invented.history("L0", 2)[:1]

    assert places.of_region(history, "KZ-63", "ru") == []
    card = places.share_card(history, "KZ-63", "ru")
    assert card.rows == ()
    assert card.summary


def test_a_card_has_the_proportions_of_shared_links_and_ranges() -> None:
    card = places.share_card(invented.history("L1"), NATION, "kk")

    assert (card.sheet.width, card.sheet.height) == (600, 315)
    assert len(card.rows) == 4
    assert all("–" in row[2] for row in card.rows)


def test_every_title_begins_with_a_capital_letter() -> None:
    history = invented.history("L2", draw=invented.alarming)

    for language in ("kk", "ru", "en"):
        found = [
            *places.of_region(history, "KZ-75", language),
            *subjects.warnings(history, language),
            places.share_card(history, "KZ-75", language),
        ]
        assert len(found) > 8
        assert not any(one.title[0].islower() for one in found)
