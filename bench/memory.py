"""What is left in memory a minute after a report, a visit and a sign-in."""

from pathlib import Path
from time import sleep

from bench.figures import Measurement, Tell
from bench.portal_server import installation
from bench.private import MemberSecrets, use_everything_private
from bench.processes import server
from bench.searching import count_needles
from portal.demonstration.cast import Cast

WAIT_SECONDS = 60
BODY = "KNB_AC"
SHORT = {"WAIT_SECONDS": 3}


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Send everything private to a server as it ships, and search every process afterwards."""
    del full
    with installation() as place:
        cast = place.hire(BODY)
        with server(place.settings, Path(place.folder), options=("--workers", "2")) as running:
            tell("a report with files, a visit, a sign-in")
            needles = use_everything_private(
                running.address, place.keyring, place.session, _get_member(cast)
            )
            before = count_needles(running.list_family(), needles)
            tell(f"{len(before)} of {len(needles)} were found at once; {WAIT_SECONDS} s pass")
            sleep(WAIT_SECONDS)
            after = count_needles(running.list_family(), needles)
            looked = len(running.list_family())
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


def _get_member(cast: Cast) -> MemberSecrets:
    person, unit = cast.members[BODY][0], cast.units[BODY]
    own = person.own
    return MemberSecrets(
        login=person.account.login,
        password=own.password,
        passphrase=own.passphrase,
        totp_secret=person.totp_secret,
        identity=own.identity,
        signing=own.signing,
        of_body=(unit.identity, unit.signing),
    )
