"""One administrator with all that an administrator has, against the cases of a body.

They reset a member's sign-in, open accounts of their own in the body and on the board, make keys
for these, and try everything that any of them could do. Nothing of a case is seen or moves.
"""

import re
from base64 import b32decode
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.hands import get_signing_key, sign_act
from crypto import passphrase, totp
from crypto.acts import Statement, encode_field, sign
from crypto.keys import generate_identity
from crypto.signing import generate_signing_key
from portal.accounts.models import Account, KeyCopy, Role, RosterEntry
from portal.accounts.queries import get_account_by_login, is_seasoned
from portal.accounts.service import act_checks, admitting
from portal.cases import audit
from portal.cases.codes import SignedAct
from portal.cases.models import AuditEntry, Case, Envelope
from portal.core import clock
from portal.core.errors import Unsigned
from portal.review.models import Proposal, ProposalKind
from portal.review.service import proposals
from portal.statistics.models import ReleaseVersion, SignOff
from tests.architecture.test_routes import OPEN_TO_STAFF_NOT_SIGNED_IN, address, rules
from tests.factories import QUICK, TODAY, Filed, Make, StaffPerson
from tests.page import Browser, text_of
from tests.review.desk import ReviewDesk
from tests.staff import StaffBrowser, signature, signed_in
from tests.statistics.histories import QuarterPublisher

ACCOUNTS, WAITING = "/en/staff/accounts", "/en/staff/waiting"
MY_ACCOUNT = "/en/staff/account"
PASSWORD = "a password of the attacker"
BODY, BOARD = "KNB_AC", "PORTAL_BOARD"
BOARDS = ("board.x", "board.y")
NOT_ON_IT = "Your key is not on the roster of your body"
NOT_FOR_YOU = "This page is not open to you"
# What shows nothing of a body; the rest of these pages is tested where they are.
ONES_OWN = {
    *OPEN_TO_STAFF_NOT_SIGNED_IN,
    *("accounts.key", "accounts.store_key", "accounts.passphrase", "accounts.store_passphrase"),
    *("accounts.account", "accounts.change_password", "accounts.changes"),
    *("accounts.waiting", "accounts.come_back", "accounts.standing"),
    *("accounts.sign_out", "accounts.sign_out_everywhere"),
}


@pytest.fixture
def filed(make: Make) -> Filed:
    make.portal(BODY)
    make.person(body_code=BOARD, role=Role.OVERSIGHT, login="board.second")
    return make.filed(category="bribery")


@pytest.fixture
def victim(make: Make, filed: Filed) -> StaffPerson:
    return make.person(body_code=filed.case.body_code, role=Role.HEAD, login="a.victim")


@pytest.fixture
def admin(app: Flask, make: Make) -> StaffBrowser:
    person = make.person(body_code=None, role=Role.ADMINISTRATOR, login="the.admin", key=False)
    return signed_in(app, person.account)


