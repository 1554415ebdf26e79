"""Languages, in the address of every page; texts by Babel, labels by the taxonomy."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Flask, current_app, g, has_app_context, has_request_context, request, url_for
from flask_babel import Babel, force_locale, format_date, format_decimal, get_locale
from werkzeug.routing import BaseConverter

from portal.core.terms import FALLBACK, LANGUAGES, SPOKEN, Label


class LanguageConverter(BaseConverter):
    """The first part of an address: one of the languages, else there is no such page."""

    regex = "|".join(LANGUAGES)
    part_isolating = True


def get_language() -> str:
    """Return the language of the page being made."""
    chosen: str | None = g.get("language") if has_app_context() else None
    if not has_request_context():
        return chosen or FALLBACK
    # An address that leads nowhere still tells the language, and so does that of a release's page.
    told = next((part for part in request.path.split("/") if part in LANGUAGES), "")
    return chosen or told or _negotiate_language()


@contextmanager
def use_language(chosen: str) -> Iterator[None]:
    """Write in a language that no visitor chose, as pages are that are prepared ahead."""
    before = g.get("language")
    g.language = chosen
    try:
        with force_locale(chosen):
            yield
    finally:
        g.language = before


def _negotiate_language() -> str:
    """Return what the browser asks for; kk-KZ is Kazakh, also where plain Russian comes next."""
    wishes = (wish.partition("-")[0].lower() for wish, much in request.accept_languages if much)
    return next((wish for wish in wishes if wish in LANGUAGES), FALLBACK)


def translate_label(label: Label) -> str:
    """Return a label of the taxonomy in the language of the page (pages write `| label`)."""
    return label.get(str(get_locale() or FALLBACK))


def format_day(value: date) -> str:
    """Return a day in words, such as 12 March 2026 (pages write `| day`)."""
    return str(format_date(value, SPOKEN[get_language()].day_format))


def format_number(value: float) -> str:
    """Return a number with the separators of the language (pages write `| number`)."""
    return str(format_decimal(value))


def list_language_links() -> list[dict[str, Any]]:
    """Return where the same page stands in each language; a posted page leads to its start."""
    endpoint, parts = request.endpoint, dict(request.view_args or {})
    if endpoint is None or request.method != "GET" or g.get("language") is None:
        endpoint, parts = "words.front", {}
    return [
        {
            "code": code,
            "name": SPOKEN[code].name,
            "current": code == get_language(),
            "url": url_for(endpoint, **(parts | {"lang": code})),
        }
        for code in LANGUAGES
    ]


def register(app: Flask) -> None:
    """Teach the application its languages; blueprints under /<lang:lang> need do nothing."""
    app.url_map.converters["lang"] = LanguageConverter
    Babel(app, locale_selector=get_language)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_add_language)
    app.jinja_env.filters.update(label=translate_label, day=format_day, number=format_number)
    app.jinja_env.globals.update(
        language=get_language,
        language_by_code=SPOKEN,
        language_links=list_language_links,
        first_days=[date(2000, month, 1) for month in range(1, 13)],
    )


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.language = values.pop("lang")


def _add_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = get_language()
