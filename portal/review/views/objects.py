"""Sealed objects as bytes: for the scripts of the case page, and for the age program."""

from collections.abc import Iterator
from typing import BinaryIO

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.seal import HEADER_BYTES
from portal.accounts.current import get_current_account, require_staff
from portal.cases.models import Envelope
from portal.core.errors import NotFound
from portal.review import queries
from portal.review.policy import READERS
from portal.review.views.blueprint import format_reference, note_opening, pages
from portal.web.database import reading
from portal.web.headers import DOWNLOAD_POLICY
from portal.web.lasting import mark_lasting
from portal.web.parts import BLOBS

_PIECE = 1 << 20


@pages.get("/staff/case/<hex:case_id>/object/<hex:object_id>")
@mark_lasting
@require_staff(*READERS)
def sealed_object(case_id: str, object_id: str) -> Response:
    """Send a sealed object or file as it was first stored."""
    with reading() as session:
        sealed = _SealedObject.find(session, case_id, object_id)
    note_opening(case_id)
    return sealed.respond(f"{object_id}.age")


@pages.get("/staff/case/<hex:case_id>/age/<hex:object_id>")
@mark_lasting
@require_staff(*READERS)
def age_file(case_id: str, object_id: str) -> Response:
    """Send a sealed object or file so that the key of the present body opens it."""
    with reading() as session:
        sealed = _SealedObject.find(session, case_id, object_id)
        sealed.replace_header(session, object_id)
    note_opening(case_id)
    return sealed.respond(f"{format_reference(case_id)}-{object_id[:8]}.age")


@pages.get("/staff/case/<hex:case_id>/header/<hex:object_id>")
@require_staff(*READERS)
def header(case_id: str, object_id: str) -> Response:
    """Send the header that the key of the present body opens."""
    with reading() as session:
        sealed = _SealedObject.find(session, case_id, object_id)
        sealed.replace_header(session, object_id)
    sealed.close()
    return _download(sealed.header, len(sealed.header), f"{object_id}.header")


class _SealedObject:
    """A sealed object: its header, and the file or bytes that follow it."""

    def __init__(self, header: bytes, rest: bytes | BinaryIO, length: int) -> None:
        self.header = header
        self._rest = rest
        self._length = length

    @classmethod
    def find(cls, session: Session, case_id: str, object_id: str) -> "_SealedObject":
        """Return an envelope or a file of a case that the signed-in person may know of.

        Raises:
            NotFound: there is none for this person.
        """
        who = get_current_account()
        try:
            envelope = queries.find_envelope(session, who, case_id, object_id)
        except NotFound:
            store = BLOBS.get()
            attachment = queries.find_attachment(session, who, case_id, object_id)
            file = store.open(attachment.id)
            return cls(file.read(HEADER_BYTES), file, attachment.length)
        sealed = session.scalars(select(Envelope.sealed).where(Envelope.id == envelope.id)).one()
        return cls(sealed[:HEADER_BYTES], sealed[HEADER_BYTES:], len(sealed))

    def replace_header(self, session: Session, object_id: str) -> None:
        """Put the header in its place that the body has which took the case over, if it did."""
        body = get_current_account().body_code or ""
        self.header = queries.find_replaced_header(session, object_id, body) or self.header

    def respond(self, name: str) -> Response:
        """Return the object as a download."""
        response = _download(self._read_pieces(), self._length, name)
        response.call_on_close(self.close)
        return response

    def close(self) -> None:
        """Close the file, if it is one."""
        if not isinstance(self._rest, bytes):
            self._rest.close()

    def _read_pieces(self) -> Iterator[bytes]:
        yield self.header
        if isinstance(self._rest, bytes):
            yield self._rest
            return
        while piece := self._rest.read(_PIECE):
            yield piece
        self.close()


def _download(content: bytes | Iterator[bytes], length: int, name: str) -> Response:
    response = Response(content, content_type="application/octet-stream")
    response.headers["Content-Length"] = str(length)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response
