"""What scripts post: sealed words and the coded act in one request, or nothing of both."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from portal.cases.models import AuditEntry, StoredAttachment
from portal.cases.states import Status
from portal.core import clock
from tests.factories import Make, StaffPerson
from tests.page import Browser
from tests.review.desk import ReviewDesk, at_desk, headers_text, sealed_file
from tests.staff import signed

SignIn = Callable[[StaffPerson], Browser]


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    return at_desk(make).take().step("acknowledge", "assess")


@pytest.fixture
def send(desk: ReviewDesk, sign_in: SignIn) -> Callable[..., tuple[int, dict[str, object]]]:
    """Post to an address of the case as the scripts do."""
    browser = sign_in(desk.who)
    page = browser.get(f"/en/staff/case/{desk.case.id}")
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]

    def sent(to: str, /, **parts: object) -> tuple[int, dict[str, object]]:
        data = {"csrf_token": token, "version": str(desk.case.version), "stage": ""} | parts
        answer = browser.client.post(
            f"/en/staff/case/{desk.case.id}/{to}",
            data=signed(desk.account, to, desk.case.id, data, page),
            headers={"Accept": "application/json"},
        )
        desk.session.rollback()
        desk.session.expire_all()
        return answer.status_code, answer.get_json()

    return sent


Send = Callable[..., tuple[int, dict[str, object]]]


def test_a_question_is_asked_in_one_request(desk: ReviewDesk, send: Send) -> None:
    status, told = send("write", **desk.posted(desk.letter("question"), act="question"))

    assert (status, told) == (200, {"done": True})
    assert desk.case.status is Status.NEED_INFO


def test_files_come_with_a_reply_under_the_ids_of_its_manifest(
    desk: ReviewDesk, send: Send, make: Make
) -> None:
    entry, whole = sealed_file("plan.pdf", b"a plan", desk)
    letter = desk.letter("reply", attachments=(entry,))

    status, _ = send(
        "write", **desk.posted(letter, act="reply"), attachment=(BytesIO(whole), entry.id)
    )

    assert status == 200
    stored = desk.session.scalars(select(StoredAttachment)).one()
    assert (stored.id, stored.digest) == (entry.id, entry.ct)
    with make.blobs.open(entry.id) as kept:
        assert kept.read() == whole


@pytest.mark.parametrize("name", ["../../evil", "", "A" * 32, "0" * 31])
def test_a_file_with_another_name_than_an_id_is_refused(
    desk: ReviewDesk, send: Send, make: Make, name: str
) -> None:
    entry, whole = sealed_file("plan.pdf", b"a plan", desk)
    letter = desk.posted(desk.letter("reply", attachments=(entry,)), act="reply")

    status, _ = send("write", **letter, attachment=(BytesIO(whole), name or "x"))

    assert status == 422
    assert list(make.blobs.list_names()) == []


def test_a_refused_act_leaves_no_file(desk: ReviewDesk, send: Send, make: Make) -> None:
    entry, whole = sealed_file("plan.pdf", b"a plan", desk)
    letter = desk.posted(desk.letter("reply", seq=7, attachments=(entry,)), act="reply")

    status, told = send("write", **letter, attachment=(BytesIO(whole), entry.id))

    assert (status, told) == (409, {"error": "conflict"})
    assert list(make.blobs.list_names()) == []
    assert list(make.blobs.list_incoming()) == []


def test_plain_words_are_never_taken(send: Send) -> None:
    for sealed in (b"", b"plain words", b"x" * 20_000):
        status, _ = send("write", act="reply", seq="1", sealed=(BytesIO(sealed), "sealed"))
        assert status == 422
    status, _ = send("write", act="reply", seq="1")
    assert status == 422


def test_an_old_page_is_told_to_the_script(desk: ReviewDesk, send: Send) -> None:
    letter = desk.posted(desk.letter("reply"), act="reply")

    status, told = send("write", **letter, csrf_token="forged")

    assert (status, told["error"]) == (422, "expired")


def test_an_extension_is_given_and_a_wrong_day_is_told(desk: ReviewDesk, send: Send) -> None:
    letter = desk.posted(desk.letter("reply"), reason="witnesses")
    far = clock.get_today() + timedelta(days=99)
    near = clock.get_today() + timedelta(days=30)

    status, told = send("extend", **letter, until=far.isoformat())
    assert status == 422
    assert told["fields"].keys() == {"until"}  # type: ignore[attr-defined]
    letter = desk.posted(desk.letter("reply"), reason="witnesses")
    status, _ = send("extend", **letter, until=near.isoformat())

    assert status == 200
    assert desk.case.status is Status.EXTENDED


def test_a_decision_needs_every_outcome(desk: ReviewDesk, send: Send) -> None:
    status, told = send("decide", **desk.posted(desk.letter("decision")))
    assert status == 422
    assert told["fields"].keys() == {"outcome_0"}  # type: ignore[attr-defined]

    for forged in ("no_substance", "guilty"):
        status, _ = send("decide", **desk.posted(desk.letter("decision"), outcome_0=forged))
        assert status == 422
    status, told = send("decide", **desk.posted(desk.letter("decision"), outcome_0="substantiated"))
    assert told["fields"].keys() == {"sanctions_0"}  # type: ignore[attr-defined]
    status, _ = send(
        "decide",
        **desk.posted(
            desk.letter("decision"), outcome_0="substantiated", sanctions_0=["reprimand"]
        ),
    )

    assert status == 200
    assert desk.case.status is Status.DECIDED


def test_a_transfer_goes_through(desk: ReviewDesk, send: Send, make: Make) -> None:
    to = make.units["PROS_SPEC"]
    letter = desk.posted(desk.letter("transfer", to=to), to=to.code)

    status, _ = send("transfer", **letter, headers=headers_text(desk.headers(to)))

    assert status == 200
    assert desk.case.body_code == to.code


def test_a_forged_transfer_is_refused_and_written_down(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make, category="ill_treatment").take().step("acknowledge")
    browser, to = sign_in(desk.who), make.units["MVD_DSB"]
    page = browser.get(f"/en/staff/case/{desk.case.id}")
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]

    data = {
        **desk.posted(desk.letter("transfer", to=to), to=to.code),
        "headers": headers_text(desk.headers(to)),
        "csrf_token": token,
        "version": str(desk.case.version),
    }
    kept = select(AuditEntry.detail).where(AuditEntry.act == "transfer refused")
    address = f"/en/staff/case/{desk.case.id}/transfer"

    whole = signed(desk.account, "transfer", desk.case.id, data, page)
    assert browser.client.post(address, data=whole).status_code == 403

    desk.session.rollback()
    assert desk.session.scalars(kept).all() == ["MVD_DSB"]
    desk.session.refresh(desk.case)
    assert desk.case.body_code == desk.unit.code


def test_who_did_not_sign_is_not_blamed_for_a_forged_transfer(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make, category="ill_treatment").take().step("acknowledge")
    browser, to = sign_in(desk.who), make.units["MVD_DSB"]
    page = browser.get(f"/en/staff/case/{desk.case.id}")
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]

    answer = browser.client.post(
        f"/en/staff/case/{desk.case.id}/transfer",
        data={
            **desk.posted(desk.letter("transfer", to=to), to=to.code),
            "headers": headers_text(desk.headers(to)),
            "csrf_token": token,
            "version": str(desk.case.version),
        },
    )

    assert answer.status_code == 403
    kept = select(AuditEntry.detail).where(AuditEntry.act == "transfer refused")
    assert desk.session.scalars(kept).all() == []


@pytest.mark.parametrize("headers", ["", "[]", "{", '{"a": 1}', '{"a": "*"}', "null"])
def test_headers_that_are_none_are_refused(
    desk: ReviewDesk, send: Send, make: Make, headers: str
) -> None:
    to = make.units["PROS_SPEC"]

    status, told = send(
        "transfer", **desk.posted(desk.letter("transfer", to=to), to=to.code), headers=headers
    )

    assert (status, told["error"]) == (422, "fields")
    assert desk.case.body_code == desk.unit.code
