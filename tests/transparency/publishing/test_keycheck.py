"""Keys that reports are sealed to are compared with what the log says of them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from crypto import checkpoint, cosignature, log_entries, merkle
from crypto.notes import parse
from crypto.text import from_base64
from portal.cases.bodies import PORTAL_BOARD
from portal.cases.models import RECOVERY, UnitKey
from portal.transparency import queries
from portal.transparency.models import LogCosignature
from portal.transparency.policy import PolicyFile, Witness
from portal.transparency.publishing.keycheck import KeyCheck, KeyStatus, check_keys, is_contradicted
from portal.transparency.writing import announcing, service
from tests.crypto import logs
from tests.factories import TODAY, Make

BODY = "PROS_SPEC"


@pytest.fixture(autouse=True)
def portal(make: Make) -> Make:
    return make.portal()


def announce(session: Session, make: Make) -> None:
    service.announce(session, make.log, announcing.list_keys(session), today=TODAY)
    session.commit()


def keys(make: Make) -> list[UnitKey]:
    return [make.units[BODY].key, make.units[RECOVERY].key]


def checked(session: Session, make: Make) -> KeyCheck:
    return check_keys(session, make.log, keys(make))


def proven(check: KeyCheck, announced: Sequence[log_entries.Announcement]) -> None:
    """Fail unless every key is proven to stand below the checkpoint."""
    state = checkpoint.verify(parse(check.checkpoint), check.policy.log)
    for key, announcement in zip(check.keys, announced, strict=True):
        assert key.index is not None
        leaf = merkle.hash_leaf(announcement.entry)
        merkle.verify_inclusion(leaf, key.index, state.size, key.proof, state.root)


def test_keys_that_were_announced_are_proven_to_stand_in_the_log(
    make: Make, session: Session
) -> None:
    announce(session, make)

    check = checked(session, make)

    used = [announcement for key in keys(make) for announcement in announcing.announce_key(key)]
    proven(check, used)
    assert [announcement.name for announcement in used] == [key.name for key in check.keys]
    assert (check.standing, check.since) == (KeyStatus.LOGGED, TODAY)
    assert len(check.entries) == len(used)
    assert not is_contradicted(session, keys(make))


def test_a_key_is_new_until_it_was_announced(make: Make, session: Session) -> None:
    assert checked(session, make).standing == KeyStatus.NEW
    assert checked(session, make).checkpoint == b""
    announce(session, make)
    make.epoch(BODY)

    check = checked(session, make)

    assert (check.standing, check.keys[0].index) == (KeyStatus.NEW, None)
    assert not is_contradicted(session, keys(make))


def test_a_key_that_no_witness_has_seen_yet_counts_as_new(make: Make, session: Session) -> None:
    names = list(logs.WITNESSES)[:1]
    witnesses = tuple(Witness(key) for key in logs.WITNESS_KEYS if key.name in names)
    own = check_keys(session, make.log, keys(make)).policy.log
    chosen = announcing.announce_witnesses(PolicyFile(own, witnesses, 1))
    service.append(session, make.log, [chosen], today=TODAY)
    session.commit()
    first = queries.find_latest(session)
    assert first is not None
    state = checkpoint.parse(parse(first.note).text)
    line = cosignature.cosign(state, names[0], logs.WITNESSES[names[0]], logs.NOON)
    session.add(
        LogCosignature(size=first.size, witness=line.name, key_id=line.key_id, line=line.line)
    )
    announce(session, make)

    check = checked(session, make)

    assert check.standing == KeyStatus.NEW
    assert check.policy.check(check.checkpoint).checkpoint.size == first.size
    make.units[BODY].key.recipient = make.units[RECOVERY].key.recipient
    assert checked(session, make).standing == KeyStatus.OTHER


@pytest.mark.parametrize("body", [BODY, RECOVERY])
def test_an_exchanged_key_is_noticed_for_ever(make: Make, session: Session, body: str) -> None:
    announce(session, make)
    make.units[body].key.recipient = make.units[PORTAL_BOARD].key.recipient
    session.commit()
    assert checked(session, make).standing == KeyStatus.OTHER

    announce(session, make)  # also by who can have the exchanged one announced

    assert checked(session, make).standing == KeyStatus.OTHER
    assert is_contradicted(session, keys(make))


def test_an_exchanged_signing_key_is_noticed_too(make: Make, session: Session) -> None:
    announce(session, make)
    make.units[BODY].key.signing = bytes(32)
    session.commit()

    assert checked(session, make).standing == KeyStatus.OTHER


def test_the_page_gets_what_a_browser_checks_it_by(make: Make, session: Session) -> None:
    announce(session, make)
    check = checked(session, make)

    content = check.content

    assert content["key"] == check.policy.log[0].text
    assert (content["witnesses"], content["needed"]) == ([], 0)
    assert content["checkpoint"] == check.checkpoint.decode()
    result = content["keys"]
    assert isinstance(result, list)
    assert [item["index"] for item in result] == [key.index for key in check.keys]
    assert [from_base64(item) for item in result[0]["proof"]] == list(check.keys[0].proof)


def test_the_day_is_that_on_which_the_last_of_them_came(make: Make, session: Session) -> None:
    announce(session, make)
    make.epoch(BODY)
    service.announce(
        session, make.log, announcing.list_keys(session), today=TODAY + timedelta(days=9)
    )
    session.commit()

    assert checked(session, make).since == TODAY + timedelta(days=9)
