"""Rules that hold for every template."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
IDS = [path.relative_to(ROOT).as_posix() for path in TEMPLATES]
SOURCES = [path.read_text("utf-8") for path in TEMPLATES]
CODE = "\n".join(path.read_text("utf-8") for path in (ROOT / "portal").rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
class TestEveryTemplate:
    def test_it_escapes_everything(self, source: str) -> None:
        assert not re.search(r"\|\s*safe\b|autoescape", source)

    def test_it_holds_no_inline_script_or_style(self, source: str) -> None:
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", source)

    def test_it_loads_nothing_from_elsewhere(self, source: str) -> None:
        assert not re.search(r"(src|srcset|data|action)=[\"']https?:", source)


def test_every_template_is_used() -> None:
    everything = CODE + "\n".join(SOURCES)
    for path in TEMPLATES:
        name = path.relative_to(ROOT / "templates").as_posix()
        assert name in everything, name
