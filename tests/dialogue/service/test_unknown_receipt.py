"""A reporter whose access was destroyed or altered is told so, with whom to show it."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from crypto import steps
from crypto.log_entries import REPORT
from crypto.receipt import HALF_BYTES
from crypto.secretbox import encrypt
from crypto.text import to_base64
from portal.cases.models import Case
from portal.core.db import Base
from portal.dialogue.service.unknown_receipt import UnknownReceipt
from portal.transparency.writing import service
from tests.dialogue.conftest import ReporterBrowser
from tests.dialogue.letters import ReplyDesk
from tests.dialogue.views.test_sealed import JSON, OPEN
from tests.factories import TODAY
from tests.page import Browser, hidden, text_of

PAGE_SCRIPT = Path(__file__).parents[3] / "portal" / "static" / "dialogue" / "page.js"
# What each attack does to the row of a case, and what its reporter is told then.
ATTACKS: dict[str, dict[str, object]] = {
    "another row key": {"row_key": bytes(32)},
    "no second half": {"second_half": None},
    "a second half that opens nothing": {"second_half": bytes(60)},
}
WORDS = {
    UnknownReceipt.ALTERED: {
        "kk": "кодыңыз оны ашатын бөлік ауыстырылған немесе жойылған",
        "ru": "то, чем его открывает ваш код, подменено или уничтожено",
        "en": "what your code opens it with was exchanged or destroyed",
    },
    UnknownReceipt.MISSING: {
        "kk": "порталда ол енді жоқ",
        "ru": "на портале его больше нет",
        "en": "the portal does not have it any more: it was taken away",
    },
}
TO_WHOM = {"kk": "прокуратураға", "ru": "покажите прокуратуре", "en": "to the prosecutor's office"}


def attack(desk: ReplyDesk, **values: object) -> None:
    """Alter the case past the portal."""
    alter = update(Case).where(Case.id == desk.case.id).values(values)
    desk.session.execute(alter, execution_options={"synchronize_session": False})
    desk.session.commit()


def take_away(desk: ReplyDesk) -> None:
    """Delete a case that the log has, with all its rows."""
    service.merge(desk.session, desk.make.log, today=TODAY.replace(month=4))
    desk.session.commit()
    case_id = desk.case.id
    desk.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for table in Base.metadata.sorted_tables[::-1]:
        if "case_id" in table.c and table.name != "audit":
            desk.session.execute(delete(table).where(table.c.case_id == case_id))
    desk.session.execute(delete(Case).where(Case.id == case_id))
    desk.session.connection().exec_driver_sql("PRAGMA foreign_keys = OFF")
    desk.session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = OFF")
    desk.session.commit()


def told_without_scripts(browser: Browser, desk: ReplyDesk, language: str) -> str:
    page = browser.get(f"/{language}/case")
    address = f"/{language}/case/enter"
    return browser.post(address, status=404, page=page, receipt=desk.filed.code)


def told_with_scripts(client: FlaskClient, desk: ReplyDesk) -> object:
    keys = desk.filed.reporter.keys
    token = dict(hidden(client.get("/en/case").text, "/en/case/enter"))
    tag = steps.derive_tag(keys.blinding_key, REPORT, 0)
    data = {"lookup": to_base64(keys.lookup), "tag": to_base64(tag), **token}
    answer = client.post(OPEN, data=data, headers=JSON)
    assert answer.status_code == 404
    return answer.get_json()["error"]


@pytest.mark.parametrize("language", TO_WHOM)
@pytest.mark.parametrize("how", ATTACKS)
def test_access_that_was_destroyed_is_told_in_words(
    browser: Browser, desk: ReplyDesk, how: str, language: str
) -> None:
    attack(desk, **ATTACKS[how])

    page = told_without_scripts(browser, desk, language)

    assert WORDS[UnknownReceipt.ALTERED][language] in text_of(page)
    assert TO_WHOM[language] in text_of(page)
    assert desk.filed.reporter.keys.blinding_key.hex() in page  # with which others can check it
    assert desk.filed.code not in page.replace(f'value="{desk.filed.code}"', "")


@pytest.mark.parametrize("how", ATTACKS)
def test_a_browser_with_scripts_is_told_the_same(
    client: FlaskClient, desk: ReplyDesk, how: str
) -> None:
    attack(desk, **ATTACKS[how])

    assert told_with_scripts(client, desk) == UnknownReceipt.ALTERED


@pytest.mark.parametrize("language", TO_WHOM)
def test_the_words_for_every_loss_are_in_the_page_of_scripts(
    browser: Browser, desk: ReplyDesk, language: str
) -> None:
    del desk
    page = browser.get(f"/{language}/case")

    for what, words in WORDS.items():
        (said,) = re.findall(rf'data-word="{what}">(.*?)</p>', page, re.DOTALL)
        assert words[language] in unescape(said)
        assert TO_WHOM[language] in unescape(said)
    (listed,) = re.findall(r"const LOST = new Set\(\[(.*?)\]\)", PAGE_SCRIPT.read_text("utf-8"))
    assert set(re.findall(r'"(\w+)"', listed)) == set(UnknownReceipt)


@pytest.mark.parametrize("language", TO_WHOM)
def test_a_report_that_was_taken_away_is_not_called_unknown(
    browser: Browser, client: FlaskClient, desk: ReplyDesk, language: str
) -> None:
    take_away(desk)

    said = text_of(told_without_scripts(browser, desk, language))

    assert WORDS[UnknownReceipt.MISSING][language] in said
    assert TO_WHOM[language] in said
    assert told_with_scripts(client, desk) == UnknownReceipt.MISSING


def test_a_second_half_of_the_insiders_own_is_told_on_the_page_of_the_case(
    browser: Browser, desk: ReplyDesk
) -> None:
    """Whoever has the server's keys can lock another half, with which the visit begins."""
    half = encrypt(desk.make.keyring.second_halves, bytes(HALF_BYTES), desk.case.id.encode())
    attack(desk, second_half=half)

    page = ReporterBrowser(browser, desk.filed.code).come_back()
    log = browser.get("/en/case/log")

    assert "Something that you are shown does not fit the public log" in text_of(page)
    assert "is not the one that your report was filed with. It was exchanged." in text_of(log)
    assert "The prosecutor's office" in text_of(log)
