"""A log that answers on a port of this machine, and shows what a test wants it to show."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask, Response, request

from crypto import checkpoint, tiles
from crypto.checkpoint import Checkpoint
from crypto.errors import FormatError
from crypto.signing import SigningKey
from crypto.tiles import Tile
from tests.crypto import logs
from tests.crypto.trees import Tree, numbered


@dataclass
class ServedLog:
    """A log in memory; it shows the first `size` entries of its tree."""

    tree: Tree = field(default_factory=lambda: Tree(numbered(700)))
    size: int = 300
    key: SigningKey = logs.LOG
    note: bytes = b""  # shown in place of what it would sign
    gone: frozenset[str] = frozenset()  # paths that are not there
    handed_in: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    status: int = 200  # that it answers to who hands in

    @property
    def state(self) -> Checkpoint:
        """What it shows."""
        return logs.state(self.tree, self.size)

    @property
    def signed(self) -> bytes:
        """The same, signed."""
        return self.note or checkpoint.issue(self.state, self.key).data

    def app(self) -> Flask:
        """Make an application that serves it."""
        app = Flask(__name__)

        @app.get("/log/<path:path>")
        def show(path: str) -> Response:
            self.asked.append(path)
            if path in self.gone:
                return Response("gone", 404)
            if path == "checkpoint":
                return Response(self.signed, content_type="text/plain")
            return self._tile(path)

        @app.post("/log/cosignature")
        def take() -> Response:
            self.handed_in.append(request.get_data())
            return Response("{}", self.status)

        return app

    def _tile(self, path: str) -> Response:
        try:
            tile = tiles.parse_path(path)
        except FormatError:
            return Response("none", 404)
        assert isinstance(tile, Tile)
        return Response(tiles.write_tile(tile, self.tree.read))


def fork(common: int, size: int = 700) -> Tree:
    """Return a tree that begins as the honest one does, and then has other entries."""
    return Tree([*numbered(common), *others(size - common)])


def others(count: int) -> Iterable[bytes]:
    """Give entries that the honest log does not have."""
    return (b"other %d" % number for number in range(count))
