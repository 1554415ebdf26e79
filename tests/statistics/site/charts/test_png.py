"""PNG: the size it says, the same bytes every time, letters of the font that comes along."""

import struct
from hashlib import sha256

from portal.statistics.site.charts.png import FONTS, ZOOM, render_png

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" font-family="sans-serif">'
    '<rect width="120" height="40" fill="#fff"/><text x="5" y="25">{text}</text></svg>'
)


def test_a_picture_has_its_size_and_the_same_bytes_every_time() -> None:
    drawn = render_png(SVG.format(text="Ә"))

    assert drawn.startswith(b"\x89PNG")
    assert struct.unpack(">II", drawn[16:24]) == (120 * ZOOM, 40 * ZOOM)
    assert drawn == render_png(SVG.format(text="Ә"))


def test_letters_are_drawn_and_none_stands_for_another() -> None:
    drawn = {render_png(SVG.format(text=letter)) for letter in "әғқңөұүһіӘҒҚҢӨҰҮҺІ "}

    assert len(drawn) == 19


def test_the_readme_names_the_hash_of_every_font() -> None:
    known = (FONTS / "README.md").read_text()

    for file in FONTS.glob("*.ttf"):
        assert f"| `{file.name}` | {sha256(file.read_bytes()).hexdigest()} |" in known
