"""Everything private that people send to a server, and what is looked for afterwards."""

from sqlalchemy import select

from crypto import receipt
from crypto.keys import Identity
from crypto.secretbox import decrypt
from portal.cases.models import Case
from tests import memory
from tests.dialogue.conftest import ENTER, FIND, VIEW
from tests.factories import BodyUnit, Make, StaffPerson
from tests.intake.steps import needed, receipt_on, send, write_page
from tests.page import Browser, text_of
from tests.processes import ServerProcess, person
from tests.staff import code_now

WORDS = "кактус-7391 words that nobody else may read"
ANSWER = "шиповник-5526 more words that nobody else may read"
SMALL, LARGE = b"plain-canary-small-8146", b"plain-canary-large-3307"


def everything_private(running: ServerProcess, make: Make) -> dict[str, bytes]:
    """File in the clear, come back, write, and sign in; return what may then be nowhere."""
    browser = Browser(person(running.address))  # type: ignore[arg-type]
    typed = {**needed("bribery"), "what_happened": WORDS, "place_detail": WORDS}
    # the first goes through a worker, the second through a process of its own
    send(browser, write_page(browser), typed, files=[("a.jpg", SMALL * 400)])
    page = send(browser, write_page(browser), typed, files=[("b.jpg", LARGE * 9_000)])
    result = _of_receipt(receipt_on(page), make)
    browser.post(FIND, status=303, page=browser.get(ENTER), receipt=receipt_on(page))
    view = browser.get(VIEW)
    assert WORDS in text_of(view)
    browser.post("/en/case/message", status=303, page=view, text=ANSWER)
    visit = browser.client.get_cookie("visit")
    assert visit
    result |= memory.forms("token of a visit", visit.value)
    result |= memory.forms("words", WORDS) | memory.forms("answer", ANSWER)
    result |= {"small file": SMALL, "large file": LARGE}
    return result | _of_staff(running, make.person(body_code="KNB_AC"), make.units["KNB_AC"])


def _of_receipt(code: str, make: Make) -> dict[str, bytes]:
    secret = receipt.parse(code)
    keys = receipt.derive(secret)
    row = receipt.derive_row_key(make.keyring.pepper, keys.lookup)
    case = make.session.scalars(select(Case).where(Case.row_key == row)).one()
    half = decrypt(make.keyring.second_halves, case.second_half or b"", case.id.encode())
    make.session.rollback()
    reporter = keys.derive_reporter_keys(half)
    secrets = {
        "secret": secret,
        "lookup": keys.lookup,
        "blind": keys.blinding_key,
        "master": keys.master,
        "second half": half,
        "seed of signing": reporter.signing.seed,
    }
    result = memory.forms("receipt", code) | memory.forms("digits", code.replace(" ", ""))
    for name, value in secrets.items():
        result |= {name: value, f"{name} in digits": value.hex().encode()}
    return result | _of_identity("of the reporter", reporter.identity)


def _of_identity(whose: str, identity: Identity) -> dict[str, bytes]:
    return {
        **memory.forms(f"key {whose}", identity.text),
        f"seed of the key {whose}": identity.seed,
    }


def _of_staff(running: ServerProcess, member: StaffPerson, body: BodyUnit) -> dict[str, bytes]:
    browser = Browser(person(running.address))  # type: ignore[arg-type]
    door = browser.get("/en/staff/sign-in")
    fields = {"login": member.account.login, "password": member.password}
    browser.post("/en/staff/sign-in", status=303, page=door, **fields)
    code = code_now(member)
    browser.post("/en/staff/code", status=303, page=browser.get("/en/staff/code"), code=code)
    token = browser.client.get_cookie("staff")
    assert token
    # a page with all keys of the member, locked: what opens them, and they, are the browser's alone
    assert "data-wrapped" in browser.get("/en/staff/key")
    return {
        **memory.forms("passphrase", member.passphrase),
        **_of_identity("of a member", member.identity),
        **_of_identity("of a body", body.identity),
        "seed of a member's signing": member.signing.seed,
        "seed of a body's signing": body.signing.seed,
        **memory.forms("password", member.password),
        **memory.forms("token of staff", token.value),
        "one-time code": f"code={code}".encode(),
        "seed of one-time codes": member.totp_secret,
    }
