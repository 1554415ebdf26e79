"""Runs the measurements: all of them, or those that are named."""

import argparse
import os
import platform
import signal
import sqlite3
import sys
from time import perf_counter

from bench.figures import Measurement, write
from bench.parts import PARTS, measure

BUSY = 0.7  # load average


def run_bench() -> None:
    """Measure, print, and with --write put the figures into docs/performance.md."""
    asked = _parse_arguments()
    # whoever is told to stop still ends its servers and removes its folders
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    begin = perf_counter()
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}, ", end="")
    print(f"SQLite {sqlite3.sqlite_version}")
    if os.getloadavg()[0] > BUSY:
        print("Other programs use the processors: times will be worse than they could be.")
    for name in asked.names or PARTS:
        _tell(begin, f"{name}: {PARTS[name]}")
        figures = measure(
            name, lambda text: _tell(begin, f"  {text}"), full=asked.full, short=asked.short
        )
        for figure in figures:
            print(_format_figure(figure), flush=True)
        if asked.write:
            write(name, figures)
    _tell(begin, "done")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    listed = "; ".join(f"{name}: {what}" for name, what in PARTS.items())
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], metavar="name", help=listed)
    parser.add_argument("--full", action="store_true", help="longer, with a million cases")
    parser.add_argument("--short", action="store_true", help="only show that each part runs")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    asked = parser.parse_args()
    if asked.short and (asked.full or asked.write):
        parser.error("figures of a short run mean nothing: neither --full nor --write")
    return asked


def _tell(begin: float, text: str) -> None:
    print(f"[{perf_counter() - begin:4.0f} s] {text}", flush=True)


def _format_figure(figure: Measurement) -> str:
    goal = f"  (goal {figure.goal})" if figure.goal else ""
    missed = "  MISSED" if figure.met is False else ""
    return f"    {figure.what:<52} {figure.measured}{goal}{missed}"


if __name__ == "__main__":
    run_bench()
