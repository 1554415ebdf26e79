"""What readers of news, search engines and data catalogues ask for, and how to check a release."""

import json
from datetime import datetime
from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core.downloads import read_program
from portal.statistics.catalogue.release import Publisher
from portal.statistics.dataset.text import readable_json
from portal.statistics.formats import atom as feed
from portal.statistics.formats import jsonld
from portal.statistics.releases import archive, signature
from portal.statistics.releases.archive import Published
from portal.statistics.site import feed as news
from portal.statistics.views.blueprint import SOON, folder, pages, released_at, root, soon
from portal.statistics.views.files import KINDS
from portal.web.i18n import get_language
from portal.web.parts import KEYRING, SETTINGS


@pages.get("/figures/")
def any_language() -> ResponseReturnValue:
    """Lead to the newest figures in the language that the browser asks for."""
    answer = redirect(url_for("statistics.index", lang=get_language()), HTTPStatus.FOUND)
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Cache-Control"] = SOON
    return answer


@pages.get("/figures/feed.atom")
def atom() -> ResponseReturnValue:
    """Tell of releases, corrections and changed dates."""
    settings = SETTINGS.get()
    entries = news.entries(folder(), root())
    changed = entries[0].updated if entries else None
    return soon(
        feed.atom(entries, root(), invented=settings.demonstration),
        "application/atom+xml; charset=utf-8",
        changed,
    )


@pages.get("/figures/catalogue.jsonld")
def linked_catalogue() -> ResponseReturnValue:
    """Describe all releases for data catalogues."""
    settings = SETTINGS.get()
    found = archive.releases(folder())
    releases = [json.loads(one.read(jsonld.DCAT)) for one in found]
    described = jsonld.catalogue(releases, Publisher.of(settings))
    return soon(readable_json(described), KINDS[".jsonld"], _last(found))


@pages.get("/figures/key.pem")
def key() -> ResponseReturnValue:
    """Give the public key that verifies the signatures of releases."""
    keyring = KEYRING.get()
    return soon(signature.own_pem(keyring.statistics), KINDS[".pem"])


@pages.get("/figures/chain.json")
def chain() -> ResponseReturnValue:
    """List the manifests of all releases, the one published last first."""
    return soon(archive.listed(folder()), KINDS[".json"])


@pages.get("/figures/verify.py")
def verifier() -> ResponseReturnValue:
    """Give the script that verifies releases."""
    return soon(read_program("verify.py"), KINDS[".py"])


@pages.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List every page of the newest releases, with the instant of its release and no other time."""
    found = archive.releases(folder())
    listed = [
        (f"{root()}/figures/{one.name}/{path}", released_at(one))
        for one in found
        for path in one.manifest["files"]
        if path.endswith(".html") and not path.startswith("embed/")
    ]
    return soon(feed.sitemap(listed), "application/xml; charset=utf-8", _last(found))


def _last(found: list[Published]) -> datetime | None:
    return max((released_at(one) for one in found), default=None)
