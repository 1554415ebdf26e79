"""Lines of witnesses are taken in from anybody, and only if they prove themselves."""

import json
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import checkpoint, cosignature, notes
from crypto.checkpoint import Checkpoint
from crypto.notes import Note
from portal.core.config import Settings
from portal.core.db import Sessions
from portal.core.errors import Conflict
from portal.transparency import policy, queries
from portal.transparency.models import LogCosignature
from portal.transparency.policy import PolicyFile, Witness
from portal.transparency.publishing import cosigning, files
from portal.transparency.writing import log_keys, service
from portal.web.database import transaction
from portal.web.parts import SESSIONS, SETTINGS
from tests.crypto import logs
from tests.factories import TODAY, Make

NGO, PAPER, OMBUDSMAN = logs.WITNESSES


@pytest.fixture
def chosen(make: Make, session: Session, settings: Settings) -> PolicyFile:
    """A log of one entry, with two of three witnesses in its policy."""
    own = log_keys.derive_public_key(make.keyring, make.log.origin)
    made = PolicyFile((own,), tuple(map(Witness, logs.WITNESS_KEYS[:2])), 2)
    policy.save(settings.instance, made)
    grow(make, session, settings, 1)
    return made


def grow(make: Make, session: Session, settings: Settings, count: int) -> None:
    """Let the log say something new some times, and publish it."""
    for _ in range(count):
        service.log_release(session, make.log, "2026-q1/v1", bytes(32), today=TODAY)
    session.commit()
    files.publish(session, settings.instance / files.FOLDER)
    session.rollback()


def signed(session: Session, *names: str, size: int | None = None) -> Note:
    """Return a checkpoint with the lines of some witnesses."""
    newest = queries.find_latest(session)
    assert newest is not None
    note = notes.parse(newest.note)
    state = checkpoint.parse(note.text)
    if size is not None:
        state = Checkpoint(state.origin, size, state.root)
    lines = [cosignature.cosign(state, name, logs.WITNESSES[name], logs.NOON) for name in names]
    session.rollback()
    return Note(state.text, (*note.signatures, *lines))


def post(client: FlaskClient, data: bytes) -> tuple[int, Mapping[str, object]]:
    answer = client.post("/log/cosignature", data=data, content_type="text/plain")
    return answer.status_code, json.loads(answer.text)


def kept(session: Session) -> list[str]:
    return sorted(session.scalars(select(LogCosignature.witness)))


def test_a_line_is_kept_and_shown_at_once(
    chosen: PolicyFile, client: FlaskClient, session: Session
) -> None:
    for number, name in enumerate((NGO, PAPER, NGO), start=1):
        assert post(client, signed(session, name).data) == (200, {"size": 1})
        shown = notes.parse(client.get("/log/checkpoint").data)
        assert len(shown.signatures) == 1 + min(number, 2)

    assert set(chosen.policy.check(client.get("/log/checkpoint").data).witnesses) == {NGO, PAPER}
    assert kept(session) == [NGO, PAPER]


def test_the_first_line_of_a_witness_stays(
    chosen: PolicyFile, client: FlaskClient, session: Session
) -> None:
    first = signed(session, PAPER)
    post(client, first.data)
    post(client, signed(session, PAPER).data)  # ML-DSA signs otherwise each time

    assert first.signatures[-1].line.encode() in client.get("/log/checkpoint").data
    assert chosen.needed == 2


@pytest.mark.usefixtures("chosen")
def test_a_line_below_an_older_state_is_kept_there(
    make: Make, client: FlaskClient, session: Session, settings: Settings
) -> None:
    older = signed(session, NGO).data
    grow(make, session, settings, 2)

    assert post(client, older) == (200, {"size": 1})
    assert NGO not in client.get("/log/checkpoint").text


@pytest.mark.usefixtures("chosen")
def test_a_line_does_not_publish_a_state_whose_files_are_not_written_yet(
    make: Make, client: FlaskClient, session: Session
) -> None:
    service.log_release(session, make.log, "2026-q2/v1", bytes(32), today=TODAY)
    session.commit()
    before = client.get("/log/checkpoint").data

    assert post(client, signed(session, NGO).data) == (200, {"size": 2})
    assert client.get("/log/checkpoint").data == before


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize(
    ("names", "size", "status", "error"),
    [
        ((), None, 403, "unknown-witness"),
        ((OMBUDSMAN,), None, 403, "unknown-witness"),
        ((NGO,), 2, 404, "unknown-checkpoint"),
        ((NGO,), 2**62, 404, "unknown-checkpoint"),
    ],
)
def test_what_is_not_asked_for_is_not_kept(
    client: FlaskClient,
    session: Session,
    names: tuple[str, ...],
    size: int | None,
    status: int,
    error: str,
) -> None:
    assert post(client, signed(session, *names, size=size).data) == (status, {"error": error})
    assert kept(session) == []


