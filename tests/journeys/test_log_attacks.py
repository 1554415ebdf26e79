"""Every attack on the public log is noticed, and docs/log-attacks.md says by whom."""

import re
import shutil
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crypto import log_entries
from crypto.log_entries import BATCH, OUTCOME, REPORT, Announcement, Step
from crypto.signing import generate_signing_key
from portal.cases import audit, committed_facts
from portal.cases.models import RECOVERY, AuditEntry, AuditHead, Verdict
from portal.core.config import Settings
from portal.core.db import Base
from portal.core.errors import Conflict
from portal.review.service.case_writing import WritingAct
from portal.review.service.erasing import erase
from portal.transparency import queries
from portal.transparency.publishing import files
from tests.factories import TODAY, Filed, Make
from tests.journeys.insider import EVERYBODY, Insider, InsiderWorld, published, totals
from tests.review.desk import at_desk
from tests.review.service.test_decisions import decided

DOCUMENT = Path(__file__).parents[2] / "docs" / "log-attacks.md"
MONDAY, NEXT = date(2026, 3, 9), date(2026, 3, 16)
BEFORE = date(2025, 12, 30)
A_WEEK = timedelta(days=7)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings of a portal on either database."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgresql") if server else ""
    return Settings(
        instance=tmp_path / "instance",
        public_url="http://localhost",
        database_url=url,
    )


@pytest.fixture
def world(app: Flask, session: Session, make: Make) -> InsiderWorld:
    """A portal that two batches of the log were made of, and what everybody kept of it."""
    make.portal("KNB_AC")
    desk = at_desk(make).take().step("acknowledge", "assess", "review")
    quiet = make.filed()
    made = InsiderWorld(app, session, make, desk, quiet, quiet, day=NEXT)
    made.first = made.settle(MONDAY)
    decided(desk.write(WritingAct.NOTE).write(WritingAct.REPLY), "substantiated", "reprimand")
    committed_facts.set_act_day(session, TODAY)
    session.add(Verdict(case_id=desk.case.id, answer="formal", respect=False, given_on=TODAY))
    made.late = make.filed(today=MONDAY)
    made.newest = made.settle(NEXT)
    made.remember()
    return made


def noticed(world: InsiderWorld) -> dict[str, str]:
    """Return who notices that something is wrong, and what."""
    return {who: said for who, look in EVERYBODY.items() if (said := look(world))}


def test_nobody_notices_anything_where_nothing_is_wrong(world: InsiderWorld) -> None:
    assert noticed(world) == {}
    world.settle(NEXT + A_WEEK)

    assert noticed(world) == {}


def delete_a_case(world: InsiderWorld) -> None:
    Insider(world).delete(world.quiet.case)


def delete_a_message(world: InsiderWorld) -> None:
    Insider(world).sql(
        "DELETE FROM envelopes WHERE kind = 'reply'", "DELETE FROM log_steps WHERE what = 'reply'"
    )


def back_date_a_report(world: InsiderWorld) -> None:
    """Into the quarter before, in every table that has the day."""
    Insider(world).sql(
        "UPDATE cases SET received_on = :day WHERE id = :case",
        "UPDATE status_changes SET changed_on = :day WHERE case_id = :case AND position = 0",
        "UPDATE envelopes SET filed_on = :day WHERE case_id = :case",
        "UPDATE audit SET done_on = :day WHERE case_id = :case",
        "UPDATE log_steps SET made_on = :day, due_on = :due WHERE case_id = :case",
        case=world.quiet.case.id,
        day=BEFORE,
        due=date(2026, 1, 7),
    )


def back_date_a_status(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE status_changes SET changed_on = :day WHERE status = 'acknowledged'",
        "UPDATE log_steps SET made_on = :day WHERE what = 'acknowledged'",
        day=TODAY - timedelta(days=1),
    )


def back_date_a_clock(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE clocks SET met_on = :day WHERE deadline = 'decision' AND met_on IS NOT NULL",
        day=TODAY - timedelta(days=1),
    )


