"""The blueprint that the pages of staff share, and what their layout needs."""

from typing import Any

from flask import Blueprint, g

from portal.accounts.current import home, page_keys
from portal.accounts.forms import OneButton, role_name

pages = Blueprint("accounts", __name__, url_prefix="/<lang:lang>")
pages.add_app_template_global(page_keys)
pages.add_app_template_global(home, "staff_home")
pages.add_app_template_filter(role_name, "role")


@pages.app_context_processor
def sign_out_form() -> dict[str, Any]:
    """Give signed-in people the button by which they leave; nobody else gets a cookie for it."""
    return {"sign_out_form": OneButton(formdata=None)} if "account" in g else {}
