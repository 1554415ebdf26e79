"""News of releases as an Atom feed, and their pages as a sitemap; times are those of releases.

Source: RFC 4287 (Atom), RFC 4151 (tag URIs), https://www.sitemaps.org/protocol.html
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

from portal.core.terms import LANGUAGES, Label
from portal.statistics.formats.columns import describe_data_set, label_invented

ATOM = "http://www.w3.org/2005/Atom"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries


@dataclass(frozen=True)
class FeedEntry:
    """One piece of news.

    Attributes:
        id: what names it for ever, such as figures/2026-q3/v1.
        day: on which the name was given.
        updated: the instant it became known.
        title: in three languages.
        text: in three languages.
        address: of the page that says more.
    """

    id: str
    day: date
    updated: datetime
    title: Label
    text: Label
    address: str


def build_feed(entries: Sequence[FeedEntry], root: str, *, invented: bool) -> bytes:
    """Return the feed.

    Args:
        entries: the newest first.
        root: the address of the portal.
        invented: whether this is a demonstration; each entry says so, as it is read alone.
    """
    feed = Xml.Element("feed", xmlns=ATOM)
    own = f"{root}/figures/feed.atom"
    _add_element(feed, "id", own)
    _add_element(feed, "title", _join_languages(describe_data_set(invented=invented).title))
    _add_element(feed, "updated", (entries[0].updated if entries else BEGINNING).isoformat())
    _add_element(feed, "rights", "CC BY 4.0")
    _add_element(_add_element(feed, "author"), "name", root)
    _add_link(feed, own, "self")
    _add_link(feed, f"{root}/figures/", "alternate")
    for news_item in entries:
        entry = _add_element(feed, "entry")
        _add_element(entry, "id", _build_tag(news_item, root))
        _add_element(
            entry,
            "title",
            _join_languages(label_invented(news_item.title) if invented else news_item.title),
        )
        _add_element(entry, "published", news_item.updated.isoformat())
        _add_element(entry, "updated", news_item.updated.isoformat())
        _add_link(entry, news_item.address, "alternate")
        _add_element(entry, "summary", _join_languages(news_item.text))
    return _encode(feed)


def build_sitemap(pages: Iterable[tuple[str, datetime]]) -> bytes:
    """Return the sitemap.

    Args:
        pages: address of each page, and the instant of its release.
    """
    whole = Xml.Element("urlset", xmlns=SITEMAP)
    for address, changed in pages:
        page = _add_element(whole, "url")
        _add_element(page, "loc", address)
        _add_element(page, "lastmod", changed.isoformat())
    return _encode(whole)


def _build_tag(entry: FeedEntry, root: str) -> str:
    return f"tag:{urlsplit(root).hostname},{entry.day.isoformat()}:{entry.id}"


def _join_languages(label: Label) -> str:
    """Return a text in all languages: a feed has readers of each."""
    return " · ".join(label.get(language) for language in LANGUAGES)


def _add_element(parent: Xml.Element, name: str, text: str | None = None) -> Xml.Element:
    child = Xml.SubElement(parent, name)
    child.text = text
    return child


def _add_link(parent: Xml.Element, address: str, relation: str) -> None:
    _add_element(parent, "link").attrib.update(href=address, rel=relation)


def _encode(root: Xml.Element) -> bytes:
    Xml.indent(root)
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
