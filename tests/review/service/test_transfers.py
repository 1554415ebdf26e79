"""Giving a case to another body: conflicts hold, keys change, notes stay behind."""

import pytest
from sqlalchemy import select

from crypto.errors import OpenError
from crypto.seal import HEADER_BYTES, open_sealed, rewrap_header
from portal.cases.models import AuditEntry, ReplacedHeader
from portal.cases.states import Status
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.taxonomy import load
from portal.review.queries import find_case, find_replaced_header, list_visible
from portal.review.service.case_steps import add_allegation
from portal.review.service.case_writing import WritingAct
from portal.review.service.transfers import (
    derive_case_facts,
    list_receivers,
    may_transfer,
    note_refused,
)
from tests.factories import TODAY, BodyUnit, Make
from tests.review.desk import ReviewDesk, at_desk, colleague, given


@pytest.fixture
def desk(make: Make) -> ReviewDesk:
    return at_desk(make).take().step("acknowledge").write(WritingAct.NOTE)


def test_bodies_with_a_conflict_of_interest_are_not_offered(make: Make) -> None:
    torture = make.case(category="ill_treatment")

    offered = list_receivers(make.session, torture, make.keyring.units)

    assert offered
    assert not {"MVD_DSB", "DP_USB.KZ-75", "MVD_LEAD", "KUIS"} & set(offered)
    assert torture.body_code not in offered


def test_an_allegation_added_later_excludes_bodies_too(make: Make) -> None:
    desk = at_desk(make, category="bribery").take().step("acknowledge", "assess")
    assert "MVD_DSB" in list_receivers(desk.session, desk.case, make.keyring.units)

    tortured = load().list_subcategories("ill_treatment")[0].id
    version = desk.case.version
    add_allegation(
        desk.session, desk.case.id, tortured, who=desk.account, version=version, today=TODAY
    )

    assert "MVD_DSB" not in list_receivers(desk.session, desk.case, make.keyring.units)


def test_the_unit_complained_of_is_known_again_from_its_code(make: Make) -> None:
    case = make.case(agency="internal_security")

    assert derive_case_facts(case, make.keyring.units).agency == "internal_security"
    assert "MVD_DSB" not in list_receivers(make.session, case, make.keyring.units)


def test_a_forged_transfer_to_an_excluded_body_is_refused_and_written_down(make: Make) -> None:
    desk = at_desk(make, category="ill_treatment").take().step("acknowledge")

    for to in ("MVD_DSB", "NOBODY", "x" * 500):
        allowed = may_transfer(desk.session, desk.case.id, to, make.keyring.units, who=desk.account)
        assert not allowed
        note_refused(desk.session, desk.case.id, to, who=desk.account, today=TODAY)

    kept = select(AuditEntry.detail).where(AuditEntry.act == "transfer refused")
    assert desk.session.scalars(kept).all() == ["MVD_DSB", "NOBODY", "x" * 40]


def test_the_next_body_opens_the_report_and_the_last_one_does_not(
    desk: ReviewDesk, make: Make
) -> None:
    to = make.units["PROS_SPEC"]
    report = desk.last("case")
    assert report is not None

    given(desk, to)

    head = find_replaced_header(desk.session, report.id, to.code)
    assert head is not None
    handed = head + report.sealed[HEADER_BYTES:]
    assert open_sealed(handed, to.identity) == open_sealed(report.sealed, desk.unit.identity)
    assert open_sealed(handed, desk.filed.reporter.own.identity)
    with pytest.raises(OpenError):
        open_sealed(handed, desk.unit.identity)
    with pytest.raises(OpenError):
        open_sealed(report.sealed, to.identity)


def test_no_key_of_an_excluded_body_opens_anything_of_a_case(make: Make) -> None:
    desk = at_desk(make, category="ill_treatment").take().step("acknowledge")
    given(desk, make.units["PROS_REG.KZ-75"])
    kept = desk.session.scalars(select(ReplacedHeader.header)).all()

    for code in ("MVD_DSB", "DP_USB.KZ-75", "MVD_LEAD", "KUIS"):
        for envelope in desk.case.envelopes:
            for head in (envelope.sealed[:HEADER_BYTES], *kept):
                with pytest.raises(OpenError):
                    open_sealed(head + envelope.sealed[HEADER_BYTES:], make.units[code].identity)


def test_the_case_moves_and_its_notes_stay(desk: ReviewDesk, make: Make) -> None:
    given(desk, make.units["PROS_SPEC"])
    there = make.person(body_code="PROS_SPEC")
    desk.session.expire_all()

    assert (desk.case.body_code, desk.case.status) == ("PROS_SPEC", Status.ROUTED)
    assert desk.case.holder_id is None
    with pytest.raises(NotFound):
        find_case(desk.session, desk.account, desk.case.id)
    case = find_case(desk.session, there.account, desk.case.id)
    assert [envelope.kind for envelope in list_visible(case, there.account)] == [
        "report",
        "transfer",
    ]


def test_a_case_that_comes_back_opens_again(desk: ReviewDesk, make: Make) -> None:
    first, second = desk.unit, make.units["PROS_SPEC"]
    given(desk, second)
    there = ReviewDesk(desk.session, desk.filed, second, make.person(body_code=second.code))
    there.take().step("acknowledge")
    headers = {}
    for envelope in desk.case.envelopes:
        if envelope.thread == "case":
            head = find_replaced_header(desk.session, envelope.id, second.code)
            headers[envelope.id] = head or envelope.sealed[:HEADER_BYTES]
    given(there, first, headers=rewrapped(there, headers, first))

    back = colleague(make, desk)
    case = find_case(desk.session, back.account, desk.case.id)
    assert [envelope.kind for envelope in list_visible(case, back.account)].count("note") == 1
    for envelope in case.envelopes:
        head = (
            find_replaced_header(desk.session, envelope.id, first.code)
            or envelope.sealed[:HEADER_BYTES]
        )
        assert open_sealed(head + envelope.sealed[HEADER_BYTES:], first.identity)


def rewrapped(desk: ReviewDesk, headers: dict[str, bytes], to: BodyUnit) -> dict[str, bytes]:
    return {
        name: rewrap_header(head, desk.unit.identity, desk.readers(to=to))
        for name, head in headers.items()
    }


def test_every_object_needs_its_header(desk: ReviewDesk, make: Make) -> None:
    to = make.units["PROS_SPEC"]
    whole = desk.headers(to)
    note = desk.last("notes")
    assert note is not None
    wrong: tuple[dict[str, bytes], ...] = (
        {},
        whole | {"0" * 32: next(iter(whole.values()))},
        whole | {note.id: note.sealed[:HEADER_BYTES]},
        dict.fromkeys(whole, b"no header"),
    )

    for headers in wrong:
        with pytest.raises(Invalid):
            given(desk, to, headers)
        desk.session.rollback()


def test_only_the_holder_gives_a_case_away(desk: ReviewDesk, make: Make) -> None:
    with pytest.raises(NotAllowed):
        given(colleague(make, desk), make.units["PROS_SPEC"])


def test_a_decided_case_is_not_given_away(desk: ReviewDesk, make: Make) -> None:
    desk.case.status = Status.CLOSED
    desk.session.commit()

    with pytest.raises(Conflict):
        given(desk, make.units["PROS_SPEC"])
