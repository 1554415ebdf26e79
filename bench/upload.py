"""A large attachment without scripts: how fast, with how much memory, and nothing in the clear."""

import mmap
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from bench.figures import MEBIBYTE, Measurement, Tell, format_number, judge
from bench.load_generator import Visitor, build_request
from bench.portal_server import (
    Installation,
    RunningServer,
    build_command,
    installation,
    measure_memory,
    serving,
)
from bench.processes import list_family
from bench.reports import DRAFT, FORM_URL, Pages

MEBIBYTES = 500
SMALL = 16  # mebibytes, sent first so that everything is loaded
SHORT = {"MEBIBYTES": 24, "SMALL": 4}
BOUNDARY = "bench"
MARKER = secrets.token_bytes(64)
PIECE = MARKER * 4096  # 256 KiB
Step = Callable[[], object]


class UploadWatch:
    """Looks at the processes and at the disk while an upload is under way."""

    def __init__(self, place: Installation, server: RunningServer) -> None:
        self._place, self._server = place, server
        self._before = self._measure_memory()
        self.leaks: list[Path] = []
        self.growth = 0

    def search(self) -> None:
        """Look for plaintext in every file of the installation and in every open one."""
        self.leaks += _find_marker(self._place, self._server)

    def weigh(self) -> None:
        """Keep the most memory that was used up to now."""
        self.growth = max(self.growth, self._measure_memory() - self._before)

    def _measure_memory(self) -> int:
        """Return the memory of all processes together, each page of it counted once."""
        return sum(measure_memory(pid)["PSS"] for pid in list_family(self._server.process.pid))


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Stream an attachment through the form of people without scripts."""
    del full
    size = MEBIBYTES * MEBIBYTE
    with installation() as place:
        place.hire()
        pages = Pages(place)
        with serving(place, build_command(port=place.port, workers=1)) as server:
            send(pages, server.port, SMALL * MEBIBYTE)
            server.await_rest()
            _try_search(place, server)
            watch = UploadWatch(place, server)
            tell(f"{MEBIBYTES} MiB, with a search for plaintext half-way and in the end")
            seconds = send(pages, server.port, size, half_way=watch.search, arrived=watch.weigh)
            streaming = watch.growth
            server.await_rest()
            watch.weigh()
            watch.search()
    return [
        judge(f"{MEBIBYTES} MiB without scripts", size / 1e6 / seconds, "MB/s", least=100),
        judge("… memory of all processes while it arrives", streaming / MEBIBYTE, "MiB", most=10),
        Measurement("… and until it rests again", f"{format_number(watch.growth / MEBIBYTE)} MiB"),
        Measurement(
            "… files that held any of it in clear", str(len(watch.leaks)), "0", not watch.leaks
        ),
    ]


def send(
    pages: Pages,
    port: int,
    size: int,
    *,
    half_way: Step | None = None,
    arrived: Step | None = None,
) -> float:
    """Send a report with a file made of the marker, and return the seconds that it took.

    Args:
        pages: open the page of the report.
        port: of the server.
        size: bytes of the file, a multiple of half a mebibyte.
        half_way: is called when half of it was sent; the clock stands still meanwhile.
        arrived: the same when all of it was sent, before the form ends.
    """
    head, tail = _split_form({**pages.fetch_hidden(), **DRAFT.answers})
    length = len(head) + size + len(tail)
    visitor = Visitor(port)
    begin = perf_counter()
    visitor.socket.sendall(
        build_request(FORM_URL, method="POST", headers=pages.build_headers(BOUNDARY), length=length)
        + head
    )
    pauses = 0.0
    for step in (half_way, arrived):
        for _ in range(size // 2 // len(PIECE)):
            visitor.socket.sendall(PIECE)
        pauses += _measure_upload(step)
    answer = visitor.ask(tail)
    seconds = perf_counter() - begin - pauses
    visitor.close()
    if answer.status != 201:
        raise SystemExit(f"the upload was answered with {answer.status}")
    return seconds


def _split_form(fields: Mapping[str, str | Sequence[str]]) -> tuple[bytes, bytes]:
    """Return what stands before and after the file in the body of a form."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, values in fields.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    file = 'name="attachments"; filename="film.mp4"\r\nContent-Type: video/mp4'
    parts.append(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {file}\r\n\r\n")
    return "".join(parts).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def _measure_upload(step: Step | None) -> float:
    begin = perf_counter()
    if step:
        step()
    return perf_counter() - begin


def _try_search(place: Installation, server: RunningServer) -> None:
    """Make sure that the search finds what there is to be found."""
    trap = place.folder / "tmp" / "trap"
    trap.write_bytes(bytes(1000) + MARKER)
    if _find_marker(place, server) != [trap]:
        raise SystemExit("the search for plaintext does not work")
    trap.unlink()


def _find_marker(place: Installation, server: RunningServer) -> list[Path]:
    """Return every file of the installation, and every open one, that holds the marker."""
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    return [path for path in (*files, *_open_files(server)) if _has_marker(path)]


def _open_files(server: RunningServer) -> Iterator[Path]:
    """Yield the open files of the server, those among them that have no name any more."""
    for pid in list_family(server.process.pid):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            if handle.is_file() and not str(handle.readlink()).startswith(("/proc", "/dev")):
                yield handle


def _has_marker(path: Path) -> bool:
    with path.open("rb") as file:
        if not path.stat().st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(MARKER) >= 0
