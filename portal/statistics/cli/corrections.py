"""Commands for what goes otherwise than announced: a corrected version, another day."""

import tomllib
from datetime import timedelta
from pathlib import Path

import click

from portal.cases.codes import AuditAct
from portal.core.calendar import Quarter
from portal.core.records import label_of
from portal.core.terms import Label
from portal.statistics import queries, workflow
from portal.statistics.cli.blueprint import QUARTER, group_statistics
from portal.statistics.cli.release import (
    AS_OF,
    build_release_context,
    get_instant,
    parse_day,
    refusals,
)
from portal.statistics.releases import announcements, drafts
from portal.statistics.service import lifecycle

TOML = click.Path(exists=True, dir_okay=False, path_type=Path)
FROM_CASES = "Count again, which only the month after signing allows; else numbers stay."


@group_statistics.command("correct")
@click.argument("quarter", type=QUARTER)
@click.argument("reason", type=TOML)
@click.option("--on", "on", help="The day that it bears (2026-12-15); tomorrow unless given.")
@click.option("--recount", is_flag=True, help=FROM_CASES)
@click.option("--as-of", help=AS_OF)
def correct(
    quarter: Quarter, reason: Path, on: str | None, *, recount: bool, as_of: str | None
) -> None:
    """Make the draft of a corrected version of QUARTER; REASON is a file with a text by language.

    Like any release it is signed off by two people and then published by `release QUARTER`.
    """
    today = get_instant(as_of).date()
    day = parse_day(on) if on else today + timedelta(days=1)
    if day < today:
        raise click.UsageError("the day is past")
    with refusals():
        made = workflow.correct(
            build_release_context(),
            quarter,
            _read_reason(reason),
            day,
            recount=recount,
            today=today,
        )
    click.echo(f"{made.name} awaits signatures: 0 of {lifecycle.SIGNATURES}")


@group_statistics.command("drop")
@click.argument("quarter", type=QUARTER)
@click.option("--as-of", help=AS_OF)
def drop(quarter: Quarter, *, as_of: str | None) -> None:
    """Give up a corrected version of QUARTER that was not published."""
    desk, today = build_release_context(), get_instant(as_of).date()
    with refusals(), desk.transaction() as session:
        draft = queries.find_newest(session, quarter)
        if draft is None or draft.version == 1 or draft.released_on is not None:
            raise click.UsageError("there is no corrected version that waits")
        lifecycle.drop(session, draft)
        lifecycle.record_operator_act(session, AuditAct.RELEASE_GIVEN_UP, draft.name, today=today)
    drafts.remove_draft(drafts.locate_draft(desk.folder, quarter, draft.version))
    click.echo(f"{draft.name} was given up")


@group_statistics.command("announce")
@click.argument("quarter", type=QUARTER)
@click.argument("day")
@click.argument("reason", type=TOML)
@click.option("--as-of", help=AS_OF)
def announce(quarter: Quarter, day: str, reason: Path, *, as_of: str | None) -> None:
    """Announce another DAY for QUARTER; REASON has a text by language. It stays announced."""
    desk, today = build_release_context(), get_instant(as_of).date()
    with refusals(), desk.transaction() as session:
        lifecycle.record_operator_act(session, AuditAct.RELEASE_MOVED, quarter, today=today)
        change = announcements.announce(
            desk.folder, quarter, parse_day(day), _read_reason(reason), today=today
        )
    click.echo(f"{quarter} is announced for {change.day} instead of {change.was}")


def _read_reason(path: Path) -> Label:
    try:
        return label_of(tomllib.loads(path.read_text("utf-8")), path.name)
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path.name}: {error}") from error
