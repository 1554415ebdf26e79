"""The blueprint that the commands share."""

from flask import Blueprint

commands = Blueprint("log_commands", __name__, cli_group="log")
