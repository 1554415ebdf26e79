"""Counts reports (R) and outcomes (O) in the public log, and compares published totals with them.

    python count.py https://x.example/log https://x.example/figures/2026-q3/v1/totals.csv

Any number of totals.csv; addresses or, of a copy, folders and files. Needs only Python 3.9.
Who signed the state of the log is not checked here: compare the hash with what witnesses saw.
"""

import base64
import csv
import hashlib
import sys
from pathlib import Path
from urllib.request import urlopen


def fetch(place: str) -> bytes:
    """Return a file."""
    with urlopen(place if "://" in place else Path(place).resolve().as_uri()) as answer:
        content: bytes = answer.read()
    return content


log = sys.argv[1].rstrip("/")
origin, size, signed = fetch(f"{log}/checkpoint").decode().split("\n")[:3]
peaks: list[tuple[int, bytes]] = []  # hashes of full subtrees, each with its height
counted: dict[str, dict[str, int]] = {}
waiting = {"R": 0, "O": 0}
for first in range(0, int(size), 256):
    digits = f"{first // 256:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    path = "/x".join(digits[at : at + 3] for at in range(0, len(digits), 3))
    path = "x" * (len(digits) > 3) + "/".join(path.rsplit("/x", 1))
    width = min(256, int(size) - first)
    bundle = fetch(f"{log}/tile/entries/{path}" + (f".p/{width}" if width < 256 else ""))
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entry, bundle = bundle[2 : 2 + length], bundle[2 + length :]
        height, node = 0, hashlib.sha256(b"\0" + entry).digest()
        while peaks and peaks[-1][0] == height:
            height, node = height + 1, hashlib.sha256(b"\1" + peaks.pop()[1] + node).digest()
        peaks.append((height, node))
        waiting.update({kind: waiting[kind] + 1 for kind in (chr(entry[1]),) if kind in waiting})
        if entry[:11] == b"\1K\0\0\0\5batch":  # closes a day such as 2026-09-30
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
wrong = False
for place in sys.argv[2:]:
    for row in csv.DictReader(fetch(place).decode("utf-8-sig").splitlines()):
        kind = {"received": "R", "concluded": "O"}[row["measure"]]
        found = counted.get(row["time_period"], {}).get(kind)
        wrong |= (same := str(found) == row["obs_value"]) is False
        print(row["time_period"], row["measure"], row["obs_value"], "log:", found, same)
sys.exit(wrong)
