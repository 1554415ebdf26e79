"""Sealed objects as bytes: for those who may, as the age program opens them; for others nothing."""

import secrets
from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select

from crypto import body as bodies
from crypto.errors import OpenError
from crypto.seal import HEADER_BYTES, open_sealed
from portal.cases.models import AuditEntry
from portal.cases.service import SealedFile
from portal.review.service.case_writing import WritingAct, write
from portal.review.service.transfers import transfer
from tests.factories import TODAY, Make, StaffPerson
from tests.page import Browser
from tests.review.desk import ReviewDesk, at_desk, colleague, sealed_file
from tests.staff import signed

SignIn = Callable[[StaffPerson], Browser]
CONTENT = b"a recording" * 9000


def with_file(desk: ReviewDesk, make: Make) -> tuple[bodies.Attachment, bytes]:
    """Let the holder send a reply with a file."""
    entry, whole = sealed_file("record.txt", CONTENT, desk)
    arrived = make.blobs.open_incoming()
    arrived.write(whole)
    make.blobs.keep(arrived, entry.id)
    stored = SealedFile(entry.id, len(whole), entry.ct)
    letter = desk.letter("reply", attachments=(entry,), files=(stored,))
    write(desk.session, desk.case.id, WritingAct.REPLY, letter, who=desk.account, today=TODAY)
    desk.session.commit()
    return entry, whole


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    return at_desk(make).take().step("acknowledge").write(WritingAct.NOTE)


def test_an_object_comes_as_it_was_stored_and_opens(desk: ReviewDesk, sign_in: SignIn) -> None:
    report = desk.last("case")
    assert report is not None
    client, address = sign_in(desk.who).client, f"/en/staff/case/{desk.case.id}"

    stored = client.get(f"{address}/object/{report.id}")
    download = client.get(f"{address}/age/{report.id}")
    head = client.get(f"{address}/header/{report.id}")

    assert stored.data == download.data == report.sealed
    assert bodies.compute_digest(stored.data) == report.digest
    assert head.data == report.sealed[:HEADER_BYTES]
    assert open_sealed(download.data, desk.unit.identity)
    for answer in (stored, download, head):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("what", ["object", "age"])
def test_who_takes_sealed_bytes_past_the_page_is_written_down(
    desk: ReviewDesk, sign_in: SignIn, what: str
) -> None:
    report = desk.last("case")
    assert report is not None
    client = sign_in(desk.who).client
    for _ in range(2):
        client.get(f"/en/staff/case/{desk.case.id}/{what}/{report.id}")
    desk.renew()

    opened = select(AuditEntry.actor, AuditEntry.case_id).where(AuditEntry.act == "opened")
    assert desk.session.execute(opened).all() == [(desk.account.id, desk.case.id)]


def test_a_file_comes_whole(desk: ReviewDesk, make: Make, sign_in: SignIn) -> None:
    entry, whole = with_file(desk, make)
    client, address = sign_in(desk.who).client, f"/en/staff/case/{desk.case.id}"

    answer = client.get(f"{address}/object/{entry.id}")

    assert answer.data == whole
    assert answer.content_length == len(whole)
    assert open_sealed(answer.data, desk.unit.identity)[: len(CONTENT)] == CONTENT


def test_after_a_transfer_the_download_opens_for_the_next_body(
    desk: ReviewDesk, make: Make, sign_in: SignIn
) -> None:
    to, report = make.units["PROS_SPEC"], desk.last("case")
    assert report is not None
    transfer(
        desk.session,
        desk.case.id,
        to.code,
        desk.headers(to),
        desk.letter("transfer", to=to),
        who=desk.account,
        version=desk.case.version,
        today=TODAY,
    )
    desk.session.commit()
    client = sign_in(make.person(body_code=to.code)).client
    address = f"/en/staff/case/{desk.case.id}"

    download = client.get(f"{address}/age/{report.id}").data
    stored = client.get(f"{address}/object/{report.id}").data

    assert open_sealed(download, to.identity)
    assert stored == report.sealed, "its name in the thread stays"
    with pytest.raises(OpenError):
        open_sealed(stored, to.identity)