def comes_in(app: Flask, login: str, shown: str) -> Browser:
    """Go through the welcome pages with what the administrator was shown."""
    match = re.search(r"(?:[a-z2-7]{4}-){5}[a-z2-7]{4}", text_of(shown))
    assert match
    browser = Browser(app.test_client())
    welcome, device = "/en/staff/welcome", "/en/staff/welcome/device"
    words = {"login": login, "invitation": match[0], "password": PASSWORD, "again": PASSWORD}
    browser.post(welcome, page=browser.get(welcome), status=303, **words)
    page = browser.get(device)
    secret = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", text_of(page))
    assert secret
    seed = b32decode(secret[0].replace(" ", ""))
    code = totp.compute_code(seed, clock.get_seconds() // totp.STEP_SECONDS)
    browser.post(device, page=page, status=303, code=code)
    return browser


def with_a_key(app: Flask, session: Session, admin: Browser, **about: str) -> StaffBrowser:
    """Open an account, sign in with it and make a key for it."""
    shown = admin.post(ACCOUNTS, page=admin.get(ACCOUNTS), status=201, **about)
    browser = comes_in(app, about["login"], shown)
    session.rollback()
    account = get_account_by_login(session, about["login"])
    identity, signing = generate_identity(), get_signing_key(account.id)
    key = "/en/staff/key"
    browser.post(
        key,
        page=browser.get(key),
        status=303,
        recipient=identity.recipient.text,
        signing=signing.public.hex(),
        wrapped=passphrase.wrap(identity.text.encode(), "words", log_n=QUICK),
    )
    session.rollback()  # what others wrote since is there to be read
    session.refresh(account)
    return StaffBrowser(browser.client, account)


def sees_nothing(app: Flask, browser: Browser, filed: Filed) -> None:
    """Try every page and every form of staff; `csrf` comes from a page that is open to them."""
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/en/staff/account"))
    tried = 0
    for rule in rules(app):
        admins = rule.endpoint.startswith("admin.")
        if "/staff" not in rule.rule or rule.endpoint in ONES_OWN or admins:
            continue
        if "welcome" in rule.rule or rule.endpoint in {"accounts.code", "accounts.check_code"}:
            continue
        tried += 1
        where = address(rule).replace("0" * 32, filed.case.id)
        if "POST" in (rule.methods or set()):
            answer = browser.client.post(where, data={"csrf_token": token[0], "version": "1"})
            assert answer.status_code == 403, (rule.rule, answer.status_code)
        else:
            answer = browser.client.get(where)
            refused = answer.status_code == 403 or (answer.location or "").endswith("/waiting")
            assert refused, (rule.rule, answer.status_code)
        assert filed.case.id[:4] not in answer.text
    assert tried > 25


def test_one_administrator_alone_sees_and_moves_nothing(
    app: Flask, session: Session, admin: StaffBrowser, victim: StaffPerson, filed: Filed
) -> None:
    before = (filed.case.status, filed.case.holder_id, filed.case.version, filed.case.body_code)
    reset = admin.post(
        f"{ACCOUNTS}/{victim.account.id}/invite",
        page=admin.get(f"{ACCOUNTS}/{victim.account.id}"),
        status=201,
    )
    in_their_name = comes_in(app, "a.victim", reset)
    own = {"login": "an.own", "role": "head", "body_code": filed.case.body_code}
    own_one = with_a_key(app, session, admin, **own)
    boards = [
        with_a_key(app, session, admin, login=name, role="oversight", body_code=BOARD)
        for name in ("board.x", "board.y")
    ]

    for browser in (in_their_name, own_one, *boards):
        sees_nothing(app, browser, filed)

    session.expire_all()
    case = session.get_one(Case, filed.case.id)
    assert (case.status, case.holder_id, case.version, case.body_code) == before
    assert session.scalars(select(Envelope).where(Envelope.case_id == case.id)).all()
    assert session.scalars(select(ReleaseVersion)).all() == []
    made = [get_account_by_login(session, name).id for name in ("an.own", "board.x", "board.y")]
    for table in (RosterEntry, KeyCopy):
        assert session.scalars(select(table).where(table.account_id.in_(made))).all() == []


def test_the_key_brings_back_who_lost_only_their_password(
    app: Flask, admin: StaffBrowser, victim: StaffPerson
) -> None:
    reset = admin.post(
        f"{ACCOUNTS}/{victim.account.id}/invite",
        page=admin.get(f"{ACCOUNTS}/{victim.account.id}"),
        status=201,
    )
    browser = comes_in(app, "a.victim", reset)
    assert "Your sign-in was reset" in text_of(browser.get(WAITING))
    page = browser.get(WAITING)
    browser.post(WAITING, page=page, status=403)

    StaffBrowser(browser.client, victim.account).post(WAITING, page=page, status=303)

    browser.get("/en/staff")


def test_a_new_key_does_not_bring_back_who_was_admitted_with_the_old_one(
    app: Flask, session: Session, make: Make, admin: StaffBrowser, victim: StaffPerson, filed: Filed
) -> None:
    make.person(body_code=filed.case.body_code)  # so that the victim is not the last holder
    reset = admin.post(
        f"{ACCOUNTS}/{victim.account.id}/invite",
        page=admin.get(f"{ACCOUNTS}/{victim.account.id}"),
        status=201,
    )
    browser = comes_in(app, "a.victim", reset)
    identity, key = generate_identity(), "/en/staff/key"
    browser.post(
        key,
        page=browser.get(key),
        status=303,
        recipient=identity.recipient.text,
        signing=generate_signing_key().public.hex(),
        wrapped=passphrase.wrap(identity.text.encode(), "words", log_n=QUICK),
    )

    sees_nothing(app, browser, filed)
    copies = session.scalars(select(KeyCopy).where(KeyCopy.account_id == victim.account.id)).all()
    assert copies == []


def test_it_is_told_to_who_is_concerned_to_the_head_and_to_the_board(
    app: Flask, make: Make, admin: StaffBrowser, filed: Filed
) -> None:
    body = filed.case.body_code
    head = make.person(body_code=body, role=Role.HEAD)
    member = make.person(body_code=body, login="a.member")
    colleague = make.person(body_code=body)
    board = make.person(body_code=BOARD, role=Role.OVERSIGHT)
    address = f"{ACCOUNTS}/{member.account.id}"

    admin.post(f"{address}/invite", page=admin.get(address), status=201)

    for person in (member, head, board):
        browser = signed_in(app, person.account)
        assert "by others in the last seven days: 1" in text_of(browser.get("/en/staff/account"))
        told = text_of(browser.get("/en/staff/changes"))
        assert "the.admin reset the sign-in a.member" in told
    assert "reset" not in text_of(signed_in(app, colleague.account).get("/en/staff/changes"))


def test_an_act_that_was_not_signed_leaves_no_trace_of_somebody_else(
    session: Session, admin: StaffBrowser, victim: StaffPerson
) -> None:
    address = f"{ACCOUNTS}/{victim.account.id}"
    admin.post(f"{address}/invite", page=admin.get(address), status=201)

    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "account_invited")).all()

    account = session.scalars(select(Account).where(Account.login == "the.admin")).one()
    assert [entry.actor for entry in entries] == [account.id]


