"""What somebody sends, read as the portal expects it: a body that breaks off is an `OSError`.

The server has errors of its own for it, which no application knows: each would become a fault of
the portal, with its trace in the log, whenever somebody leaves in the middle of a form.
"""

from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.http.errors import ParseException

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class SentBody:
    """The body of one request."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int | None = None) -> bytes:
        """Return so many bytes, fewer at the end.

        Raises:
            OSError: it broke off, or is not what it says.
        """
        try:
            data: bytes = self._body.read(size)
        except ParseException as error:
            raise OSError("the body broke off") from error
        return data


def wrap_bodies(application: Application) -> Application:
    """Return the same application, which gets its bodies this way."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"] = SentBody(environ["wsgi.input"])
        return application(environ, start_response)

    return call
