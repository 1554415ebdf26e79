"""From what a body writes to what is published: two people of two bodies, and nothing changes."""

from hashlib import sha256

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bench.hands import Hand, enter
from portal.accounts.models import Account, Role
from portal.cases.bodies import PORTAL_BOARD, PROS_SPEC
from portal.cases.models import AuditEntry, PublicBody
from portal.cases.signed_acts import set_signer
from portal.core.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.core.sweeps import FEW, Sweeps
from portal.statistics import queries, workflow
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.models import PUBLISHED, Reply
from portal.statistics.releases import archive, replies
from portal.statistics.service import replies as replying
from portal.statistics.service.replies import FORGOTTEN_AFTER, MOST_WAITING, ReplyDraft
from portal.web.parts import SETTINGS
from tests.statistics.histories import Q3, QuarterPublisher, contents

TODAY = release_days.compute_release_day(Q3)
WORDS = ReplyDraft(
    f"{Q3}/v1", NATION, "all", {"ru": "Больше людей верят.", "en": "More people trust."}
)


@pytest.fixture
def press(press: QuarterPublisher) -> QuarterPublisher:
    """A portal with one release."""
    press.publish()
    return press


@pytest.fixture
def head(press: QuarterPublisher) -> Account:
    return somebody(press, "head", PROS_SPEC, Role.HEAD)


@pytest.fixture
def board(press: QuarterPublisher) -> Account:
    return somebody(press, "board", PORTAL_BOARD, Role.OVERSIGHT)


def somebody(press: QuarterPublisher, name: str, body: str, role: Role) -> Account:
    press.session.merge(PublicBody(code=body, kind=body))
    number = sha256(name.encode()).hexdigest()[:32]
    made = Account(id=number, login=name, role=role, body_code=body, active=True, made_on=TODAY)
    made.totp_counter = 0
    press.session.add(made)
    press.session.flush()
    enter(press.session, made)
    set_signer(press.session, Hand(press.session))
    press.session.commit()
    return made


def write(press: QuarterPublisher, head: Account, words: ReplyDraft = WORDS) -> Reply:
    reply = replying.write(press.session, words, press.folder, who=head, today=TODAY)
    press.session.commit()
    return reply


def decide(press: QuarterPublisher, reply: Reply, board: Account, verdict: str = PUBLISHED) -> None:
    replying.decide(press.session, reply.id, verdict, who=board, today=TODAY)
    press.session.commit()


def test_what_the_board_publishes_becomes_a_file_and_the_release_stays(
    press: QuarterPublisher, head: Account, board: Account
) -> None:
    before = contents(press.folder)
    reply = write(press, head)
    assert replying.publish(press.session, press.folder, press.master) == 0

    decide(press, reply, board)

    assert replying.publish(press.session, press.folder, press.master) == 1
    assert replying.publish(press.session, press.folder, press.master) == 0
    (said,) = replies.read_replies(press.folder)
    assert (said.number, said.texts) == (1, WORDS.texts)
    assert said.manifest == archive.get_release(press.folder, Q3).digest
    after = contents(press.folder)
    assert after.keys() - before.keys() == {f"replies/{said.file}", f"replies/{said.file}.sig"}
    assert all(after[name] == content for name, content in before.items())


def test_every_step_is_in_the_audit_trail_without_a_word_of_it(
    press: QuarterPublisher, head: Account, board: Account
) -> None:
    decide(press, write(press, head), board)
    decide(press, write(press, head), board, "names")

    rows = press.session.execute(select(AuditEntry.act, AuditEntry.actor, AuditEntry.detail))
    entries = [row for row in rows if row.act.startswith("reply")]
    acts = ["reply_written", "reply_published", "reply_written", "reply_returned"]
    assert [entry.act for entry in entries] == acts
    assert {entry.detail for entry in entries} == {f"{Q3}/v1 KZ all"}


