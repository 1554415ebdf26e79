"""Parts of addresses: the random numbers of cases, sealed objects, files and accounts."""

from flask import Flask
from werkzeug.routing import BaseConverter


class HexConverter(BaseConverter):
    """Sixteen random bytes in lower-case hex; anything else is no address of ours."""

    regex = "[0-9a-f]{32}"
    part_isolating = True


def register(app: Flask) -> None:
    """Teach the application to read `<hex:case_id>` in an address."""
    app.url_map.converters["hex"] = HexConverter
