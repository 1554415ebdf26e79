"""What a person does on the pages of filing a report, and what an investigator finds then."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from crypto import body as bodies
from crypto.keys import Identity
from crypto.seal import open_sealed
from portal.cases.models import Case, Envelope
from portal.core.blobs import BlobStore
from portal.core.questions import Question
from portal.core.taxonomy import load
from portal.intake.answers import list_questions
from tests.factories import REGION, STORY
from tests.page import Browser, hidden, tree_of

XHTML = "{http://www.w3.org/1999/xhtml}"
Answers = Mapping[str, str | Sequence[str]]


def write_page(
    browser: Browser, *, lang: str = "en", category: str = "bribery", **more: str
) -> str:
    """Choose on the first page, and return the second."""
    page = browser.get(f"/{lang}/report")
    chosen = {
        "subcategory": load().list_subcategories(category)[0].id,
        "region": REGION,
        "consent": "any_competent",
    } | more
    return browser.post(f"/{lang}/report/write", status=200, page=page, **chosen)


def answer_to(question: Question) -> str | list[str]:
    """Return an answer that fits a question."""
    if question.type == "single":
        return question.options[-1].id
    if question.type == "multi":
        return [question.options[0].id]
    return {"number": "3", "longtext": STORY}.get(question.type, "as far as I know")


def needed(category: str) -> dict[str, str | list[str]]:
    """Return answers to the questions that must be answered, and to no other."""
    return {
        question.id: answer_to(question)
        for question in list_questions(category)
        if question.must_answer
    }


def send(
    browser: Browser,
    page: str,
    answers: Answers,
    *,
    status: int = 201,
    lang: str = "en",
    files: Sequence[tuple[str, bytes]] = (),
) -> str:
    """Send the second page as a browser without scripts does."""
    url = f"/{lang}/report/file"
    data: dict[str, Any] = {**hidden(page, url), **answers}
    data["attachments"] = [FileStorage(BytesIO(content), name) for name, content in files]
    return browser.seen(browser.client.post(url, **multipart(data)), status)


def multipart(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form with files as a client posts it, without a temporary file of its own."""
    stream, _, boundary = stream_encode_multipart(data, use_tempfile=False)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return {"data": stream.read(), "content_type": kind}


def receipt_on(page: str) -> str:
    """Return the receipt code that a page shows."""
    for shown in tree_of(page).iter(f"{XHTML}ol"):
        if shown.get("data-code") is not None:
            return " ".join("".join(item.itertext()) for item in shown)
    raise AssertionError("the page shows no receipt")


def kept_in(page: str, name: str) -> str:
    """Return what a field of a page holds."""
    match = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    assert match, f"no field {name}"
    return unescape(match[1])


@dataclass(frozen=True)
class OpenedReport:
    """A case as its investigator sees it."""

    case: Case
    envelope: Envelope
    body: bodies.Body

    @property
    def answers(self) -> dict[str, Any]:
        """The answers inside the sealed report."""
        given = self.body.fields["answers"]
        assert isinstance(given, dict)
        return given

    def file(self, blobs: BlobStore, number: int, identity: Identity) -> bytes:
        """Open one file of the report, after checking that it is the one the report names."""
        entry = self.body.attachments[number]
        with blobs.open(entry.id) as stored:
            sealed = stored.read()
        plain = open_sealed(sealed, identity)[: entry.size]
        bodies.check_attachment(entry, bodies.compute_digest(sealed), bodies.compute_digest(plain))
        return plain


def the_case(session: Session) -> Case:
    """Return the only case."""
    session.rollback()
    return session.scalars(select(Case)).one()


def opened(session: Session, identity: Identity) -> OpenedReport:
    """Open the report of the only case with a private key."""
    case = the_case(session)
    envelope = session.scalars(select(Envelope).where(Envelope.case_id == case.id)).one()
    body = bodies.read(
        open_sealed(envelope.sealed, identity),
        rid=case.id,
        thread="case",
        seq=0,
        prev="",
        signer_public=None,
        author=bodies.REPORTER,
    )
    return OpenedReport(case, envelope, body)
