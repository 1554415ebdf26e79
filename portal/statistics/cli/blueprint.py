"""The blueprint that the commands share."""

from flask import Blueprint

commands = Blueprint("statistics_commands", __name__, cli_group=None)


@commands.cli.group("statistics")
def group_statistics() -> None:
    """Published figures: attack them, copy them."""
