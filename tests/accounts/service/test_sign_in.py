"""Tests of signing in: two factors, one use of each code, a rest after many wrong attempts."""

import hashlib

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import totp
from crypto.errors import OpenError
from portal.accounts.models import Account, SignInAttempts, StaffSession
from portal.accounts.service import sign_in
from portal.accounts.service.sign_in import Now, SessionStep, SignInRefusal
from portal.core.errors import NotFound
from tests.factories import TODAY, Make, StaffPerson

KEY = bytes(range(32))
NOW = Now(TODAY, seconds=1_800_000_000, idle_minutes=30)


def later(minutes: int) -> Now:
    return Now(TODAY, NOW.seconds + 60 * minutes, NOW.idle_minutes)


@pytest.fixture
def person(make: Make) -> StaffPerson:
    make.body("KNB_AC")
    return make.person(body_code="KNB_AC", login="a.member")


@pytest.fixture
def key(make: Make) -> bytes:
    return make.keyring.accounts


def half_way(session: Session, person: StaffPerson, key: bytes, at: Now = NOW) -> str:
    answer = sign_in.enter_password(session, person.account.login, password_ok=True, key=key, at=at)
    assert answer.refusal is None
    return answer.token


def code(person: StaffPerson, at: Now = NOW) -> str:
    return totp.compute_code(person.totp_secret, at.seconds // totp.STEP_SECONDS)


def test_password_and_code_give_a_full_session(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    first = half_way(session, person, key)

    answer = sign_in.enter_code(session, first, code(person), key=key, at=NOW)

    row = sign_in.find_session(session, answer.token, SessionStep.FULL, at=NOW)
    assert row.account_id == person.account.id


def test_the_token_changes_with_each_step_and_the_old_one_is_dead(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    first = half_way(session, person, key)
    second = sign_in.enter_code(session, first, code(person), key=key, at=NOW).token

    assert first != second
    for step in SessionStep:
        with pytest.raises(NotFound):
            sign_in.find_session(session, first, step, at=NOW)


def test_a_session_half_way_is_no_full_one(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    first = half_way(session, person, key)

    with pytest.raises(NotFound):
        sign_in.find_session(session, first, SessionStep.FULL, at=NOW)


def test_the_token_itself_is_not_stored(session: Session, person: StaffPerson, key: bytes) -> None:
    token = half_way(session, person, key)

    (stored,) = session.scalars(select(StaffSession.token_hash))

    assert stored == hashlib.sha256(token.encode()).digest()
    assert token.encode() not in stored


def test_a_code_works_once(session: Session, person: StaffPerson, key: bytes) -> None:
    typed = code(person)
    sign_in.enter_code(session, half_way(session, person, key), typed, key=key, at=NOW)

    again = sign_in.enter_code(session, half_way(session, person, key), typed, key=key, at=NOW)

    assert again.refusal is SignInRefusal.WRONG


def test_an_older_code_than_the_last_one_does_not_work(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    before = totp.compute_code(person.totp_secret, NOW.seconds // totp.STEP_SECONDS - 1)
    sign_in.enter_code(session, half_way(session, person, key), code(person), key=key, at=NOW)

    again = sign_in.enter_code(session, half_way(session, person, key), before, key=key, at=NOW)

    assert again.refusal is SignInRefusal.WRONG


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "0" * 400, "١٢٣٤٥٦"])
def test_a_wrong_code_is_refused(
    session: Session, person: StaffPerson, key: bytes, typed: str
) -> None:
    token = half_way(session, person, key)

    answer = sign_in.enter_code(session, token, typed, key=key, at=NOW)

    assert answer.refusal is SignInRefusal.WRONG


def fail(
    session: Session, login: str, key: bytes, times: int, at: Now = NOW
) -> list[SignInRefusal]:
    answers = (
        sign_in.enter_password(session, login, password_ok=False, key=key, at=at)
        for _ in range(times)
    )
    return [answer.refusal for answer in answers if answer.refusal]


@pytest.mark.parametrize("login", ["a.member", "nobody"])
def test_after_five_wrong_attempts_a_login_rests_whether_it_exists_or_not(
    session: Session, person: StaffPerson, key: bytes, login: str
) -> None:
    del person

    refusals = fail(session, login, key, 7)

    assert refusals == [SignInRefusal.WRONG] * 5 + [SignInRefusal.THROTTLED] * 2


def test_while_a_login_rests_the_right_password_counts_for_nothing(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    fail(session, "a.member", key, 5)

    answer = sign_in.enter_password(session, "a.member", password_ok=True, key=key, at=NOW)

    assert answer.refusal is SignInRefusal.THROTTLED
    assert half_way(session, person, key, at=later(2))


def test_the_rest_grows_but_stays_within_minutes(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    fail(session, "a.member", key, 5)
    for attempt in range(1, 40):
        fail(session, "a.member", key, 1, at=later(20 * attempt))

    attempts = session.scalars(select(SignInAttempts)).one()
    rest = attempts.blocked_until - attempts.last_minute
    assert rest == sign_in.LONGEST_BLOCK_MINUTES
    assert half_way(session, person, key, at=later(20 * 40))


def test_wrong_attempts_with_one_login_do_not_slow_another(
    session: Session, make: Make, person: StaffPerson, key: bytes
) -> None:
    other = make.person(body_code="KNB_AC")

    fail(session, person.account.login, key, 20)

    assert half_way(session, other, key)


def test_wrong_codes_make_the_login_rest_too(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    token = half_way(session, person, key)
    for _ in range(5):
        sign_in.enter_code(session, token, "000000", key=key, at=NOW)

    answer = sign_in.enter_code(session, token, code(person), key=key, at=NOW)

    assert answer.refusal is SignInRefusal.THROTTLED


def test_a_right_password_alone_does_not_wipe_wrong_attempts(
    session: Session, person: StaffPerson, key: bytes
) -> None:
    fail(session, "a.member", key, 4)
    half_way(session, person, key)
    fail(session, "a.member", key, 1)

    assert fail(session, "a.member", key, 1) == [SignInRefusal.THROTTLED]


def test_a_full_sign_in_wipes_them(session: Session, person: StaffPerson, key: bytes) -> None:
    fail(session, "a.member", key, 4)
    token = half_way(session, person, key)
    sign_in.enter_code(session, token, code(person), key=key, at=NOW)

    assert session.scalars(select(SignInAttempts)).all() == []


def test_a_session_ends_after_idle_minutes_unless_it_is_used(
    session: Session, person: StaffPerson
) -> None:
    token = sign_in.open_session(session, person.account, step=SessionStep.FULL, at=NOW)

    sign_in.extend_session(session, token, at=later(20))

    assert sign_in.find_session(session, token, SessionStep.FULL, at=later(49)).account_id
    with pytest.raises(NotFound):
        sign_in.find_session(session, token, SessionStep.FULL, at=later(50))


def test_a_session_half_way_cannot_be_kept_alive(session: Session, person: StaffPerson) -> None:
    token = sign_in.open_session(session, person.account, step=SessionStep.PASSWORD, at=NOW)

    sign_in.extend_session(session, token, at=later(5))

    with pytest.raises(NotFound):
        sign_in.find_session(session, token, SessionStep.PASSWORD, at=later(11))


def test_closing_an_account_ends_its_sessions(session: Session, person: StaffPerson) -> None:
    token = sign_in.open_session(session, person.account, step=SessionStep.FULL, at=NOW)
    session.get_one(Account, person.account.id).active = False
    session.flush()

    with pytest.raises(NotFound):
        sign_in.find_session(session, token, SessionStep.FULL, at=NOW)


def test_signing_out_everywhere_ends_every_session_of_one_person(
    session: Session, make: Make, person: StaffPerson
) -> None:
    other = make.person(body_code="KNB_AC")
    mine = [
        sign_in.open_session(session, person.account, step=SessionStep.FULL, at=NOW)
        for _ in range(2)
    ]
    theirs = sign_in.open_session(session, other.account, step=SessionStep.FULL, at=NOW)

    sign_in.sign_out_everywhere(session, person.account.id)

    for token in mine:
        with pytest.raises(NotFound):
            sign_in.find_session(session, token, SessionStep.FULL, at=NOW)
    assert sign_in.find_session(session, theirs, SessionStep.FULL, at=NOW).account_id


def test_another_password_ends_the_sessions_from_before(
    session: Session, person: StaffPerson
) -> None:
    before = sign_in.open_session(session, person.account, step=SessionStep.FULL, at=NOW)

    after = sign_in.change_password(
        session, person.account.id, sign_in.hash_new_password("another password"), at=NOW
    )

    assert sign_in.find_session(session, after, SessionStep.FULL, at=NOW).account_id
    with pytest.raises(NotFound):
        sign_in.find_session(session, before, SessionStep.FULL, at=NOW)


def test_what_has_ended_is_forgotten(session: Session, person: StaffPerson, key: bytes) -> None:
    sign_in.open_session(session, person.account, step=SessionStep.FULL, at=NOW)
    kept = sign_in.open_session(session, person.account, step=SessionStep.FULL, at=later(60 * 30))
    fail(session, "nobody", key, 1)

    sign_in.forget_expired(session, minute=later(60 * 30).minute, today=TODAY)

    assert sign_in.find_session(session, kept, SessionStep.FULL, at=later(60 * 30)).account_id
    assert len(session.scalars(select(StaffSession)).all()) == 1
    assert session.scalars(select(SignInAttempts)).all() == []


def test_a_seed_does_not_open_in_the_row_of_another_account(
    session: Session, make: Make, person: StaffPerson, key: bytes
) -> None:
    other = make.person(body_code="KNB_AC")
    thief = session.get_one(Account, other.account.id)
    thief.totp = person.account.totp

    with pytest.raises(OpenError):
        sign_in.get_seed(thief, key=key)
    assert sign_in.get_seed(person.account, key=key) == person.totp_secret
