"""What goes on beside a command ends with it, however that ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOES_ON = """
import os, sys, time
from portal.demonstration.beside import fork_beside
fork_beside(sys.argv[1:])
print(os.getpid(), flush=True)
time.sleep(600)
"""
LOOKS = 300


def started(*command: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", GOES_ON, *command]
    return subprocess.Popen(  # noqa: S603 - our own
        program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def has_ended(pid: int) -> bool:
    for _ in range(LOOKS):
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True  # nobody has looked at its end yet
        except FileNotFoundError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL])
def test_the_child_ends_with_the_command(way: signal.Signals) -> None:
    process = started("sleep", "600")
    assert process.stdout
    child = int(process.stdout.readline())
    assert child != process.pid

    process.send_signal(way)
    process.wait()
    process.stdout.close()

    ended = has_ended(child)
    if not ended:
        os.kill(child, signal.SIGKILL)
    assert ended


def test_nothing_goes_on_beside_a_program_that_is_not_there() -> None:
    process = started("no-such-program")
    assert process.stdout
    line = process.stdout.readline()

    assert process.wait() != 0
    process.stdout.close()
    assert not line or has_ended(int(line))
