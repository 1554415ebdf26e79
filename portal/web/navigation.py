"""Where the layouts lead to; a page that is not part of this installation is not linked."""

from typing import Any

from flask import Flask, current_app, g, url_for
from flask_babel import lazy_gettext as _l

MEMBERS = frozenset({"investigator", "head", "oversight"})
LEADERS = frozenset({"head", "oversight"})  # the board has no head
BOARD = frozenset({"oversight"})
ADMINISTRATORS = frozenset({"administrator"})
PLACES = (
    ("review.queue", _l("Queue"), MEMBERS),
    ("review.notices", _l("Notices"), MEMBERS),
    ("review.proposals", _l("Second person"), LEADERS),
    ("statistics.drafts", _l("Releases"), BOARD),
    ("statistics.replies", _l("Replies"), LEADERS),
    ("accounts.members", _l("Members"), LEADERS),
    ("accounts.changes", _l("Changes"), MEMBERS | ADMINISTRATORS),
    ("accounts.links", _l("My links"), MEMBERS),
    ("admin.accounts", _l("Accounts"), ADMINISTRATORS),
    ("admin.keys", _l("Keys"), ADMINISTRATORS),
    ("accounts.account", _l("My account"), MEMBERS | ADMINISTRATORS),
)


def link_if(endpoint: str) -> str:
    """Return the address of a page without further parts, or "" if there is no such page."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""


def list_staff_places() -> list[tuple[str, Any]]:
    """Return the pages that the signed-in person may open, with their names."""
    return [
        (endpoint, name)
        for endpoint, name, roles in PLACES
        if endpoint in current_app.view_functions and g.account.role in roles
    ]


def register(app: Flask) -> None:
    """Give both to the layouts."""
    app.jinja_env.globals.update(link_if=link_if, staff_places=list_staff_places)
