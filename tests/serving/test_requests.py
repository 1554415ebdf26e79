"""What is told of a request from its first bytes."""

import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.serving.requests import MOST_HEAD, SHORT_BODY, Stage, examine_request
from portal.web.lasting import compile_lasting

NEVER = re.compile(rb"(?!)")
GET = b"GET /en/ HTTP/1.1\r\nHost: x\r\n\r\n"


def post(length: int) -> bytes:
    return b"POST /en/case/enter HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % length


@pytest.mark.parametrize(
    ("arrived", "stage"),
    [
        (b"", Stage.HEAD),
        (GET[:-1], Stage.HEAD),
        (GET, Stage.SHORT),
        (GET + GET, Stage.SHORT),
        (post(5) + b"1234", Stage.BODY),
        (post(5) + b"12345", Stage.SHORT),
        (post(SHORT_BODY) + bytes(SHORT_BODY), Stage.SHORT),
        (post(SHORT_BODY + 1) + bytes(SHORT_BODY - 1), Stage.BODY),
        (post(SHORT_BODY + 1) + bytes(SHORT_BODY), Stage.LONG),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", Stage.LONG),
        (b"hello\r\n", Stage.REFUSED),
        (b"GET /" + b"a" * MOST_HEAD, Stage.REFUSED),
    ],
)
def test_how_long_a_request_is_awaited(arrived: bytes, stage: Stage) -> None:
    assert examine_request(arrived, NEVER).stage == stage


@pytest.mark.parametrize(
    ("arrived", "is_private"),
    [
        (GET, False),
        (GET.replace(b"Host: x", b"cookie: visit=a"), True),
        (post(1) + b"a", True),
        (b"DELETE / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\na", True),
        (b"hello\r\n", True),
    ],
)
def test_whether_a_worker_may_live_on(arrived: bytes, is_private: bool) -> None:  # noqa: FBT001
    assert examine_request(arrived, NEVER).is_private == is_private


@given(st.binary(max_size=300), st.booleans())
def test_anything_can_be_looked_at(data: bytes, is_behind: bool) -> None:  # noqa: FBT001
    arrived = GET + data if is_behind else data
    seen = examine_request(arrived, NEVER)

    assert seen.length <= len(arrived) or seen.stage in {Stage.BODY, Stage.LONG}


def test_views_that_send_files_are_known_by_their_addresses(app: Flask) -> None:
    pattern = compile_lasting(app)

    assert pattern.match(b"/kk/case/file/" + b"0" * 32)
    assert pattern.match(b"/en/case/sealed/file/" + b"0" * 32 + b"?a=b")
    assert pattern.match(b"/kk/staff/case/" + b"0" * 32 + b"/age/" + b"1" * 32)
    assert not pattern.match(b"/en/")
    assert not pattern.match(b"/en/case/file/" + b"0" * 32 + b"/more")
