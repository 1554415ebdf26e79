"""The pages of words: what this is, how to stay safe, how it works, what is stored."""

from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from portal.web import ownwords
from portal.web.i18n import get_language
from portal.web.parts import SETTINGS

pages = Blueprint("words", __name__, url_prefix="/<lang:lang>")
roots = Blueprint("roots", __name__)

ROBOTS = (
    "User-agent: *\nDisallow: /*/report\nDisallow: /*/case\nDisallow: /*/line\nDisallow: /*/staff\n"
)


@pages.after_request
def may_be_found(response: Response) -> Response:
    """Let search engines show these pages: nothing on them is anybody's own."""
    response.headers["X-Robots-Tag"] = "all"
    return response


@pages.get("/")
def front() -> str:
    """Show what the portal is and where to begin."""
    return render_template("words/front.html")


@pages.get("/safety")
def safety() -> str:
    """Show how to stay safe while reporting."""
    return render_template("words/safety.html")


@pages.get("/how-it-works")
def limits() -> str:
    """Show what follows a report, by when, and what a report cannot do."""
    return render_template("words/limits.html")


@pages.get("/privacy")
def privacy() -> str:
    """Show what is stored, for how long, and what the portal cannot protect from."""
    return render_template("words/privacy.html")


@pages.get("/accessibility")
def accessibility() -> str:
    """Show how far the pages can be used by everybody."""
    return render_template("words/accessibility.html")


@pages.get("/about/<string:name>")
def own(name: str) -> str:
    """Show a page that the operator wrote."""
    return render_template("words/own.html", own=ownwords.find_page(name))


@roots.get("/")
def any_language() -> ResponseReturnValue:
    """Lead to the front page in the language that the browser asks for."""
    answer = redirect(url_for("words.front", lang=get_language()), HTTPStatus.FOUND)
    answer.headers["Vary"] = "Accept-Language"
    return answer


@roots.get("/robots.txt")
def robots() -> Response:
    """Tell search engines which pages are nobody's to keep."""
    settings = SETTINGS.get()
    answer = make_response(f"{ROBOTS}Sitemap: {settings.public_url}/sitemap.xml\n")
    answer.content_type = "text/plain; charset=utf-8"
    return answer


@roots.get("/favicon.ico")
def icon() -> ResponseReturnValue:
    """Lead programs that do not read the page to its icon."""
    return redirect(url_for("static", filename="icon.svg"), HTTPStatus.FOUND)
