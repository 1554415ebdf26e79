"""Views whose answers take long: files that are read, or opened, while they are sent.

The server gives each such request a process of its own (portal/serving), so that no thread waits
for a slow reader and nothing of a file that was opened stays in a worker.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])


def mark_lasting(view: View) -> View:
    """Mark a view that sends a file piece by piece."""
    view.takes_long = True  # type: ignore[attr-defined]
    return view


def compile_lasting(app: Flask) -> "re.Pattern[bytes]":
    """Return a pattern of the addresses of such views, as they stand in a request line."""
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "takes_long", False)
    ]
    parts = [re.sub(r"\\?<[^>]+\\?>", "[^/?]+", re.escape(path)) for path in sorted(paths)]
    return re.compile(f"(?:{'|'.join(parts) or '(?!)'})(?:[?]|$)".encode())
