"""Commands for what goes otherwise than announced: a corrected version, another day."""

import tomllib
from datetime import timedelta
from pathlib import Path

import click

from portal.cases.codes import AuditAct
from portal.core.records import make_record
from portal.core.terms import Label
from portal.statistics import queries, workflow
from portal.statistics.cli.blueprint import statistics
from portal.statistics.cli.release import AS_OF, day_of, instant, own_desk, refusals
from portal.statistics.releases import calendar, drafts
from portal.statistics.service import lifecycle

TOML = click.Path(exists=True, dir_okay=False, path_type=Path)
FROM_CASES = "Count again, which only the month after signing allows; else numbers stay."


@statistics.command("correct")
@click.argument("quarter")
@click.argument("reason", type=TOML)
@click.option("--on", "on", help="The day that it bears (2026-12-15); tomorrow unless given.")
@click.option("--recount", is_flag=True, help=FROM_CASES)
@click.option("--as-of", help=AS_OF)
def correct(
    quarter: str, reason: Path, on: str | None, *, recount: bool, as_of: str | None
) -> None:
    """Make the draft of a corrected version of QUARTER; REASON is a file with kk, ru and en.

    Like any release it is signed off by two people and then published by `release QUARTER`.
    """
    today = instant(as_of).date()
    day = day_of(on) if on else today + timedelta(days=1)
    if day < today:
        raise click.UsageError("the day is past")
    with refusals():
        made = workflow.correct(
            own_desk(), quarter, _reason(reason), day, recount=recount, today=today
        )
    click.echo(f"{made.name} awaits signatures: 0 of {lifecycle.SIGNATURES}")


@statistics.command("drop")
@click.argument("quarter")
@click.option("--as-of", help=AS_OF)
def drop(quarter: str, *, as_of: str | None) -> None:
    """Give up a corrected version of QUARTER that was not published."""
    desk, today = own_desk(), instant(as_of).date()
    with refusals(), desk.transaction() as session:
        found = queries.newest(session, quarter)
        if found is None or found.version == 1 or found.released_on is not None:
            raise click.UsageError("there is no corrected version that waits")
        lifecycle.drop(session, found)
        lifecycle.tell_of_operator(session, AuditAct.RELEASE_GIVEN_UP, found.name, today=today)
    drafts.remove(drafts.draft_of(desk.folder, quarter, found.version))
    click.echo(f"{found.name} was given up")


@statistics.command("announce")
@click.argument("quarter")
@click.argument("day")
@click.argument("reason", type=TOML)
@click.option("--as-of", help=AS_OF)
def announce(quarter: str, day: str, reason: Path, *, as_of: str | None) -> None:
    """Announce another DAY for QUARTER; REASON is a file with kk, ru and en. It stays announced."""
    desk, today = own_desk(), instant(as_of).date()
    with refusals(), desk.transaction() as session:
        lifecycle.tell_of_operator(session, AuditAct.RELEASE_MOVED, quarter, today=today)
        change = calendar.announce(desk.folder, quarter, day_of(day), _reason(reason), today=today)
    click.echo(f"{quarter} is announced for {change.day} instead of {change.was}")


def _reason(path: Path) -> Label:
    try:
        return make_record(Label, tomllib.loads(path.read_text("utf-8")))
    except (ValueError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{path.name}: {error}") from error
