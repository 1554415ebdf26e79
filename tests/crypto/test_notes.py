"""Signed notes: the published ones open, nothing else does."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import notes
from crypto.errors import FormatError, OpenError
from crypto.notes import COSIGNATURE_ED25519, Note, Signature, VerifierKey, parse, parse_key, sign
from crypto.signing import SigningKey
from tests.crypto import known
from tests.crypto.altering import flipped, refused
from tests.crypto.conftest import Judge

PUBLISHED = known.load("notes")
GO = PUBLISHED["go"]
PETER, ENOCH = (parse_key(text) for text in GO["keys"])
BOTH = f"{GO['text']}\n{''.join(GO['signatures'])}"
PETER_ALONE = f"{GO['text']}\n{GO['signatures'][0]}"
SEED = base64.b64decode(GO["private"].split("+", 4)[4])[1:]
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60)


def signed_by(data: bytes, key: VerifierKey) -> bool:
    return not refused(lambda: notes.verify(parse(data), key))


def test_the_published_notes_open() -> None:
    note = parse(BOTH.encode())

    assert note.text == GO["text"]
    notes.verify(note, PETER)
    notes.verify(note, ENOCH)


@pytest.mark.parametrize(
    "text", [*PUBLISHED["c2sp"]["notes"], PUBLISHED["c2sp"]["checkpoint"], BOTH]
)
def test_published_notes_are_written_as_they_were_read(text: str) -> None:
    assert parse(text.encode()).data == text.encode()


def test_the_published_key_signs_as_published() -> None:
    signature = sign(GO["text"], "PeterNeumann", SigningKey(SEED))

    assert signature.line == GO["signatures"][0]


def test_keys_are_written_as_they_were_read() -> None:
    for text in GO["keys"]:
        assert parse_key(text).text == text
    assert notes.derive_verifier_key("PeterNeumann", SigningKey(SEED)) == PETER


def test_no_part_of_a_key_and_no_altered_key_is_one() -> None:
    text = GO["keys"][0]
    for begin in range(len(text)):
        for end in range(begin + 1, len(text) + 1):
            assert text[begin:end] == text or refused(parse_key, text[begin:end])
    for altered in flipped(text.encode()):
        assert refused(parse_key, altered.decode("latin-1"))


@pytest.mark.parametrize(
    "text",
    [
        *GO["bad_keys"],
        "",
        "++",
        "PeterNeumann++",
        GO["keys"][0] + "\n",
        GO["keys"][0].replace("c74f20a3", "C74F20A3"),
        GO["keys"][0].replace("PeterNeumann", "Peter Neumann"),
        "a+00000000+",
    ],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    assert refused(parse_key, text)


@given(LINES, st.binary(min_size=32, max_size=32))
def test_a_note_opens_as_it_was_signed(text: str, seed: bytes) -> None:
    key = SigningKey(seed)
    note = Note(f"{text}\n", (sign(f"{text}\n", "log.example", key),))

    assert parse(note.data) == note
    notes.verify(parse(note.data), notes.derive_verifier_key("log.example", key))


def test_no_flipped_bit_of_a_note_goes_unnoticed() -> None:
    for altered in flipped(PETER_ALONE.encode()):
        assert not signed_by(altered, PETER)


def test_a_signature_of_a_stranger_is_passed_over() -> None:
    stranger = Signature("stranger", bytes(4), b"anything at all")
    same_name = Signature(PETER.name, bytes(4), bytes(64))
    same_id = Signature("Peter", PETER.id, bytes(64))
    note = parse(PETER_ALONE.encode())

    for other in (stranger, same_name, same_id):
        more = Note(note.text, (other, *note.signatures))
        notes.verify(parse(more.data), PETER)
        assert refused(notes.verify, Note(note.text, (other,)), PETER)


def test_a_wrong_signature_by_a_known_key_spoils_the_note() -> None:
    note = parse(PETER_ALONE.encode())
    wrong = Signature(PETER.name, PETER.id, bytes(64))

    for lines in ((wrong,), (wrong, *note.signatures), (*note.signatures, wrong)):
        with pytest.raises(OpenError):
            notes.verify(Note(note.text, lines), PETER)


def test_a_key_that_cosigns_does_not_sign_notes() -> None:
    key = SigningKey(SEED)
    witness = VerifierKey("w", COSIGNATURE_ED25519, key.public)
    note = Note("text\n", (Signature("w", witness.id, key.sign(b"text\n")),))

    with pytest.raises(FormatError):
        notes.verify(note, witness)


def test_a_text_may_have_empty_lines_and_end_in_one() -> None:
    key = SigningKey(SEED)
    for text in ("\n", "\n\n", "a\n\nb\n", "a\n\n", f"a\n\n{GO['signatures'][0]}"):
        note = Note(text, (sign(text, "x", key),))
        assert parse(note.data) == note


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n\n",
        GO["text"].encode(),
        f"{GO['text']}\n".encode(),
        PETER_ALONE[:-1].encode(),
        BOTH[:-1].encode(),
        BOTH.encode() + b"more",
        PETER_ALONE.encode() + b"\n",
        PETER_ALONE.encode() + b"more\n",
        b"\x01" + PETER_ALONE.encode(),
        b"\t" + PETER_ALONE.encode(),
        b"\xff" + PETER_ALONE.encode(),
        PETER_ALONE.replace("\n", "\r\n").encode(),
        PETER_ALONE.replace("PeterNeumann", "Peter Neumann").encode(),
        PETER_ALONE.replace("PeterNeumann", "Peter+Neumann").encode(),
        PETER_ALONE.replace("PeterNeumann", "Peter\N{NO-BREAK SPACE}Neumann").encode(),
        PETER_ALONE.replace("PeterNeumann ", " ").encode(),
        PETER_ALONE.replace("— ", "—").encode(),
        PETER_ALONE.replace("— ", "- ").encode(),
        PETER_ALONE.replace("AM=", "AM").encode(),
        PETER_ALONE.replace("AM=", "AN=").encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        f"{GO['text']}\n{GO['signatures'][0] * 101}".encode(),
        b"x" * (1 << 20) + b"\n\n" + GO["signatures"][0].encode(),
    ],
)
def test_a_malformed_note_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse(data)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "half \ud800\n", "\0\n"])
def test_a_text_that_no_note_can_have_is_not_signed(text: str) -> None:
    with pytest.raises(FormatError):
        sign(text, "name", SigningKey(SEED))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "\N{NO-BREAK SPACE}", "a\0", "\udfff"])
def test_a_name_has_no_space_and_no_plus(name: str) -> None:
    with pytest.raises(FormatError):
        sign("text\n", name, SigningKey(SEED))


@pytest.mark.parametrize("text", ["a text\n", "ескертпе\n\nс пустой строкой\n", "\n\n\n"])
def test_go_opens_our_notes_and_we_open_its(judge: Judge, text: str) -> None:
    key = SigningKey(SEED)
    ours = notes.derive_verifier_key("log.example/x", key)
    signed = Note(text, (sign(text, ours.name, key),)).data
    opened = judge("open", note=signed, keys=[ours.text])
    made = judge("sign", text=text, name=ours.name, seed=SEED)

    assert opened["text"] == text
    assert opened["by"] == [f"{ours.name}+{ours.id.hex()}"]
    assert parse_key(made["key"]) == ours
    assert base64.b64decode(made["signed"]) == signed


def test_go_refuses_our_notes_altered(judge: Judge) -> None:
    for altered in [*flipped(PETER_ALONE.encode())][::7]:
        assert judge("open", note=altered, keys=[PETER.text])["error"]
