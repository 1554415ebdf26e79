"""The command by which an operator, or a timer, asks whether the portal is well."""

from collections.abc import Callable, Iterator

import click
from flask import Blueprint

from portal.core.blobs import NoRoom
from portal.web import limits, ownwords, visitors
from portal.web.parts import BLOBS, SETTINGS
from portal.web.readiness import READINESS, allow_unready

commands = Blueprint("health", __name__, cli_group=None)

Check = Callable[[], Iterator[str]]


@commands.cli.command("health")
def report_health() -> None:
    """Print one line for each fault, with its remedy; exit status 1 if there is one."""
    faults = [fault for check in CHECKS for fault in check()]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("well")


allow_unready(report_health)  # why the portal does not serve is the first thing that it says


def _check_readiness() -> Iterator[str]:
    readiness = READINESS.get()
    if fault := readiness.find_fault():
        yield f"nothing is served: {fault}"
        return
    for feature in readiness.by_feature:
        if fault := readiness.find_feature_fault(feature):
            yield f"the pages of {feature} are not served: {fault}"


def _check_proxy() -> Iterator[str]:
    settings = SETTINGS.get()
    if day := visitors.find_unannounced_proxy(settings):
        yield (
            f"a proxy that nobody announced forwarded requests, last on {day}, so addresses are not"
            " used for limits: set addresses_behind_proxy to the number of proxies in front of the"
            f" portal, or remove the proxy and then {settings.instance / visitors.PROXY_FILE}"
        )


def _check_counts() -> Iterator[str]:
    if not limits.get_store().check():
        yield (
            "Redis does not answer, so limits are those of each machine: start it, or take"
            " redis_url out of the settings"
        )


def _check_room() -> Iterator[str]:
    blobs = BLOBS.get()
    try:
        blobs.check_room()
    except NoRoom as error:
        yield (
            f"files of reporters are refused, {error}: make room on the disk, or look at"
            " free_mebibytes and unfinished_mebibytes"
        )


def _own_words() -> Iterator[str]:
    yield from ownwords.describe_faults(SETTINGS.get().instance / ownwords.FOLDER)


CHECKS: tuple[Check, ...] = (_check_readiness, _check_proxy, _check_counts, _check_room, _own_words)
