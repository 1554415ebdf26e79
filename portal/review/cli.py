"""Commands of the timer: tell of late clocks, delete what is kept no longer."""

from datetime import date
from itertools import chain
from pathlib import Path

import click
from flask import Blueprint, current_app

from portal.cases.audit import SYSTEM
from portal.core import clock
from portal.core.blobs import BlobStore
from portal.core.config import Settings
from portal.review import queries
from portal.review.service import erasing, holding, upkeep
from portal.web.database import reading, transaction

BATCH = 100
A_DAY = 86_400

commands = Blueprint("review_commands", __name__, cli_group=None)


@commands.cli.command("clocks")
@click.option("--dry-run", is_flag=True, help="Say which clocks are late; send nothing.")
def clocks(*, dry_run: bool) -> None:
    """Tell bodies and the oversight board what is late, and which cases nobody may read any more.

    Running it twice does no harm.
    """
    today, told, late = clock.today(), 0, 0
    if dry_run:
        _show_what_is_due(today)
        return
    held = _hold_abandoned(today)
    while True:
        with transaction() as session:
            found = upkeep.late_clocks(session, today=today, limit=BATCH)
            told += upkeep.tell_of_late(session, found, today=today)
        if not found:
            break
        late += len(found)
        click.echo(f"{late} late clocks, {told} notices…")
    click.echo(f"Done: {told} new notices, {held} cases held.")


def _show_what_is_due(today: date) -> None:
    with reading() as session:
        for case in queries.abandoned(session, limit=100 * BATCH):
            click.echo(f"{case.body_code} {case.id[:8]} nobody may read it")
        for running, case in upkeep.late_clocks(session, today=today, limit=100 * BATCH):
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
def retention(*, dry_run: bool) -> None:
    """Delete content that is kept no longer, ended sessions, stray files. Safe to run twice."""
    settings: Settings = current_app.extensions["settings"]
    erased = _count_expired(settings) if dry_run else _erase_expired(settings)
    rows = 0 if dry_run else _drop_rows()
    strays = _sweep(dry_run=dry_run)
    verb = "would be" if dry_run else "were"
    click.echo(f"Done: {erased} cases {verb} erased, {rows} rows deleted, {strays} stray files.")


def _count_expired(settings: Settings) -> int:
    with reading() as session:
        return len(
            erasing.expired_cases(
                session, days=settings.retention_days, today=clock.today(), limit=100 * BATCH
            )
        )


def _erase_expired(settings: Settings) -> int:
    store: BlobStore = current_app.extensions["blobs"]
    erased, today = 0, clock.today()
    while True:
        with transaction() as session:
            cases = erasing.expired_cases(
                session, days=settings.retention_days, today=today, limit=BATCH
            )
            files = [
                name
                for case in cases
                for name in erasing.erase(session, case, actor=SYSTEM, today=today)
            ]
        for name in files:
            store.remove(name)
        if not cases:
            return erased
        erased += len(cases)
        click.echo(f"{erased} cases…")


def _drop_rows() -> int:
    with transaction() as session:
        return upkeep.drop_expired(session, minute=clock.minutes(), today=clock.today())


def _sweep(*, dry_run: bool) -> int:
    """Remove files that belong to no case: uploads that were broken off, remains of erasure."""
    store: BlobStore = current_app.extensions["blobs"]
    lying = chain((store.folder / name for name in store.names()), store.waiting())
    with reading() as session:
        strays: list[Path] = list(
            upkeep.stray_files(session, lying, before=clock.seconds() - A_DAY)
        )
    for path in strays:
        if not dry_run:
            path.unlink(missing_ok=True)
    return len(strays)