def alter_an_outcome(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE allegations SET outcome = 'unfounded' WHERE outcome = 'substantiated'",
        "DELETE FROM sanctions",
    )


def alter_an_outcome_and_its_record(world: InsiderWorld) -> None:
    alter_an_outcome(world)
    Insider(world).sql(
        "UPDATE log_steps SET record = replace(replace(record, 'substantiated', 'unfounded'),"
        " '\"reprimand\"', '')"
    )


def misstate_the_figures(world: InsiderWorld) -> None:
    world.claimed = {**totals(world), ("2026-q1", OUTCOME): 2}


def drop_from_a_batch(world: InsiderWorld) -> None:
    """The case stays, but its entry never was."""
    told = world.make.filed(today=NEXT)
    world.late = told
    world.remember()
    Insider(world).sql("DELETE FROM log_steps WHERE case_id = :case", case=told.case.id)
    world.day = NEXT + 2 * A_WEEK
    world.settle(world.day)


def promise_and_never_merge(world: InsiderWorld) -> None:
    """Nor do the figures count it."""
    told = world.make.filed(today=NEXT)
    world.late = told
    world.remember()
    Insider(world).sql(
        "UPDATE log_steps SET made_on = '2099-01-01' WHERE case_id = :case", case=told.case.id
    )
    world.day = NEXT + 2 * A_WEEK
    world.settle(world.day)
    world.claimed = {**totals(world), ("2026-q1", REPORT): 3}


def reorder_history(world: InsiderWorld) -> None:
    """Exchange two entries and everything that says where they are; sign and publish anew."""
    insider = Insider(world)
    entries = insider.entries()
    first, other = [place for place, entry in enumerate(entries) if entry[1:2] == b"R"][:2]
    entries[first], entries[other] = entries[other], entries[first]
    for old, new in ((first, -1), (other, first), (-1, other)):
        insider.sql("UPDATE log_steps SET position = :new WHERE position = :old", old=old, new=new)
    insider.rewrite(entries)


def tag_of(world: InsiderWorld, filed: Filed) -> bytes | None:
    """Return the tag of a report in the log."""
    return queries.list_steps(world.session, filed.case.id)[0].tag


def delete_a_case_and_write_the_log_anew(world: InsiderWorld) -> None:
    insider = Insider(world)
    tag = tag_of(world, world.quiet)
    entries = insider.entries()
    gone = next(n for n, entry in enumerate(entries) if entry[2:18] == tag)
    insider.delete(world.quiet.case)
    for place in range(gone + 1, len(entries)):  # one by one, as no two may stand in one place
        insider.sql(
            "UPDATE log_names SET position = position - 1 WHERE position = :place",
            "UPDATE log_steps SET position = position - 1 WHERE position = :place",
            place=place,
        )
    insider.sql(
        "UPDATE log_batches SET size = size - 1",
        "UPDATE log_batches SET reports = reports - 1 WHERE through < '2026-03-09'",
        "UPDATE log_checkpoints SET size = size - 1 WHERE size > :place",
        place=gone,
    )
    insider.rewrite(entries[:gone] + entries[gone + 1 :])


def fork_for_one_reader(world: InsiderWorld) -> None:
    """Show one reader a log of the same size without one of the reports, signed as it must be."""
    mine, shown = world.folder, world.folder.with_name("shown")
    shutil.copytree(mine, shown)
    insider = Insider(world)
    entries = insider.entries()
    tag = tag_of(world, world.late)
    other = Step(REPORT, bytes(16), bytes(32)).entry
    insider.rewrite([other if entry[2:18] == tag else entry for entry in entries])
    forked = world.folder.with_name("forked")
    world.folder.rename(forked)
    shown.rename(mine)
    insider.rewrite(entries)
    world.shown = forked


