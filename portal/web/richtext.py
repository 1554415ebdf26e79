"""The only door to bleach: the little markup that staff and operators may write.

Whatever else they write is shown as they typed it. What comes out is valid inside a `div`: only
paragraphs and lists, words in them that stand out, and links that lead elsewhere by https.
"""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from unicodedata import category

import bleach
from flask import Flask
from markupsafe import Markup

BLOCKS = frozenset({"p"})
LISTS = frozenset({"ol", "ul"})
WORDS = frozenset({"a", "b", "em", "i", "strong"})
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})  # control and direction of writing
TAGS = BLOCKS | LISTS | WORDS | {"li"}
_BEGINS = re.compile(r"\s*<(?:p|ul|ol)>", re.IGNORECASE)  # anything else is plain text


def clean_markup(text: str) -> Markup:
    """Return what somebody wrote as markup that can do nothing but be read.

    Args:
        text: plain, and then it keeps its lines; or with some of `TAGS`, if it begins with a
            paragraph or a list.
    """
    text = "".join(char for char in text if char in "\n\t" or category(char) not in UNSEEN)
    if not _BEGINS.match(text):
        return Markup('<p class="said">{}</p>').format(text)
    links: dict[str, list[str] | Callable[[str, str, str], bool]] = {"a": _is_link}
    cleaned = bleach.clean(text, tags=TAGS, attributes=links, protocols={"https"})
    arranged = _Arrangement()
    arranged.feed(cleaned)
    arranged.close()
    return Markup(arranged.close_all())  # noqa: S704 - made of its own tags and of escaped words


def register(app: Flask) -> None:
    """Give it to the templates (pages write `| rich`)."""
    app.jinja_env.filters["rich"] = clean_markup


def _is_link(_tag: str, name: str, value: str) -> bool:
    return name == "href" and value.startswith("https://")


class _Arrangement(HTMLParser):
    """Puts every word into a paragraph or an item, every item into a list, and closes it all."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._list = ""  # that is open
        self._block = ""  # that is open: a paragraph or an item
        self._words: list[str] = []  # that are open in it

    def close_all(self) -> str:
        """Return everything, closed."""
        self._end_list()
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a part where it may stand."""
        if tag in WORDS:
            self._begin_words(tag, dict(attrs).get("href"))
        elif tag in LISTS:
            self._end_list()
            self._list = tag
            self._parts.append(f"<{tag}>")
        elif tag == "p" and self._block == "li":
            self._parts.append(" ")  # one paragraph an item
        else:
            self._begin_block()

    def handle_endtag(self, tag: str) -> None:
        """Close a part, if it is open."""
        if tag in self._words:
            self._end_words(tag)
        elif tag in LISTS and tag == self._list:
            self._end_list()
        elif tag == self._block:
            self._end_block()

    def handle_data(self, data: str) -> None:
        """Write words, in a paragraph if they stand nowhere."""
        if data.strip() and not self._block:
            self._begin_block()
        if self._block:
            self._parts.append(escape(data))

    def _begin_block(self) -> None:
        self._end_block()
        self._block = "li" if self._list else "p"
        self._parts.append(f"<{self._block}>")

    def _end_block(self) -> None:
        if self._words:
            self._end_words(self._words[0])
        if self._block:
            self._parts.append(f"</{self._block}>")
        self._block = ""

    def _end_list(self) -> None:
        self._end_block()
        if self._list:
            self._parts.append(f"</{self._list}>")
        self._list = ""

    def _begin_words(self, tag: str, address: str | None) -> None:
        if tag in self._words or (tag == "a" and address is None):
            return
        if not self._block:
            self._begin_block()
        link = f' href="{escape(address)}" rel="noreferrer noopener"' if address else ""
        self._words.append(tag)
        self._parts.append(f"<{tag}{link}>")

    def _end_words(self, tag: str) -> None:
        """Close words that stand out, and all that was opened in them."""
        closed = ""
        while closed != tag:
            closed = self._words.pop()
            self._parts.append(f"</{closed}>")