class TestWhoMayNot:
    """Every address of a case, for everybody who may not know of it: there is no such page."""

    def addresses(self, desk: ReviewDesk, make: Make) -> list[tuple[str, str]]:
        entry, _ = with_file(desk, make)
        report, note = desk.last("case"), desk.last("notes")
        assert report is not None
        assert note is not None
        case = f"/en/staff/case/{desk.case.id}"
        reads = ["", "/thread", "/receiver/PROS_SPEC"]
        reads += [
            f"/{kind}/{object_id}"
            for kind in ("object", "age", "header")
            for object_id in (report.id, note.id, entry.id)
        ]
        writes = ["claim", "release", "hand-over", "recuse", "step", "stage", "allegation"]
        writes += ["propose", "write", "extend", "decide", "transfer"]
        return [("GET", case + address) for address in reads] + [
            ("POST", f"{case}/{address}") for address in writes
        ]

    def assert_nothing(self, browser: Browser, addresses: list[tuple[str, str]]) -> None:
        token = browser.get("/en/staff/notices").split('name="csrf_token"')[1]
        page, person = browser.get("/en/staff/key"), browser.account  # type: ignore[attr-defined]
        answers = {
            "csrf_token": token.split('value="')[1].split('"')[0],
            "version": "1",
            "step": "acknowledge",
            "stage": "in_court",
            "subcategory": "conduct.rude",
            "kind": "erasure",
            "act": "reply",
            "seq": "1",
            "reason": "witnesses",
            "until": "2030-01-01",
            "to": "PROS_SPEC",
            "headers": "{}",
        }
        for method, address in addresses:
            takes_files = address.rsplit("/")[-1] in {"write", "extend", "decide", "transfer"}
            files = {"sealed": (BytesIO(b"x"), "sealed")} if takes_files else {}
            data = answers | files
            if method == "POST":
                act, case_id = address.split("/")[-1].replace("-", "_"), address.split("/")[-2]
                data = signed(person, act, case_id, data, page)
            answer = browser.client.open(address, method=method, data=data)
            assert answer.status_code == 404, address

    def test_members_of_another_body(self, desk: ReviewDesk, make: Make, sign_in: SignIn) -> None:
        stranger = make.person(body_code="PROS_SPEC")

        self.assert_nothing(sign_in(stranger), self.addresses(desk, make))

    def test_members_who_stay_away(self, desk: ReviewDesk, make: Make, sign_in: SignIn) -> None:
        other = colleague(make, desk)
        browser, address = sign_in(other.who), f"/en/staff/case/{desk.case.id}"
        browser.post(f"{address}/recuse", page=browser.get(address), status=303)

        self.assert_nothing(browser, self.addresses(desk, make))

    def test_objects_do_not_answer_under_another_case(
        self, desk: ReviewDesk, make: Make, sign_in: SignIn
    ) -> None:
        entry, _ = with_file(desk, make)
        report = desk.last("case")
        assert report is not None
        other = make.case()
        browser = sign_in(desk.who)

        for kind in ("object", "age", "header"):
            for object_id in (report.id, entry.id, secrets.token_hex(16)):
                browser.get(f"/en/staff/case/{other.id}/{kind}/{object_id}", status=404)

    def test_notes_of_another_body_that_had_the_case(
        self, desk: ReviewDesk, make: Make, sign_in: SignIn
    ) -> None:
        to, note = make.units["PROS_SPEC"], desk.last("notes")
        assert note is not None
        transfer(
            desk.session,
            desk.case.id,
            to.code,
            desk.headers(to),
            desk.letter("transfer", to=to),
            who=desk.account,
            version=desk.case.version,
            today=TODAY,
        )
        desk.session.commit()
        browser = sign_in(make.person(body_code=to.code))
        address = f"/en/staff/case/{desk.case.id}"

        page = browser.get(address)

        assert note.id not in page
        browser.get(f"{address}/object/{note.id}", status=404)
        told = browser.client.get(f"{address}/thread").get_json()
        assert note.id not in str(told["entries"])
        assert told["end"]["notes"]["seq"] == 1, "the next note goes on behind it"