def test_a_text_that_is_returned_is_never_published_and_forgotten_after_a_month(
    press: QuarterPublisher, head: Account, board: Account
) -> None:
    decide(press, write(press, head), board, "case")
    assert replying.publish(press.session, press.folder, press.master) == 0

    replying.forget(press.session, today=TODAY + FORGOTTEN_AFTER / 2)
    assert len(queries.list_replies_of_body(press.session, PROS_SPEC)) == 1
    replying.forget(press.session, today=TODAY + FORGOTTEN_AFTER)
    assert queries.list_replies_of_body(press.session, PROS_SPEC) == []


def test_many_returned_texts_are_not_forgotten_at_once(
    press: QuarterPublisher, head: Account, board: Account
) -> None:
    for _ in range(FEW + 1):
        decide(press, write(press, head), board, "case")
    press.session.commit()
    bounds = workflow.SweepLimits(Sweeps(SETTINGS.get_from(press.app).state, "releases"))

    with press.app.app_context(), pytest.raises(Conflict, match="21 of 21 returned replies"):
        workflow.sweep(press.desk, TODAY + 2 * FORGOTTEN_AFTER, bounds)

    assert press.session.query(Reply).count() == FEW + 1


def test_files_of_replies_that_are_not_as_they_were_published_are_named(
    press: QuarterPublisher, head: Account, board: Account
) -> None:
    decide(press, write(press, head), board)
    press.session.commit()
    replying.publish(press.session, press.folder, press.master)
    assert list(replying.find_faults(press.session, press.folder)) == []
    text, signature = sorted((press.folder / replies.FOLDER).iterdir())
    other = text.with_name(text.name.replace("-1.", "-2."))
    for path, content, said in (
        (text, text.read_bytes() + b" ", f"replies/{text.name} is not what was published"),
        (signature, bytes(64), f"replies/{signature.name} is not signed by a key of the figures"),
        (other, b"{}", f"replies/{other.name} was never published"),
    ):
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(content)
        assert list(replying.find_faults(press.session, press.folder)) == [said]
        path.write_bytes(before) if before else path.unlink()


def test_what_was_published_is_not_forgotten(
    press: QuarterPublisher, head: Account, board: Account
) -> None:
    decide(press, write(press, head), board)

    replying.forget(press.session, today=TODAY + 10 * FORGOTTEN_AFTER)

    assert len(queries.list_decided_replies(press.session)) == 1


def test_a_decision_is_final(press: QuarterPublisher, head: Account, board: Account) -> None:
    reply = write(press, head)
    decide(press, reply, board)

    with pytest.raises(Conflict):
        decide(press, reply, board, "names")
    for change in ({"texts": {"ru": "Другое"}}, {"verdict": "names"}, {"number": 2}):
        with pytest.raises(IntegrityError):
            press.session.execute(update(Reply).values(**change))
        press.session.rollback()


def test_the_second_person_is_of_another_body(press: QuarterPublisher, head: Account) -> None:
    colleague = somebody(press, "colleague", PROS_SPEC, Role.HEAD)

    for who in (head, colleague):
        with pytest.raises(NotAllowed):
            decide(press, write(press, head), who)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (ReplyDraft("2026-q2/v1", NATION, "all", {"ru": "Текст"}), NotFound),
        (ReplyDraft("nonsense", NATION, "all", {"ru": "Текст"}), NotFound),
        (ReplyDraft(f"{Q3}/v1", "KZ-99", "all", {"ru": "Текст"}), NotAllowed),
        (ReplyDraft(f"{Q3}/v1", "KZ-75", "rate", {"ru": "Текст"}), Invalid),
    ],
)
def test_only_about_figures_that_there_are(
    press: QuarterPublisher, head: Account, words: ReplyDraft, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        write(press, head, words)


def test_nobody_floods_the_board(press: QuarterPublisher, head: Account) -> None:
    for _ in range(MOST_WAITING):
        write(press, head)

    with pytest.raises(Conflict):
        write(press, head)
    assert len(queries.list_waiting_replies(press.session)) == MOST_WAITING
