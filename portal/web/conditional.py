"""Whether an answer is sent whole, in part, as "not modified" or not at all.

Source: RFC 9110 section 13.2.2 (order of preconditions) and section 14 (ranges).
"""

from typing import Any

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

READING = frozenset({"GET", "HEAD"})


def apply_conditions(response: Response) -> Response:
    """Return an answer as the conditions of the request want it.

    Args:
        response: complete, with its ETag and, if it has one, its Last-Modified.

    Raises:
        PreconditionFailed: the request wants another version than there is.
        RequestedRangeNotSatisfiable: the range is malformed, or beyond the end.
    """
    if request.method not in READING:
        return response
    tag, _ = response.get_etag()
    if _is_other(response, tag or ""):
        raise PreconditionFailed
    response.headers["Accept-Ranges"] = "bytes"
    if _is_known(response, tag or ""):
        response.status_code = 304
        return response
    if _is_range_request():
        asked: dict[str, Any] = {
            name: request.environ[name]
            for name in ("REQUEST_METHOD", "HTTP_RANGE", "HTTP_IF_RANGE")
            if name in request.environ
        }
        length = response.content_length
        response.make_conditional(asked, accept_ranges=True, complete_length=length)
    return response


def _is_other(response: Response, tag: str) -> bool:
    """Tell whether the request insists on another version."""
    wanted = request.if_match
    if wanted:
        return not (wanted.star_tag or wanted.is_strong(tag))
    since, changed = request.if_unmodified_since, response.last_modified
    return since is not None and changed is not None and changed > since


def _is_known(response: Response, tag: str) -> bool:
    """Tell whether whoever asks has this version."""
    known = request.if_none_match
    if known:
        return known.contains_weak(tag)
    since, changed = request.if_modified_since, response.last_modified
    return since is not None and changed is not None and changed <= since


def _is_range_request() -> bool:
    """Tell whether one range of bytes is asked for; several are answered with the whole.

    A weak tag says nothing of bytes, so it cannot say that a part still fits.
    """
    unit, _, ranges = request.headers.get("Range", "").partition("=")
    weak = request.headers.get("If-Range", "").startswith("W/")
    is_bytes = unit.strip().lower() == "bytes" and "," not in ranges
    return request.method == "GET" and is_bytes and not weak
