"""The command that attacks published figures before anybody else does."""

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

import click
from flask import current_app

from portal.core.errors import Damaged
from portal.statistics.attacks import coverage, side_channels, suite, utility
from portal.statistics.catalogue.tables import load
from portal.statistics.cli.blueprint import group_statistics
from portal.statistics.gate import bounds, consistency, file_allowlist, table_allowlist
from portal.statistics.gate.result import AttackResult
from portal.statistics.releases import archive
from portal.statistics.releases.archive import PublishedRelease
from portal.statistics.service import ledger
from portal.web.database import reading
from portal.web.parts import SETTINGS

DRAWS = {"L0": 60, "L1": 30, "L2": 12}  # of coverage: some minutes
COLUMNS = "{:<4} {:<26} {:<8} {:>6} {:>6} {:>8}  {:<4}  {}"


@group_statistics.command("check")
@click.option("--full/--quick", default=False, help="In minutes, or in seconds (usual).")
@click.option("--utility", "useful", is_flag=True, help="Measure how useful figures are, too.")
@click.option("--coverage", "covered", is_flag=True, help="Measure how often ranges are true.")
def check(*, full: bool, useful: bool, covered: bool) -> None:
    """Attack synthetic releases and those of this portal; exit status 1 if any attack succeeds.

    Success is a share from 0 to 1. Every attack must break publications that are known to be
    unsafe (before) and must not break ours (after).
    """
    begin = perf_counter()

    def tell(what: str) -> None:
        click.echo(f"[{perf_counter() - begin:4.0f} s] {what}", err=True)

    click.echo(COLUMNS.format("test", "attack", "on", "before", "after", "at most", "", ""))
    failed = 0
    try:
        failed += sum(_print_result(result) for result in _attack_all(full=full, tell=tell))
    except Damaged as error:
        raise click.ClickException(f"{error}: nothing more can be said of the releases") from error
    if useful:
        for line in utility.tabulate(tell):
            click.echo(line)
    if covered:
        failed += _print_coverage(tell)
    tell(f"{failed} went wrong" if failed else "passed")
    if failed:
        raise click.exceptions.Exit(1)


def _print_result(result: AttackResult) -> bool:
    """Print a result, and return whether it went wrong."""
    click.echo(_format_line(result))
    if not result.detects_control:
        for name, success in result.controls.items():
            click.echo(f"       {success:.2f} against {name}")
    return not result.passed


def _print_coverage(tell: suite.Tell) -> int:
    """Print how often ranges hold the truth, and return how many kinds of them do not."""
    failed = 0
    for level in coverage.VOLUMES:
        tell(f"coverage: {level}")
        for name, kind in coverage.measure(level, quarters=8, draws=DRAWS[level]).items():
            false = kind.share < coverage.LEAST and kind.ranges >= coverage.ENOUGH
            failed += false
            line = f"{level} {name:<40}{kind.ranges:>8,}{kind.share:>8.1%}"
            click.echo(f"{line} FAIL" if false else line)
    return failed


def _attack_all(*, full: bool, tell: suite.Tell) -> Iterator[AttackResult]:
    """Yield the results on synthetic releases, then those on what this portal has published."""
    yield from suite.run(suite.FULL if full else suite.QUICK, tell)
    settings = SETTINGS.get()
    newest = archive.list_releases(settings.instance / "releases")
    tell(f"this portal: its ledger and {len(newest)} releases")
    yield replace(_examine_ledger(), on="ledger")
    yield from _examine_releases(newest)
    tell("this portal: its public pages")
    yield replace(side_channels.attack(current_app, newest), on="pages")


def _examine_ledger() -> AttackResult:
    """Return whether any case of this portal can have cost more than it may."""
    budget = load().budget
    with reading() as session:
        usual, sanctioned = ledger.compute_highest_costs(session)
    beyond = usual > budget.lifetime or sanctioned > budget.with_sanction
    note = f"the dearest life so far: {usual / 1000:g}, sanctioned {sanctioned / 1000:g}"
    return AttackResult("G1", "overdraw a case", float(beyond), 0.0, note=note)


def _examine_releases(releases: list[PublishedRelease]) -> Iterator[AttackResult]:
    """Yield what can be made of the releases of this portal, in their newest versions."""
    history = [(release.quarter, release.read_documents()) for release in releases]
    if history:
        yield replace(bounds.examine(history), on="releases")
    for release, (quarter, documents) in zip(releases, history, strict=True):
        level = release.manifest["level"]
        content = {name: release.read(name) for name in release.manifest["files"]}
        for result in (
            consistency.examine(documents, quarter),
            table_allowlist.examine(documents, quarter, level),
            file_allowlist.examine(content, documents),
        ):
            yield replace(result, on=quarter)


def _format_line(result: AttackResult) -> str:
    before = "" if result.weakest_control is None else f"{result.weakest_control:.2f}"
    return COLUMNS.format(
        result.id,
        result.attack,
        result.on,
        before,
        f"{result.measured:.3f}",
        f"{result.threshold:.4f}",
        "pass" if result.passed else "FAIL",
        result.note,
    ).rstrip()
