"""Prepares the whole demonstration: people, two years of cases, notices, releases."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from portal.accounts.service import replaying
from portal.accounts.service.sign_in import Now
from portal.core.blobs import BlobStore
from portal.core.db import WRITES, Sessions
from portal.demonstration import by_reporters, by_staff, witnesses
from portal.demonstration.cast import Cast, hire, list_posts, make_all_secrets
from portal.demonstration.courses import Act
from portal.demonstration.lives import CaseLife
from portal.demonstration.plans import Plan, PlannedAct, list_acts, make_plans
from portal.demonstration.progress import PreparationProgress, Task
from portal.demonstration.scene import Scene
from portal.demonstration.staff_signing import lend_hands
from portal.review.service import upkeep
from portal.transparency.writing import announcing, service
from portal.transparency.writing.service import Log

# Acts in one transaction. Real requests have one each; here a commit for each would be most of
# the work.
BATCH = 100
# The first one-time codes lie so far back that the next one works at once.
CODES_AGO = 120

Play = Callable[[Scene, CaseLife, date], None]

PLAYED: Mapping[Act, Play] = {
    Act.CLAIM: by_staff.claim,
    Act.ACKNOWLEDGE: by_staff.acknowledge,
    Act.ASSESS: by_staff.assess,
    Act.REVIEW: by_staff.begin_inquiry,
    Act.NOTE: by_staff.note,
    Act.UPDATE: by_staff.update,
    Act.ASK: by_staff.ask,
    Act.ADD_ALLEGATION: by_staff.add_allegation,
    Act.EXTEND: by_staff.extend,
    Act.REGISTER_CRIME: by_staff.register_crime,
    Act.TRANSFER: by_staff.transfer,
    Act.RECUSE: by_staff.recuse,
    Act.RECUSE_ALL: by_staff.recuse_all,
    Act.MERGE: by_staff.merge,
    Act.DECIDE: by_staff.decide,
    Act.PROPOSE_NO_SUBSTANCE: by_staff.propose_no_substance,
    Act.CONFIRM_NO_SUBSTANCE: by_staff.confirm_no_substance,
    Act.CLOSE: by_staff.close,
    Act.REOPEN: by_staff.reopen,
    Act.WRITE: by_reporters.write,
    Act.JUDGE: by_reporters.judge,
    Act.ASK_REVIEW: by_reporters.ask_review,
    Act.WITHDRAW: by_reporters.withdraw,
}


@dataclass(frozen=True)
class Portal:
    """The empty portal that is to be filled."""

    sessions: Sessions
    log: Log
    blobs: BlobStore
    turn_seconds: float = 0  # that others get to write between two transactions

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes, as a request does."""
        with self.sessions.begin() as session:
            session.connection(execution_options=WRITES)
            yield session
        time.sleep(self.turn_seconds)


def hire_everybody(portal: Portal, now: Now, progress: PreparationProgress) -> Cast:
    """Make bodies, accounts and keys; `now` is the day the portal opened."""
    wanted = list_posts()
    progress.tell(Task.PEOPLE, 0, len(wanted))
    known = make_all_secrets(wanted)
    with portal.transaction() as session:
        cast = hire(session, wanted, known, keyring=portal.log.keyring, at=now)
        units = [
            *announcing.list_in_use(session, witnesses.make_policy(portal.log)),
            *replaying.list_announcements(session),
        ]
        service.announce(session, portal.log, units, today=now.today)
        return cast


def play(
    portal: Portal, cast: Cast, count: int, today: date, progress: PreparationProgress
) -> Sequence[CaseLife]:
    """Let so many cases take their courses, day by day, up to today."""
    known = make_plans(count, today)
    todo = list_acts(known, today)
    lives: dict[int, CaseLife] = {}
    progress.tell(Task.ACTS, 0, len(todo))
    for start in range(0, len(todo), BATCH):
        part = todo[start : start + BATCH]
        with portal.transaction() as session:
            lend_hands(session, cast, portal.log.origin)
            scene = Scene(session, cast, portal.log, portal.blobs)
            for day, acts in groupby(part, key=lambda moment: moment.day):
                service.merge(session, portal.log, today=day)
                for moment in acts:
                    _play(scene, known[moment.number], moment, lives)
        progress.tell(Task.ACTS, start + len(part), len(todo))
    return [lives[number] for number in sorted(lives)]


def keep_house(portal: Portal, today: date, progress: PreparationProgress) -> None:
    """Do what the timer of a real portal does: late clocks, old forms, the public log."""
    progress.tell(Task.LATE)
    while True:
        with portal.transaction() as session:
            late = upkeep.list_late_clocks(session, today=today, limit=BATCH)
            upkeep.tell_of_late(session, late, today=today)
        if not late:
            break
    with portal.transaction() as session:
        upkeep.drop_expired(session, minute=0, today=today)
        service.merge(session, portal.log, today=today)


def _play(scene: Scene, plan: Plan, moment: PlannedAct, lives: dict[int, CaseLife]) -> None:
    if moment.act is Act.FILE:
        lives[plan.number] = by_reporters.file(scene, plan, moment.day)
    else:
        PLAYED[moment.act](scene, lives[plan.number], moment.day)
