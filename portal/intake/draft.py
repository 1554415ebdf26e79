"""What the two pages of a report yield, as frozen values: a choice, a ticket, a draft."""

import base64
import secrets
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer

from portal.core.errors import Invalid
from portal.core.questions import Answers

TICKET_HOURS = 24
NONCE_BYTES = 16
_SALT = "pmp/v1/ticket"


@dataclass(frozen=True)
class Choice:
    """What a report is about and where, chosen on the first page; decides who can read it."""

    category: str
    subcategory: str
    region: str | None = None  # None: the reporter does not know
    agency: str | None = None
    service: str | None = None
    leadership: bool = False
    outside_police: bool = False


@dataclass(frozen=True)
class Ticket:
    """What the second page promised: the choice, and the keys that the report is sealed to.

    It travels in the page, signed. The nonce makes the page file one report at most.
    """

    choice: Choice
    unit_key: int  # id of the key of the body responsible
    recovery_key: int
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(NONCE_BYTES), repr=False)

    def sign(self, key: bytes) -> str:
        """Return the ticket as a text for the page.

        Args:
            key: 32 secret bytes of the server.
        """
        values = asdict(self) | {"nonce": base64.b64encode(self.nonce).decode()}
        text: str = _make_serializer(key).dumps(values)
        return text

    @classmethod
    def read(cls, key: bytes, text: str) -> "Ticket":
        """Read a ticket that is not older than a day.

        Raises:
            Invalid: altered, made by another portal, or too old.
        """
        try:
            values = _make_serializer(key).loads(text, max_age=TICKET_HOURS * 3600)
        except BadData as error:
            raise Invalid("not a ticket, or an old one", code="ticket") from error
        nonce = base64.b64decode(values.pop("nonce"))
        return cls(**values | {"choice": Choice(**values["choice"]), "nonce": nonce})


@dataclass(frozen=True)
class Draft:
    """A report as a person wrote it, checked but not sealed."""

    choice: Choice
    language: str
    answers: Answers = field(repr=False)


def _make_serializer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=_SALT, signer_kwargs={"digest_method": sha256})