@pytest.mark.usefixtures("chosen")
def test_lines_of_others_are_passed_over(client: FlaskClient, session: Session) -> None:
    assert post(client, signed(session, OMBUDSMAN, NGO).data)[0] == 200
    assert kept(session) == [NGO]


@pytest.mark.usefixtures("chosen")
def test_every_altered_byte_is_refused(client: FlaskClient, session: Session) -> None:
    whole = signed(session, NGO).data
    text, own = whole.index(b"\n\n"), whole.index(NGO.encode())
    for place in [*range(0, text, 5), *range(own, len(whole), 9)]:
        altered = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        status, said = post(client, altered)
        assert status in {400, 403, 404}, (place, said)
        assert isinstance(said["error"], str)
    assert kept(session) == []


@pytest.mark.usefixtures("chosen")
def test_another_tree_of_the_same_size_is_not_the_logs(
    client: FlaskClient, session: Session
) -> None:
    origin = signed(session).text.partition("\n")[0]
    forked = Checkpoint(origin, 1, bytes(32))
    line = cosignature.cosign(forked, NGO, logs.WITNESSES[NGO], logs.NOON)

    assert post(client, Note(forked.text, (line,)).data) == (404, {"error": "unknown-checkpoint"})


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("data", [b"", b"x", b"\xff\xfe", b"\n\n\n", b"a" * 60_000])
def test_what_is_no_checkpoint_is_said_to_be_malformed(client: FlaskClient, data: bytes) -> None:
    assert post(client, data) == (400, {"error": "malformed"})


@pytest.mark.usefixtures("chosen")
def test_a_form_is_no_checkpoint(client: FlaskClient) -> None:
    answer = client.post("/log/cosignature", data={"csrf_token": "x", "note": "y"})

    assert answer.status_code == 400


@pytest.mark.usefixtures("chosen")
def test_too_long_a_text_is_not_read_to_its_end(client: FlaskClient, session: Session) -> None:
    long = signed(session, NGO).data + b"x" * 70_000

    assert post(client, long) == (413, {"error": "too-long"})


@pytest.mark.usefixtures("chosen")
def test_one_address_hands_in_only_so_often(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    SETTINGS.put(app, replace(SETTINGS.get_from(app), cosignatures_per_hour=2))
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    data = signed(session, NGO).data

    assert [post(client, data)[0] for _ in range(3)] == [200, 200, 429]


def test_a_broken_policy_takes_nothing(
    client: FlaskClient, session: Session, settings: Settings, chosen: PolicyFile
) -> None:
    data = signed(session, NGO).data
    (settings.instance / policy.FILE).write_text(chosen.text + "x")

    answer = client.post("/log/cosignature", data=data)

    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert kept(session) == []


def test_a_smaller_database_than_what_was_published_takes_no_file_back(
    app: Flask, make: Make, session: Session, settings: Settings, chosen: PolicyFile
) -> None:
    """Two who publish at once, of whom one has read before the other: the newest state stays."""
    sessions: Sessions = SESSIONS.get_from(app)
    with sessions() as slow:
        queries.find_latest(slow)  # what this one reads from now on is the state of this moment
        grow(make, session, settings, 3)
        with pytest.raises(Conflict):
            files.publish(slow, settings.instance / files.FOLDER)
    assert files.read_published_size(settings.instance / files.FOLDER) == 4
    assert chosen.needed == 2


def test_lacking_counts_witnesses_and_not_lines(
    app: Flask, session: Session, chosen: PolicyFile
) -> None:
    with app.app_context():
        assert cosigning.count_missing_witnesses(session, chosen) == 2
        session.rollback()
        with transaction() as writing:
            cosigning.store_lines(writing, chosen, signed(session, NGO).data)
        assert cosigning.count_missing_witnesses(session, chosen) == 1
