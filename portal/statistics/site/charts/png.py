"""Pictures as PNG, for sharing. The same bytes on every machine: the fonts come with the portal."""

import sys
from pathlib import Path
from typing import IO

import resvg_py

import portal

FONTS = Path(portal.__file__).parent / "data" / "fonts"
FAMILY = "Noto Sans"
ZOOM = 2  # dots for each unit of a picture
LENGTH_BYTES = 4


def render_png(svg: str) -> bytes:
    """Return a picture that was drawn as a file of its own (chart.svg) as PNG."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=ZOOM,
        skip_system_fonts=True,
        font_dirs=[str(FONTS)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )


def write_block(stream: IO[bytes], content: bytes) -> None:
    """Write something with its length before it."""
    stream.write(len(content).to_bytes(LENGTH_BYTES) + content)
    stream.flush()


def read_block(stream: IO[bytes]) -> bytes:
    """Read what was written so; nothing if the stream has ended."""
    return stream.read(int.from_bytes(stream.read(LENGTH_BYTES)))


def serve() -> None:
    """Answer every SVG that comes with its PNG, until no more come."""
    while svg := read_block(sys.stdin.buffer):
        write_block(sys.stdout.buffer, render_png(svg.decode()))


if __name__ == "__main__":
    serve()
