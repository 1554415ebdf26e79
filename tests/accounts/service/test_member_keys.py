"""Tests of keys: nothing the server keeps opens anything, and only colleagues hand keys on."""

import json
from base64 import encodebytes
from collections.abc import Mapping
from itertools import combinations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.hands import sign_act
from crypto import passphrase, shares
from crypto.acts import Signed
from crypto.errors import OpenError
from crypto.keys import Identity, generate_identity, parse_identity, parse_recipient
from crypto.seal import generate_throwaway_recipient, open_sealed, seal
from crypto.signing import SigningKey, generate_signing_key
from crypto.text import from_base64
from portal.accounts import queries
from portal.accounts.models import Account, KeyCopy, Role
from portal.accounts.service import member_keys
from portal.cases.models import UnitKey
from portal.cases.sealing_keys import get_current_key, get_recovery_key
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound, Unsigned
from tests.factories import QUICK, TODAY, Make, StaffPerson

BODY = "PROS_SPEC"


@pytest.fixture
def head(make: Make) -> StaffPerson:
    make.unit(BODY, members=0)
    return make.person(body_code=BODY, role=Role.HEAD)


def bundle(sealed: bytes, identity: Identity) -> dict[str, object]:
    opened: dict[str, object] = json.loads(open_sealed(sealed, identity))
    return opened


def copies(person: StaffPerson, *epochs: int) -> Mapping[int, bytes]:
    """Return what the browser of an admitting member would send."""
    to = [person.identity.recipient, generate_throwaway_recipient(), generate_throwaway_recipient()]
    return {epoch: seal(b"the keys of an epoch", to) for epoch in epochs}


def asked(head: StaffPerson) -> Signed:
    """Return what a member signs who wants the next key."""
    return sign_act(head.account, "epoch", BODY)


