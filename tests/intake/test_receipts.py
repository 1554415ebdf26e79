"""Nobody gets the receipt of somebody else, however many ask at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crypto import receipt
from portal.intake.receipts import Receipts


@pytest.mark.parametrize("ready", [0, 3])
def test_each_gets_a_receipt_of_its_own(ready: int) -> None:
    receipts = Receipts(ready)

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: receipts.take(), range(8)))

    assert len({one.secret for one in taken}) == 8
    assert all(one.keys == receipt.derive(one.secret) for one in taken)
