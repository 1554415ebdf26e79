"""Telling people: in plain words, and by whatever command they chose."""

import shlex
import subprocess
import sys

from witness.state import WatchedLog

HEAD = "ALARM · ДАБЫЛ · ТРЕВОГА"
WHAT_NOW = (
    "Nothing more of this log is cosigned until a person decides. Do not delete anything. Read"
    ' "When the alarm comes" in docs/witness.md, and speak with the other witnesses first.'
)
SECONDS = 60


def format_alarm(log: WatchedLog) -> str:
    """Return the alarm about a log as people read it."""
    return f"{HEAD}\n{log.alarm}{WHAT_NOW}\n"


def tell(log: WatchedLog, command: str) -> None:
    """Tell of the alarm about a log; the command runs until it has succeeded once.

    Args:
        log: which.
        command: is given the words on its input; nothing: there is none.
    """
    words = format_alarm(log)
    sys.stderr.write(words)
    sys.stderr.flush()
    if not command or log.is_told:
        return
    try:
        subprocess.run(  # noqa: S603 - the command of whoever runs the witness
            shlex.split(command), input=words.encode(), check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"The command for alarms failed, and is tried again: {error}\n")
    else:
        log.mark_told()
