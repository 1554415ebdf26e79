"""What can be said of a request from its first bytes, before the server's parser reads it.

Nothing here judges a request: it only tells how long to wait, and where. The parser then gets
exactly the bytes of this one request, so whatever it reads otherwise ends the connection.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

MOST_HEAD = 32 << 10  # bytes of a request line and all header fields
MOST_LINE = 4094  # bytes of a request line: a method and an address
# A body up to here is awaited whole before a thread of a worker begins. Whoever sends more has
# shown with the first part that something really comes, and gets a process.
SHORT_BODY = 64 << 10
_END = b"\r\n\r\n"
_LINE = re.compile(rb"[A-Z]{3,10} \S+ HTTP/1\.[01]\r?\n")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_COOKIE = re.compile(rb"\r\ncookie:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_SCRIPT = re.compile(rb"\r\naccept:[ \t]*application/json", re.IGNORECASE)


class Stage(Enum):
    """What is to be done with a connection."""

    HEAD = auto()  # wait: its head is not complete
    BODY = auto()  # wait: its body is short and not complete
    SHORT = auto()  # all there: a thread answers
    LONG = auto()  # it takes long: a process of its own answers
    REFUSED = auto()  # this is no request of ours


@dataclass(frozen=True)
class RequestStart:
    """What the first bytes of a connection tell."""

    stage: Stage
    length: int = 0  # bytes of head and body, as far as a thread needs them
    is_private: bool = True  # may hold what a person wrote, or a token
    expects: bool = False  # waits for a word before it sends its body
    status: HTTPStatus = HTTPStatus.BAD_REQUEST  # why it is refused


def examine_request(arrived: bytes | bytearray, lasting: "re.Pattern[bytes]") -> RequestStart:
    """Tell what to do with a connection from which so much came.

    Args:
        arrived: from the first byte of a request on.
        lasting: addresses whose answers take long.
    """
    end = arrived.find(_END, 0, MOST_HEAD)
    if b"\n" in arrived[:MOST_LINE] and not _LINE.match(arrived, 0, MOST_LINE + 2):
        return RequestStart(Stage.REFUSED)
    if end < 0:
        return _examine_incomplete(arrived)
    head = bytes(arrived[: end + len(_END)])
    match = _LENGTH.search(head)
    body = int(match[1]) if match else 0
    is_read = head.startswith((b"GET ", b"HEAD ", b"OPTIONS "))
    is_private = not is_read or bool(body) or bool(_COOKIE.search(head))
    takes_long = is_read and bool(lasting.match(head.split(b" ", 2)[1]))
    has_begun = body > SHORT_BODY and len(arrived) >= len(head) + SHORT_BODY
    stage = Stage.BODY
    if takes_long or has_begun or _CHUNKED.search(head):
        stage = Stage.LONG
    elif len(arrived) >= len(head) + body:
        stage = Stage.SHORT
    return RequestStart(stage, len(head) + body, is_private, bool(_EXPECTS.search(head)))


def is_script_request(arrived: bytes | bytearray) -> bool:
    """Tell whether one of our scripts asks, which reads a code and not a page."""
    return bool(_SCRIPT.search(arrived[:MOST_HEAD]))


def _examine_incomplete(arrived: bytes | bytearray) -> RequestStart:
    if len(arrived) > MOST_LINE and b"\n" not in arrived[: MOST_LINE + 2]:
        return RequestStart(Stage.REFUSED, status=HTTPStatus.REQUEST_URI_TOO_LONG)
    if len(arrived) >= MOST_HEAD:
        return RequestStart(Stage.REFUSED, status=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    return RequestStart(Stage.HEAD)
