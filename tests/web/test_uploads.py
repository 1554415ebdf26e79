"""No plain byte of an upload touches a disk, whole or broken off."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from crypto.errors import FormatError
from crypto.padding import ATTACHMENT_MIN_BYTES
from crypto.seal import generate_throwaway_recipient, seal
from portal.core.blobs import BlobStore
from portal.core.errors import Conflict
from portal.web.parts import BLOBS
from portal.web.uploads import LONGEST_LINE, SealedUpload, SealingUpload
from tests.factories import Make
from tests.intake.steps import needed, receipt_on, write_page
from tests.live import serving
from tests.page import Browser, hidden

CANARY = b"plain-canary-8146"
MEBIBYTE = 1 << 20
SIZE = 25 * MEBIBYTE
FILE = (CANARY * (SIZE // len(CANARY) + 1))[:SIZE]
SECONDS = 30


@pytest.fixture
def post(make: Make, browser: Browser, app: Flask) -> Iterator[tuple[socket.socket, bytes, bytes]]:
    """A connection to a running portal, and a report with a large file in two halves."""
    make.portal()
    page = write_page(browser)
    url = "/en/report/file"
    fields = {**hidden(page, url), **needed("bribery")}
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (name.encode(), str(value).encode())
        for name, value in fields.items()
    ]
    parts.append(
        b'--x\r\nContent-Disposition: form-data; name="attachments"; filename="plain-canary-8146"'
        b"\r\nContent-Type: image/jpeg\r\n\r\n" + FILE + b"\r\n--x--\r\n"
    )
    body = b"".join(parts)
    with serving(app) as address:
        host = urlsplit(address)
        cookie = browser.client.get_cookie("portal")
        assert cookie is not None
        head = (
            f"POST {url} HTTP/1.1\r\nHost: {host.netloc}\r\nCookie: portal={cookie.value}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        with socket.create_connection((host.hostname, host.port)) as connection:
            half = len(body) // 2
            yield connection, head.encode() + body[:half], body[half:]


def open_files() -> Iterator[tuple[str, bytes]]:
    """Yield every regular file that this process has open, also one without a name."""
    for handle in Path("/proc/self/fd").iterdir():
        try:
            with handle.open("rb") as content:
                if handle.is_file():
                    yield str(handle.readlink()), content.read()
        except OSError:
            continue  # closed in the meantime, or not a file to read


def files_in(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and os.access(path, os.R_OK):
                yield str(path), path.read_bytes()


def arrived(store: BlobStore) -> int:
    """Return how many bytes are in files that are still arriving."""
    return sum(path.stat().st_size for path in store.list_incoming())


def wait_until_half_arrived(store: BlobStore) -> None:
    deadline = time.monotonic() + SECONDS
    while arrived(store) < SIZE // 3:
        assert time.monotonic() < deadline, "nothing arrives"
        time.sleep(0.02)


def test_a_large_upload_leaves_no_plain_byte_on_any_disk(
    post: tuple[socket.socket, bytes, bytes],
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection, first, second = post
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    connection.sendall(first)
    wait_until_half_arrived(BLOBS.get_from(app))
    during = [name for name, held in open_files() if CANARY in held]
    during += [name for name, held in files_in(tmp_path) if CANARY in held]
    connection.sendall(second)
    answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert not during
    assert answer.startswith(b"HTTP/1.1 201")
    assert receipt_on(answer.split(b"\r\n\r\n", 1)[1].decode())
    assert not [name for name, held in files_in(tmp_path) if CANARY in held]
    assert not list(temporary.iterdir())


def test_an_upload_that_is_broken_off_leaves_nothing(
    post: tuple[socket.socket, bytes, bytes], app: Flask
) -> None:
    connection, first, _ = post
    store: BlobStore = BLOBS.get_from(app)

    connection.sendall(first)
    wait_until_half_arrived(store)
    connection.close()

    deadline = time.monotonic() + SECONDS
    while list(store.list_incoming()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not list(store.list_incoming())
    assert not list(store.list_names())


def test_a_file_that_is_not_kept_is_forgotten(app: Flask) -> None:
    store: BlobStore = BLOBS.get_from(app)
    for kind in (SealingUpload, SealedUpload):
        upload = kind(store)
        upload.write(b"anything")
        upload.close()

    assert not list(store.list_incoming())


def test_a_full_disk_is_told_when_the_file_is_kept(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = SealingUpload(BLOBS.get_from(app))
    upload.write(b"first")

    class Full:
        closed = True

        def write(self, _data: bytes) -> int:
            raise OSError(28, "No space left on device")

    assert upload._file
    with upload._file:
        monkeypatch.setattr(upload, "_file", Full())
        upload.write(bytes(1 << 20))
    with pytest.raises(OSError, match="No space"):
        upload.keep([])


def test_two_files_never_share_a_name(app: Flask) -> None:
    store: BlobStore = BLOBS.get_from(app)
    readers = [generate_throwaway_recipient() for _ in range(3)]
    first, second = (seal(bytes(ATTACHMENT_MIN_BYTES), readers) for _ in range(2))
    name = "a" * 32
    uploads = [SealedUpload(store) for _ in range(2)]
    for upload, sealed in zip(uploads, (first, second), strict=True):
        upload.write(sealed)

    uploads[0].keep(name)
    with pytest.raises(Conflict):
        uploads[1].keep(name)

    uploads[1].close()
    with store.open(name) as kept:
        assert kept.read() == first


@pytest.mark.parametrize("sent", [b"", b"plain words", b"age-encryption.org/v1\n" + bytes(9000)])
def test_what_is_no_sealed_file_is_not_kept(app: Flask, sent: bytes) -> None:
    upload = SealedUpload(BLOBS.get_from(app))
    upload.write(sent)

    with pytest.raises(FormatError):
        upload.keep("a" * 32)

    upload.close()
    assert not list(BLOBS.get_from(app).list_names())


def test_a_form_of_a_million_fields_is_not_read(app: Flask) -> None:
    many = b"a&" * (LONGEST_LINE // 2 + 1)
    form = "application/x-www-form-urlencoded"

    answer = app.test_client().post("/ru/report/write", data=many, content_type=form)

    assert answer.status_code == 413
