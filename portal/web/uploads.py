"""Uploads: sealed while they arrive, so that no plain byte of a file ever touches a disk.

The framework's own parser writes large files to a temporary file in the clear. Here each file
part goes into a `SealingUpload` (a page without scripts) or, where the browser has sealed the
file already, into a `SealedUpload`. Both keep ciphertext only, in the store of sealed files.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app
from werkzeug.exceptions import BadRequest

from crypto.keys import Recipient
from crypto.padding import padme
from crypto.seal import HEADER_BYTES, PayloadSealer, check_attachment_form
from portal.core.blobs import BlobStore
from portal.core.config import Settings

SEALS = "seals"
KEEPS = "keeps"
MEBIBYTE = 1 << 20
_PIECE = 1 << 20

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Stored:
    """A sealed file in the store, and what only its manifest may say of the plain one."""

    name: str  # in the store
    length: int  # of the sealed file
    digest: str  # SHA-256 of the sealed file
    plain_size: int
    plain_digest: str


class SealingUpload:
    """Looks like a file to the form parser; everything written to it is sealed at once."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._file = store.arrive()
        self._file.seek(HEADER_BYTES)  # the recipients, and so the header, are known at the end
        self._sealer = PayloadSealer()
        self._plain = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Seal the next piece."""
        self._plain.update(data)
        self.size += len(data)
        self._file.write(self._sealer.update(data))
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it wrote, but nobody reads this again."""
        return 0

    def close(self) -> None:
        """Forget the file, unless it was kept."""
        if not self._file.closed:
            self._store.discard(self._file)

    def keep(self, recipients: Sequence[Recipient]) -> Stored:
        """Pad, seal to the recipients and make durable."""
        padding = padme(self.size) - self.size
        while padding:
            zeros = bytes(min(padding, _PIECE))
            self._file.write(self._sealer.update(zeros))
            padding -= len(zeros)
        self._file.write(self._sealer.finish())
        self._file.seek(0)
        self._file.write(self._sealer.header(recipients))
        length, digest = _measure(self._file)
        name = self._store.keep(self._file)
        return Stored(name, length, digest, self.size, self._plain.hexdigest())


class SealedUpload:
    """Takes a file that the browser sealed, and refuses what is no sealed file."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._file = store.arrive()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Keep the next piece of ciphertext."""
        self.size += len(data)
        self._file.write(data)
        return len(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it wrote, but nobody reads this again."""
        return 0

    def close(self) -> None:
        """Forget the file, unless it was kept."""
        if not self._file.closed:
            self._store.discard(self._file)

    def keep(self) -> Stored:
        """Check the outer form and make durable.

        Raises:
            crypto.errors.FormatError: this is not a file sealed in our one way.
        """
        self._file.seek(0)
        check_attachment_form(self._file.read(HEADER_BYTES), self.size)
        length, digest = _measure(self._file)
        return Stored(self._store.keep(self._file), length, digest, 0, "")


def _measure(file: IO[bytes]) -> tuple[int, str]:
    file.seek(0)
    digest, length = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        digest.update(piece)
        length += len(piece)
    return length, digest.hexdigest()


def seals_uploads(view: View) -> View:
    """Mark a view whose files are sealed by the server while they arrive."""
    view.uploads = SEALS  # type: ignore[attr-defined]
    return view


def keeps_sealed_uploads(view: View) -> View:
    """Mark a view whose files the browser has sealed."""
    view.uploads = KEEPS  # type: ignore[attr-defined]
    return view


class PortalRequest(Request):
    """A request whose files never become temporary files."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - named by the framework
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        view = current_app.view_functions.get(self.endpoint or "")
        kind = getattr(view, "uploads", None)
        store: BlobStore = current_app.extensions["blobs"]
        if kind == SEALS:
            return SealingUpload(store)  # type: ignore[return-value]
        if kind == KEEPS:
            return SealedUpload(store)  # type: ignore[return-value]
        raise BadRequest


def register(app: Flask, settings: Settings) -> None:
    """Use the request above, and bound what one request may hold."""
    app.request_class = PortalRequest
    store = BlobStore(settings.instance / "files")
    store.prepare()
    app.extensions["blobs"] = store
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.form_mebibytes * MEBIBYTE
    app.config["MAX_FORM_PARTS"] = 400
    whole = settings.attachments_mebibytes + settings.form_mebibytes
    app.config["MAX_CONTENT_LENGTH"] = whole * MEBIBYTE
