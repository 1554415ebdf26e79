"""The command by which an operator, or a timer, asks whether the portal is well."""

from collections.abc import Callable, Iterator

import click
from flask import Blueprint

from portal.core.blobs import NoRoom
from portal.web import limits, ownwords, visitors
from portal.web.parts import BLOBS, SETTINGS
from portal.web.readiness import READINESS, works_anyway

commands = Blueprint("health", __name__, cli_group=None)

Check = Callable[[], Iterator[str]]


@commands.cli.command("health")
def health() -> None:
    """Print one line for each fault, with its remedy; exit status 1 if there is one."""
    faults = [fault for check in CHECKS for fault in check()]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("well")


works_anyway(health)  # why the portal does not serve is the first thing that it says


def _ready() -> Iterator[str]:
    readiness = READINESS.here()
    if fault := readiness.fault():
        yield f"nothing is served: {fault}"
        return
    for feature in readiness.by_feature:
        if fault := readiness.fault_of(feature):
            yield f"the pages of {feature} are not served: {fault}"


def _proxy() -> Iterator[str]:
    settings = SETTINGS.here()
    if day := visitors.unannounced_proxy(settings):
        yield (
            f"a proxy that nobody announced forwarded requests, last on {day}, so addresses are not"
            " used for limits: set addresses_behind_proxy to the number of proxies in front of the"
            f" portal, or remove the proxy and then {settings.instance / visitors.PROXY_FILE}"
        )


def _counts() -> Iterator[str]:
    if not limits.store().check():
        yield (
            "Redis does not answer, so limits are those of each machine: start it, or take"
            " redis_url out of the settings"
        )


def _room() -> Iterator[str]:
    blobs = BLOBS.here()
    try:
        blobs.check_room()
    except NoRoom as error:
        yield (
            f"files of reporters are refused, {error}: make room on the disk, or look at"
            " free_mebibytes and unfinished_mebibytes"
        )


def _own_words() -> Iterator[str]:
    yield from ownwords.faults(SETTINGS.here().instance / ownwords.FOLDER)


CHECKS: tuple[Check, ...] = (_ready, _proxy, _counts, _room, _own_words)
