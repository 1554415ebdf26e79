"""What a demonstration says of itself: facts for the file, and a page for the terminal."""

from base64 import b32encode
from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from crypto import receipt
from portal.cases.models import Case
from portal.demonstration.cast import Cast, CastMember
from portal.demonstration.folder import KIND, PORTAL, Facts
from portal.demonstration.lives import CaseLife

NOTE = (
    "Everybody and everything in this portal is invented. Passwords and passphrases stand in this "
    "file in the clear, and the page for the one-time code shows the code: only a demonstration "
    "does that. Never put anything real in here."
)
RECEIPTS = 3
COMMANDS = {
    "start": "make run",
    "stop": "Ctrl+C",
    "begin anew": "remove the instance folder, then make run",
    "tests": "make test",
}


def gather(session: Session, address: str, cast: Cast, lives: Sequence[CaseLife]) -> Facts:
    """Return everything that a person needs to try the portal from all sides."""
    members = [member for group in cast.members.values() for member in group]
    others = [member for member in members if member not in cast.printed]
    return {
        "address": address,
        "note": NOTE,
        "staff": [_describe_staff(member) for member in (*cast.printed, *others)],
        "printed": len(cast.printed),
        "receipts": [_describe_receipt(session, life) for life in lives if life.plan.shown],
        "commands": COMMANDS,
        KIND: PORTAL,
    }


def describe_wait(facts: Facts) -> Iterator[str]:
    """Yield the page for the terminal while the years are still to be played."""
    yield ""
    yield "The portal answers in a moment. Everybody in it is invented."
    yield ""
    yield from _sign_ins(facts)
    yield "  Two years of cases are being made; every page says how far they are. Until they are"
    yield "  there, staff can sign in, and nothing can be reported, opened or decided."
    yield ""


def describe_ready_portal(facts: Facts) -> Iterator[str]:
    """Yield the page for the terminal."""
    yield ""
    yield "The demonstration is ready. Everybody in it is invented."
    yield ""
    yield from _sign_ins(facts)
    yield f"  Come back with a receipt: {facts['address']}/en/case"
    for told in facts["receipts"][:RECEIPTS]:
        yield f"  {told['receipt']}  {told['status']}"
    yield ""
    yield "  More receipts, and sign-ins of every body: demonstration.json in the instance folder."
    yield "  Only here: printed secrets, and the one-time code on its own page."
    yield "  Ctrl+C stops the portal. Remove the instance folder to begin anew."
    yield ""


def _sign_ins(facts: Facts) -> Iterator[str]:
    address = facts["address"]
    yield f"  To report         {address}/"
    yield f"  Staff             {address}/en/staff/sign-in"
    yield f"  Published figures {address}/en/figures"
    yield ""
    yield f"  {'Staff sign in as':22}{'password':20}and unlock cases with"
    for person in facts["staff"][: facts["printed"]]:
        passphrase = person["passphrase"] or "(reads no cases)"
        yield f"  {person['login']:22}{person['password']:20}{passphrase}"
    yield ""


def _describe_staff(member: CastMember) -> dict[str, str]:
    account = member.account
    return {
        "login": account.login,
        "role": account.role,
        "body": account.body_code or "",
        "password": member.own.password,
        "totp_secret": b32encode(member.totp_secret).decode(),
        "passphrase": member.own.passphrase if account.body_code else "",
    }


def _describe_receipt(session: Session, life: CaseLife) -> dict[str, str]:
    case = session.get_one(Case, life.case_id)
    return {
        "receipt": receipt.format_digits(life.reporter.secret),
        "status": case.status,
        "language": case.language,
        "about": case.category,
        "body": case.body_code,
    }
