"""The blueprint that the pages of staff share, and what their layout needs."""

from typing import Any

from flask import Blueprint, g

from portal.accounts.current import get_page_keys, get_staff_home
from portal.accounts.forms import StaffButtonForm, get_role_name

pages = Blueprint("accounts", __name__, url_prefix="/<lang:lang>")
pages.add_app_template_global(get_page_keys, "page_keys")
pages.add_app_template_global(get_staff_home, "staff_home")
pages.add_app_template_filter(get_role_name, "role")


@pages.app_context_processor
def sign_out_form() -> dict[str, Any]:
    """Give signed-in people the button by which they leave; nobody else gets a cookie for it."""
    return {"sign_out_form": StaffButtonForm(formdata=None)} if "account" in g else {}
