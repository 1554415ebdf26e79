"""Nothing of a person stays anywhere: disk, log, process. Looked for from outside a real server."""

import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import Client

from bench.processes import ServerProcess, open_client, server
from crypto import receipt
from portal.core.config import Settings
from tests.dialogue.conftest import ENTER, FIND, VIEW
from tests.factories import Make
from tests.intake.steps import needed, receipt_on, send, the_case, write_page
from tests.intake.test_views import sealed_post, send_sealed
from tests.page import Browser, text_of

WORDS = "кактус-7391 words that nobody else may read"
MARK = b"plain-canary-8146"
NAME = "canary-photo-5512.jpg"
AGENT = "Canary-Browser/4417"
FORWARDED = "203.0.113.77"
SOURCE = "127.0.0.77"
SIZE = 25 << 20
LARGE = (MARK * (SIZE // len(MARK) + 1))[:SIZE]
TYPED = {**needed("bribery"), "what_happened": WORDS * 2, "place_detail": WORDS}
WRITES = "write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,memfd_create"


@pytest.fixture
def running(settings: Settings, make: Make, tmp_path: Path) -> Iterator[ServerProcess]:
    make.portal("KNB_AC")
    make.session.close()
    with server(settings, tmp_path) as started:
        yield started


def visitor(address: str) -> Client:
    """Return a browser that says who it is and comes from an address of its own."""
    return open_client(address, source=SOURCE, User_Agent=AGENT, X_Forwarded_For=FORWARDED)


def comes_back(browser: Browser, code: str) -> None:
    """Enter the receipt wrongly, then rightly, read, write, and leave."""
    browser.post(FIND, status=422, page=browser.get(ENTER), receipt=code[:-1])
    browser.post(FIND, status=303, page=browser.get(ENTER), receipt=code)
    page = browser.get(VIEW)
    assert WORDS in text_of(page)
    browser.post("/en/case/message", status=303, page=page, text=WORDS)
    browser.post("/en/case/leave", status=200, page=browser.get(VIEW))


def needles(code: str) -> list[bytes]:
    """Return everything that may be nowhere, in the forms in which it could be."""
    secret = receipt.parse(code)
    keys = receipt.derive(secret)
    texts = [WORDS, WORDS[:12], NAME, code, code.replace(" ", ""), code.replace(" ", "-"), AGENT]
    texts += [FORWARDED, SOURCE, secret.hex(), keys.lookup.hex(), keys.master.hex()]
    result = [text.encode() for text in texts] + [text.encode("utf-16-le") for text in texts]
    return [*result, MARK, secret, keys.lookup, keys.master]


def kept(running: ServerProcess, *folders: Path) -> Iterator[tuple[str, bytes]]:
    """Yield everything that stays: files, and what the system shows of the processes."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path), str(path).encode() + path.read_bytes()
    for pid in (running.process.pid, *running.list_workers()):
        for name in ("cmdline", "environ"):
            yield f"{pid} {name}", Path(f"/proc/{pid}/{name}").read_bytes()
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed since it was listed
                if handle.is_file():  # also one whose name is gone
                    yield f"{pid} {handle.readlink()}", handle.read_bytes()


def test_nothing_of_a_report_and_a_visit_is_found_anywhere(
    running: ServerProcess, settings: Settings, session: Session, tmp_path: Path
) -> None:
    browser = Browser(visitor(running.address))  # type: ignore[arg-type]
    page = write_page(browser)
    send(browser, page, {**TYPED, "officers_count": "x"}, status=422, files=[(NAME, MARK * 9_000)])
    code = receipt_on(send(browser, page, TYPED, files=[(NAME, MARK * 9_000)]))
    comes_back(browser, code)
    sealed = sealed_post(write_page(browser))
    send_sealed(browser, sealed, 201)
    browser.client.get(f"/en/{AGENT}")
    browser.client.post("/en/report/file", data=b"broken", content_type=f"multipart/{AGENT}")
    broken = open_client(running.address, source=SOURCE)
    broken.get("/en/", headers={"Cookie": f"bad\x01{AGENT}"})

    looked = 0
    for where, held in kept(running, settings.instance, tmp_path):
        looked += 1
        assert not [needle for needle in needles(code) if needle in held], where
    assert looked > 15
    said = running.log.read_text().splitlines()
    assert len(said) == 1
    assert "come through a proxy" in said[0]
    assert not list((tmp_path / "tmp").rglob("*.*"))
    session.rollback()


def test_what_is_no_request_is_not_logged_with_its_address(running: ServerProcess) -> None:
    port = int(running.address.rpartition(":")[2])
    for broken in (
        b"GET / HTTP/9\r\n\r\n",
        b"\x16\x03\x01\x02\r\n\r\n",
        b"X" * 9_000 + b"\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), source_address=(SOURCE, 0)) as wire:
            wire.sendall(broken)
            wire.recv(1000)

    assert running.log.read_bytes() == b""


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_no_system_call_writes_a_plain_byte_to_a_file(
    settings: Settings, make: Make, session: Session, tmp_path: Path
) -> None:
    make.portal("KNB_AC")
    make.session.close()
    calls = tmp_path / "calls"
    tracer = (
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "96",
        "-e",
        f"trace={WRITES}",
    )
    with server(settings, tmp_path, before=(*tracer, "-o", str(calls))) as traced:
        browser = Browser(visitor(traced.address))  # type: ignore[arg-type]
        page = write_page(browser)
        send(browser, page, {**TYPED, "officers_count": "x"}, status=422)
        code = receipt_on(send(browser, page, TYPED, files=[(NAME, LARGE)]))

    assert the_case(session).envelopes[0].attachments[0].length > SIZE
    forms = [needle.hex() for needle in needles(code)]
    to_files = 0
    with calls.open(encoding="ascii") as lines:
        for line in lines:
            told = line.replace("\\x", "")
            assert not re.search(r"\b(memfd_create|splice|copy_file_range)\(", told), line[:200]
            place = re.search(r"\(\d+<((?:2f|/)[^>]*)>", told)
            if place is None:
                continue  # a socket, a pipe
            to_files += 1
            assert not [form for form in forms if form in told], line[:300]
    assert to_files > SIZE >> 20
