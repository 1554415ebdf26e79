"""What was counted comes back as it was, whatever reads the JSON in between."""

import json

from portal.statistics.dataset.tallies import Tallies, from_rows, to_rows
from portal.statistics.disclosure.noise import Tally

LARGEST = (1 << 128) - 1


def test_tallies_come_back_as_they_were() -> None:
    tallies: Tallies = {("KZ-75", "money"): Tally(3, LARGEST), ("KZ-10", "_U"): Tally(0, 0)}

    rows = json.loads(json.dumps(to_rows(tallies)), parse_int=float)  # as some readers do

    assert from_rows(json.loads(json.dumps(to_rows(tallies)))) == tallies
    assert rows[1] == ["KZ-75", "money", 3.0, str(LARGEST)]


def test_the_order_is_that_of_the_cells() -> None:
    tallies: Tallies = {("b",): Tally(1, 2), ("a",): Tally(3, 4)}

    assert to_rows(tallies) == [["a", 3, "4"], ["b", 1, "2"]]
