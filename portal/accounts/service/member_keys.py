"""Keys of members and bodies. Private ones pass through sealed, or are made and forgotten here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from crypto import acts, shares
from crypto.acts import Signed
from crypto.errors import FormatError
from crypto.keys import Recipient, generate_identity, parse_recipient
from crypto.passphrase import BEGIN, END
from crypto.seal import (
    HEADER_BYTES,
    check_form,
    compute_sealed_length,
    generate_throwaway_recipient,
    seal,
)
from crypto.signing import generate_signing_key, write_public_pem
from crypto.text import from_base64, to_base64, to_json
from portal.accounts import queries
from portal.accounts.models import Account, KeyCopy
from portal.accounts.policy import READERS, check_may_admit
from portal.accounts.service import act_checks as gate
from portal.accounts.service import roster
from portal.cases import audit
from portal.cases.codes import AuditAct, SignedAct
from portal.cases.models import RECOVERY, PublicBody, UnitKey
from portal.core.errors import Conflict, Invalid, NotFound, Unsigned

LONGEST_BUNDLE = 1024
LONGEST_WRAPPED = 4096
_SCRYPT_FILE = b"age-encryption.org/v1\n-> scrypt "
_FINGERPRINT_DIGITS = 32


@dataclass(frozen=True)
class NewKey:
    """What a member makes: a public key that opens, one that acts, the private ones locked."""

    recipient: str  # "age1pq1…"
    signing: bytes  # 32 bytes
    wrapped: str  # an armored age file under a passphrase


@dataclass(frozen=True)
class RecoveryKit:
    """A new recovery key: its public row, and the files for the five holders by name."""

    unit_key: UnitKey
    files: Mapping[str, bytes]


def compute_fingerprint(recipient: str) -> str:
    """Return what two people compare by voice to know that they mean the same key."""
    digits = hashlib.sha256(recipient.encode()).hexdigest()[:_FINGERPRINT_DIGITS]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def compute_member_fingerprint(recipient: str, signing: bytes | None) -> str:
    """Return what is compared before a member is admitted: of what opens, and of what acts."""
    return compute_fingerprint(f"{recipient} {signing.hex()}" if signing else recipient)


def store_personal(
    session: Session, account_id: str, new: NewKey, *, force: bool, today: date
) -> None:
    """Store a member's public keys, and their private ones under a passphrase we never see.

    A new key cannot open what was sealed to the old one, and acts for nobody: its copies are
    deleted, the member is off the roster, and a colleague admits them again.

    Args:
        session: the database.
        account_id: whose key it is.
        new: the keys.
        force: the operator replaces a key, even if nobody else could then open the body's
            current key.
        today: the day.

    Raises:
        Invalid: not such a key, or not such a file.
        Conflict: they are the last who can open their body's current key.
    """
    check_recipient(new.recipient)
    check_wrapped(new.wrapped)
    check_signing(new.signing)
    account = queries.get_account(session, account_id)
    if not force and queries.is_last_holder(session, account):
        raise Conflict("the last holder of a key does not give it up")
    if (account.recipient, account.signing) != (new.recipient, new.signing):
        session.execute(delete(KeyCopy).where(KeyCopy.account_id == account.id))
        roster.leave(session, account, today=today)
    account.recipient, account.wrapped_identity = new.recipient, new.wrapped
    account.signing = new.signing
    actor = audit.SYSTEM if force else account.id
    audit.record(session, AuditAct.PERSONAL_KEY, actor=actor, detail=account.id, today=today)


def store_wrapped(
    session: Session, account_id: str, wrapped: str, signing: bytes, *, today: date
) -> None:
    """Store the same private keys under another passphrase.

    A member whose key is from before there were signing keys brings one now.

    Raises:
        Invalid: not a file under a passphrase, or not a signing key.
        Conflict: there is no key yet, or the signing key is another.
    """
    check_wrapped(wrapped)
    check_signing(signing)
    account = queries.get_account(session, account_id)
    if account.recipient is None or account.signing not in {None, signing}:
        raise Conflict("no key yet, or another key")
    account.wrapped_identity, account.signing = wrapped, signing
    audit.record(session, AuditAct.PASSPHRASE, actor=account.id, today=today)


def give_copies(
    session: Session, giver_id: str, colleague_id: str, sealed: Mapping[int, bytes], *, today: date
) -> None:
    """Store the keys of a body that one member has sealed to a colleague in their browser.

    Args:
        session: the database.
        giver_id: the member who admits.
        colleague_id: the member who is admitted.
        sealed: by epoch, the sealed bundle.
        today: the day.

    Raises:
        NotFound: a colleague of another body, or an epoch that the giver does not hold.
        NotAllowed: the giver does not admit colleagues.
        Invalid: the colleague has no key, or these are no sealed bundles.
        Conflict: the colleague has a copy already.
    """
    giver = queries.get_account(session, giver_id)
    colleague = queries.get_account(session, colleague_id)
    check_may_admit(giver, colleague)
    if not sealed or not sealed.keys() <= queries.list_epochs(session, giver.id):
        raise NotFound("an epoch that the giver does not hold")
    if sealed.keys() & queries.list_epochs(session, colleague.id):
        raise Conflict("the colleague has this copy already")
    for epoch, copy in sorted(sealed.items()):
        check_copy(copy)
        _keep_copy(
            session, _build_unit_key(session, giver.body_code, epoch), colleague, copy, today
        )
        detail = f"{colleague.id} {epoch}"
        audit.record(session, AuditAct.COPY_GIVEN, actor=giver.id, detail=detail, today=today)


def make_next_epoch(
    session: Session, body_code: str, *, signed: Signed | None = None, today: date
) -> UnitKey:
    """Make the next keys of a body, seal them to each on its roster, and retire the last ones.

    The private keys exist in memory only while this runs.

    Args:
        session: the database.
        body_code: whose keys.
        signed: the statement of a member; only the first key of a body is made without one.
        today: the day.

    Raises:
        NotFound: there is no such body.
        Conflict: nobody is on the roster, so nobody could ever open anything.
        Unsigned: the body has a key, and no member signed for the next one.
    """
    if session.get(PublicBody, body_code) is None or body_code == RECOVERY:
        raise NotFound("no such body")
    members = list_key_holders(session, body_code)
    if not members:
        raise Conflict("nobody is on the roster of this body: see `roster found`")
    actor = _identify_requester(session, body_code, signed, today)
    identity, signing = generate_identity(), generate_signing_key()
    made = _add_unit_key(session, body_code, identity.recipient.text, signing.public, today)
    bundle = to_json(
        {
            "body": body_code,
            "epoch": made.epoch,
            "identity": identity.text,
            "signing": to_base64(signing.seed),
        }
    ).encode()
    for member in members:
        sealed = _seal_to(bundle, parse_recipient(str(member.recipient)))
        _keep_copy(session, made, member, sealed, today)
    detail = f"{body_code} {made.epoch}"
    audit.record(session, AuditAct.UNIT_KEY, actor=actor, detail=detail, today=today)
    return made


def _identify_requester(
    session: Session, body_code: str, signed: Signed | None, today: date
) -> str:
    """Return who made the next key; the first one is the operator's, every other is signed."""
    if signed is None:
        if session.scalar(select(UnitKey.id).where(UnitKey.body_code == body_code).limit(1)):
            raise Unsigned("missing")
        return audit.SYSTEM
    try:
        account = queries.get_account(session, acts.read(signed.statement).signer)
    except (FormatError, NotFound) as error:
        raise Unsigned("form") from error
    if account.body_code != body_code:
        raise Unsigned("other")
    gate.begin(session, account, signed, act=SignedAct.EPOCH, subject=body_code, today=today)
    return account.id


