"""PNG: the size it says, the same bytes every time, letters of the font that comes along."""

import struct

from fontTools.ttLib import TTFont

from portal.core.taxonomy import load as load_taxonomy
from portal.core.terms import LANGUAGES
from portal.statistics.catalogue import load
from portal.statistics.charts.png import FONTS, ZOOM, png

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" font-family="sans-serif">'
    '<rect width="120" height="40" fill="#fff"/><text x="5" y="25">{text}</text></svg>'
)


def test_a_picture_has_its_size_and_the_same_bytes_every_time() -> None:
    drawn = png(SVG.format(text="Ә"))

    assert drawn.startswith(b"\x89PNG")
    assert struct.unpack(">II", drawn[16:24]) == (120 * ZOOM, 40 * ZOOM)
    assert drawn == png(SVG.format(text="Ә"))


def test_letters_are_drawn_and_none_stands_for_another() -> None:
    drawn = {png(SVG.format(text=letter)) for letter in "әғқңөұүһіӘҒҚҢӨҰҮҺІ "}

    assert len(drawn) == 19


def test_the_fonts_have_every_letter_of_every_text() -> None:
    known = load()
    labels = [
        *(one.label for one in known.words.values()),
        *(one.label for one in known.measures.values()),
        *(one.label for one in known.tables.values()),
        *(label for one in known.dimensions.values() for label in one.labels().values()),
        *(one.label for one in load_taxonomy().regions.values()),
    ]
    letters = {letter for one in labels for language in LANGUAGES for letter in one.get(language)}
    letters |= set("0123456789 %+−–—.,:;()\u00a0\u202f")

    for file in FONTS.glob("*.ttf"):
        assert {ord(letter) for letter in letters} <= set(TTFont(file).getBestCmap()), file.name