def roll_back_to_a_backup(world: InsiderWorld) -> None:
    """The database and the files of a week ago, as if nothing had been since."""
    insider = Insider(world)
    size = max(
        place
        for place, entry in enumerate(insider.entries())
        if isinstance(leaf := log_entries.parse(entry), Announcement)
        and (leaf.kind, leaf.name) == (BATCH, "2026-03-08")
    )
    insider.delete(world.late.case)
    insider.sql(
        "UPDATE allegations SET outcome = NULL, decided_on = NULL",
        "UPDATE cases SET concluded_on = NULL",
        "DELETE FROM sanctions",
        "DELETE FROM log_batches WHERE size > :size",
        "DELETE FROM log_checkpoints WHERE size > :size",
        "DELETE FROM log_names WHERE position >= :size",
        "DELETE FROM log_steps WHERE type IN ('S', 'O') AND position >= :size",
        size=size + 1,
    )
    insider.rewrite(insider.entries()[: size + 1])


def replace_a_unit_key(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE unit_keys SET recipient = :other WHERE body_code = 'KNB_AC'",
        other=world.make.units[RECOVERY].key.recipient,
    )


def sign_with_another_key(world: InsiderWorld) -> None:
    insider = Insider(world)
    insider.rewrite(insider.entries(), generate_signing_key())


def erase_alone(world: InsiderWorld) -> None:
    """A person who may erase nothing alone does, and the log says that it was destroyed."""
    case = world.quiet.case
    erase(world.session, case, actor=world.desk.account.id, today=NEXT)
    world.day = NEXT + A_WEEK
    world.settle(world.day)


def destroy_without_an_entry(world: InsiderWorld) -> None:
    case = world.quiet.case.id
    Insider(world).sql(
        "DELETE FROM envelopes WHERE case_id = :case",
        "UPDATE cases SET second_half = NULL, log_key = NULL WHERE id = :case",
        case=case,
    )


def invent_a_case(world: InsiderWorld) -> None:
    """A row of the figures that nobody reported."""
    insider = Insider(world)
    with insider.engine.connect() as connection:
        row_mapping = connection.exec_driver_sql("SELECT * FROM cases LIMIT 1").mappings().one()
    row = {**row_mapping, "id": "f" * 32, "row_key": bytes(32), "concluded_on": None}
    insider.sql(str(Base.metadata.tables["cases"].insert()), **row)


def alter_a_verdict(world: InsiderWorld) -> None:
    Insider(world).sql("UPDATE verdicts SET answer = 'substantive'")


def delete_a_verdict(world: InsiderWorld) -> None:
    Insider(world).sql("DELETE FROM verdicts")


def exchange_a_second_half(world: InsiderWorld) -> None:
    """With that of another case: the receipt of this one opens nothing any more."""
    Insider(world).sql(
        "UPDATE cases SET second_half = (SELECT second_half FROM cases WHERE id = :other)"
        " WHERE id = :case",
        case=world.quiet.case.id,
        other=world.late.case.id,
    )


def alter_a_row_key(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE cases SET row_key = :key WHERE id = :case", case=world.quiet.case.id, key=bytes(32)
    )


def reroute_a_case(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE cases SET body_code = 'PORTAL_BOARD' WHERE id = :case", case=world.quiet.case.id
    )


def alter_category_and_region(world: InsiderWorld) -> None:
    Insider(world).sql(
        "UPDATE cases SET category = 'conduct', region = NULL WHERE id = :case",
        case=world.quiet.case.id,
    )


def alter_a_priority(world: InsiderWorld) -> None:
    Insider(world).sql("UPDATE cases SET priority = 4 WHERE id = :case", case=world.quiet.case.id)


def delete_the_last_note(world: InsiderWorld) -> None:
    Insider(world).sql("DELETE FROM envelopes WHERE kind = 'note'")


