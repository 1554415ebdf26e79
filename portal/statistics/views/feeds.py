"""What readers of news, search engines and data catalogues ask for, and how to check a release."""

import json
from datetime import datetime
from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.core.downloads import read_program
from portal.statistics.catalogue.release_facts import Publisher
from portal.statistics.dataset.encoding import format_readable_json
from portal.statistics.formats import atom as feed
from portal.statistics.formats import jsonld
from portal.statistics.releases import archive, signature
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.site import feed as news
from portal.statistics.views.blueprint import (
    SOON,
    get_folder,
    get_release_time,
    get_root,
    pages,
    respond,
)
from portal.statistics.views.release_files import KINDS
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
    entries = news.list_entries(get_folder(), get_root())
    changed = entries[0].updated if entries else None
    return respond(
        feed.build_feed(entries, get_root(), invented=settings.demonstration),
        "application/atom+xml; charset=utf-8",
        changed,
    )


@pages.get("/figures/catalogue.jsonld")
def linked_catalogue() -> ResponseReturnValue:
    """Describe all releases for data catalogues."""
    settings = SETTINGS.get()
    published = archive.list_releases(get_folder())
    releases = [json.loads(release.read(jsonld.DCAT)) for release in published]
    described = jsonld.describe_catalogue(releases, Publisher.from_settings(settings))
    return respond(format_readable_json(described), KINDS[".jsonld"], _find_newest_time(published))


@pages.get("/figures/key.pem")
def key() -> ResponseReturnValue:
    """Give the public key that verifies the signatures of releases."""
    keyring = KEYRING.get()
    return respond(signature.derive_public_pem(keyring.statistics), KINDS[".pem"])


@pages.get("/figures/chain.json")
def chain() -> ResponseReturnValue:
    """List the manifests of all releases, the one published last first."""
    return respond(archive.encode_chain(get_folder()), KINDS[".json"])


@pages.get("/figures/verify.py")
def verifier() -> ResponseReturnValue:
    """Give the script that verifies releases."""
    return respond(read_program("verify.py"), KINDS[".py"])


@pages.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """List every page of the newest releases, with the instant of its release and no other time."""
    published = archive.list_releases(get_folder())
    listed = [
        (f"{get_root()}/figures/{release.name}/{path}", get_release_time(release))
        for release in published
        for path in release.manifest["files"]
        if path.endswith(".html") and not path.startswith("embed/")
    ]
    return respond(
        feed.build_sitemap(listed), "application/xml; charset=utf-8", _find_newest_time(published)
    )


def _find_newest_time(published: list[PublishedRelease]) -> datetime | None:
    return max((get_release_time(release) for release in published), default=None)
