"""The invented staff: accounts that sign in for real, and keys that open for real."""

import json
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from crypto import acts
from crypto.acts import Signed, Statement
from crypto.keys import Identity, Recipient, generate_identity, parse_identity, parse_recipient
from crypto.passphrase import wrap
from crypto.seal import open_sealed
from crypto.signing import SigningKey, generate_signing_key
from crypto.text import from_base64
from portal.accounts import queries
from portal.accounts.models import Account, Role
from portal.accounts.service import enrolment, member_keys, roster, sign_in
from portal.accounts.service.sign_in import Now
from portal.admin.service import create_account, load_bodies
from portal.cases.audit import SYSTEM
from portal.cases.bodies import (
    DP_USB,
    KNB_AC,
    MVD_DSB,
    PORTAL_BOARD,
    PROS_REG,
    PROS_SPEC,
    get_body_in,
    list_bodies,
)
from portal.core.keyring import Keyring
from portal.invented.frequencies import CITY

AT_ONCE = 2  # wrapping a key takes 256 MiB each time
SOUNDS = ("bdfghjklmnprstvwz", "aeiou")
HOLDERS = 5


@dataclass(frozen=True)
class Post:
    """A place in a body, and the login of who has it; a printed one has secrets of its own."""

    login: str
    role: Role
    body: str | None
    printed: bool = True


@dataclass(frozen=True)
class Secrets:
    """What a person knows and the portal does not."""

    password: str
    stored: str = field(repr=False)  # what the portal keeps of the password
    passphrase: str
    identity: Identity
    signing: SigningKey
    wrapped: str = field(repr=False)


@dataclass(frozen=True)
class CastMember:
    """A member of staff with everything that only they know."""

    account: Account
    own: Secrets
    totp_secret: bytes

    def sign(
        self, act: str, subject: str, *, origin: str, today: date, **fields: acts.Values
    ) -> Signed:
        """Sign an act as this person's browser does.

        Args:
            act: code of what is done.
            subject: what it is done to.
            origin: name of the public log.
            today: the day.
            fields: what the form says.
        """
        said = Statement(
            origin=origin,
            act=act,
            body=str(self.account.body_code),
            signer=self.account.id,
            key=self.own.signing.public,
            subject=subject,
            fields=fields,
            sealed=(),
            day=today,
        )
        return acts.sign(said, self.own.signing)


@dataclass(frozen=True)
class CastUnit:
    """The keys of a body, as the browser of each of its members sees them."""

    code: str
    identity: Identity
    signing: SigningKey


@dataclass(frozen=True)
class Cast:
    """Everybody who acts in the demonstration."""

    printed: Sequence[CastMember]
    members: Mapping[str, Sequence[CastMember]]  # by body
    units: Mapping[str, CastUnit]
    recovery: Recipient
    holders: Sequence[Identity] = field(repr=False)  # of the recovery key
    shares: Mapping[str, bytes] = field(repr=False)  # files by name


PRINTED = (
    Post("prosecutor.head", Role.HEAD, PROS_SPEC),
    Post("prosecutor.first", Role.INVESTIGATOR, PROS_SPEC),
    Post("prosecutor.second", Role.INVESTIGATOR, PROS_SPEC),
    Post("anticorruption.head", Role.HEAD, KNB_AC),
    Post("security.head", Role.HEAD, MVD_DSB),
    Post("city-prosecutor.head", Role.HEAD, get_body_in(PROS_REG, CITY)),
    Post("city-security.head", Role.HEAD, get_body_in(DP_USB, CITY)),
    Post("board.first", Role.OVERSIGHT, PORTAL_BOARD),
    Post("administrator", Role.ADMINISTRATOR, None),
)


def list_posts() -> list[Post]:
    """Return every post: the printed ones, and two in each body so that nobody is alone."""
    listed = list(PRINTED)
    for code in list_bodies():
        place = code.lower().replace("_", "-")
        there = [post.role for post in PRINTED if post.body == code]
        usual = [Role.OVERSIGHT] * 2 if code == PORTAL_BOARD else [Role.HEAD, Role.INVESTIGATOR]
        for number, role in enumerate(usual[len(there) :], start=1):
            listed.append(Post(f"{place}.{role}-{number}", role, code, printed=False))
    return listed


