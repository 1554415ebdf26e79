"""The blueprint that the commands share."""

import click
from flask import Blueprint

from portal.core.calendar import Quarter


class _QuarterType(click.ParamType[Quarter]):
    name = "quarter"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Quarter:
        """Read what was typed."""
        if not Quarter.is_one(value):
            self.fail("a quarter looks like 2026-q3", param, ctx)
        return Quarter(value)


QUARTER = _QuarterType()
commands = Blueprint("statistics_commands", __name__, cli_group=None)


@commands.cli.group("statistics")
def group_statistics() -> None:
    """Published figures: attack them, copy them."""
