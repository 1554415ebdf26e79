"""The log as outsiders read it: from a folder or an address, whole or not at all."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from crypto.cosignature import Policy
from crypto.errors import OpenError
from crypto.log_entries import Announcement
from portal.core.config import Settings
from portal.transparency import queries
from portal.transparency.publishing import files
from portal.transparency.verifying import reading
from portal.transparency.writing import log_keys, service
from tests.factories import TODAY, Make

ENTRIES = 700  # of three bundles, the last one partial


@pytest.fixture
def folder(make: Make, session: Session, settings: Settings) -> Path:
    """A log of many entries, written in two parts."""
    leaves = [Announcement("policy", f"p{number}", b"x") for number in range(ENTRIES)]
    place = settings.instance / files.FOLDER
    for part in (leaves[:300], leaves[300:]):
        service.append(session, make.log, part, today=TODAY)
        session.commit()
        files.publish(session, place)
    return place


@pytest.fixture
def policy(make: Make) -> Policy:
    return Policy((log_keys.derive_public_key(make.keyring, make.log.origin),))


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_every_entry_is_read_from_an_address_and_from_a_folder(
    session: Session, folder: Path, address: str, policy: Policy
) -> None:
    for place in (address, str(folder)):
        results: dict[int, bytes] = {}
        seen = reading.read_whole_log(reading.make_fetch(place), policy, results.__setitem__)
        assert results == dict(enumerate(queries.read_entries(session, 0, ENTRIES)))
        assert seen.checkpoint.size == ENTRIES


def test_an_altered_entry_is_not_what_was_signed(folder: Path, policy: Policy) -> None:
    bundle = folder / "tile" / "entries" / "001"
    content = bundle.read_bytes()
    bundle.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(OpenError, match="not those that were signed"):
        reading.read_whole_log(reading.make_fetch(str(folder)), policy, lambda *_: None)


def test_a_log_of_another_key_is_not_believed(folder: Path, make: Make) -> None:
    other = Policy((log_keys.derive_public_key(make.keyring, "elsewhere/log"),))

    with pytest.raises(OpenError):
        reading.read_whole_log(reading.make_fetch(str(folder)), other, lambda *_: None)
