"""Filing a report without scripts, page by page."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from secrets import token_bytes, token_hex

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from crypto import promise, receipt, steps
from crypto.log_entries import REPORT
from crypto.padding import pad_body
from crypto.seal import generate_throwaway_recipient, seal
from crypto.text import from_base64, to_base64
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import RECOVERY, Case, Filing, UnitKey
from portal.cases.routing import RouteReason
from portal.core import clock
from portal.core.blobs import BlobStore
from portal.core.db import Sessions
from portal.core.taxonomy import load
from portal.intake.draft import Choice, Ticket
from portal.intake.forms import MAX_FILES
from portal.intake.views import REASONS
from portal.transparency import queries
from portal.transparency.writing import announcing, chaining
from portal.transparency.writing import service as transparency
from portal.transparency.writing.log_keys import derive_public_key
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.load import LONGEST_WAIT
from portal.web.parts import BLOBS, KEYRING, SESSIONS, SETTINGS
from tests.factories import STORY, TODAY, Make
from tests.intake.steps import (
    XHTML,
    kept_in,
    multipart,
    needed,
    opened,
    receipt_on,
    send,
    the_case,
    write_page,
)
from tests.page import Browser, hidden, text_of, tree_of

BRIBE = needed("bribery")
LANGUAGES = ("kk", "ru", "en")
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 700  # larger than one chunk of a sealed file


@pytest.fixture(autouse=True)
def portal(make: Make) -> Make:
    return make.portal()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("category", sorted(load().categories))
def test_every_report_can_be_filed_with_the_needed_answers_alone(
    portal: Make, session: Session, browser: Browser, category: str, lang: str
) -> None:
    page = write_page(browser, lang=lang, category=category)

    done = send(browser, page, needed(category), lang=lang)

    case = the_case(session)
    assert len(receipt.parse(receipt_on(done))) == receipt.SECRET_BYTES
    assert (case.category, case.language, case.sealed_by) == (category, lang, "server")
    report = opened(session, portal.units[case.body_code].identity)
    assert report.answers == needed(category)


def test_two_files_and_a_text_arrive_as_they_were_sent(
    portal: Make, session: Session, browser: Browser, app: Flask
) -> None:
    told = "Ол ақша сұрады.\n\n«Заплати» — сказал он. <b>& “quotes”</b> 🙁"
    files = [("фото у поста.jpg", PHOTO), ("empty.txt", b"")]

    send(browser, write_page(browser), {**BRIBE, "what_happened": told}, files=files)

    blobs: BlobStore = BLOBS.get_from(app)
    for reader in (the_case(session).body_code, RECOVERY):
        identity = portal.units[reader].identity
        report = opened(session, identity)
        assert report.answers["what_happened"] == told
        assert [attachment.name for attachment in report.body.attachments] == [
            name for name, _ in files
        ]
        assert [attachment.type for attachment in report.body.attachments] == [
            "image/jpeg",
            "text/plain",
        ]
        assert report.file(blobs, 0, identity) == PHOTO
        assert report.file(blobs, 1, identity) == b""


def test_the_page_names_those_who_can_read_before_anything_is_written(browser: Browser) -> None:
    page = text_of(write_page(browser, category="ill_treatment", region="KZ-75"))

    assert "Only these can read it Prosecutor General's Office, special prosecutors" in page
    assert "Torture is looked into by prosecutors only." in page


def test_a_region_that_nobody_knows_is_an_answer(session: Session, browser: Browser) -> None:
    send(browser, write_page(browser, region="unknown"), BRIBE)

    assert the_case(session).region is None


def test_the_service_complained_of_is_kept_from_the_report(
    portal: Make, session: Session, browser: Browser
) -> None:
    page = write_page(browser, category="conduct", service="internal_security")

    send(browser, page, needed("conduct"))

    report = opened(session, portal.units["PROS_SPEC"].identity)
    assert report.answers["service"] == "internal_security"


@pytest.mark.parametrize(
    "wrong",
    [
        {"subcategory": ""},
        {"subcategory": "bribery.unheard"},
        {"region": ""},
        {"region": "KZ-99"},
        {"agency": "unheard"},
        {"service": "unheard"},
        {"consent": "unheard"},
    ],
)
def test_a_wrong_choice_brings_the_first_page_back(browser: Browser, wrong: dict[str, str]) -> None:
    page = browser.get("/en/report")
    right = {"subcategory": "bribery.roadside", "region": "KZ-75", "consent": "any_competent"}

    again = browser.post("/en/report/write", status=422, page=page, **right | wrong)

    assert "Please look at this again" in text_of(again)


def test_a_portal_without_keys_says_so_and_takes_nothing(
    browser: Browser, session: Session
) -> None:
    page = browser.get("/en/report")
    session.execute(update(UnitKey).values(retired_on=TODAY))
    session.commit()

    again = browser.post(
        "/en/report/write", status=503, page=page, subcategory="bribery.roadside",
        region="KZ-75", consent="any_competent",
    )  # fmt: skip

    assert "takes no reports at the moment" in text_of(again)
    assert "nothing was filed" in text_of(again)
    assert "takes no reports" in text_of(browser.get("/en/report", status=503))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what_happened", ""),
        ("what_happened", "  \n  "),
        ("what_happened", "too short"),
        ("what_happened", "x" * 50_001),
        ("bribe_purpose", "x" * 301),
        ("officers_count", "many"),
        ("officers_count", "-1"),
        ("officers_count", "3.5"),
        ("danger_now", "perhaps"),
        ("bribe_stage", ""),
        ("vulnerable", ["child", "unheard"]),
        ("service", ""),
    ],
)
def test_what_was_typed_comes_back_with_the_complaint(
    session: Session, browser: Browser, question: str, answer: str | list[str]
) -> None:
    page = write_page(browser)
    typed = {**BRIBE, "bribe_next": "on Friday, behind the market", question: answer}
    if question == "service":  # asked on the first page: here it is nothing, and is left alone
        assert receipt_on(send(browser, page, typed))
        return

    again = send(browser, page, typed, status=422)

    assert kept_in(again, "bribe_next") == "on Friday, behind the market"
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    assert 'aria-invalid="true"' in again


def test_a_repaired_page_is_filed(portal: Make, session: Session, browser: Browser) -> None:
    again = send(browser, write_page(browser), {**BRIBE, "what_happened": "short"}, status=422)

    send(browser, again, BRIBE)

    assert opened(session, portal.units["KNB_AC"].identity).answers == BRIBE


def test_ten_megabytes_of_text_come_back_whole(browser: Browser) -> None:
    much = "ақша " * 2_000_000  # 18 MB of UTF-8 would be too much for a form
    much = much[: 10_000_000 // 2]

    again = send(browser, write_page(browser), {**BRIBE, "what_happened": much}, status=422)

    assert kept_in(again, "what_happened") == much


def test_a_form_larger_than_any_report_is_refused_by_a_page_that_says_so(
    session: Session, browser: Browser
) -> None:
    page = send(
        browser, write_page(browser), {**BRIBE, "what_happened": "x" * (17 << 20)}, status=413
    )

    assert "not" in text_of(page).lower()
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_invisible_characters_are_taken_out_and_told(browser: Browser) -> None:
    typed = "He wrote \u202eMOSKOV\u202c and \x00 \x07 here."

    again = send(browser, write_page(browser), {**BRIBE, "what_happened": typed}, status=422)

    assert kept_in(again, "what_happened") == "He wrote MOSKOV and   here."
    assert "Invisible characters were taken out" in text_of(again)


def test_bytes_that_are_no_text_are_told(browser: Browser) -> None:
    data = {**hidden(write_page(browser), "/en/report/file"), **BRIBE}
    del data["what_happened"]  # comes below: a test client cannot type such bytes
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in [
            *((name, value.encode()) for name, value in data.items() if isinstance(value, str)),
            ("what_happened", b"\xff\xfe he asked for money \x80"),
        ]
    )
    sent = browser.client.post(
        "/en/report/file", data=body + b"--x--\r\n", content_type="multipart/form-data; boundary=x"
    )

    again = browser.seen(sent, 422)

    assert kept_in(again, "what_happened").strip() == "he asked for money"


def test_numbers_are_read_in_the_digits_of_any_script(
    portal: Make, session: Session, browser: Browser
) -> None:
    typed = {**BRIBE, "officers_count": " ٣ ", "bribe_amount": "५०० тенге"}

    send(browser, write_page(browser), typed)

    report = opened(session, portal.units["KNB_AC"].identity)
    assert (report.answers["officers_count"], report.answers["bribe_amount"]) == ("3", "500 тенге")


def test_answers_that_were_not_called_for_are_left_out_and_named(
    portal: Make, session: Session, browser: Browser
) -> None:
    typed = {**BRIBE, "officer_details": "a scar", "torture_method": "beating", "unheard": "x"}

    done = send(browser, write_page(browser), typed)

    assert opened(session, portal.units["KNB_AC"].identity).answers == BRIBE
    assert "left out" in text_of(done)
    assert "Write what you know" in text_of(done)


def test_an_earlier_receipt_is_not_given_to_who_reads_the_report(
    portal: Make, browser: Browser
) -> None:
    code = portal.filed().code.replace(" ", "-")

    again = send(
        browser, write_page(browser), {**BRIBE, "what_happened": f"As told in {code}"}, status=422
    )

    assert "holds the code of a receipt" in text_of(again)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/home/me/photo.jpg", "a\u202egpj.exe"])
def test_names_of_files_lose_folders_and_commands(
    portal: Make, session: Session, browser: Browser, name: str
) -> None:
    send(browser, write_page(browser), BRIBE, files=[(name, b"x")])

    kept = opened(session, portal.units["KNB_AC"].identity).body.attachments[0].name
    assert kept in {"passwd", "photo.jpg", "agpj.exe"}


def test_a_very_long_name_keeps_its_ending(
    portal: Make, session: Session, browser: Browser
) -> None:
    send(browser, write_page(browser), BRIBE, files=[("ы" * 300 + ".pdf", b"x")])

    kept = opened(session, portal.units["KNB_AC"].identity).body.attachments[0].name
    assert len(kept.encode()) <= 255
    assert kept.endswith("ы.pdf")


def test_too_many_files_are_refused_and_none_is_kept(browser: Browser, app: Flask) -> None:
    files = [(f"{number}.jpg", b"x") for number in range(MAX_FILES + 1)]

    again = send(browser, write_page(browser), BRIBE, status=422, files=files)

    assert "choose the files again" in text_of(again)
    assert not list(BLOBS.get_from(app).list_names())
    assert not list(BLOBS.get_from(app).list_incoming())


def test_the_same_page_sent_twice_files_once_and_shows_the_same_receipt(
    portal: Make, session: Session, browser: Browser
) -> None:
    page = write_page(browser)

    first = receipt_on(send(browser, page, BRIBE))
    again = receipt_on(send(browser, page, {**BRIBE, "what_happened": STORY + " And more."}))

    assert first == again
    assert opened(session, portal.units["KNB_AC"].identity).answers == BRIBE


def test_two_at_the_same_moment_file_once(session: Session, browser: Browser, app: Flask) -> None:
    page = write_page(browser)
    cookies = browser.client._cookies
    people = []
    for _ in range(4):
        client = app.test_client()
        client._cookies = cookies
        people.append(Browser(client))

    with ThreadPoolExecutor(len(people)) as pool:
        pages = list(
            pool.map(lambda client: send(client, page, BRIBE, files=[("a", b"x")]), people)
        )

    assert len({receipt_on(page) for page in pages}) == 1
    the_case(session)
    assert len(list(BLOBS.get_from(app).list_names())) == 1


def test_two_pages_file_two_reports(session: Session, browser: Browser) -> None:
    pages = [send(browser, write_page(browser), BRIBE) for _ in range(2)]

    assert receipt_on(pages[0]) != receipt_on(pages[1])
    assert session.scalar(select(func.count()).select_from(Case)) == 2


@pytest.mark.parametrize("ticket", ["", "x", "IiI.aa.bb"])
def test_a_page_that_was_tampered_with_gives_the_text_back(
    session: Session, browser: Browser, ticket: str
) -> None:
    again = send(browser, write_page(browser), {**BRIBE, "ticket": ticket}, status=422)

    assert "Please start again" in text_of(again)
    assert STORY in text_of(again)
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_ticket_of_unknown_keys_gives_the_text_back(browser: Browser, app: Flask) -> None:
    from portal.intake.views import _derive_ticket_key  # noqa: PLC0415 - needs the application

    with app.app_context():
        ticket = Ticket(Choice("bribery", "bribery.roadside"), 998, 999).sign(_derive_ticket_key())

    again = send(browser, write_page(browser), {**BRIBE, "ticket": ticket}, status=422)

    assert STORY in text_of(again)


def test_a_page_that_was_open_too_long_keeps_the_text_and_can_be_sent_again(
    session: Session, browser: Browser
) -> None:
    page = write_page(browser)
    browser.client.delete_cookie("portal")

    again = send(browser, page, BRIBE, status=422)

    assert kept_in(again, "what_happened") == STORY
    assert "allow cookies for this site" in text_of(again)
    send(browser, again, BRIBE)
    the_case(session)


def test_reports_without_a_token_are_not_filed(session: Session, browser: Browser) -> None:
    page = write_page(browser)

    send(browser, page, {**BRIBE, "csrf_token": "forged"}, status=422)

    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_under_load_a_report_waits_in_its_page_and_is_then_filed(
    session: Session, browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, other = write_page(browser), write_page(browser)
    send(browser, page, BRIBE)
    SETTINGS.put(app, replace(SETTINGS.get_from(app), calm_per_minute=0))

    again = send(browser, other, BRIBE, status=429)

    assert "place in the line" in text_of(again)
    assert kept_in(again, "what_happened") == STORY
    assert receipt_on(send(browser, page, BRIBE))  # what was filed still shows its receipt
    send(browser, again, BRIBE, status=429)  # too early, and the place is kept
    later = clock.get_seconds() + LONGEST_WAIT
    monkeypatch.setattr(clock, "get_seconds", lambda: later)
    assert receipt_on(send(browser, again, BRIBE))
    assert session.scalar(select(func.count()).select_from(Case)) == 2


def test_a_full_database_gives_the_text_back_and_no_receipt(
    session: Session, browser: Browser, app: Flask
) -> None:
    page = write_page(browser)
    sessions: Sessions = SESSIONS.get_from(app)
    engine = sessions.kw["bind"]

    def fill(connection: object, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]

    event.listen(engine, "checkout", fill)
    again = send(browser, page, BRIBE, status=503, files=[("a.jpg", PHOTO)])
    event.remove(engine, "checkout", fill)
    engine.dispose()

    assert "was not filed" in text_of(again)
    assert kept_in(again, "what_happened") == STORY
    assert "Your report was filed" not in text_of(again)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    send(browser, again, BRIBE)


def test_a_broken_store_of_files_gives_the_text_back(
    browser: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    page = write_page(browser)
    monkeypatch.setattr(BlobStore, "keep", full)

    again = send(browser, page, BRIBE, status=503, files=[("a.jpg", PHOTO)])

    assert kept_in(again, "what_happened") == STORY
    assert not list(BLOBS.get_from(app).list_incoming())


@pytest.mark.parametrize("path", ["write", "file", "sealed"])
def test_an_address_that_takes_posts_is_not_read(browser: Browser, path: str) -> None:
    browser.get(f"/ru/report/{path}", status=405)


def test_a_receipt_is_in_no_address_title_or_cookie(browser: Browser, client: FlaskClient) -> None:
    page = write_page(browser)
    url = "/en/report/file"
    sent = client.post(url, data={**hidden(page, url), **BRIBE})

    code = receipt_on(sent.text)
    secret = receipt.parse(code)
    kept = [f"{name} {value}" for name, value in sent.headers]
    kept += [str(cookie) for cookie in (client._cookies or {}).values()]
    title = sent.text[: sent.text.index("</title>")]
    for place in (*kept, title):
        for form in (code, code.replace(" ", ""), secret.hex(), code.split(" ")[0]):
            assert form not in place
    assert sent.headers["Cache-Control"] == "no-store"


def promise_on(page: str) -> str:
    return kept_in(page, "note")


def test_the_receipt_shows_the_promise_and_what_it_is_for(
    browser: Browser, portal: Make, session: Session
) -> None:
    page = send(browser, write_page(browser), BRIBE)

    log_key = derive_public_key(portal.keyring, portal.log.origin)
    given = promise.verify_promise(promise_on(page).encode(), log_key)
    (told,) = queries.list_steps(session, the_case(session).id)
    assert told.digest == the_case(session).envelopes[0].digest
    blind = receipt.derive(receipt.parse(receipt_on(page))).blinding_key
    assert given.step == steps.commit(blind, REPORT, 0, b"", chaining.encode_payload(told))
    day = f"{given.merge_by.day} {given.merge_by:%B %Y}"
    assert f"it proves that the log promised your report by {day}" in text_of(page)


def test_the_promise_is_kept_as_a_file_without_scripts_and_stands_in_no_address(
    browser: Browser, client: FlaskClient
) -> None:
    page = send(browser, write_page(browser), BRIBE)
    note, url = promise_on(page), "/en/report/promise"
    typed = note.replace("\n", "\r\n")  # as browsers send it

    answer = client.post(url, data={**hidden(page, url), "note": typed})

    assert answer.text == note
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    places = [f"{name} {value}" for name, value in answer.headers]
    assert not [place for place in places if note.splitlines()[3] in place]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_no_promise_is_not_given_back_as_one(browser: Browser, lang: str) -> None:
    page = send(browser, write_page(browser, lang=lang), BRIBE, lang=lang)
    note, url = promise_on(page), f"/{lang}/report/promise"

    altered = browser.post(url, status=422, page=page, note=note.replace("-", "+", 1))
    assert 'class="notice danger"' in altered
    old = browser.post(url, status=422, note=note)
    assert promise_on(old) == note


def test_the_receipt_page_says_what_follows_and_by_when(browser: Browser) -> None:
    done = text_of(send(browser, write_page(browser), BRIBE))

    assert "What happens next" in done
    assert (
        f"{clock.get_today().year}" in done or f"{(clock.get_today() + timedelta(31)).year}" in done
    )
    assert "It can be read by: Anti-Corruption Service" in done


def test_nothing_that_was_typed_stays_in_the_clear(
    browser: Browser, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    canary, name = "кактус-7391 the typed text", "canary-photo-5512.jpg"
    page = write_page(browser)
    typed = {**BRIBE, "what_happened": canary * 3, "place_detail": canary}
    send(browser, page, {**typed, "officers_count": "x"}, status=422, files=[(name, PHOTO)])
    done = send(browser, page, typed, files=[(name, PHOTO)])
    code = receipt_on(done)
    secret = receipt.parse(code)
    lookup = receipt.derive(secret).lookup

    needles = [
        *(text.encode() for text in (canary, name, code, code.replace(" ", ""), "127.0.0.1")),
        *(text.encode("utf-16-le") for text in (canary, name)),
        secret,
        secret.hex().encode(),
        lookup,
        lookup.hex().encode(),
        PHOTO[:64],
    ]
    files = [path for path in SETTINGS.get_from(app).instance.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        held = path.read_bytes()
        assert not [needle for needle in needles if needle in held], path
    for needle in (canary, name, code):
        assert needle not in caplog.text


def test_a_filing_does_not_say_which_case_it_made(session: Session, browser: Browser) -> None:
    send(browser, write_page(browser), BRIBE)

    case = the_case(session)
    row = session.scalars(select(Filing)).one()
    assert case.id.encode() not in row.receipt + row.token_hash
    assert case.row_key not in {row.receipt, row.token_hash}


def sealed_post(page: str, **other: object) -> dict[str, object]:
    """Return what our script sends for a report that it sealed (here: for nobody)."""
    sealed = seal(pad_body(b"{}"), [generate_throwaway_recipient() for _ in range(3)])
    fields = {
        **hidden(page, "/en/report/file"),
        "rid": token_hex(16),
        "lookup": to_base64(token_bytes(32)),
        "second_half": to_base64(token_bytes(32)),
        "blind": to_base64(token_bytes(32)),
        "urgency": "",
        "language": "en",
        "report": FileStorage(BytesIO(sealed), "report"),
    }
    return {name: value for name, value in (fields | other).items() if value is not None}


def send_sealed(browser: Browser, data: dict[str, object], status: int) -> dict[str, object]:
    """Send it as our script does, and return what the script is told."""
    accepts = {"Accept": "application/json"}
    response = browser.client.post("/en/report/sealed", headers=accepts, **multipart(data))
    browser.seen(response, status)
    told = response.get_json()
    assert isinstance(told, dict)
    return told


def test_a_report_sealed_in_the_browser_is_stored_as_it_came_and_promised_to_the_log(
    app: Flask, session: Session, browser: Browser
) -> None:
    data = sealed_post(write_page(browser), urgency="1")
    sent = data["report"].stream.getvalue()  # type: ignore[attr-defined]

    told = send_sealed(browser, data, 201)

    case = the_case(session)
    facts, inside = str(told["facts"]).encode(), bytes.fromhex(str(told["inside"]))
    payload = steps.encode_report(sha256(sent).digest(), facts, inside)
    (step,) = steps.commit_chain(from_base64(str(data["blind"])), [(REPORT, payload)])
    log_key = derive_public_key(KEYRING.get_from(app), "localhost/log")
    assert promise.verify_promise(str(told["promise"]).encode(), log_key).step == step
    assert (case.id, case.sealed_by, case.priority) == (data["rid"], "browser", 1)
    assert case.envelopes[0].sealed == sent


@pytest.mark.parametrize(
    "wrong",
    [
        {"rid": "x"},
        {"rid": "A" * 32},
        {"lookup": "AAAA"},
        {"second_half": ""},
        {"blind": "AAAA"},
        {"urgency": "0"},
        {"urgency": "12"},
        {"language": "de"},
        {"report": None},
        {"report": FileStorage(BytesIO(b'{"plain": "words"}'), "report")},
        {"report": FileStorage(BytesIO(b"x" * 2_000_000), "report")},
        {"attachment": FileStorage(BytesIO(b"plain words"), "b" * 32)},
        {"attachment": FileStorage(BytesIO(b"x"), "../name")},
    ],
    ids="-".join,
)
def test_what_no_script_of_ours_sends_is_refused(
    session: Session, browser: Browser, app: Flask, wrong: dict[str, object]
) -> None:
    told = send_sealed(browser, sealed_post(write_page(browser), **wrong), 422)

    assert told == {"error": "form"}
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    assert not list(BLOBS.get_from(app).list_incoming())
    assert not list(BLOBS.get_from(app).list_names())


def test_a_sealed_report_without_ticket_or_token_is_refused(browser: Browser) -> None:
    page = write_page(browser)

    assert send_sealed(browser, sealed_post(page, ticket="forged"), 422) == {"error": "ticket"}
    told = send_sealed(browser, sealed_post(page, csrf_token="forged"), 422)

    assert told["error"] == "expired"
    again = sealed_post(page, csrf_token=told["csrf_token"])
    assert send_sealed(browser, again, 201)["filed"] is True


def test_a_sealed_page_sent_twice_files_once_and_another_window_is_told_so(
    session: Session, browser: Browser
) -> None:
    page = write_page(browser)
    first = sealed_post(page)
    send_sealed(browser, first, 201)

    same = sealed_post(page, lookup=first["lookup"])
    assert send_sealed(browser, same, 201)["filed"] is True
    assert send_sealed(browser, sealed_post(page), 409) == {"error": "elsewhere"}
    shown = text_of(send(browser, page, BRIBE, status=409))

    assert the_case(session).id == first["rid"]
    assert "was filed already" in shown


def test_nobody_takes_the_place_of_another_case(session: Session, browser: Browser) -> None:
    first = sealed_post(write_page(browser))
    send_sealed(browser, first, 201)

    for taken in ({"rid": first["rid"]}, {"lookup": first["lookup"]}):
        again = sealed_post(write_page(browser), **taken)
        assert send_sealed(browser, again, 409) == {"error": "conflict"}

    assert the_case(session).id == first["rid"]


def announced(portal: Make, session: Session) -> None:
    transparency.announce(session, portal.log, announcing.list_keys(session), today=TODAY)
    session.commit()


def exchanged(portal: Make, session: Session, code: str) -> None:
    """Alter a key in the database, as who can write there could."""
    portal.units[code].key.recipient = portal.units[PORTAL_BOARD].key.recipient
    session.commit()


def test_the_page_says_since_when_its_keys_stand_in_the_log(
    portal: Make, session: Session, browser: Browser
) -> None:
    assert "the public log does not have it yet" in text_of(write_page(browser))
    announced(portal, session)

    page = text_of(write_page(browser))

    assert "Their keys stand in the public log since 2 March 2026" in page
    assert "(entries " in page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["PROS_SPEC", RECOVERY])
def test_a_page_with_an_exchanged_key_says_so_and_has_no_form(
    portal: Make, session: Session, browser: Browser, code: str, lang: str
) -> None:
    announced(portal, session)
    exchanged(portal, session, code)

    page = write_page(browser, category="ill_treatment", lang=lang)

    (form,) = (
        element for element in tree_of(page).iter(f"{XHTML}form") if element.get("id") == "report"
    )
    (told,) = (
        element
        for element in tree_of(page).iter(f"{XHTML}div")
        if element.get("data-other-key") is not None
    )
    assert form.get("hidden") is not None
    assert told.get("hidden") is None
    assert lang != "en" or "Do not write here." in "".join(told.itertext())


def test_what_was_typed_before_a_key_was_exchanged_is_not_sealed_but_given_back(
    portal: Make, session: Session, browser: Browser
) -> None:
    announced(portal, session)
    page = write_page(browser, category="ill_treatment")
    exchanged(portal, session, "PROS_SPEC")

    refused = text_of(send(browser, page, needed("ill_treatment"), status=422))

    assert "is not the one that stands in the public log" in refused
    assert "Nothing was filed" in refused
    assert STORY in refused
    assert "Start again" not in refused
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_without_room_for_files_they_are_refused_with_words_and_texts_are_taken(
    session: Session, browser: Browser, app: Flask
) -> None:
    store: BlobStore = BLOBS.get_from(app)
    BLOBS.put(app, replace(store, free_bytes=1 << 60))
    page = write_page(browser)

    again = send(browser, page, BRIBE, status=507, files=[("photo.jpg", b"x" * 3_000_000)])

    assert "no room for files" in text_of(again)
    assert kept_in(again, "what_happened") == STORY
    assert not list(store.list_names())
    assert not list(store.list_incoming())
    send(browser, again, BRIBE)
    the_case(session)


def test_every_reason_of_a_route_has_words() -> None:
    assert REASONS.keys() == set(RouteReason)
