"""Pictures as PNG, for sharing. The same bytes on every machine: the fonts come with the portal."""

from pathlib import Path

import resvg_py

FONTS = Path(__file__).parents[2] / "data" / "fonts"
FAMILY = "Noto Sans"
ZOOM = 2  # dots for each unit of a picture


def png(svg: str) -> bytes:
    """Return a picture that was drawn as a file of its own (chart.svg) as PNG."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        skip_system_fonts=True,
        font_dirs=[str(FONTS)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
