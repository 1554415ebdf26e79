"""How slow a sender or a reader may be, and a connection that is held to it."""

import select
import socket
from dataclasses import dataclass, field
from time import monotonic

from werkzeug.exceptions import RequestTimeout

from portal.serving.requests import is_script_request

LOOK_SECONDS = 1.0


@dataclass
class Pace:
    """A time of grace, then a least rate on average."""

    grace_seconds: int
    least_rate: int  # bytes a second
    began: float = field(default_factory=monotonic)
    moved: int = 0  # bytes

    def is_too_slow(self) -> bool:
        """Tell whether less has come, or gone, than somebody with a poor line manages."""
        late = monotonic() - self.began - self.grace_seconds
        return late > 0 and self.moved < late * self.least_rate


class PacedSocket:
    """A connection whose whole time belongs to one process: waiting costs nobody else anything.

    Looks like a socket to the server's parser and to what writes its answer.
    """

    def __init__(self, sock: socket.socket, arrived: bytes, pace: Pace) -> None:
        self._sock = sock
        self._arrived = memoryview(arrived)
        self.by_script = is_script_request(arrived)
        self._in = pace
        self._out = Pace(pace.grace_seconds, pace.least_rate)
        self._sock.settimeout(LOOK_SECONDS)

    def recv(self, size: int) -> bytes:
        """Return what came, as soon as something did.

        Raises:
            RequestTimeout: the sender is too slow; a page says so.
        """
        if self._arrived:
            piece, self._arrived = bytes(self._arrived[:size]), self._arrived[size:]
            return piece
        while not self._in.is_too_slow():
            try:
                piece = self._sock.recv(size)
            except TimeoutError:
                continue
            self._in.moved += len(piece)
            self._out.began = monotonic()  # the answer's time begins when all has come
            return piece
        raise RequestTimeout

    def send(self, data: bytes) -> int:
        """Send everything, and say how much that was."""
        self.sendall(data)
        return len(data)

    def sendall(self, data: bytes) -> None:
        """Send everything.

        Raises:
            BrokenPipeError: the reader is too slow.
        """
        left = memoryview(data)
        while left:
            try:
                count = self._sock.send(left)
            except TimeoutError:
                count = 0
            left = left[count:]
            self._out.moved += count
            if self._out.is_too_slow():
                raise BrokenPipeError("the reader is too slow")

    def setblocking(self, _blocking: bool) -> None:  # noqa: FBT001 - as a socket has it
        """Stay as it is: every wait has an end."""

    def shutdown(self, how: int) -> None:
        """End one direction."""
        self._sock.shutdown(how)

    def close(self) -> None:
        """End the connection."""
        self._sock.close()


def wait_writable(sock: socket.socket, seconds: float) -> bool:
    """Wait until a reader takes more, or until the time is over."""
    return bool(select.select((), (sock,), (), seconds)[1])
