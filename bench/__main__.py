"""Runs the measurements: all of them, or those that are named."""

import argparse
import os
import platform
import signal
import sqlite3
import sys
from importlib import import_module
from time import perf_counter

from bench.figures import Figure, write

PARTS = {
    "filing": "reports accepted a second",
    "upload": "a large attachment, streamed",
    "queue_page": "the queue of a body with many cases",
    "lookup": "finding a case by receipt among many",
    "release": "publishing a quarter",
    "log": "the public log: growing, proving, checking",
    "slow": "slow people, and what forgetting costs",
    "memory": "what a minute leaves in memory",
    "first_visit": "what a first visit loads",
    "start": "start, idle memory, sealing in the browser",
}

BUSY = 0.7  # load average


def main() -> None:
    """Measure, print, and with --write put the figures into docs/performance.md."""
    asked = _asked()
    # whoever is told to stop still ends its servers and removes its folders
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    begin = perf_counter()
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}, ", end="")
    print(f"SQLite {sqlite3.sqlite_version}")
    if os.getloadavg()[0] > BUSY:
        print("Other programs use the processors: times will be worse than they could be.")
    for name in asked.names or PARTS:
        _tell(begin, f"{name}: {PARTS[name]}")
        part = import_module(f"bench.{name}")
        figures = part.measure(lambda text: _tell(begin, f"  {text}"), full=asked.full)
        for figure in figures:
            print(_line(figure), flush=True)
        if asked.write:
            write(name, figures)
    _tell(begin, "done")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    listed = "; ".join(f"{name}: {what}" for name, what in PARTS.items())
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], metavar="name", help=listed)
    parser.add_argument("--full", action="store_true", help="longer, with a million cases")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args()


def _tell(begin: float, text: str) -> None:
    print(f"[{perf_counter() - begin:4.0f} s] {text}", flush=True)


def _line(figure: Figure) -> str:
    goal = f"  (goal {figure.goal})" if figure.goal else ""
    missed = "  MISSED" if figure.met is False else ""
    return f"    {figure.what:<52} {figure.measured}{goal}{missed}"


if __name__ == "__main__":
    main()
