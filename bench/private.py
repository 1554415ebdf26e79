"""Everything private that people send to a server, and what is looked for afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import Client, stream_encode_multipart

from bench.processes import open_client
from bench.reports import ANSWERS, CHOSEN
from bench.searching import list_forms
from crypto import receipt, totp
from crypto.keys import Identity
from crypto.secretbox import decrypt
from crypto.signing import SigningKey
from portal.cases.models import Case
from portal.core import clock
from portal.core.keyring import Keyring

WORDS = "кактус-7391 words that nobody else may read"
ANSWER = "шиповник-5526 more words that nobody else may read"
SMALL, LARGE = b"plain-canary-small-8146", b"plain-canary-large-3307"
_HIDDEN = re.compile(r'<input\b[^>]*\btype="hidden"[^>]*>')
_PART = re.compile(r'\b(name|value)="([^"]*)"')
_GROUP = re.compile(r"<li\b[^>]*>(.*?)</li>", re.DOTALL)


@dataclass(frozen=True)
class MemberSecrets:
    """What a member of staff knows or has, and what their body has."""

    login: str
    password: str = field(repr=False)
    passphrase: str = field(repr=False)
    totp_secret: bytes = field(repr=False)
    identity: Identity
    signing: SigningKey
    of_body: tuple[Identity, SigningKey]


def use_everything_private(
    address: str, keyring: Keyring, session: Session, member: MemberSecrets
) -> dict[str, bytes]:
    """File in the clear, come back, write, and sign in; return what may then be nowhere.

    Args:
        address: of the server.
        keyring: its keys.
        session: of its database.
        member: of staff, who signs in.

    Returns:
        What to look for, by a name that says what it is.
    """
    client = open_client(address)
    _file_report(client, "a.jpg", SMALL * 400)  # goes through a worker
    page = _file_report(client, "b.jpg", LARGE * 9_000)  # goes through a process of its own
    code = _read_receipt(page)
    needles = _derive_of_receipt(code, keyring, session)
    _post(client, "/en/case", "/en/case/enter", 303, receipt=code)
    assert WORDS in unescape(client.get("/en/case/view").text)
    _post(client, "/en/case/view", "/en/case/message", 303, text=ANSWER)
    visit = client.get_cookie("visit")
    assert visit
    needles |= list_forms("token of a visit", visit.value)
    needles |= list_forms("words", WORDS) | list_forms("answer", ANSWER)
    needles |= {"small file": SMALL, "large file": LARGE}
    return needles | _read_of_staff(open_client(address), member)


def read_hidden_fields_of(page: str, url: str) -> dict[str, str]:
    """Return the hidden fields of the form of a page that leads to an address."""
    pattern = rf'<form\b[^>]*\baction="{re.escape(url)}"[^>]*>(.*?)</form>'
    form = re.search(pattern, page, re.DOTALL)
    assert form, f"no form leads to {url}"
    inputs = (
        dict(re.findall(r'\b(name|value)="([^"]*)"', tag)) for tag in _HIDDEN.findall(form[1])
    )
    return {field["name"]: unescape(field.get("value", "")) for field in inputs}


def _post(client: Client, page: str, url: str, status: int, **answers: str) -> None:
    sent = {**read_hidden_fields_of(client.get(page).text, url), **answers}
    answer = client.post(url, data=sent)
    assert answer.status_code == status, answer.text[:2000]


def _file_report(client: Client, name: str, content: bytes) -> str:
    """File a report in the clear with a file, and return the page with the receipt."""
    chosen = read_hidden_fields_of(client.get("/en/report").text, "/en/report/write") | CHOSEN
    page = client.post("/en/report/write", data=chosen).text
    typed = ANSWERS | {"what_happened": WORDS, "place_detail": WORDS}
    fields: Mapping[str, object] = {
        **read_hidden_fields_of(page, "/en/report/file"),
        **typed,
        "attachments": FileStorage(BytesIO(content), name),
    }
    stream, _, boundary = stream_encode_multipart(fields, use_tempfile=False)
    kind = f'multipart/form-data; boundary="{boundary}"'
    answer = client.post("/en/report/file", data=stream.read(), content_type=kind)
    assert answer.status_code == 201, answer.text[:2000]
    return answer.text


def _read_receipt(page: str) -> str:
    shown = re.search(r"<ol\b[^>]*\bdata-code[^>]*>(.*?)</ol>", page, re.DOTALL)
    assert shown, "the page shows no receipt"
    groups = _GROUP.findall(shown[1])
    return " ".join(re.sub(r"<[^>]*>|\s", "", group) for group in groups)


def _derive_of_receipt(code: str, keyring: Keyring, session: Session) -> dict[str, bytes]:
    secret = receipt.parse(code)
    keys = receipt.derive(secret)
    row = receipt.derive_row_key(keyring.pepper, keys.lookup)
    case = session.scalars(select(Case).where(Case.row_key == row)).one()
    half = decrypt(keyring.second_halves, case.second_half or b"", case.id.encode())
    session.rollback()
    reporter = keys.derive_reporter_keys(half)
    secrets = {
        "secret": secret,
        "lookup": keys.lookup,
        "blind": keys.blinding_key,
        "master": keys.master,
        "second half": half,
        "seed of signing": reporter.signing.seed,
    }
    needles = list_forms("receipt", code) | list_forms("digits", code.replace(" ", ""))
    for name, value in secrets.items():
        needles |= {name: value, f"{name} in digits": value.hex().encode()}
    return needles | _read_of_identity("of the reporter", reporter.identity)


def _read_of_identity(whose: str, identity: Identity) -> dict[str, bytes]:
    return {
        **list_forms(f"key {whose}", identity.text),
        f"seed of the key {whose}": identity.seed,
    }


def _read_of_staff(client: Client, member: MemberSecrets) -> dict[str, bytes]:
    known = {"login": member.login, "password": member.password}
    _post(client, "/en/staff/sign-in", "/en/staff/sign-in", 303, **known)
    code = totp.compute_code(member.totp_secret, clock.get_seconds() // totp.STEP_SECONDS)
    _post(client, "/en/staff/code", "/en/staff/code", 303, code=code)
    token = client.get_cookie("staff")
    assert token
    # a page with all keys of the member, locked: what opens them, and they, are the browser's alone
    assert "data-wrapped" in client.get("/en/staff/key").text
    identity, signing = member.of_body
    return {
        **list_forms("passphrase", member.passphrase),
        **_read_of_identity("of a member", member.identity),
        **_read_of_identity("of a body", identity),
        "seed of a member's signing": member.signing.seed,
        "seed of a body's signing": signing.seed,
        **list_forms("password", member.password),
        **list_forms("token of staff", token.value),
        "one-time code": f"code={code}".encode(),
        "seed of one-time codes": member.totp_secret,
    }
