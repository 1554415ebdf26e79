"""The page of a case, without scripts, and what its scripts ask for."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.models import Role
from portal.cases.models import AuditEntry
from portal.core.taxonomy import load
from portal.review.service.case_writing import WritingAct
from tests.factories import Make, StaffPerson
from tests.page import Browser, text_of
from tests.review.desk import at_desk

SignIn = Callable[[StaffPerson], Browser]


def test_without_scripts_everything_coded_is_there(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make, outside_police=True).take().step("acknowledge")
    desk.write(WritingAct.REPLY).write(WritingAct.NOTE)

    source = sign_in(desk.who).get(f"/en/staff/case/{desk.case.id}")

    page = text_of(source)
    for words in ("Clocks", "law", "Allegations", "History", "only outside the police", "Note"):
        assert words in page
    assert source.count("/age/") == 3, "report, reply and note can be downloaded"
    assert "Writing to the reporter needs scripts" in page


def test_every_state_of_a_case_has_a_page(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    browser = sign_in(desk.who)

    for steps in ((), ("acknowledge",), ("assess",), ("review",)):
        desk.step(*steps)
        for language in ("kk", "ru", "en"):
            browser.get(f"/{language}/staff/case/{desk.case.id}")


def test_what_is_written_to_a_reporter_has_no_name_so_no_browser_posts_it(
    make: Make, sign_in: SignIn
) -> None:
    desk = at_desk(make).take().step("acknowledge", "assess")

    page = sign_in(desk.who).get(f"/en/staff/case/{desk.case.id}")

    areas = page.split("<textarea")[1:]
    assert len(areas) == 10
    assert not any(" name=" in area.split(">")[0] for area in areas)


def test_opening_is_written_down_once_a_day(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make)
    browser = sign_in(desk.who)

    for _ in range(3):
        browser.get(f"/en/staff/case/{desk.case.id}")

    opened = select(AuditEntry.actor).where(AuditEntry.act == "opened")
    assert make.session.scalars(opened).all() == [desk.account.id]


def test_only_the_holder_can_act(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take()
    other = make.person(body_code=desk.unit.code)
    head = make.person(body_code=desk.unit.code, role=Role.HEAD)
    address = f"/en/staff/case/{desk.case.id}"

    assert f"{address}/step" in sign_in(desk.who).get(address)
    assert f"{address}/step" not in sign_in(other).get(address)
    assert f"{address}/hand-over" not in sign_in(other).get(address)
    assert f"{address}/hand-over" in sign_in(head).get(address)


def test_scripts_are_told_what_to_open_and_where_to_go_on(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make).take().step("acknowledge").write(WritingAct.REPLY)
    last = desk.last("case")
    assert last is not None

    told = sign_in(desk.who).client.get(f"/en/staff/case/{desk.case.id}/thread").get_json()

    assert told["rid"] == desk.case.id
    assert [entry["kind"] for entry in told["entries"]] == ["report", "reply"]
    assert told["end"] == {
        "case": {"seq": 2, "prev": last.digest},
        "notes": {"seq": 0, "prev": ""},
    }
    assert not told["entries"][0]["replaced"]


def test_scripts_are_told_every_label_in_the_language_of_the_page(
    make: Make, sign_in: SignIn
) -> None:
    browser = sign_in(at_desk(make).who)

    for language in ("kk", "ru", "en"):
        told = browser.client.get(f"/{language}/staff/labels").get_json()
        assert told["questions"].keys() == load().questions.keys()
        assert told["categories"]["bribery"] == load().categories["bribery"].label.get(language)
        assert all(told["words"].values())


def test_keys_are_told_only_of_bodies_that_may_have_the_case(make: Make, sign_in: SignIn) -> None:
    desk = at_desk(make, category="ill_treatment").take()
    browser = sign_in(desk.who)
    address = f"/en/staff/case/{desk.case.id}/receiver"

    told = browser.client.get(f"{address}/PROS_REG.KZ-75").get_json()

    assert told["recipient"] == make.units["PROS_REG.KZ-75"].key.recipient
    for code in ("MVD_DSB", desk.unit.code, "NOBODY"):
        browser.get(f"{address}/{code}", status=404)
