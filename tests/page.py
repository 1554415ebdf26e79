"""A test client that reads each page as a careful person would: every page is checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.terms import LANGUAGES
from portal.web.headers import HEADERS

XHTML = "{http://www.w3.org/1999/xhtml}"
FIELDS = ("input", "select", "textarea")
UNLABELLED = {"hidden", "submit", "button"}
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster")
# A link that a person follows may lead elsewhere; nothing may be loaded from elsewhere.
FOLLOWED = "a"


@dataclass(frozen=True)
class Browser:
    """Gets and posts pages, and fails the test on any page that breaks a rule of the house."""

    client: FlaskClient

    def get(self, url: str, *, status: int = 200) -> str:
        """Open a page, and return its text."""
        return self.seen(self.client.get(url), status)

    def post(self, url: str, *, status: int, page: str = "", **answers: Any) -> str:
        """Send a form.

        Args:
            url: where the form leads.
            status: what must come back.
            page: the page that holds the form; its hidden fields are sent as a browser does.
            answers: what the person filled in; a list is several answers.
        """
        data = {**hidden(page, url), **answers}
        return self.seen(self.client.post(url, data=data), status)

    def seen(self, response: TestResponse, status: int) -> str:
        """Check an answer and its headers, and return its text."""
        assert response.status_code == status, response.text[:2000]
        check_headers(response)
        if response.location or response.mimetype != "text/html":
            return response.text
        return checked(response.text)


def check_headers(response: TestResponse) -> None:
    """Check that an answer carries every header of the house; some answers may be kept."""
    missing = HEADERS.keys() - set(response.headers.keys())
    assert not missing, missing
    assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert "Server" not in response.headers


@lru_cache(maxsize=16)  # a page is checked, and its form is looked for soon after
def tree_of(page: str) -> Element:
    """Return a page as a tree to look at, or fail if it is not valid HTML."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=True).parse(page)
    return tree


def checked(page: str) -> str:
    """Return the page, if it keeps every rule that a machine can check."""
    tree = tree_of(page)
    assert tree.get("lang") in LANGUAGES, "the page says its language"
    waiting = {node for part in tree.iter(f"{XHTML}template") for node in part.iter()}
    headings = [node for node in tree.iter(f"{XHTML}h1") if node not in waiting]
    assert len(headings) == 1, "a page has one h1"
    title = "".join(tree.find(f".//{XHTML}title").itertext())  # type: ignore[union-attr]
    assert squeezed(title).startswith(squeezed("".join(headings[0].itertext()))), title
    _check_ids(tree)
    _check_foreign(tree)
    _check_fields(tree)
    for form in tree.iter(f"{XHTML}form"):
        by_script = form.get("method") == "dialog"  # posts nothing, whatever goes wrong
        assert form.get("action") or by_script, "a form says where it leads"
    return page


def _check_ids(tree: Element) -> None:
    ids = [node.get("id", "") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)
    for node in tree.iter():
        for name in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
            pointed = set((node.get(name) or "").split())
            assert pointed <= set(ids), f"{name} leads nowhere: {pointed - set(ids)}"


def _check_foreign(tree: Element) -> None:
    for node in tree.iter():
        assert not node.get("style"), "no inline style: the content policy forbids it"
        assert not any(name.startswith("on") for name in node.attrib), "no inline script"
        for name in ADDRESSES:
            address = node.get(name, "")
            local = not re.match(r"[a-z+.-]+:|//", address)
            assert local or node.tag == XHTML + FOLLOWED, f"loads {address}"
    assert not list(tree.iter(f"{XHTML}style")), "no style element"
    for script in tree.iter(f"{XHTML}script"):
        inline = script.get("type") != "application/json" and not script.get("src")
        assert not inline, "no inline script"


def _check_fields(tree: Element) -> None:
    labelled = {node.get("for") for node in tree.iter(f"{XHTML}label")}
    inside = {field for label in tree.iter(f"{XHTML}label") for field in label.iter()}
    for kind in FIELDS:
        for field in tree.iter(XHTML + kind):
            if field.get("type") in UNLABELLED:
                continue
            named = field.get("id") in labelled or field in inside
            assert named or field.get("aria-label") or field.get("aria-labelledby"), (
                f"a field without label: {field.get('name')}"
            )


def squeezed(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def text_of(page: str) -> str:
    """Return what a person reads on a page."""
    return squeezed(" ".join(_shown(tree_of(page))))


def _shown(node: Element) -> Iterator[str]:
    """Yield the texts inside a node; what waits in a template is not shown."""
    if node.tag == f"{XHTML}template":
        return
    yield node.text or ""
    for child in node:
        yield from _shown(child)
        yield child.tail or ""


def hidden(page: str, url: str) -> Mapping[str, str]:
    """Return the hidden fields of the form of a page that leads to an address."""
    if not page:
        return {}
    for form in tree_of(page).iter(f"{XHTML}form"):
        if form.get("action") == url:
            return dict(_hidden(form))
    raise AssertionError(f"no form leads to {url}")


def _hidden(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter(f"{XHTML}input"):
        if field.get("type") == "hidden" and field.get("name"):
            yield field.get("name", ""), field.get("value", "")
