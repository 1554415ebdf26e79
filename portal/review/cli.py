"""Commands of the timer: tell of late clocks, delete what is kept no longer."""

from datetime import date
from pathlib import Path

import click
from flask import Blueprint

from portal.cases.audit import SYSTEM
from portal.core import clock
from portal.core.config import Settings
from portal.core.errors import Conflict
from portal.core.sweeps import A_DAY, Sweeps, check_share
from portal.review import queries
from portal.review.service import erasing, holding, upkeep
from portal.web.database import reading, transaction
from portal.web.parts import BLOBS, SETTINGS

BATCH = 100
MANY = 10_000_000

commands = Blueprint("review_commands", __name__, cli_group=None)


@commands.cli.command("clocks")
@click.option("--dry-run", is_flag=True, help="Say which clocks are late; send nothing.")
def tell_of_late_clocks(*, dry_run: bool) -> None:
    """Tell bodies and the oversight board what is late, and which cases nobody may read any more.

    Running it twice does no harm.
    """
    today, told, late = clock.get_today(), 0, 0
    if dry_run:
        _show_what_is_due(today)
        return
    held = _hold_abandoned(today)
    while True:
        with transaction() as session:
            clocks = upkeep.list_late_clocks(session, today=today, limit=BATCH)
            told += upkeep.tell_of_late(session, clocks, today=today)
        if not clocks:
            break
        late += len(clocks)
        click.echo(f"{late} late clocks, {told} notices…")
    click.echo(f"Done: {told} new notices, {held} cases held.")


def _show_what_is_due(today: date) -> None:
    with reading() as session:
        for case in queries.list_abandoned(session, limit=100 * BATCH):
            click.echo(f"{case.body_code} {case.id[:8]} nobody may read it")
        for running, case in upkeep.list_late_clocks(session, today=today, limit=100 * BATCH):
            click.echo(f"{case.body_code} {case.id[:8]} {running.deadline} {running.due_on}")


def _hold_abandoned(today: date) -> int:
    held = 0
    while True:
        with transaction() as session:
            some = holding.hold_abandoned(session, today=today, limit=BATCH)
        held += some
        if not some:
            return held


@commands.cli.command("retention")
@click.option("--dry-run", is_flag=True, help="Say what would go; delete nothing.")
@click.option("--up-to", type=click.IntRange(0), help="Let so many cases, and so many files, go.")
@click.option("--after-a-pause", is_flag=True, help="It did not run for more than a week.")
def delete_expired(*, dry_run: bool, up_to: int | None, after_a_pause: bool) -> None:
    """Delete content that is kept no longer, ended sessions, stray files. Safe to run twice.

    It refuses to destroy more than a small part of the cases or files, and takes no file that came
    after the newest backup (`backup mark`); nothing goes before all of it was looked at.
    """
    settings = SETTINGS.get()
    today, sweeps = clock.get_today(), Sweeps(settings.state)
    try:
        sweeps.check_day(today, after_a_pause=after_a_pause)
        expired = _check_expired(settings, up_to)
        strays = _list_strays(sweeps, up_to)
    except Conflict as error:
        raise click.ClickException(str(error)) from error
    if dry_run:
        click.echo(f"{expired} cases would be erased, 0 rows deleted, {len(strays)} stray files.")
        return
    erased, rows = _erase_expired(settings, expired), _drop_rows()
    for path in strays:
        path.unlink(missing_ok=True)
    sweeps.note_day(today)
    click.echo(f"Done: {erased} cases were erased, {rows} rows deleted, {len(strays)} stray files.")


def _check_expired(settings: Settings, up_to: int | None) -> int:
    """Return how many cases would be erased, if they are few enough.

    Raises:
        Conflict: they are too many.
    """
    with reading() as session:
        number = len(
            erasing.list_expired_cases(
                session, days=settings.retention_days, today=clock.get_today(), limit=MANY
            )
        )
        whole = upkeep.count_cases_with_content(session)
    check_share("cases with content", number, whole, known=whole, up_to=up_to)
    return number


def _erase_expired(settings: Settings, expected: int) -> int:
    """Erase as many cases as were counted before, and return how many that were."""
    store = BLOBS.get()
    erased, today = 0, clock.get_today()
    while erased < expected:
        some = min(BATCH, expected - erased)
        with transaction() as session:
            cases = erasing.list_expired_cases(
                session, days=settings.retention_days, today=today, limit=some
            )
            files = [
                name
                for case in cases
                for name in erasing.erase(session, case, actor=SYSTEM, today=today)
            ]
        for name in files:
            store.remove(name)
        if not cases:
            break
        erased += len(cases)
        click.echo(f"{erased} cases…")
    return erased


def _drop_rows() -> int:
    with transaction() as session:
        return upkeep.drop_expired(session, minute=clock.get_minutes(), today=clock.get_today())


def _list_strays(sweeps: Sweeps, up_to: int | None) -> list[Path]:
    """Return files that belong to no case: uploads that were broken off, remains of erasure.

    Raises:
        Conflict: they are too many of the sealed files that were kept.
    """
    store = BLOBS.get()
    now = clock.get_seconds()
    kept = [store.folder / name for name in store.list_names()]
    with reading() as session:
        known = upkeep.count_attachments(session)
        strays = list(
            upkeep.list_stray_files(session, kept, before=sweeps.compute_oldest_kept(now))
        )
        broken_off = list(
            upkeep.list_stray_files(session, store.list_incoming(), before=now - A_DAY)
        )
    check_share("sealed files", len(strays), len(kept), known=known, up_to=up_to)
    return [*strays, *broken_off]
