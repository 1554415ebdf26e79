"""Every figure at every level: valid, readable without colours and without eyes, deterministic."""

import re
from functools import cache
from itertools import chain
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask
from fontTools.ttLib import TTFont

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.rendering import render_figure
from portal.statistics.site.charts.figure import ChartFigure
from portal.statistics.site.charts.marks import Box, Dot, Polyline, TextLine
from portal.statistics.site.charts.png import FONTS
from portal.statistics.site.figures import overview, places, subjects
from tests.statistics import invented
from tests.statistics.site.charts.inside import check_inside

SVG = "{http://www.w3.org/2000/svg}"
REGION, CATEGORY = "KZ-63", "sensitive"


@cache
def draw_every_figure(
    level: str, language: str, draws: invented.Draw = invented.usual
) -> tuple[ChartFigure, ...]:
    """Return all figures of one release; of regions and categories those of one each."""
    history = invented.history(level, draw=draws)
    makers = (
        overview.draw_release,
        subjects.draw_comparison,
        subjects.draw_timeliness,
        subjects.draw_outcomes,
        subjects.draw_verdicts,
        subjects.draw_signals,
    )
    return (
        *chain.from_iterable(make(history, language) for make in makers),
        *places.draw_region(history, REGION, language),
        *places.draw_category(history, CATEGORY, language),
        *(places.draw_share_card(history, area, language) for area in (NATION, REGION)),
    )


def draw_tiny(_table: str, _quarter: str, _cell: tuple[str, ...]) -> int:
    return 1


def draw_huge(_table: str, _quarter: str, cell: tuple[str, ...]) -> int:
    return 40_000 + len(cell[0])


ALL = [
    *((level, language, invented.usual) for level in LEVELS for language in LANGUAGES),
    *(
        (level, "kk", draws)
        for level in LEVELS
        for draws in (invented.alarming, draw_tiny, draw_huge)
    ),
]


@pytest.mark.parametrize(("level", "language", "draws"), ALL)
class TestEveryFigure:
    def test_it_is_valid_and_named(
        self, app: Flask, level: str, language: str, draws: invented.Draw
    ) -> None:
        with app.app_context():
            for figure in draw_every_figure(level, language, draws):
                root = Xml.fromstring(render_figure(figure, language))  # noqa: S314 - our own picture
                assert root.tag == f"{SVG}svg"
                assert root.get("role") == "img"
                ids = [node.get("id") for node in root.iter() if node.get("id")]
                assert len(ids) == len(set(ids))
                assert set((root.get("aria-labelledby") or "").split()) <= set(ids)
                assert root.findtext(f"{SVG}title") == figure.title
                assert root.findtext(f"{SVG}desc")

    def test_it_lies_inside_its_picture_and_its_sheet(
        self, level: str, language: str, draws: invented.Draw
    ) -> None:
        for figure in draw_every_figure(level, language, draws):
            check_inside(figure.drawing)
            sheet = figure.sheet
            assert sheet.left + figure.drawing.width <= sheet.width
            assert sheet.top + figure.drawing.height <= sheet.height
            assert all(0 < mark.y <= sheet.height for mark in sheet.marks)

    def test_its_table_is_complete(self, level: str, language: str, draws: invented.Draw) -> None:
        for figure in draw_every_figure(level, language, draws):
            assert figure.rows
            assert all(len(row) == len(figure.header) for row in figure.rows)
            assert all(text for row in figure.rows for text in row)

    def test_it_says_what_the_range_holds(
        self, level: str, language: str, draws: invented.Draw
    ) -> None:
        for figure in draw_every_figure(level, language, draws):
            assert figure.note


def draw_svgs(app: Flask, level: str, language: str = "ru") -> list[str]:
    with app.app_context():
        return [
            render_figure(figure, language)
            for figure in draw_every_figure(level, language, invented.alarming)
        ]


def test_a_picture_holds_nothing_that_acts_or_is_styled_inside(app: Flask) -> None:
    for figure in draw_svgs(app, "L1"):
        assert not re.search(r"<style|\sstyle=|<script|\son[a-z]+=|href|<image", figure)


