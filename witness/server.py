"""The witness as a server: a log brings its checkpoint and gets the cosignature back.

Source: c2sp.org/tlog-witness.
"""

import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import BoundedSemaphore
from typing import Any

from crypto import checkpoint, notes, witness
from crypto.errors import CryptoError, FormatError
from crypto.notes import MAX_NOTE_BYTES
from crypto.witness import OtherSize, Refusal
from witness import alarm
from witness.judging import Judge
from witness.wire import TEXT

PATH = "/add-checkpoint"
SIZE = "text/x.tlog.size"
MAX_BODY = 2 * MAX_NOTE_BYTES
MAX_AT_ONCE = 16
SECONDS = 20  # that a connection may be silent


class Server(ThreadingHTTPServer):
    """Answers on a port; more connections at once than it takes are closed."""

    daemon_threads = True
    # A second witness that took the port along with the first would answer half of the requests.
    allow_reuse_port = False

    def __init__(self, place: tuple[str, int], judge: Judge, *, command: str = "") -> None:
        super().__init__(place, RequestHandler)
        self.judge = judge
        self.command = command
        self._free = BoundedSemaphore(MAX_AT_ONCE)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a connection in a thread of its own."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket | tuple[bytes, socket], client_address: Any
    ) -> None:
        """Answer it, and let the next one in."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class RequestHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def do_POST(self) -> None:
        """Cosign, or say why not."""
        body = self._read_body()
        if body is None:
            return
        if self.path != PATH:
            self._send(HTTPStatus.NOT_FOUND, "there is only /add-checkpoint\n")
            return
        try:
            line = self.server.judge.cosign(witness.parse(body), int(time.time())).line
        except OtherSize as refusal:
            self._send(HTTPStatus.CONFLICT, f"{refusal.size}\n", SIZE)
        except Refusal as refusal:
            self._tell_of_alarm(body)
            self._send(HTTPStatus(refusal.status), f"{refusal}\n")
        except FormatError as error:
            self._send(HTTPStatus.BAD_REQUEST, f"{error}\n")
        else:
            self._send(HTTPStatus.OK, line)

    def do_GET(self) -> None:
        """Say whose witness this is."""
        if self.path == "/":
            self._send(HTTPStatus.OK, f"{self.server.judge.state.own.public.text}\n")
        elif self.path == PATH:
            self._send(HTTPStatus.METHOD_NOT_ALLOWED, "say it with POST\n", allow="POST")
        else:
            self._send(HTTPStatus.NOT_FOUND, "there is only /add-checkpoint\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Keep no record of who asks."""

    def _read_body(self) -> bytes | None:
        """Read what was sent; nothing if it cannot be, and then that was said."""
        told = self.headers.get("Content-Length", "")
        if not (told.isascii() and told.isdigit()):
            self._send(HTTPStatus.LENGTH_REQUIRED, "say Content-Length\n", last=True)
            return None
        if len(told) > 9 or int(told) > MAX_BODY:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too long\n", last=True)
            return None
        data = self.rfile.read(int(told))
        if len(data) != int(told):
            self.close_connection = True
            return None
        return data

    def _tell_of_alarm(self, body: bytes) -> None:
        """Tell people, if what was sent is about a log with an alarm."""
        try:
            origin = checkpoint.parse(notes.parse(witness.parse(body).checkpoint).text).origin
            log = self.server.judge.state.get_log(origin)
        except CryptoError:
            return
        if log.alarm:
            alarm.tell(log, self.server.command)

    def _send(
        self,
        status: HTTPStatus,
        text: str,
        kind: str = TEXT,
        *,
        allow: str = "",
        last: bool = False,
    ) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if allow:
            self.send_header("Allow", allow)
        if last:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
