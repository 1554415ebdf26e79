"""Markup of staff and operators: a few tags that can do nothing but be read."""

import html5lib
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.web.richtext import TAGS, clean_markup

PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in sorted(TAGS)),
        *(f"</{tag}>" for tag in sorted(TAGS)),
        '<a href="https://x.example/?a=1&b=2">',
        '<a href="javascript:alert(1)">',
        '<a href="java\nscript:alert(1)" onclick="x()">',
        '<a href="//x.example">',
        '<p style="position:fixed" class="exit" id="main">',
        "<script>alert(1)</script>",
        "<style>*{display:none}</style>",
        '<img src="https://x.example/pixel" onerror="x()">',
        '<svg onload="x()"><a href="https://x.example">',
        '<iframe srcdoc="<script>x()</script>">',
        "<h1>",
        "<form action=https://x.example><input name=receipt>",
        "<!--",
        "-->",
        "<![CDATA[",
        "&lt;script&gt;",
        "&#106;avascript:",
        " слова ",
        "\n",
        '"',
        "<",
        "&",
    ]
)


@given(
    st.lists(PIECES, max_size=14).map(lambda parts: f"<p>{''.join(parts)}") | st.text(max_size=60)
)
@settings(deadline=None)
@example("<ul>a<li>b<p>c</p><p>d</ul>e<strong>f<p>g")
@example("<p><strong><p>a</strong>b</p><em><ul><li>c</em>")
@example('<p><math><mtext></p><style><a title="</style><img src onerror=alert(1)>">')
def test_whatever_is_written_comes_out_valid_and_harmless(text: str) -> None:
    page = f"<!doctype html><title>x</title><body><div>{clean_markup(text)}</div></body>"
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)

    assert not parser.errors
    (div,) = tree.iter("div")
    for part in list(div.iter())[1:]:
        assert part.tag in TAGS
        if part.tag == "a":
            assert part.attrib.keys() == {"href", "rel"}
            assert part.attrib["href"].startswith("https://")
        else:
            assert part.attrib in ({}, {"class": "said"})
    for part in div:
        assert part.tag in {"p", "ul", "ol"}
        for inner in part.iter():
            assert inner is part or inner.tag not in {"p", "ul", "ol"}
            assert (inner.tag == "li") <= (part.tag in {"ul", "ol"})


@pytest.mark.parametrize(
    "text", ["a < b & c > d", "<b>a</b> <p>b</p>", "one\n\ntwo  three", "<script>x</script>", ""]
)
def test_plain_text_is_shown_as_it_was_typed(text: str) -> None:
    (shown,) = html5lib.parseFragment(str(clean_markup(text)), namespaceHTMLElements=False)

    assert (shown.tag, shown.attrib) == ("p", {"class": "said"})
    assert (shown.text or "") == text


def test_markup_stays_what_it_says() -> None:
    text = (
        '<p>Two <strong>rooms</strong> opened.</p><ul><li><a href="https://x.example/?a=1&amp;b">'
        "where</a></li></ul>"
    )

    assert clean_markup(text) == text.replace('b">', 'b" rel="noreferrer noopener">')


def test_what_is_not_allowed_is_shown_and_not_done() -> None:
    shown = clean_markup('<p><em onclick="x()">a</em><img src="https://x.example/p"><h1>b</h1></p>')

    assert shown.startswith("<p><em>a</em>&lt;img")
    assert "&lt;h1&gt;b" in shown