def list_key_holders(session: Session, body_code: str) -> Sequence[Account]:
    """Return the members on the roster of a body, to whom its next keys will be sealed."""
    admitted = [entry.account_id for entry in queries.list_current_roster(session, body_code)]
    return session.scalars(
        select(Account)
        .where(Account.id.in_(admitted), Account.role.in_(READERS))
        .where(Account.recipient.is_not(None))
        .order_by(Account.login)
    ).all()


def make_recovery(session: Session, holders: Sequence[Recipient], *, today: date) -> RecoveryKit:
    """Make the recovery key: any three of five holders can open it, the server cannot.

    Raises:
        Invalid: not five different holders.
    """
    if session.get(PublicBody, RECOVERY) is None:
        session.add(PublicBody(code=RECOVERY, kind=RECOVERY, region=None))
    identity = generate_identity()
    # As age-keygen writes it, so that what three holders get is an identity file for age.
    secret = f"# public key: {identity.recipient.text}\n{identity.text}\n".encode()
    try:
        parts = shares.split(secret, holders)
    except FormatError as error:
        raise Invalid("the recovery key needs five different holders", code="holders") from error
    # The recovery key signs nothing; the private half of this one is forgotten at once.
    unused = generate_signing_key().public
    made = _add_unit_key(session, RECOVERY, identity.recipient.text, unused, today)
    audit.record(
        session, AuditAct.RECOVERY_KEY, actor=audit.SYSTEM, detail=str(made.epoch), today=today
    )
    names = {
        f"recovery-{made.epoch}-holders-{'-'.join(str(place + 1) for place in places)}.age": file
        for places, file in parts.items()
    }
    return RecoveryKit(made, names)


