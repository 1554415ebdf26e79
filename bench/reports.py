"""Reports ready to be sent: posts of pages without scripts, and of browsers that seal."""

import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from html import unescape
from io import BytesIO

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from bench.hired import REGION
from bench.load_generator import build_request
from bench.portal_server import Installation
from portal.core.keyring import Keyring
from portal.core.taxonomy import load
from portal.demonstration.courses import COURSES
from portal.demonstration.plans import Plan
from portal.demonstration.typed_answers import draft
from portal.intake import service
from portal.intake.draft import Choice, Draft
from portal.intake.service import PagePromise, Reporter, SealedReport
from portal.web.parts import KEYRING, SESSIONS

CATEGORY, LANGUAGE = "bribery", "ru"
CHOICE = Choice(CATEGORY, load().list_subcategories(CATEGORY)[0].id, REGION)
TEXT = ("Сотрудник на посту потребовал денег и не вернул документы. " * 40)[:1150]  # 2 KB
PLAN = Plan(0, CHOICE, LANGUAGE, date(2026, 3, 2), COURSES[0])
ANSWERS = {**draft(PLAN).answers, "what_happened": TEXT}
DRAFT = Draft(CHOICE, LANGUAGE, ANSWERS)
# What somebody answers on the first page.
CHOSEN = {"subcategory": CHOICE.subcategory, "region": REGION, "consent": "any_competent"}
FORM_URL, SEALED_URL = f"/{LANGUAGE}/report/file", f"/{LANGUAGE}/report/sealed"
BASE_URL = "http://127.0.0.1"
_CHANGING = re.compile(r'name="(ticket|csrf_token)"[^>]*value="([^"]+)"')


class Pages:
    """Opens pages of writing a report inside this process, each as another person."""

    def __init__(self, place: Installation) -> None:
        self._place = place
        self._client = place.app.test_client()
        first = self._client.get(f"/{LANGUAGE}/report", base_url=BASE_URL)
        self._token = read_hidden_fields(first.text)
        with SESSIONS.get_from(place.app)() as session:
            self._promise = service.make_promise(session, CHOICE, keyring=get_keyring(place))

    def fetch_hidden(self) -> dict[str, str]:
        """Return the hidden fields of one more page, which lets one report be filed."""
        page = self._client.post(
            f"/{LANGUAGE}/report/write",
            data=self._token | CHOSEN,
            base_url=BASE_URL,
            environ_overrides={"REMOTE_ADDR": f"127.0.0.{secrets.randbelow(256)}"},
        )
        return self._token | read_hidden_fields(page.text)

    def build_plain(self, number: int) -> list[bytes]:
        """Return the posts of so many reports in the clear."""
        return [
            self._build_post(FORM_URL, {**self.fetch_hidden(), **DRAFT.answers})
            for _ in range(number)
        ]

    def build_sealed(self, number: int) -> list[bytes]:
        """Return the posts of so many reports that browsers sealed."""
        return [self._build_sealed(seal_report(self._promise)) for _ in range(number)]

    def build_headers(self, boundary: str, kind: str = "text/html") -> dict[str, str]:
        """Return what a browser says of a form that it sends."""
        cookie = self._client.get_cookie("portal", domain="127.0.0.1")
        assert cookie is not None
        return {
            "Cookie": f"portal={cookie.value}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Accept": kind,
        }

    def _build_sealed(self, report: SealedReport) -> bytes:
        fields = {
            "rid": report.rid,
            "lookup": b64encode(report.lookup).decode(),
            "second_half": b64encode(report.second_half).decode(),
            "blind": b64encode(report.blind).decode(),
            "urgency": "",
            "language": report.language,
            "report": FileStorage(BytesIO(report.sealed), "report"),
        }
        return self._build_post(SEALED_URL, {**self.fetch_hidden(), **fields}, "application/json")

    def _build_post(self, url: str, data: Mapping[str, object], kind: str = "text/html") -> bytes:
        stream, _, boundary = stream_encode_multipart(data, use_tempfile=False)
        headers = self.build_headers(boundary, kind)
        return build_request(url, method="POST", headers=headers, body=stream.read())


def seal_report(promise: PagePromise) -> SealedReport:
    """Seal the report as the server does, for a new receipt."""
    reporter = Reporter.create()
    return service.seal_report(DRAFT, promise.keys, reporter)


def get_keyring(place: Installation) -> Keyring:
    """Return the server's keys."""
    return KEYRING.get_from(place.app)


def read_hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page that are new in each."""
    return {name: unescape(value) for name, value in _CHANGING.findall(page)}
