"""Write our own test vectors, which other implementations can use too.

`python -m tests.crypto.make_vectors` writes them. Everything follows from fixed values but
the sealed file, a hidden writer and post-quantum signatures: they draw fresh randomness, so
they are made once and then kept.
"""

import base64
import json
from datetime import date
from hashlib import sha256

from crypto import acts, body, findcode, padding, receipt, seal, secretbox, writer
from crypto.signing import SigningKey
from crypto.text import to_base64
from tests.crypto import habits, known, make_log_vectors

RID = "0123456789abcdef" * 2
SECRETS = (b"0123456789" * 3, b"0" * 30, b"9" * 30, b"314159265358979323846264338327")
OLD_SECRETS = (bytes(range(11)), bytes(11), b"\xff" * 11, b"eleven byte")
HALF = sha256(b"a second half").digest()
PEPPER = sha256(b"a pepper").digest()


def receipts() -> object:
    """Give what follows from fixed receipts."""
    return [_receipt(secret) for secret in (*SECRETS, *OLD_SECRETS)]


def typed() -> object:
    """Give receipts as people type them, and what is read or what is wrong."""
    return [_read(text) for text in habits.TYPED]


def texts() -> object:
    """Give texts, and whether they hold a receipt."""
    return [{"text": text, "holds": findcode.has_receipt(text)} for text in habits.TEXTS]


def bodies() -> object:
    """Give fixed bodies with their signatures, and what they are bound to."""
    return {
        "label": body.SIGNED_LABEL.hex(),
        "reporter_seed": known.REPORTER_SIGNING.seed.hex(),
        "body_seed": known.BODY_SIGNING.seed.hex(),
        "bodies": [
            _body(_report(), known.REPORTER_SIGNING),
            _body(_later("reply", 1, "first object"), known.BODY_SIGNING),
            _body(_later("message", 2, "second object"), known.REPORTER_SIGNING),
        ],
    }


def acts_of_staff() -> object:
    """Give acts with their signatures, and what their fields said before."""
    said = {
        "version": ["3"],
        "subcategory": ["b", "a"],
        "note": ["one\r\nline"],
        "long": ["ж" * 200],
    }
    statement = acts.Statement(
        origin="portal.example/log",
        act="claim",
        body="PROS_REG.KZ-75",
        signer="00112233445566778899aabbccddeeff",
        key=known.BODY_SIGNING.public,
        subject=RID,
        fields={name: acts.encode_field(values) for name, values in said.items()},
        sealed=(sha256(b"one").hexdigest(), sha256(b"other").hexdigest()),
        day=date(2026, 11, 28),
        id="ffeeddccbbaa99887766554433221100",
    )
    signed = acts.sign(statement, known.BODY_SIGNING)
    return {
        "seed": known.BODY_SIGNING.seed.hex(),
        "said": said,
        "statement": signed.statement,
        "signature": to_base64(signed.signature),
        "own_file": acts.write_identity_file(known.READER.text, known.BODY_SIGNING).decode(),
    }


def lengths() -> object:
    """Give lengths of attachments and what they are padded to."""
    some = [0, 1, 65536, 65537, 99999, 131073, 1 << 20, 1234567, 52428800, 524288001]
    return {
        "buckets": padding.BODY_BUCKETS,
        "padme": [[length, padding.compute_padme_length(length)] for length in some],
        "sealed": [[length, seal.compute_sealed_length(length)] for length in some],
    }


def codes() -> object:
    """Give codes that only a key makes."""
    key = sha256(b"a server key").digest()
    return {
        "key": key.hex(),
        "keyed": [
            {"label": "a", "parts": ["b", "c"], "code": secretbox.mac(key, b"a", b"b", b"c").hex()},
            {"label": "a", "parts": ["bc"], "code": secretbox.mac(key, b"a", b"bc").hex()},
        ],
        "derived": {"label": "vectors", "key": secretbox.derive_key(key, b"vectors").hex()},
    }


def sealed() -> object:
    """Give a sealed file with the identities that open it."""
    text = "Бұл мәтінді тек үш кілт ашады."
    return {
        "identities": [
            identity.text for identity in (known.READER, known.OVERSIGHT, known.REPORTER)
        ],
        "recipients": [recipient.text for recipient in known.THREE],
        "stranger": known.STRANGER.text,
        "plaintext": text,
        "ciphertext": base64.b64encode(seal.seal(text.encode(), known.THREE)).decode(),
    }


