"""Forms as people meet them: labels, hints and complaints tied together, texts kept."""

from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.web.forms import (
    PortalForm,
    check_readable,
    limit_length,
    list_complaints,
    require_answer,
    require_length,
)
from tests.page import XHTML, checked, text_of, tree_of

PAIRS = [SelectChoice("a", "First"), SelectChoice("b", "Second")]
PAGE = """
{% extends "layouts/public.html" %}
{% from "components/fields.html" import question, choices, summary, token, submit %}
{% block title %}A form{% endblock %}
{% block main %}
  <h1>A form</h1>
  {{ summary(form) }}
  <form method="post" action="/x">
    {{ token(form) }}
    {{ question(form.text, hint="A hint", warn="A warning") }}
    {% for name in ("place", "number", "kind", "files", "password", "sure") %}
      {{ question(form[name]) }}
    {% endfor %}
    {{ choices(form.either, hint="Another hint") }}
    {{ choices(form.many) }}
    {{ submit("Send") }}
  </form>
  <form method="post" action="/y">{{ token(form) }}{{ submit("Leave", quiet=true) }}</form>
{% endblock %}
"""


class Sample(PortalForm):
    text = TextAreaField(
        "Text", [require_answer(), check_readable, require_length(3), limit_length(10)]
    )
    place = StringField("Place", [Optional()], render_kw={"data-show-if": "kind=a"})
    number = IntegerField("Number", [Optional()])
    kind = SelectField("Kind", [require_answer()], choices=PAIRS)
    files = MultipleFileField("Files")
    password = PasswordField("Password", render_kw={"autocomplete": "current-password"})
    sure = BooleanField("Sure")
    either = RadioField(
        "Either", [require_answer()], choices=PAIRS, render_kw={"data-show-if": "kind=b"}
    )
    many = SelectMultipleField("Many", [Optional()], choices=PAIRS)


class RenderedForm:
    """One form as a page, with its fields by name."""

    def __init__(
        self, app: Flask, answers: dict[str, Any] | None = None, cookie: str = "portal=old"
    ) -> None:
        method = "GET" if answers is None else "POST"
        with app.test_request_context("/en/", method=method, headers={"Cookie": cookie}):
            app.preprocess_request()
            self.form = Sample(MultiDict(answers or {}))
            if answers is not None:
                self.form.validate()
            self.page = checked(render_template_string(PAGE, form=self.form))
            self.complaints = list(list_complaints(self.form))
        self.tree = tree_of(self.page)

    def fields(self, name: str) -> list[Any]:
        """Return the controls of one name."""
        return [node for node in self.tree.iter() if node.get("name") == name]

    def described(self, name: str) -> str:
        """Return what a screen reader says of a field besides its label."""
        ids = (self.fields(name)[0].get("aria-describedby") or "").split()
        return " ".join(
            " ".join("".join(node.itertext()).split())
            for name in ids
            for node in self.tree.iter()
            if node.get("id") == name
        )


@pytest.fixture
def empty(app: Flask) -> RenderedForm:
    """The form as it is opened."""
    return RenderedForm(app)


@pytest.fixture
def wrong(app: Flask) -> RenderedForm:
    """The form after it was sent with faults."""
    return RenderedForm(app, {"text": "much too long a text", "many": ["b"], "place": "Алматы"})


def test_a_hint_and_a_warning_describe_their_field(empty: RenderedForm) -> None:
    assert empty.described("text") == "A hint A warning"


def test_a_complaint_describes_its_field_before_the_hint(wrong: RenderedForm) -> None:
    said = wrong.described("text")

    assert said.startswith("Error: This is too long: at most 10 characters.")
    assert said.endswith("A hint A warning")
    assert wrong.fields("text")[0].get("aria-invalid") == "true"


def test_every_complaint_is_listed_on_top_and_leads_to_its_field(wrong: RenderedForm) -> None:
    links = [link.get("href") for link in wrong.tree.iter(f"{XHTML}a")]
    ids = {node.get("id") for node in wrong.tree.iter()}

    assert [field.name for field, _ in wrong.complaints] == ["text", "kind", "either"]
    for field, _ in wrong.complaints:
        assert f"#{field.id}" in links
        assert field.id in ids


def test_an_old_page_is_said_to_be_old_and_not_called_a_forgery(wrong: RenderedForm) -> None:
    assert wrong.form.expired
    assert "This page was open for too long" in text_of(wrong.page)
    assert "CSRF" not in text_of(wrong.page)


def test_a_browser_without_cookies_is_said_to_be_one_and_no_page_to_be_old(app: Flask) -> None:
    shown = RenderedForm(app, {"text": "typed", "kind": "a", "either": "a"}, cookie="")

    assert "allow cookies for this site" in text_of(shown.page)
    assert "open for too long" not in text_of(shown.page)
    assert "".join(shown.fields("text")[0].itertext()).strip() == "typed"


def test_nothing_typed_is_lost(wrong: RenderedForm) -> None:
    assert "".join(wrong.fields("text")[0].itertext()).strip() == "much too long a text"
    assert wrong.fields("place")[0].get("value") == "Алматы"
    assert [box.get("value") for box in wrong.fields("many") if "checked" in box.attrib] == ["b"]


def test_what_is_required_or_optional_is_said_in_words(empty: RenderedForm) -> None:
    said = text_of(empty.page)

    assert "Text (required)" in said
    assert "Either (required)" in said
    assert "Place (optional)" in said


def test_the_browser_neither_checks_nor_cuts_by_itself(empty: RenderedForm) -> None:
    for node in empty.tree.iter():
        assert not {"required", "maxlength", "minlength", "min", "max"} & node.attrib.keys()
    assert empty.fields("text")[0].get("aria-required") == "true"


@pytest.mark.parametrize("name", ["text", "place", "number"])
def test_a_text_is_not_remembered_and_not_sent_to_a_spell_checker(
    empty: RenderedForm, name: str
) -> None:
    field = empty.fields(name)[0]

    assert field.get("autocomplete") == "off"
    assert field.get("spellcheck") == "false"
    assert field.get("writingsuggestions") == "false"


def test_a_number_may_be_typed_in_any_digits(empty: RenderedForm) -> None:
    field = empty.fields("number")[0]

    assert (field.get("type"), field.get("inputmode")) == ("text", "numeric")


def test_what_a_field_wants_itself_goes_before(empty: RenderedForm) -> None:
    assert empty.fields("password")[0].get("autocomplete") == "current-password"
    assert empty.fields("place")[0].get("data-show-if") == "kind=a"


def test_choices_stand_in_a_group_with_its_question(empty: RenderedForm) -> None:
    groups = {group.get("data-question"): group for group in empty.tree.iter(f"{XHTML}fieldset")}

    assert groups["either"].get("role") is None  # a fieldset is a group by itself
    assert groups["either"].get("data-show-if") == "kind=b"
    assert {field.get("type") for field in empty.fields("either")} == {"radio"}
    assert {field.get("type") for field in empty.fields("many")} == {"checkbox"}


def test_two_forms_on_a_page_share_no_id(empty: RenderedForm) -> None:
    tokens = empty.fields("csrf_token")

    assert len(tokens) == 2
    assert not any(token.get("id") for token in tokens)


def test_invisible_characters_are_taken_out_and_that_is_said(app: Flask) -> None:
    shown = RenderedForm(app, {"text": "a\u202eb\x00cd", "kind": "a", "either": "a"})

    assert shown.form.text.data == "abcd"
    assert "Invisible characters were taken out" in text_of(shown.page)
