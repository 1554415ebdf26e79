"""What the server says by itself has the headers and the words of the portal."""

import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.processes import ServerProcess, server
from portal.core.config import Settings
from portal.web.headers import HEADERS
from portal.web.parts import SESSIONS
from tests.factories import Make
from tests.installation import installed
from tests.page import checked

FAULT = "/en/fault-4471"  # of tests/serving/broken.py
HOST = b"Host: x\r\n"
BROKEN = {
    "no request": (400, b"nonsense\r\n"),
    "a handshake": (400, b"\x16\x03\x01\x02\n\r\n"),
    "an unknown version": (400, b"GET / HTTP/9.1\r\n\r\n"),
    "a name of no field": (400, b"GET / HTTP/1.1\r\nbad name: x\r\n\r\n"),
    "two lengths": (400, b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12"),
    "length and chunks": (
        400,
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "a long address": (414, b"GET /" + b"a" * 5_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "a long question": (414, b"GET /en/?q=" + b"a" * 5_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "an address without end": (414, b"GET /" + b"a" * 9_000),
    "a long field": (431, b"GET / HTTP/1.1\r\nCookie: a=" + b"a" * 9_000 + b"\r\n\r\n"),
    "many fields": (431, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n"),
    "a head without end": (431, b"GET / HTTP/1.1\r\n" + b"A: bbbbbbbbb\r\n" * 4_000),
    "an unknown coding": (501, b"POST / HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n"),
    "an unknown wish": (417, b"GET / HTTP/1.1\r\nExpect: x\r\n\r\n"),
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("answers")
    settings = Settings(instance=folder / "instance", public_url="http://localhost")
    SESSIONS.get_from(installed(settings)).kw["bind"].dispose()
    with server(settings, folder) as started:
        yield started


def answer_to(running: ServerProcess, sent: bytes) -> tuple[HTTPResponse, str]:
    place = urlsplit(running.address)
    with socket.create_connection((place.hostname, place.port), 20) as line:
        line.sendall(sent)
        answer = HTTPResponse(line)
        answer.begin()
        return answer, answer.read().decode()


@pytest.mark.parametrize(("status", "sent"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_request_gets_a_page(running: ServerProcess, status: int, sent: bytes) -> None:
    answer, page = answer_to(running, sent)

    check(answer, page, status)
    assert "Nothing was filed or changed." in page or status >= 500
    assert "aaaa" not in page
    assert "bad name" not in page


@pytest.mark.parametrize("path", [b"/en/", b"/nothing", b"/static/portal.css"])
def test_an_answer_does_not_say_which_program_sent_it(running: ServerProcess, path: bytes) -> None:
    sent = b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path
    answer, _ = answer_to(running, sent)

    assert answer.headers["Server"] == "portal"
    assert "gunicorn" not in str(answer.headers).lower()


def check(answer: HTTPResponse, page: str, status: int) -> None:
    assert answer.status == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Connection"] == "close"
    assert "Server" not in answer.headers
    for language in ("kk", "ru", "en"):
        assert f'lang="{language}"' in page
    assert not {"Traceback", "gunicorn", "Python"} & set(page.split())
    checked(page)


def test_who_is_too_slow_gets_the_page_too(settings: Settings, make: Make, tmp_path: Path) -> None:
    make.portal()
    make.session.close()
    with server(settings, tmp_path, given={"PORTAL_SLOW_GRACE_SECONDS": "1"}) as running:
        answer, page = answer_to(
            running, b"POST /en/case/enter HTTP/1.1\r\nContent-Length: 9\r\n\r\na"
        )

    check(answer, page, 408)
    assert "It took too long" in page


def test_a_fault_in_front_of_the_portal_is_a_page_and_not_a_trace(
    settings: Settings, make: Make, tmp_path: Path
) -> None:
    make.portal()
    make.session.close()
    with server(settings, tmp_path, application="tests.serving.broken:app") as running:
        asked = f"GET {FAULT}?canary-7781 HTTP/1.1\r\nHost: x\r\n\r\n"
        answer, page = answer_to(running, asked.encode())
        said = running.log.read_text()

    check(answer, page, 500)
    assert "Something went wrong on our side" in page
    assert "RuntimeError" in said
    assert "canary" not in page + said


def test_a_script_gets_a_code(running: ServerProcess) -> None:
    field = b"Accept: application/json\r\n"
    answer, said = answer_to(running, b"GET / HTTP/1.1\r\n" + field + b"A: b\r\n" * 100 + b"\r\n")

    assert answer.status == 431
    assert said == '{"error": "request-header-fields-too-large"}\n'


def test_nothing_of_it_is_logged(running: ServerProcess) -> None:
    for _, sent in BROKEN.values():
        answer_to(running, sent)

    assert running.log.read_bytes() == b""
