"""What a measurement yields, how it is summed up, printed and written into the document."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
MEBIBYTE = 1 << 20
Tell = Callable[[str], None]


class Measurement(NamedTuple):
    """One thing that was measured; `met` is None where there is no goal."""

    what: str
    measured: str
    goal: str = ""
    met: bool | None = None


def judge(what: str, value: float, unit: str, *, most: float = 0, least: float = 0) -> Measurement:
    """Return a figure that has a goal.

    Args:
        what: what was measured.
        value: the result.
        unit: printed behind it.
        most: the goal, if less is better.
        least: the goal, if more is better.
    """
    goal = f"≤ {most:g} {unit}" if most else f"≥ {least:g} {unit}"
    met = value <= most if most else value >= least
    return Measurement(what, f"{format_number(value)} {unit}", goal, met)


def format_number(value: float) -> str:
    """Return a number with three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def format_milliseconds(seconds: float) -> str:
    """Return a duration as text."""
    return f"{format_number(seconds * 1000)} ms"


def compute_p95(times: Sequence[float]) -> float:
    """Return what nineteen of twenty stay below; of a single one itself."""
    return quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def format_times(times: Sequence[float]) -> str:
    """Return the median and the 95th percentile of durations as text."""
    return (
        f"p50 {format_milliseconds(median(times))}, p95 {format_milliseconds(compute_p95(times))}"
    )


def compute_rank(first: Sequence[float], other: Sequence[float]) -> float:
    """Return how often a value of `first` exceeds one of `other`, ties counted half (Mann-Whitney).

    0.5 says that the two cannot be told apart; 0 or 1 that a single sample tells them apart.
    """
    ordered = sorted(other)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in first) / 2
    return wins / (len(first) * len(ordered))


def format_table(figures: Sequence[Measurement]) -> str:
    """Return figures as a table in Markdown."""
    words = {True: "yes", False: "**no**", None: ""}
    rows = [
        f"| {figure.what} | {figure.measured} | {figure.goal} | {words[figure.met]} |"
        for figure in figures
    ]
    return "\n".join(("| what | measured | goal | met |", "|---|---|---|---|", *rows))


def write(name: str, figures: Sequence[Measurement]) -> None:
    """Put the table of a part where the document has its place."""
    text = DOCUMENT.read_text("utf-8")
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    made, count = place.subn(lambda match: f"{match[1]}{format_table(figures)}\n{match[2]}", text)
    if count != 1:
        raise SystemExit(f"{DOCUMENT.name} has no place for {name}")
    DOCUMENT.write_text(made, "utf-8")
