"""Three of five people recover a secret, two do not."""

from itertools import permutations

import pytest

from crypto.errors import FormatError, OpenError
from crypto.keys import derive_identity
from crypto.shares import remove_layer, split

HOLDERS = [derive_identity(bytes([number]) * 32) for number in range(5)]
SECRET = b"the text of an identity"
FILES = split(SECRET, [holder.recipient for holder in HOLDERS])


def test_there_is_a_file_for_each_three_holders() -> None:
    assert len(FILES) == 10
    assert all(a < b < c for a, b, c in FILES)


@pytest.mark.parametrize("holders", FILES)
def test_any_three_in_their_order_recover_it(holders: tuple[int, int, int]) -> None:
    blob = FILES[holders]
    for holder in holders:
        blob = remove_layer(blob, HOLDERS[holder])

    assert blob == SECRET


@pytest.mark.parametrize("holders", FILES)
def test_two_do_not(holders: tuple[int, int, int]) -> None:
    blob = FILES[holders]
    for holder in holders[:2]:
        blob = remove_layer(blob, HOLDERS[holder])

    assert SECRET not in blob
    for outsider in set(range(5)) - {holders[2]}:
        with pytest.raises(OpenError):
            remove_layer(blob, HOLDERS[outsider])


def test_no_other_order_recovers_it() -> None:
    for order in set(permutations((0, 1, 2))) - {(0, 1, 2)}:
        with pytest.raises(OpenError):
            _peeled(FILES[0, 1, 2], order)


def _peeled(blob: bytes, order: tuple[int, ...]) -> bytes:
    for holder in order:
        blob = remove_layer(blob, HOLDERS[holder])
    return blob


@pytest.mark.parametrize("places", [(0, 1, 2, 3), (0, 1, 2, 3, 3), (0, 1, 2, 3, 4, 0)])
def test_five_different_people_hold_it(places: tuple[int, ...]) -> None:
    with pytest.raises(FormatError):
        split(SECRET, [HOLDERS[place].recipient for place in places])
