"""The blueprint that the pages of coming back share."""

from flask import Blueprint

pages = Blueprint("dialogue", __name__, url_prefix="/<lang:lang>")
