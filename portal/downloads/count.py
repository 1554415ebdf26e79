"""Counts reports (R) and outcomes (O) in the public log, and compares published totals with them.

    python count.py https://x.example/log https://x.example/figures/2026-q3/v1/totals.csv

Any number of totals.csv; addresses or, of a copy, folders and files. Needs only Python 3.9.
Who signed the state of the log is not checked here: compare the hash with what witnesses saw.
Exit status 0: they agree. 1: they do not, or something could not be read; the last line says what.
"""

import base64
import csv
import hashlib
import sys
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

KINDS = {"received": "R", "concluded": "O"}


def fetch(place: str) -> bytes:
    """Return a file."""
    try:
        with urlopen(place if "://" in place else Path(place).resolve().as_uri()) as answer:
            content: bytes = answer.read()
    except (OSError, HTTPException) as error:
        sys.exit(f"{place} cannot be read: {error}")
    return content


def read_entries(log: str, size: int) -> Iterator[bytes]:
    """Yield every entry, from files of 256."""
    for first in range(0, size, 256):
        digits = f"{first // 256:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        path = "/x".join(digits[at : at + 3] for at in range(0, len(digits), 3))
        path = "x" * (len(digits) > 3) + "/".join(path.rsplit("/x", 1))
        width = min(256, size - first)
        bundle = fetch(f"{log}/tile/entries/{path}" + (f".p/{width}" if width < 256 else ""))
        while bundle:
            end = 2 + int.from_bytes(bundle[:2], "big")
            yield bundle[2:end]
            bundle = bundle[end:]


def add(peaks: list[tuple[int, bytes]], entry: bytes) -> None:
    """Add an entry to the hashes of full subtrees, each with its height (RFC 9162, 2.1.1)."""
    height, node = 0, hashlib.sha256(b"\0" + entry).digest()
    while peaks and peaks[-1][0] == height:
        height, node = height + 1, hashlib.sha256(b"\1" + peaks.pop()[1] + node).digest()
    peaks.append((height, node))


def count(log: str) -> dict[str, dict[str, int]]:
    """Return how many of each kind stand in the log, by quarter."""
    origin, size, signed = fetch(f"{log}/checkpoint").decode().split("\n")[:3]
    peaks: list[tuple[int, bytes]] = []
    counted: dict[str, dict[str, int]] = {}
    waiting = {"R": 0, "O": 0}
    for entry in read_entries(log, int(size)):
        add(peaks, entry)
        waiting.update({kind: waiting[kind] + 1 for kind in (chr(entry[1]),) if kind in waiting})
        if entry[1:11] == b"K\0\0\0\5batch":  # closes a day such as 2026-09-30
            quarter = f"{entry[15:19].decode()}-Q{(int(entry[20:22]) + 2) // 3}"
            known = counted.setdefault(quarter, {"R": 0, "O": 0})
            counted[quarter] = {kind: known[kind] + waiting[kind] for kind in "RO"}
            waiting = {"R": 0, "O": 0}
    root = peaks.pop()[1] if peaks else hashlib.sha256().digest()
    while peaks:
        root = hashlib.sha256(b"\1" + peaks.pop()[1] + root).digest()
    if root != base64.b64decode(signed):
        sys.exit("These entries are not those that the log has signed.")
    print(f"{origin}: {size} entries, hash {signed}")
    return counted


def compare(place: str, counted: dict[str, dict[str, int]]) -> bool:
    """Say of each total of a file whether the log has it; return whether it has all."""
    same = True
    for row in csv.DictReader(fetch(place).decode("utf-8-sig").splitlines()):
        quarter, measure, said = row["time_period"], row["measure"], row["obs_value"]
        number = counted.get(quarter, {}).get(KINDS[measure])
        print(quarter, measure, said, "log:", number, str(number) == said)
        same = same and str(number) == said
    return same


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        counts = count(sys.argv[1].rstrip("/"))
    except (ValueError, IndexError) as error:
        sys.exit(f"{sys.argv[1]} is not a log: {error}")
    try:
        agreed = [compare(place, counts) for place in sys.argv[2:]]
    except (ValueError, KeyError) as error:
        sys.exit(f"A file is not a totals.csv: {error!r}")
    sys.exit(0 if all(agreed) else "The log does not have these totals.")
