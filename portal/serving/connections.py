"""One connection of a worker: what came, what is still to be sent, and until when."""

import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from threading import BoundedSemaphore
from time import monotonic

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import TConn

from portal.serving.pace import LOOK_SECONDS, Pace, wait_writable
from portal.serving.requests import is_script_request

# The system takes an answer up to about this size at once, however slow its reader is.
SEND_BUFFER = 1 << 20
# An answer of one piece waits in the worker; more than this of one that is made as it is read
# waits in a thread.
MOST_WAITING = 8 << 20


class OutgoingBuffer:
    """Takes an answer without making its thread wait for a slow reader.

    Looks like a socket to what writes the answer. What the reader does not take at once is sent by
    the loop of the worker, when the thread has gone on to somebody else.
    """

    def __init__(
        self, sock: socket.socket, slow: BoundedSemaphore, pace: Callable[[], Pace]
    ) -> None:
        self._sock = sock
        self._slow = slow
        self._pace = pace
        self._left = bytearray()
        self.is_broken = False
        self.by_script = False  # one of our scripts asks, which reads a code and not a page

    def sendall(self, data: bytes) -> None:
        """Send what the reader takes, and keep the rest.

        Raises:
            OSError: the reader is gone, or too slow for an answer of this size.
        """
        if not self._left:
            data = data[self._send_some(data) :]
        self._left += data
        if len(self._left) > MOST_WAITING:
            self._wait()

    def send(self, data: bytes) -> int:
        """Do the same, and say how much that was."""
        self.sendall(data)
        return len(data)

    def push(self) -> int:
        """Send more of the rest, and return how much of it is left.

        Raises:
            OSError: the reader is gone.
        """
        if self._left:
            del self._left[: self._send_some(self._left)]
        return len(self._left)

    def __len__(self) -> int:
        return len(self._left)

    def setblocking(self, _blocking: bool) -> None:  # noqa: FBT001 - as a socket has it
        """Stay as it is: nothing here ever waits."""

    def shutdown(self, _how: int) -> None:
        """Mark an answer that was broken off; the loop ends the connection."""
        self.is_broken = True
        raise BrokenPipeError

    def close(self) -> None:
        """Leave that to the loop."""

    def _send_some(self, data: bytes | bytearray) -> int:
        try:
            return self._sock.send(data)
        except BlockingIOError:
            return 0

    def _wait(self) -> None:
        """Wait for a reader of a very long answer, in no more than half of the threads."""
        if not self._slow.acquire(timeout=LOOK_SECONDS):
            raise BrokenPipeError("too many slow readers")
        try:
            pace = self._pace()
            while (before := len(self._left)) > MOST_WAITING // 2:
                wait_writable(self._sock, LOOK_SECONDS)
                pace.moved += before - self.push()
                if pace.is_too_slow():
                    raise BrokenPipeError("the reader is too slow")
        finally:
            self._slow.release()


class _ArrivedBytes:
    """The bytes of one request as the parser reads them; behind them is nothing."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def recv(self, size: int) -> bytes:
        piece, self._data = bytes(self._data[:size]), self._data[size:]
        return piece


class Connection(TConn):
    """A connection between two requests, in one, or about to end."""

    def __init__(
        self,
        cfg: Config,
        sock: socket.socket,
        client: object,
        server: object,
        *,
        slow: BoundedSemaphore,
        pace: Callable[[], Pace],
    ) -> None:
        super().__init__(cfg, sock, client, server)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.line = sock
        self.sock = OutgoingBuffer(sock, slow, pace)
        self.initialized = self.data_ready = True
        self.arrived = bytearray()
        self.deadline = 0.0  # monotonic seconds
        self.events = 0  # what the loop waits for; 0: nothing
        self.keep = False
        self.is_ending = False
        self.told_to_go_on = False
        self.told = 0  # bytes that came after the end
        self.pace: Pace | None = None  # of its reader
        self.refusal = HTTPStatus.REQUEST_TIMEOUT  # what its sender hears at the deadline

    def begin(self, length: int) -> None:
        """Give the parser the bytes of one request, and keep those of the next."""
        request = bytes(self.arrived[:length])
        self.sock.by_script = is_script_request(request)
        del self.arrived[:length]
        self.parser = RequestParser(self.cfg, _ArrivedBytes(request), self.client)
        self.told_to_go_on = False

    def wait(self, seconds: float) -> None:
        """Begin a wait that ends in so many seconds."""
        self.deadline = monotonic() + seconds

    def end(self) -> None:
        """Close both directions at once."""
        with suppress(OSError):
            self.line.close()
