"""What is in the memory of processes, as the system shows it to their owner."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

PIECE = 16 << 20


def count_needles(pids: Iterable[int], needles: Mapping[str, bytes]) -> dict[str, int]:
    """Count how often each needle stands in the memory of any of the processes.

    Args:
        pids: the processes; one that has ended holds nothing.
        needles: what to look for, each of two bytes or more, under a name for messages.

    Returns:
        The count of each needle that was found.
    """
    results: dict[str, int] = {}
    for pid in pids:
        with suppress(OSError):
            for start, end in _list_regions(pid):
                _search(pid, start, end, needles, results)
    return results


def list_forms(name: str, text: str) -> dict[str, bytes]:
    """Return the forms in which a program may hold a text."""
    return {
        name: text.encode(),
        f"{name} (UTF-16)": text.encode("utf-16-le"),
        f"{name} (UTF-32)": text.encode("utf-32-le"),
    }


def _list_regions(pid: int) -> list[tuple[int, int]]:
    regions = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        place, kind, *_ = line.split()
        if "r" in kind and "[v" not in line:
            start, end = (int(item, 16) for item in place.split("-"))
            regions.append((start, end))
    return regions


def _search(
    pid: int, start: int, end: int, needles: Mapping[str, bytes], results: dict[str, int]
) -> None:
    overlap = max(map(len, needles.values())) - 1
    before = b""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(start)
        while start < end:
            piece = memory.read(min(PIECE, end - start))
            if not piece:
                return
            start += len(piece)
            held = before + piece
            for name, needle in needles.items():
                if count := held.count(needle):
                    results[name] = results.get(name, 0) + count
            before = held[-overlap:]