def check_recipient(text: str) -> None:
    """Check that a text is a post-quantum recipient.

    Raises:
        Invalid: it is none.
    """
    try:
        parse_recipient(text)
    except FormatError as error:
        raise Invalid("not a recipient", field="recipient", code="recipient") from error


def check_signing(public: bytes) -> None:
    """Check that bytes are a public signing key.

    Raises:
        Invalid: they are none.
    """
    try:
        write_public_pem(public)
    except (FormatError, ValueError) as error:
        raise Invalid("not a signing key", field="signing", code="signing") from error


def check_wrapped(text: str) -> None:
    """Check that a text has the form of an armored age file under a passphrase.

    Raises:
        Invalid: it has not: the worst that could be sent instead is a bare private key.
    """
    lines = text.strip().splitlines()
    fault = Invalid("not a file under a passphrase", field="wrapped", code="wrapped")
    if len(text) > LONGEST_WRAPPED or len(lines) < 3 or (lines[0], lines[-1]) != (BEGIN, END):
        raise fault
    try:
        content = from_base64("".join(lines[1:-1]))
    except FormatError as error:
        raise fault from error
    if not content.startswith(_SCRYPT_FILE):
        raise fault


def check_copy(sealed: bytes) -> None:
    """Check that bytes have the form of a bundle of keys sealed to one member.

    Raises:
        Invalid: they have not.
    """
    lengths = range(compute_sealed_length(1), compute_sealed_length(LONGEST_BUNDLE))
    try:
        check_form(sealed[:HEADER_BYTES], len(sealed), lengths=lengths)
    except FormatError as error:
        raise Invalid("not a sealed key", field="copies", code="copies") from error


def _seal_to(bundle: bytes, member: Recipient) -> bytes:
    return seal(bundle, [member, generate_throwaway_recipient(), generate_throwaway_recipient()])


def _keep_copy(
    session: Session, unit_key: UnitKey, member: Account, sealed: bytes, today: date
) -> None:
    session.add(
        KeyCopy(unit_key_id=unit_key.id, account_id=member.id, sealed=sealed, given_on=today)
    )


def _build_unit_key(session: Session, body_code: str | None, epoch: int) -> UnitKey:
    return session.scalars(
        select(UnitKey).where(UnitKey.body_code == body_code, UnitKey.epoch == epoch)
    ).one()


def _add_unit_key(
    session: Session, body_code: str, recipient: str, signing: bytes, today: date
) -> UnitKey:
    """Add the public keys of the next epoch, and retire the last ones."""
    last = session.scalar(
        select(UnitKey.epoch)
        .where(UnitKey.body_code == body_code)
        .order_by(UnitKey.epoch.desc())
        .limit(1)
    )
    session.execute(
        update(UnitKey)
        .where(UnitKey.body_code == body_code, UnitKey.retired_on.is_(None))
        .values(retired_on=today)
    )
    made = UnitKey(
        body_code=body_code,
        epoch=(last or 0) + 1,
        recipient=recipient,
        signing=signing,
        made_on=today,
        retired_on=None,
    )
    session.add(made)
    session.flush()  # gives it the number that copies refer to
    return made