def make_passphrase(words: int = 6) -> str:
    """Return words such as "bokun", joined by hyphens, as the browser makes them."""
    consonants, vowels = SOUNDS
    pattern = (consonants, vowels, consonants, vowels, consonants)
    return "-".join("".join(map(secrets.choice, pattern)) for _ in range(words))


def make_all_secrets(posts: Sequence[Post]) -> dict[str, Secrets]:
    """Return the secrets of each login; who is not printed shares theirs with the others."""
    printed = [post.login for post in posts if post.printed]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shared, *own = pool.map(lambda _: _make_secrets(), range(len(printed) + 1))
    return {post.login: shared for post in posts} | dict(zip(printed, own, strict=True))


def _make_secrets() -> Secrets:
    identity, words, password = generate_identity(), make_passphrase(), make_passphrase(3)
    signing = generate_signing_key()
    stored = sign_in.hash_new_password(password)
    wrapped = wrap(acts.write_identity_file(identity.text, signing), words)
    return Secrets(password, stored, words, identity, signing, wrapped)


def hire(
    session: Session,
    posts: Sequence[Post],
    known: Mapping[str, Secrets],
    *,
    keyring: Keyring,
    at: Now,
) -> Cast:
    """Fill every post, and make the keys of every body and of recovery.

    Args:
        session: of a transaction on a database without bodies.
        posts: who there is.
        known: the secrets of each login.
        keyring: the server's keys.
        at: the day the portal opened, and a moment for the first one-time codes.
    """
    load_bodies(session)
    session.flush()
    people = {post: _enroll(session, post, known[post.login], keyring, at) for post in posts}
    members: dict[str, list[CastMember]] = {}
    for post, person in people.items():
        if post.body is not None:
            members.setdefault(post.body, []).append(person)
    for code in members:
        roster.begin_roster(session, code, today=at.today)
    units = {code: _make_unit(session, code, members[code][0], at) for code in members}
    holders = [generate_identity() for _ in range(HOLDERS)]
    kit = member_keys.make_recovery(
        session, [holder.recipient for holder in holders], today=at.today
    )
    return Cast(
        printed=[person for post, person in people.items() if post.printed],
        members=members,
        units=units,
        recovery=parse_recipient(kit.unit_key.recipient),
        holders=holders,
        shares=kit.files,
    )


def _enroll(session: Session, post: Post, own: Secrets, keyring: Keyring, at: Now) -> CastMember:
    """Open an account, and do what its owner does with the invitation."""
    key = keyring.accounts
    invitation = create_account(
        session, post.login, post.role, post.body, actor=SYSTEM, today=at.today
    )
    session.flush()
    first = enrolment.accept(session, post.login, invitation, own.stored, key=key, at=at)
    account = queries.get_account_by_login(session, post.login)
    code = sign_in.compute_current_code(account, key=key, at=at)
    full = enrolment.confirm(session, first.token, code, key=key, at=at)
    sign_in.sign_out(session, full.token)
    if post.body is not None:
        member_keys.store_personal(
            session,
            account.id,
            member_keys.NewKey(own.identity.recipient.text, own.signing.public, own.wrapped),
            force=False,
            today=at.today,
        )
        session.flush()
    return CastMember(account, own, sign_in.get_seed(account, key=key))


def _make_unit(session: Session, code: str, member: CastMember, at: Now) -> CastUnit:
    """Make the keys of a body, and open them as a member does."""
    member_keys.make_next_epoch(session, code, today=at.today)
    session.flush()
    (copy,) = queries.list_copies(session, member.account.id)
    bundle = json.loads(open_sealed(copy.sealed, member.own.identity))
    return CastUnit(
        code, parse_identity(bundle["identity"]), SigningKey(from_base64(bundle["signing"]))
    )