class TestKeysOfABody:
    def test_no_later_one_is_made_without_a_member(
        self, session: Session, head: StaffPerson
    ) -> None:
        with pytest.raises(Unsigned):
            member_keys.make_next_epoch(session, BODY, today=TODAY)
        other = sign_act(head.account, "epoch", "KNB_AC")
        with pytest.raises(Unsigned):
            member_keys.make_next_epoch(session, BODY, signed=other, today=TODAY)

    def test_each_member_with_a_key_opens_them_and_nobody_else(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        other = make.person(body_code=BODY, key=False)
        waits = make.person(body_code=BODY, key=False, rostered=False)
        make.body("KNB_AC")
        outsider = make.person(body_code="KNB_AC", key=False)

        made = member_keys.make_next_epoch(session, BODY, signed=asked(head), today=TODAY)

        assert queries.list_copies(session, waits.account.id) == ()

        for member in (head, other):
            (sealed,) = [
                copy.sealed
                for copy in queries.list_copies(session, member.account.id)
                if copy.epoch == made.epoch
            ]
            copies = bundle(sealed, member.identity)
            assert (copies["body"], copies["epoch"]) == (BODY, made.epoch)
            assert parse_identity(str(copies["identity"])).recipient.text == made.recipient
            assert SigningKey(from_base64(str(copies["signing"]))).public == made.signing
            with pytest.raises(OpenError):
                open_sealed(sealed, outsider.identity)

    def test_the_last_ones_are_retired(self, session: Session, head: StaffPerson) -> None:
        first = get_current_key(session, BODY)

        second = member_keys.make_next_epoch(session, BODY, signed=asked(head), today=TODAY)

        session.refresh(first)
        assert first.retired_on == TODAY
        assert get_current_key(session, BODY).id == second.id
        assert second.epoch == first.epoch + 1

    def test_who_left_gets_none(self, session: Session, make: Make, head: StaffPerson) -> None:
        left = session.get_one(Account, make.person(body_code=BODY).account.id)
        left.active = False

        made = member_keys.make_next_epoch(session, BODY, signed=asked(head), today=TODAY)

        assert made.epoch not in queries.list_epochs(session, left.id)

    def test_none_are_made_that_nobody_could_open(self, session: Session, make: Make) -> None:
        make.body("KUIS")

        with pytest.raises(Conflict):
            member_keys.make_next_epoch(session, "KUIS", today=TODAY)
        assert session.scalars(select(UnitKey)).all() == []

    @pytest.mark.parametrize("code", ["NOBODY", "RECOVERY"])
    def test_there_is_no_such_body(self, session: Session, make: Make, code: str) -> None:
        make.body("RECOVERY")

        with pytest.raises(NotFound):
            member_keys.make_next_epoch(session, code, today=TODAY)


class TestAdmission:
    def test_a_colleague_gets_every_epoch_that_was_sealed_to_them(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        make.epoch(BODY)
        new = make.person(body_code=BODY, key=False)

        member_keys.give_copies(
            session, head.account.id, new.account.id, copies(new, 1, 2), today=TODAY
        )

        assert queries.list_epochs(session, new.account.id) == {1, 2}

    def test_only_an_epoch_that_the_head_holds_can_be_given(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        new = make.person(body_code=BODY, key=False)

        with pytest.raises(NotFound):
            member_keys.give_copies(
                session, head.account.id, new.account.id, copies(new, 7), today=TODAY
            )

    def test_a_good_copy_is_never_overwritten(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        member = make.person(body_code=BODY)

        with pytest.raises(Conflict):
            member_keys.give_copies(
                session, head.account.id, member.account.id, copies(member, 1), today=TODAY
            )

    def test_somebody_of_another_body_is_never_admitted(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        make.body("KNB_AC")
        stranger = make.person(body_code="KNB_AC", key=False)

        with pytest.raises(NotFound):
            member_keys.give_copies(
                session, head.account.id, stranger.account.id, copies(stranger, 1), today=TODAY
            )

    def test_an_investigator_admits_nobody(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        del head
        member = make.person(body_code=BODY)
        new = make.person(body_code=BODY, key=False)

        with pytest.raises(NotAllowed):
            member_keys.give_copies(
                session, member.account.id, new.account.id, copies(new, 1), today=TODAY
            )

    @pytest.mark.parametrize(
        "sealed",
        [b"", b'{"identity":"AGE-SECRET-KEY-PQ-1"}', bytes(5000)],
        ids=["nothing", "open", "noise"],
    )
    def test_what_is_not_sealed_is_not_stored(
        self, session: Session, make: Make, head: StaffPerson, sealed: bytes
    ) -> None:
        new = make.person(body_code=BODY, key=False)

        with pytest.raises(Invalid):
            member_keys.give_copies(
                session, head.account.id, new.account.id, {1: sealed}, today=TODAY
            )
        assert queries.list_epochs(session, new.account.id) == set()

    def test_a_sealed_file_of_another_size_is_not_stored(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        new = make.person(body_code=BODY, key=False)
        to = [
            new.identity.recipient,
            generate_throwaway_recipient(),
            generate_throwaway_recipient(),
        ]

        with pytest.raises(Invalid):
            member_keys.give_copies(
                session, head.account.id, new.account.id, {1: seal(bytes(9000), to)}, today=TODAY
            )


class TestPersonalKeys:
    def stored(self, session: Session, person: StaffPerson, *, force: bool = False) -> Identity:
        identity = generate_identity()
        wrapped = passphrase.wrap(identity.text.encode(), "words", log_n=QUICK)
        member_keys.store_personal(
            session,
            person.account.id,
            member_keys.NewKey(identity.recipient.text, generate_signing_key().public, wrapped),
            force=force,
            today=TODAY,
        )
        return identity

    def test_a_new_key_takes_the_copies_that_it_cannot_open_with_it(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        make.person(body_code=BODY)

        self.stored(session, head)

        assert queries.list_epochs(session, head.account.id) == set()

    def test_the_last_holder_does_not_give_up_their_key(
        self, session: Session, head: StaffPerson
    ) -> None:
        with pytest.raises(Conflict):
            self.stored(session, head)
        assert queries.list_epochs(session, head.account.id) == {1}

    def test_the_operator_can_replace_even_the_last_one_who_then_acts_for_nobody(
        self, session: Session, head: StaffPerson
    ) -> None:
        self.stored(session, head, force=True)

        assert not queries.is_admitted(session, head.account)
        with pytest.raises(Conflict, match="roster"):
            member_keys.make_next_epoch(session, BODY, signed=asked(head), today=TODAY)

    def test_another_passphrase_leaves_the_key_as_it_is(
        self, session: Session, head: StaffPerson
    ) -> None:
        again = passphrase.wrap(head.identity.text.encode(), "other words", log_n=QUICK)

        member_keys.store_wrapped(session, head.account.id, again, head.signing.public, today=TODAY)

        account = session.get_one(Account, head.account.id)
        assert account.recipient == head.identity.recipient.text
        assert passphrase.unwrap(str(account.wrapped_identity), "other words")
        assert queries.list_epochs(session, head.account.id) == {1}

    def test_a_passphrase_needs_a_key(
        self, session: Session, make: Make, head: StaffPerson
    ) -> None:
        del head
        new = session.get_one(Account, make.person(body_code=BODY, key=False).account.id)
        new.recipient = None

        with pytest.raises(Conflict):
            member_keys.store_wrapped(
                session, new.id, str(new.wrapped_identity), bytes(new.signing or b""), today=TODAY
            )

    @pytest.mark.parametrize("text", ["", "age1pq1", "age1" + "q" * 58, "AGE-SECRET-KEY-PQ-1QQ"])
    def test_what_is_no_public_key_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid):
            member_keys.check_recipient(text)

    def test_a_bare_private_key_is_refused(self) -> None:
        bare = generate_identity().text
        lines = (passphrase.BEGIN, bare, passphrase.END)
        sealed = passphrase.wrap(b"x", "words", log_n=QUICK)

        for text in (bare, "\n".join(lines), "", sealed[:-40], sealed + "x", sealed * 40):
            with pytest.raises(Invalid):
                member_keys.check_wrapped(text)
        member_keys.check_wrapped(sealed)

    def test_an_armored_file_that_needs_no_passphrase_is_refused(self) -> None:
        sealed = seal(b"x", [generate_identity().recipient])
        text = f"{passphrase.BEGIN}\n{encodebytes(sealed).decode()}{passphrase.END}\n"

        with pytest.raises(Invalid):
            member_keys.check_wrapped(text)


class TestRecovery:
    def test_any_three_of_five_holders_open_any_object_and_two_do_not(
        self, session: Session
    ) -> None:
        holders = [generate_identity() for _ in range(5)]
        kit = member_keys.make_recovery(
            session, [holder.recipient for holder in holders], today=TODAY
        )
        session.flush()
        to = [generate_throwaway_recipient(), parse_recipient(kit.unit_key.recipient)]
        sealed = seal(b"a report", [*to, generate_throwaway_recipient()])

        for three in combinations(range(5), 3):
            name = f"recovery-1-holders-{'-'.join(str(place + 1) for place in three)}.age"
            layer = kit.files[name]
            for place in three:
                layer = shares.remove_layer(layer, holders[place])
            identity = layer.decode().splitlines()[-1]
            assert open_sealed(sealed, parse_identity(identity)) == b"a report"
        for two in combinations(range(5), 2):
            for file in kit.files.values():
                self.assert_closed(file, [holders[place] for place in two])

    def assert_closed(self, file: bytes, holders: list[Identity]) -> None:
        """Check that two holders, in either order, do not get through three layers."""
        for first, second in (holders, holders[::-1]):
            try:
                layer = shares.remove_layer(shares.remove_layer(file, first), second)
            except OpenError:
                continue
            assert b"AGE-SECRET-KEY" not in layer
            with pytest.raises(OpenError):
                shares.remove_layer(layer, first)

    def test_only_its_public_key_is_stored(self, session: Session) -> None:
        holders = [generate_identity().recipient for _ in range(5)]

        kit = member_keys.make_recovery(session, holders, today=TODAY)

        assert get_recovery_key(session).recipient == kit.unit_key.recipient
        assert session.scalars(select(KeyCopy)).all() == []

    def test_it_needs_five_different_holders(self, session: Session) -> None:
        recipient = generate_identity().recipient

        for holders in ([recipient] * 5, [generate_identity().recipient for _ in range(4)]):
            with pytest.raises(Invalid):
                member_keys.make_recovery(session, holders, today=TODAY)


def test_a_fingerprint_is_short_enough_to_be_read_out() -> None:
    mark = member_keys.compute_fingerprint(generate_identity().recipient.text)

    assert len(mark.split()) == 8
    assert mark != member_keys.compute_fingerprint(generate_identity().recipient.text)
