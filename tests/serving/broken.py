"""A portal with a fault in front of it, where no page of its own can be made."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from portal.app import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FAULT = "/en/fault-4471"
app = create_app()
_whole = app.wsgi_app


def _broken(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if environ["PATH_INFO"] == FAULT:
        raise RuntimeError(environ["QUERY_STRING"])
    return _whole(environ, start_response)


app.wsgi_app = _broken  # type: ignore[method-assign]