@dataclass(frozen=True)
class Try:
    """A form that somebody sends with everything that it needs, signed with their own key."""

    act: str
    subject: str
    address: str
    answers: Mapping[str, str]


def tries(case: Case, proposal: Proposal, draft: ReleaseVersion) -> list[Try]:
    """Return what the administrator of the finding did: claim, close, erase, sign off a release."""
    here = f"/en/staff/case/{case.id}"
    version = {"version": str(case.version)}
    answer = {"proposal": proposal.id, "kind": "no_substance", "grant": "yes"}
    signed_off = {"manifest": str(draft.manifest), "code": "000000"}
    return [
        Try("claim", case.id, f"{here}/claim", {}),
        Try("step", case.id, f"{here}/step", {**version, "step": "acknowledge"}),
        Try("propose", case.id, f"{here}/propose", {**version, "kind": "no_substance"}),
        Try("propose", case.id, f"{here}/propose", {**version, "kind": "erasure"}),
        Try("answer", case.id, f"/en/staff/proposals/{case.id}", answer),
        Try("answer", case.id, f"/en/staff/proposals/{case.id}", {**answer, "kind": "erasure"}),
        Try("sign_off", draft.name, "/en/staff/releases", signed_off),
    ]


def state(session: Session) -> list[object]:
    """Return everything that such acts would change."""
    session.rollback()
    wanted = [
        select(Case.id, Case.status, Case.holder_id, Case.version, Case.second_half),
        select(Proposal.id, Proposal.granted, Proposal.answered_by),
        select(SignOff.account_id, SignOff.signed_on),
        select(
            ReleaseVersion.quarter,
            ReleaseVersion.manifest,
            ReleaseVersion.signed_on,
            ReleaseVersion.released_on,
        ),
        select(Envelope.id),
    ]
    return [sorted(map(str, session.execute(query))) for query in wanted]


@pytest.fixture
def wanted(app: Flask, session: Session, make: Make, filed: Filed) -> list[Try]:
    """A case under work, something that waits for a second person, a draft of figures."""
    holder = make.person(body_code=filed.case.body_code)
    desk = ReviewDesk(session, filed, make.units[filed.case.body_code], holder).take()
    desk.step("acknowledge", "assess")
    proposal = proposals.propose(
        session,
        filed.case.id,
        ProposalKind.NO_SUBSTANCE,
        who=holder.account,
        version=filed.case.version,
        today=TODAY,
    )
    session.commit()
    draft = QuarterPublisher(app, session).draft()
    session.commit()
    return tries(filed.case, proposal, draft)


def attackers(
    app: Flask, session: Session, admin: StaffBrowser, victim: StaffPerson
) -> list[StaffBrowser]:
    """Return the victim's sign-in after a reset, and new accounts with keys of their own."""
    address = f"{ACCOUNTS}/{victim.account.id}"
    shown = admin.post(f"{address}/invite", page=admin.get(address), status=201)
    as_victim = StaffBrowser(comes_in(app, "a.victim", shown).client, victim.account)
    own = {"login": "an.own", "role": "head", "body_code": str(victim.account.body_code)}
    board = [{"login": name, "role": "oversight", "body_code": BOARD} for name in BOARDS]
    return [as_victim, *(with_a_key(app, session, admin, **item) for item in (own, *board))]