def test_the_inner_words_are_hidden_from_readers(app: Flask) -> None:
    for svg in draw_svgs(app, "L1"):
        root = Xml.fromstring(svg)  # noqa: S314 - our own picture
        outside = [node for node in root if node.tag == f"{SVG}text"]
        assert not outside
        assert [node.get("aria-hidden") for node in root if node.tag == f"{SVG}g"] == ["true"]


def test_a_picture_is_the_same_every_time(app: Flask) -> None:
    first = draw_svgs(app, "L1")
    draw_every_figure.cache_clear()

    assert draw_svgs(app, "L1") == first


@pytest.mark.parametrize("level", LEVELS)
def test_names_are_the_same_in_all_languages_and_never_clash(level: str) -> None:
    names = [
        [figure.name for figure in draw_every_figure(level, language)] for language in LANGUAGES
    ]

    assert names[0] == names[1] == names[2]
    same = {figure.name: figure for figure in draw_every_figure(level, "ru")}
    assert all(same[figure.name] == figure for figure in draw_every_figure(level, "ru"))


def test_no_figure_changes_when_the_language_does_but_its_words() -> None:
    for figure, other in zip(
        draw_every_figure("L1", "kk"), draw_every_figure("L1", "ru"), strict=True
    ):
        assert sum(isinstance(mark, Dot) for mark in figure.drawing.marks) == sum(
            isinstance(mark, Dot) for mark in other.drawing.marks
        )
        assert len(figure.rows) == len(other.rows)


def test_the_table_has_the_numbers_of_the_picture() -> None:
    for figure in draw_every_figure("L1", "ru"):
        if figure.shape in {"bars", "ladder", "dots", "stack"}:
            written = {mark.text for mark in figure.drawing.marks if isinstance(mark, TextLine)}
            known = {text for row in figure.rows for text in row}
            numbers = {text for text in written if re.fullmatch(r"\d[\d\u202f]*(,\d)?", text)}
            axis = {"0", "10", "12", "15", "20", "25", "30", "40", "50", "60"}
            assert numbers - axis <= known, figure.name


def test_uncertainty_is_always_drawn() -> None:
    exact = {"flow", "balance"}
    for figure in draw_every_figure("L1", "ru"):
        kinds = {getattr(mark, "kind", "") for mark in figure.drawing.marks}
        if figure.shape in {"bars", "ladder", "dots"}:
            assert "whisker" in kinds, figure.name
        if figure.shape in {"lines", "funnel"} and figure.name not in exact:
            assert "likely" in kinds, figure.name


def test_numbers_below_the_band_are_hatched_and_said_in_words() -> None:
    kinds = next(
        figure for figure in draw_every_figure("L0", "en", draw_tiny) if figure.name == "kinds"
    )

    assert {row[1] for row in kinds.rows} == {"a small number, not shown"}
    marks = kinds.drawing.marks
    assert {mark.kind for mark in marks if isinstance(mark, Box)} == {"band"}
    ranges = [mark.strokes[0] for mark in marks if isinstance(mark, Polyline)]
    assert len({(low[0], high[0]) for low, high in ranges}) == 1  # all alike: they say nothing


def test_the_fonts_of_pictures_have_every_letter() -> None:
    letters: set[str] = set()
    for level, language, draws in ALL:
        for figure in draw_every_figure(level, language, draws):
            texts = (mark.text for mark in figure.drawing.marks if isinstance(mark, TextLine))
            letters |= {letter for text in (*texts, figure.title, figure.note) for letter in text}

    for file in FONTS.glob("*.ttf"):
        assert {ord(letter) for letter in letters} <= set(TTFont(file).getBestCmap()), file.name


def test_nobody_is_called_a_hot_spot() -> None:
    for figure in draw_every_figure("L1", "en", invented.alarming):
        texts = " ".join((figure.title, figure.summary, figure.note, *chain(*figure.rows)))
        assert "hot spot" not in texts.lower()
