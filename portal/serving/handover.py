"""The door of the nursery: where a worker gives a long request away."""

import json
import mmap
import socket
import struct
from typing import Any

MOST_MESSAGE = 160 << 10  # bytes: a head, the first part of a body, two addresses
_COUNT = struct.Struct("=I")


class HandoverSocket:
    """A socket that every worker has, and how many long requests there are."""

    def __init__(self, most: int) -> None:
        """Make the door.

        Args:
            most: long requests at once; a few more are let in while they begin.
        """
        self._most = most
        self.outside, self.inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self.outside, self.inside):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * MOST_MESSAGE)
        self.outside.settimeout(0)
        self._shared = mmap.mmap(-1, _COUNT.size)

    def take(self, line: socket.socket, arrived: bytes, client: Any, server: Any) -> bool:
        """Give a connection away, if there is room; the caller then closes its own end.

        Args:
            line: the connection.
            arrived: what came of the request, its head at least.
            client: the address of the other side.
            server: the address of this side.
        """
        if _COUNT.unpack(self._shared)[0] >= self._most:
            return False
        told = json.dumps([client, server]).encode()
        message = len(told).to_bytes(2, "big") + told + arrived
        try:
            socket.send_fds(self.outside, [message], [line.fileno()])
        except OSError:  # too many at this moment
            return False
        return True

    def tell(self, count: int) -> None:
        """Let all workers know how many long requests there are."""
        _COUNT.pack_into(self._shared, 0, count)


def parse_message(message: bytes) -> tuple[bytes, Any, Any]:
    """Return what came of a request, and the addresses of both sides."""
    start = 2 + int.from_bytes(message[:2], "big")
    client, server = (
        tuple(address) if isinstance(address, list) else address
        for address in json.loads(message[2:start])
    )
    return message[start:], client, server
