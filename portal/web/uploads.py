"""Uploads: sealed while they arrive, so that no plain byte of a file ever touches a disk.

The framework's own parser writes large files to a temporary file in the clear. Here each file
part goes into a `SealingUpload` (a page without scripts) or, where the browser has sealed the
file already, into a `SealedUpload`. Both keep ciphertext only, in the store of sealed files.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any, BinaryIO, TypeVar, cast

from flask import Flask, Request, current_app
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser

from crypto.body import Attachment
from crypto.errors import FormatError
from crypto.keys import Recipient
from crypto.padding import BODY_BUCKETS, compute_padme_length
from crypto.seal import HEADER_BYTES, PayloadSealer, check_attachment_form, compute_sealed_length
from portal.core.blobs import BlobStore, write_whole
from portal.core.clean_text import clean_file_name, clean_media_type
from portal.core.config import Settings
from portal.core.errors import Conflict
from portal.web.formparts import BoundedFormParser
from portal.web.parts import BLOBS

SEALS = "seals"
KEEPS = "keeps"
MEBIBYTE = 1 << 20
# A form without parts: the longest one hands the keys of 200 epochs to a colleague.
LONGEST_LINE = 2 * MEBIBYTE
LONGEST_BODY = compute_sealed_length(BODY_BUCKETS[-1])
_PIECE = 1 << 20
NO_ROOM = _l(
    "The portal has no room for files at this moment, so nothing was sent. Please send the text"
    " without files; they can follow later, with the code."
)

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class StoredFile:
    """A sealed file in the store, and what only its manifest may say of the plain one."""

    name: str  # in the store
    length: int  # of the sealed file
    digest: str  # SHA-256 of the sealed file
    plain_size: int
    plain_digest: str


class _Upload:
    """Looks like a file to the form parser; what is written to it waits in the store.

    A fault of the store is told by `keep`: the rest of the form must be read before, because a
    page comes back with everything that was typed.
    """

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._file: BinaryIO | None = None
        self._fault: OSError | None = None
        self._next_check = LONGEST_BODY  # a text that was sealed is short, and always has room
        self.size = 0
        try:
            self._file = store.open_incoming()
        except OSError as error:
            self._fault = error

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it wrote, but nobody reads this again."""
        return 0

    def close(self) -> None:
        """Forget the file, unless it was kept."""
        if self._file and not self._file.closed:
            self._store.discard(self._file)

    def _add(self, data: bytes) -> None:
        """Write the next piece of ciphertext."""
        if self._file is None or self._fault:
            return
        try:
            if self.size > self._next_check:
                self._store.check_room()
                self._next_check = self.size + _PIECE
            write_whole(self._file, data)
        except OSError as error:
            self._fault = error

    def _require_file(self) -> BinaryIO:
        """Return the file, if all of it arrived.

        Raises:
            OSError: the store is full or broken.
        """
        if self._file is None or self._fault:
            raise self._fault or OSError("no file arrived")
        return self._file


class SealingUpload(_Upload):
    """A file in the clear; everything written to it is sealed at once."""

    def __init__(self, store: BlobStore) -> None:
        super().__init__(store)
        if self._file:  # the recipients, and so the header, are known at the end
            self._file.seek(HEADER_BYTES)
        self._sealer = PayloadSealer()
        self._plain = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Seal the next piece."""
        self._plain.update(data)
        self.size += len(data)
        self._add(self._sealer.update(data))
        return len(data)

    def keep(self, recipients: Sequence[Recipient]) -> StoredFile:
        """Pad, seal to the recipients and make durable.

        Raises:
            OSError: the store is full or broken; `NoRoom` says that only files are too much.
        """
        self._store.check_room()
        padding = compute_padme_length(self.size) - self.size
        while padding:
            zeros = bytes(min(padding, _PIECE))
            self._add(self._sealer.update(zeros))
            padding -= len(zeros)
        self._add(self._sealer.finish())
        file = self._require_file()
        file.seek(0)
        write_whole(file, self._sealer.build_header(recipients))
        length, digest = _measure(file)
        name = self._store.keep(file)
        return StoredFile(name, length, digest, self.size, self._plain.hexdigest())


class SealedUpload(_Upload):
    """Takes a file that the browser sealed, and refuses what is no sealed file."""

    def __init__(self, store: BlobStore) -> None:
        super().__init__(store)
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of what came, in hex."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Keep the next piece of ciphertext."""
        self.size += len(data)
        self._digest.update(data)
        self._add(data)
        return len(data)

    def read_body(self) -> bytes:
        """Return what came as the sealed body of an object; it is checked where it is stored.

        Raises:
            crypto.errors.FormatError: it is longer than any sealed body.
            OSError: the store is full or broken.
        """
        if self.size > LONGEST_BODY:
            raise FormatError("longer than any body")
        file = self._require_file()
        file.seek(0)
        return file.read(LONGEST_BODY)

    def keep(self, name: str) -> StoredFile:
        """Check the outer form and make durable.

        Args:
            name: the id that the browser chose for it, 32 hexadecimal digits.

        Raises:
            crypto.errors.FormatError: this is not a file sealed in our one way.
            Conflict: another file has this id.
            OSError: the store is full or broken; `NoRoom` says that only files are too much.
        """
        self._store.check_room()
        file = self._require_file()
        file.seek(0)
        check_attachment_form(file.read(HEADER_BYTES), self.size)
        length, digest = _measure(file)
        try:
            return StoredFile(self._store.keep(file, name), length, digest, 0, "")
        except FileExistsError as error:
            raise Conflict("file") from error


