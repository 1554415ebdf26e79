"""What is left in memory a minute after a report, a visit and a sign-in."""

from pathlib import Path
from time import sleep

from bench.figures import Measurement, Tell
from bench.portal_server import installation
from tests import memory
from tests.processes import server
from tests.serving.private import everything_private

WAIT_SECONDS = 60
SHORT = {"WAIT_SECONDS": 3}


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Send everything private to a server as it ships, and search every process afterwards."""
    del full
    with installation() as place:
        place.make.portal("KNB_AC")
        with server(place.settings, Path(place.folder), options=("--workers", "2")) as running:
            tell("a report with files, a visit, a sign-in")
            needles = everything_private(running, place.make)
            before = memory.holds(running.family(), needles)
            tell(f"{len(before)} of {len(needles)} were found at once; {WAIT_SECONDS} s pass")
            sleep(WAIT_SECONDS)
            after = memory.holds(running.family(), needles)
            looked = len(running.family())
    return [
        Measurement("things looked for in memory", str(len(needles))),
        Measurement("… found just after they were sent", f"{len(before)}", "> 0", bool(before)),
        Measurement(
            f"… found after {WAIT_SECONDS} s, in {looked} processes",
            ", ".join(after) or "0",
            "0",
            not after,
        ),
    ]
