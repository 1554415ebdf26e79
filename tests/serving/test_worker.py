"""Nothing that a person sent is in the memory of any process, once a worker has ended."""

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bench.private import MemberSecrets, use_everything_private
from bench.processes import ServerProcess, server
from bench.searching import count_needles
from portal.core.config import Settings
from tests.factories import Make

PATIENCE_SECONDS = 60
HEAD = b"POST /en/case/enter HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"


def forgets(running: ServerProcess, needles: Mapping[str, bytes]) -> bool:
    """Tell whether nothing is left, as soon as that is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while count_needles(running.list_family(), needles):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def member_of(make: Make, body: str) -> MemberSecrets:
    person, unit = make.person(body_code=body), make.units[body]
    return MemberSecrets(
        login=person.account.login,
        password=person.password,
        passphrase=person.passphrase,
        totp_secret=person.totp_secret,
        identity=person.identity,
        signing=person.signing,
        of_body=(unit.identity, unit.signing),
    )


def test_what_was_sent_is_in_no_process_soon_afterwards(
    settings: Settings, make: Make, tmp_path: Path
) -> None:
    make.portal("KNB_AC")
    given = {"PORTAL_FORGET_SECONDS": "1"}
    with server(settings, tmp_path, options=("--workers", "2"), given=given) as running:
        needles = use_everything_private(
            running.address, make.keyring, make.session, member_of(make, "KNB_AC")
        )

        assert forgets(running, needles)
        assert len(running.list_family()) >= 4  # the master, two workers, the nursery
    assert running.log.read_bytes() == b""


def test_the_search_finds_what_a_worker_holds(
    settings: Settings, make: Make, tmp_path: Path
) -> None:
    make.portal("KNB_AC")
    make.session.close()
    planted = b"planted-canary-6612"
    with server(settings, tmp_path) as running:
        place = urlsplit(running.address)
        with socket.create_connection((place.hostname, place.port), PATIENCE_SECONDS) as line:
            # a body that is not complete waits in the worker
            line.sendall(HEAD + planted)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not count_needles(running.list_workers(), {"planted": planted}):
                assert time.monotonic() < deadline, "the search does not find it"
                time.sleep(0.2)