def get_digest(file: FileStorage) -> str:
    """Return the SHA-256 in hex of a file of a form, for views with `keep_sealed_uploads`."""
    return cast("SealedUpload", file.stream).digest


def keep_all(
    files: Sequence[FileStorage], recipients: Sequence[Recipient]
) -> list[tuple[Attachment, StoredFile]]:
    """Seal and keep the files of a form, and say what its manifest says of each.

    Args:
        files: parts of a form whose view is marked by `seal_uploads`.
        recipients: who may open them.

    Raises:
        OSError: the store is full or broken; nothing was kept.
    """
    kept: list[tuple[Attachment, StoredFile]] = []
    try:
        for file in files:
            stored = cast("SealingUpload", file.stream).keep(recipients)
            kept.append((_build_entry(file, stored), stored))
    except OSError:
        discard_all(stored for _, stored in kept)
        raise
    return kept


def keep_all_sealed(files: Sequence[FileStorage]) -> list[StoredFile]:
    """Keep the files of a form that the browser sealed, each under the id that is its name.

    Args:
        files: parts of a form whose view is marked by `keep_sealed_uploads`.

    Raises:
        crypto.errors.FormatError: one is no sealed file; nothing was kept.
        Conflict: one has the id of another file; nothing was kept.
        OSError: the store is full or broken; nothing was kept.
    """
    kept: list[StoredFile] = []
    try:
        for file in files:
            kept.append(cast("SealedUpload", file.stream).keep(file.filename or ""))  # noqa: PERF401 - some may be kept when one fails
    except (FormatError, Conflict, OSError):
        discard_all(kept)
        raise
    return kept


def discard_all(files: Iterable[StoredFile]) -> None:
    """Forget kept files whose report was not accepted after all."""
    for file in files:
        BLOBS.get().remove(file.name)


def _build_entry(file: FileStorage, stored: StoredFile) -> Attachment:
    return Attachment(
        id=stored.name,
        name=clean_file_name(file.filename or ""),
        type=clean_media_type(file.mimetype),
        size=stored.plain_size,
        pt=stored.plain_digest,
        ct=stored.digest,
    )


def _measure(file: IO[bytes]) -> tuple[int, str]:
    file.seek(0)
    digest, length = hashlib.sha256(), 0
    while piece := file.read(_PIECE):
        digest.update(piece)
        length += len(piece)
    return length, digest.hexdigest()


def seal_uploads(view: View) -> View:
    """Mark a view whose files are sealed by the server while they arrive."""
    view.uploads = SEALS  # type: ignore[attr-defined]
    return view


def keep_sealed_uploads(view: View) -> View:
    """Mark a view whose files the browser has sealed."""
    view.uploads = KEEPS  # type: ignore[attr-defined]
    return view


UPLOADS: Mapping[str, type[SealingUpload | SealedUpload]] = {
    SEALS: SealingUpload,
    KEEPS: SealedUpload,
}


class PortalRequest(Request):
    """A request whose files never become temporary files."""

    form_data_parser_class = BoundedFormParser

    def make_form_data_parser(self) -> FormDataParser:
        """Bound a form without parts: the framework reads it whole, into a field for each sign."""
        if self.mimetype != "multipart/form-data":
            self.max_content_length = LONGEST_LINE
        return super().make_form_data_parser()

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - named by the framework
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        view = current_app.view_functions.get(self.endpoint or "")
        kind = UPLOADS.get(getattr(view, "uploads", ""))
        if kind is None:
            raise BadRequest
        upload = kind(BLOBS.get())
        self._uploads.append(upload)
        return upload  # type: ignore[return-value]

    @cached_property
    def _uploads(self) -> list[SealingUpload | SealedUpload]:
        """Every file that began to arrive, also those of a form that was broken off."""
        return []

    def close(self) -> None:
        """Forget what was not kept."""
        super().close()
        for upload in self._uploads:
            upload.close()


def register(app: Flask, settings: Settings) -> None:
    """Use the request above, and bound what one request may hold."""
    app.request_class = PortalRequest
    store = BlobStore(
        settings.instance / "files",
        free_bytes=settings.free_mebibytes * MEBIBYTE,
        unfinished_bytes=settings.unfinished_mebibytes * MEBIBYTE,
    )
    store.prepare()
    BLOBS.put(app, store)
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.form_mebibytes * MEBIBYTE
    app.config["MAX_FORM_PARTS"] = 400
    whole = settings.attachments_mebibytes + settings.form_mebibytes
    app.config["MAX_CONTENT_LENGTH"] = whole * MEBIBYTE