def test_claiming_closing_erasing_and_signing_off_are_refused_with_words_and_change_nothing(
    app: Flask, session: Session, admin: StaffBrowser, victim: StaffPerson, wanted: list[Try]
) -> None:
    browsers = attackers(app, session, admin, victim)
    before = state(session)
    acts_before = session.scalars(select(AuditEntry.number)).all()

    for browser in browsers:
        account = browser.account
        assert account is not None
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(MY_ACCOUNT))[0]
        for attempt in wanted:
            answers = {**attempt.answers, "csrf_token": token, "trail": audit.format_end(session)}
            answers |= signature(account, attempt.act, attempt.subject, answers)
            told = text_of(browser.post(attempt.address, status=403, **answers))
            for_others = attempt.act == "sign_off" and account.role is not Role.OVERSIGHT
            assert (NOT_FOR_YOU if for_others else NOT_ON_IT) in told
            if account.login != "a.victim":  # the gate itself, behind the door of the pages
                with pytest.raises(Unsigned, match="roster"):
                    begin(session, account, attempt)

    assert state(session) == before
    since = select(AuditEntry.act).where(AuditEntry.number.not_in(acts_before))
    assert session.scalars(since).all() == []


def test_what_the_administrator_did_is_told_on_desks(
    app: Flask, session: Session, make: Make, admin: StaffBrowser, victim: StaffPerson
) -> None:
    board = signed_in(app, make.person(body_code=BOARD, role=Role.OVERSIGHT).account)
    attackers(app, session, admin, victim)

    for browser, desk in ((signed_in(app, victim.account), MY_ACCOUNT), (board, "/en/staff")):
        assert "by others in the last seven days" in text_of(browser.get(desk))
    told = text_of(board.get("/en/staff/changes"))
    assert "the.admin reset the sign-in a.victim" in told
    for name in ("an.own", *BOARDS):
        assert f"the.admin opened an account {name}" in told


def begin(session: Session, account: Account, attempt: Try) -> None:
    """Put a statement before the gate that every act has to pass."""
    said = sign_act(
        account, attempt.act, attempt.subject, dict(attempt.answers), today=clock.get_today()
    )
    act = SignedAct(attempt.act)
    act_checks.begin(
        session, account, said, act=act, subject=attempt.subject, today=clock.get_today()
    )


def test_a_key_made_after_a_reset_counts_once_it_is_admitted_anew(
    app: Flask, session: Session, make: Make, admin: StaffBrowser, victim: StaffPerson, filed: Filed
) -> None:
    colleague = make.person(body_code=filed.case.body_code, role=Role.HEAD)
    address = f"{ACCOUNTS}/{victim.account.id}"
    shown = admin.post(f"{address}/invite", page=admin.get(address), status=201)
    browser = comes_in(app, "a.victim", shown)
    identity, signing, key = generate_identity(), generate_signing_key(), "/en/staff/key"
    browser.post(
        key,
        page=browser.get(key),
        status=303,
        recipient=identity.recipient.text,
        signing=signing.public.hex(),
        wrapped=passphrase.wrap(identity.text.encode(), "words", log_n=QUICK),
    )
    session.rollback()
    account = session.get_one(Account, victim.account.id, populate_existing=True)

    def claims() -> None:
        said = Statement(
            origin="localhost/log",
            act="claim",
            body=str(account.body_code),
            signer=account.id,
            key=signing.public,
            subject=filed.case.id,
            fields={"trail": audit.format_end(session)},
            sealed=(),
            day=TODAY,
        )
        act_checks.begin(
            session,
            account,
            sign(said, signing),
            act=SignedAct.CLAIM,
            subject=filed.case.id,
            today=TODAY,
        )

    with pytest.raises(Unsigned, match="roster"):
        claims()

    fields = {
        "signing": signing.public.hex(),
        "recipient": encode_field([identity.recipient.text]),
    }
    signed = sign_act(colleague.account, "admit", account.id, fields)
    assert admitting.admit(session, colleague.account, account.id, {}, signed=signed, today=TODAY)
    claims()
    assert not is_seasoned(session, account, TODAY), "and is one of two only seven days later"
