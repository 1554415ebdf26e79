"""Sealed files against what their cases say of them: each is there, and is the one that came."""

from collections.abc import Iterator
from datetime import date
from hashlib import file_digest

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.models import Envelope, StoredAttachment
from portal.core.blobs import BlobStore
from portal.transparency.verifying.contents import Contents

_ROWS = 1000


def check(store: BlobStore, session: Session, _contents: Contents, _today: date) -> Iterator[str]:
    """Yield every file that is missing or altered; each is read.

    Args:
        store: of the files.
        session: to read with.
    """
    known = (
        select(
            Envelope.case_id, StoredAttachment.id, StoredAttachment.length, StoredAttachment.digest
        )
        .join(Envelope, Envelope.id == StoredAttachment.envelope_id)
        .order_by(StoredAttachment.id)
        .execution_options(yield_per=_ROWS)
    )
    for case_id, name, length, digest in session.execute(known):
        try:
            with (store.folder / name).open("rb") as file:
                real = file_digest(file, "sha256").hexdigest()
                size = file.tell()
        except OSError:
            yield f"case {case_id}: its file {name} is gone or cannot be read"
            continue
        if (size, real) != (length, digest):
            yield f"case {case_id}: its file {name} is not the one that came"