def hidden() -> object:
    """Give a writer as it stands in what a body wrote, which only the body's members read."""
    place = {"rid": RID, "thread": body.NOTES, "seq": 3}
    author = writer.Writer("fedcba9876543210" * 2, "prosecutor.first")
    return {
        "label": writer.LABEL.decode(),
        "body_seed": known.BODY_SIGNING.seed.hex(),
        **place,
        "account": author.account,
        "login": author.login,
        "hidden": writer.encrypt_writer(author, known.BODY_SIGNING, **place).hex(),  # type: ignore[arg-type]
    }


def main() -> None:
    """Write every file of vectors that is our own."""
    _write("receipt", receipts())
    _write("receipt-typed", typed())
    _write("receipt-texts", texts())
    _write("body", bodies())
    _write("lengths", lengths())
    _write("codes", codes())
    _write("acts", acts_of_staff())
    _write("entries", make_log_vectors.entries())
    _write("log", make_log_vectors.log())
    _write("tiles", make_log_vectors.tiles())
    for name, make in (
        ("sealed", sealed),
        ("writer", hidden),
        ("witnessed", make_log_vectors.witnessed),
    ):
        if not (known.VECTORS / f"{name}.json").exists():
            _write(name, make())


def _receipt(secret: bytes) -> object:
    keys = receipt.derive(secret)
    reporter = keys.derive_reporter_keys(HALF)
    digits = receipt.format_digits(secret)
    return {
        "version": 2 if len(secret) == receipt.SECRET_BYTES else 1,
        "secret": secret.hex(),
        "digits": digits,
        "also": [digits.replace(" ", ""), digits.replace(" ", "-")],
        "master": keys.master.hex(),
        "lookup": keys.lookup.hex(),
        "blind": keys.blinding_key.hex(),
        "pepper": PEPPER.hex(),
        "row_key": receipt.derive_row_key(PEPPER, keys.lookup).hex(),
        "second_half": HALF.hex(),
        "identity": reporter.identity.text,
        "recipient": reporter.identity.recipient.text,
        "signing_seed": reporter.signing.seed.hex(),
        "signing_public": reporter.signing.public.hex(),
    }


def _read(text: str) -> dict[str, object]:
    try:
        return {"text": text, "secret": receipt.parse(text).hex()}
    except receipt.WrongLength as error:
        return {"text": text, "fault": "length", "digits": error.digits}
    except receipt.WrongSymbol as error:
        return {"text": text, "fault": "symbol", "symbol": error.symbol, "group": error.group}
    except receipt.WrongGroups as error:
        return {"text": text, "fault": "groups", "groups": list(error.groups)}
    except receipt.WrongChecksum:
        return {"text": text, "fault": "checksum"}


def _report() -> body.Body:
    return body.Body(
        type="report",
        rid=RID,
        thread="case",
        seq=0,
        prev="",
        fields={"account": 'Қалалық бөлім "№ 2", 3\u202f000\n\U0001f512', "ranks": [1, True, None]},
        attachments=(
            body.Attachment(
                id="f" * 32,
                name="фото.jpg",
                type="image/jpeg",
                size=5,
                pt=sha256(b"photo").hexdigest(),
                ct=sha256(b"sealed photo").hexdigest(),
            ),
        ),
        blinding_key=sha256(b"a blinding key").digest(),
        reply_to=known.REPORTER.recipient,
        sig=known.REPORTER_SIGNING.public,
        to=body.Addressee("ksb", known.READER.recipient, known.BODY_SIGNING.public),
    )


def _later(kind: str, seq: int, previous: str) -> body.Body:
    return body.Body(
        type=kind,
        rid=RID,
        thread="case",
        seq=seq,
        prev=sha256(previous.encode()).hexdigest(),
        fields={"text": "Рақмет."},
    )


def _body(content: body.Body, signer: SigningKey) -> object:
    outer = json.loads(body.compose(content, signer))
    return {
        "rid": content.rid,
        "thread": content.thread,
        "seq": content.seq,
        "prev": content.prev,
        "signer": signer.public.hex(),
        "inner": outer["body"],
        "signature": outer["signature"],
        "plaintext_sha256": sha256(body.compose(content, signer)).hexdigest(),
    }


def _write(name: str, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (known.VECTORS / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
