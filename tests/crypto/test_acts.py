"""Acts of staff: one line, one spelling, one signature that a stock tool can check."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import acts
from crypto.acts import Signed, Statement
from crypto.errors import FormatError, OpenError
from crypto.signing import SigningKey, write_public_pem
from crypto.text import from_base64
from tests.crypto import known
from tests.crypto.altering import flipped, refused

VECTOR = known.load("acts")
KEY = SigningKey(bytes.fromhex(VECTOR["seed"]))
SAID = acts.read(VECTOR["statement"])
SIGNED = Signed(VECTOR["statement"], from_base64(VECTOR["signature"]), SAID.origin)
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)
CODE = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
STATEMENTS = st.builds(
    Statement,
    origin=st.sampled_from(["portal.example/log", "localhost/log"]),
    act=CODE,
    body=CODE,
    signer=HEX,
    key=st.just(KEY.public),
    subject=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,127}", fullmatch=True),
    fields=st.dictionaries(
        CODE, st.lists(TEXTS, min_size=1, max_size=4).map(acts.encode_field), max_size=6
    ),
    sealed=st.lists(HEX.map(lambda half: half * 2), max_size=4).map(
        lambda item: tuple(sorted(item))
    ),
    day=st.dates(),
    id=HEX,
)


@given(STATEMENTS)
def test_a_statement_is_read_as_it_was_written(said: Statement) -> None:
    assert acts.read(said.text) == said
    assert "\n" not in said.text
    assert acts.check(acts.sign(said, KEY)) == said


def test_no_altered_bit_goes_unnoticed() -> None:
    for line in flipped(SIGNED.statement.encode()):
        altered = replace(SIGNED, statement=line.decode(errors="replace"))
        assert refused(acts.check, altered)
    for signature in flipped(SIGNED.signature):
        assert refused(acts.check, replace(SIGNED, signature=signature))


@given(st.text(max_size=400))
def test_nothing_else_is_a_statement(text: str) -> None:
    assert refused(acts.read, text)


@pytest.mark.parametrize(
    "altered",
    [
        SIGNED.statement + " ",
        SIGNED.statement.replace(":", ": ", 1),
        SIGNED.statement.replace('"act":"claim",', '"act":"claim","act":"claim",'),
        json.dumps(json.loads(SIGNED.statement), sort_keys=True, separators=(",", ":")),
        SIGNED.statement.replace("pmp/v1/act", "pmp/v2/act"),
        SIGNED.statement.replace("2026-11-28", "2026-11-31"),
        SIGNED.statement.replace("2026-11-28", "20261128"),
        SIGNED.statement.replace('"id":"ff', '"id":"FF'),
        SIGNED.statement.replace('["b","a"]', '["b"]'),
        SIGNED.statement.replace('["b","a"]', "3"),
    ],
)
def test_another_spelling_is_refused(altered: str) -> None:
    assert altered != SIGNED.statement
    with pytest.raises(FormatError):
        acts.read(altered)


def test_a_statement_of_another_portal_is_refused() -> None:
    with pytest.raises(FormatError):
        acts.check(replace(SIGNED, origin="other.example/log"))


def test_who_signs_names_their_own_key() -> None:
    with pytest.raises(FormatError):
        acts.sign(replace(SAID, key=known.REPORTER_SIGNING.public), KEY)
    other = replace(SAID, key=known.REPORTER_SIGNING.public)
    with pytest.raises(OpenError):
        acts.check(replace(SIGNED, statement=other.text))


@pytest.mark.parametrize(
    "wrong",
    [
        {"act": ""},
        {"act": "1"},
        {"subject": "a b"},
        {"subject": ""},
        {"signer": "ab"},
        {"key": b"short"},
        {"fields": {"0": "integer keys have another order in JavaScript"}},
        {"fields": {"name": "x" * 257}},
        {"fields": {"name": ("one",)}},
        {"sealed": ("ff" * 32, "00" * 32)},
        {"origin": ""},
    ],
)
def test_what_is_no_act_is_not_written(wrong: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        replace(SAID, **wrong)  # type: ignore[arg-type]


def test_words_of_people_stand_as_their_digest() -> None:
    long = acts.encode_field(["words " * 100])

    assert str(long).startswith("sha256:")
    assert acts.encode_field([str(long)]) != long, "a digest that was typed is not taken for one"
    assert acts.encode_field(["one\r\ntwo"]) == acts.encode_field(["one\ntwo"]), (
        "line ends are all alike"
    )


def test_the_day_is_a_day() -> None:
    assert SAID.day == date(2026, 11, 28)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_openssl_checks_an_act(tmp_path: Path) -> None:
    """The commands of docs/keys.md."""
    (tmp_path / "statement.json").write_text(SIGNED.statement)
    (tmp_path / "signature.bin").write_bytes(SIGNED.signature)
    (tmp_path / "key.pem").write_bytes(write_public_pem(SAID.key))
    words = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in statement.json -sigfile"

    good = subprocess.run([*words.split(), "signature.bin"], cwd=tmp_path, check=False)  # noqa: S603
    (tmp_path / "statement.json").write_text(SIGNED.statement.replace("claim", "clam"))
    bad = subprocess.run([*words.split(), "signature.bin"], cwd=tmp_path, check=False)  # noqa: S603

    assert (good.returncode, bad.returncode) == (0, 1)
