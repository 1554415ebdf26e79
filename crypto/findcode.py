"""Finds the code of a receipt in what somebody wrote."""

from itertools import accumulate

from crypto import oldreceipt
from crypto.digits import compute_check_digit, find_digit_runs
from crypto.errors import FormatError
from crypto.receipt import DIGITS, GROUP, GROUPS


def has_receipt(text: str) -> bool:
    """Tell whether a text holds a receipt, whatever stands around it and between its groups.

    Args:
        text: Anything that a person wrote.

    Returns:
        True if somebody who reads it could come back in its reporter's place. Of other numbers,
        one place in a million where six groups of six digits meet is taken for a receipt.

    Source: docs/crypto-spec.md, "Receipt".
    """
    chains = find_digit_runs(text)
    groups = [run for runs in chains for run in runs if len(run) == GROUP]
    return _are_in_row(groups, step=1) or any(
        _has_current_receipt("".join(runs)) or _has_old_receipt(runs) for runs in chains
    )


def _has_current_receipt(digits: str) -> bool:
    # Six check digits are not right by chance: a receipt is one wherever it begins.
    starts = range(len(digits) - GROUP + 1) if len(digits) >= DIGITS else ()
    return _are_in_row([digits[at : at + GROUP] for at in starts], step=GROUP)


def _are_in_row(groups: list[str], step: int) -> bool:
    """Tell whether six groups with right check digits follow each other."""
    right = [compute_check_digit(group) == "0" for group in groups]
    last = step * (GROUPS - 1)
    return any(all(right[at : at + last + 1 : step]) for at in range(len(right) - last))


def _has_old_receipt(runs: list[str]) -> bool:
    # Its checksum is right by chance once in three thousand: it begins and ends as a run does.
    digits, borders = "".join(runs), {0, *accumulate(map(len, runs))}
    starts = (at for at in borders if at + oldreceipt.DIGITS in borders)
    return any(_is_old(digits[at : at + oldreceipt.DIGITS]) for at in starts)


def _is_old(digits: str) -> bool:
    try:
        oldreceipt.decode_digits(digits)
    except FormatError:
        return False
    return True