def write_the_trail_anew(world: InsiderWorld) -> None:
    """Without an act that was done, every later entry chained again."""
    world.session.rollback()
    world.session.expire_all()
    insider = Insider(world)
    kept = world.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    last = audit.START
    rows: list[dict[str, object]] = []
    for entry in (entry for entry in kept if entry.act != "claimed"):
        world.session.expunge(entry)
        entry.number = len(rows) + 1
        last = entry.hash = audit._hash_entry(last, entry)
        rows.append({column.name: getattr(entry, column.name) for column in entry.__table__.c})
    insider.sql("DELETE FROM audit", "DELETE FROM audit_head")
    with insider.engine.begin() as connection:
        connection.execute(insert(AuditEntry), rows)
        connection.execute(insert(AuditHead), {"id": audit.HEAD, "number": len(rows), "hash": last})


Attack = Callable[[InsiderWorld], None]
# What `log verify` says; "" where it cannot know.
ATTACKS: Mapping[Attack, str] = {
    delete_a_case: "that the database does not know any more",
    delete_a_message: "a step between others is missing",
    back_date_a_report: "in another quarter",
    back_date_a_status: "does not say what the log committed to",
    back_date_a_clock: "when nothing happened",
    alter_an_outcome: "its outcome was told as",
    alter_an_outcome_and_its_record: "does not say what the log committed to",
    misstate_the_figures: "",
    drop_from_a_batch: "the log has no entry that it was received",
    promise_and_never_merge: "the log was to have it by 2026-03-25, and has not",
    reorder_history: "has another root than the entries",
    delete_a_case_and_write_the_log_anew: "it has lost a part of the log, or was set back",
    fork_for_one_reader: "the reader's checkpoint of",
    roll_back_to_a_backup: "it has lost a part of the log, or was set back",
    replace_a_unit_key: "was replaced",
    sign_with_another_key: "is not signed by this log",
    erase_alone: "no second person confirmed it",
    destroy_without_an_entry: "the trail does not say by whom",
    invent_a_case: "the log has no entry that it was received",
    alter_a_verdict: "its verdicts has answer substantive, and formal was told",
    delete_a_verdict: "its verdicts was told, and the database does not have it any more",
    exchange_a_second_half: "its cases has second_half",
    alter_a_row_key: "its cases has row_key",
    reroute_a_case: "its cases has body_code PORTAL_BOARD, and KNB_AC was told",
    alter_category_and_region: "its cases has category conduct, and bribery was told",
    alter_a_priority: "its cases has priority 4",
    delete_the_last_note: "its envelopes notes 0 was told",
    write_the_trail_anew: "the audit trail up to the batch of",
}


def table() -> dict[str, dict[str, str]]:
    """Return the rows of the document: who notices each attack, and how."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    head = next(row for row in rows if row[0] == "attack")
    results = {}
    for row in rows:
        if name := re.fullmatch(r".*\(`(\w+)`\)", row[0]):
            results[name[1]] = dict(zip(head[1:], row[1:], strict=True))
    return results


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda item: item.__name__)
def test_an_attack_is_noticed_by_those_that_the_document_names(
    world: InsiderWorld, attack: Attack
) -> None:
    attack(world)

    result = noticed(world)

    row = table()[attack.__name__]
    assert set(result) == {who for who in EVERYBODY if row[who]}, result
    assert ATTACKS[attack] in result.get("log verify", "")


def test_the_document_has_every_attack_and_no_other() -> None:
    assert set(table()) == {attack.__name__ for attack in ATTACKS}
    assert all(any(row[who] for who in EVERYBODY) for row in table().values())


def test_a_log_that_lost_entries_is_not_published_over_the_longer_one(world: InsiderWorld) -> None:
    kept = world.folder.with_name("kept")
    shutil.copytree(world.folder, kept)
    roll_back_to_a_backup(world)
    shutil.rmtree(world.folder)
    kept.rename(world.folder)

    with pytest.raises(Conflict, match="the database has fewer"):
        files.publish(world.session, world.folder)
    assert published(world.folder).checkpoint == world.newest
