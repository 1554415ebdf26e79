"""HTTP with addresses that a person gave: bounded in size and time, and led nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from threading import Timer
from urllib.parse import SplitResult, urlsplit

TEXT = "text/plain; charset=utf-8"
PROXY_PORT = 8118


class UnreachableError(Exception):
    """No answer, a malformed one, or too long a one; the message says from where and why."""


@dataclass(frozen=True)
class HttpAnswer:
    """What came back: the status of HTTP, the type of the content, the content."""

    status: int
    kind: str
    body: bytes


@dataclass(frozen=True)
class HttpClient:
    """How requests are sent.

    proxy is "host:port" of an HTTP proxy that connects to anything, such as the HTTPTunnelPort of
    Tor, or nothing; seconds is how long the whole exchange may take.
    """

    proxy: str = ""
    seconds: float = 30

    def get(self, address: str, most: int) -> HttpAnswer:
        """Fetch something of at most so many bytes.

        Raises:
            UnreachableError: there is no answer to be had.
        """
        return self._request("GET", address, None, most)

    def post(self, address: str, body: bytes, most: int) -> HttpAnswer:
        """Send something, and read an answer of at most so many bytes.

        Raises:
            UnreachableError: there is no answer to be had.
        """
        return self._request("POST", address, body, most)

    def _request(self, method: str, address: str, body: bytes | None, most: int) -> HttpAnswer:
        parts = urlsplit(address)
        headers = {"User-Agent": "witness", "Accept": "*/*", "Cache-Control": "no-cache"}
        if body is not None:
            headers["Content-Type"] = TEXT
        connection = self._open_connection(parts)
        try:
            connection.connect()
            with self._in_time(connection):
                connection.request(method, parts.path or "/", body, headers)
                response = connection.getresponse()
                data = response.read(most + 1)
        except (OSError, HTTPException, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise UnreachableError(f"{address} does not answer: {reason}") from error
        finally:
            connection.close()
        if len(data) > most:
            raise UnreachableError(f"{address} answers with more than {most} bytes")
        if response.length:  # what is still missing of what was announced
            raise UnreachableError(f"{address} does not answer to the end")
        return HttpAnswer(response.status, response.headers.get_content_type(), data)

    def _open_connection(self, parts: SplitResult) -> HTTPConnection:
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        host, port = str(parts.hostname), parts.port
        if not self.proxy:
            return kind(host, port, timeout=self.seconds)
        via, _, number = self.proxy.partition(":")
        connection = kind(via, int(number or PROXY_PORT), timeout=self.seconds)
        connection.set_tunnel(host, port or kind.default_port)
        return connection

    @contextmanager
    def _in_time(self, connection: HTTPConnection) -> Iterator[None]:
        """End an exchange that lasts too long, also one that trickles."""

        def end() -> None:
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(SHUT_RDWR)

        timer = Timer(self.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
