"""What is sealed in the browser opens on the server, what is sealed there opens here."""

import secrets

import pytest

from bench.modules import Bench, Refused, to_text
from crypto import seal
from crypto.errors import OpenError
from crypto.keys import Identity, generate_identity, parse_identity, parse_recipient

SEAL = "return lib.seal.seal(lib.bytes.fromBase64(arguments[0]), arguments[1])"
OPEN = "return lib.seal.open(lib.bytes.fromBase64(arguments[0]), arguments[1])"
OPENS = """
const identity = arguments[1];
return Promise.all(arguments[0].map((text) =>
  lib.seal.open(lib.bytes.fromBase64(text), identity)
    .then(() => "opens", (error) => error.constructor.name)));
"""
LENGTHS = [0, 1, 8192, 65535, 65536, 65537, 131072, 200000]


@pytest.fixture(scope="module")
def holders() -> list[Identity]:
    return [generate_identity() for _ in range(3)]


def texts(holders: list[Identity]) -> list[str]:
    return [holder.recipient.text for holder in holders]


@pytest.mark.parametrize("length", LENGTHS)
def test_each_holder_opens_on_the_server_what_the_browser_sealed(
    bench: Bench, holders: list[Identity], length: int
) -> None:
    content = secrets.token_bytes(length)
    sealed = bench.run_to_bytes(SEAL, content, texts(holders))
    assert len(sealed) == seal.compute_sealed_length(length)
    assert [seal.open_sealed(sealed, holder) for holder in holders] == [content] * 3


@pytest.mark.parametrize("length", LENGTHS)
def test_the_browser_opens_what_the_server_sealed(
    bench: Bench, holders: list[Identity], length: int
) -> None:
    content = secrets.token_bytes(length)
    sealed = seal.seal(content, [holder.recipient for holder in holders])
    assert all(bench.run_to_bytes(OPEN, sealed, holder.text) == content for holder in holders)


def test_a_sealed_body_has_the_form_that_the_server_accepts(
    bench: Bench, holders: list[Identity]
) -> None:
    script = """
      const padded = lib.padding.padBody(lib.bytes.toUtf8("{}"));
      return lib.seal.seal(padded, [...arguments[0], lib.seal.throwawayRecipient()]);
    """
    sealed = bench.run_to_bytes(script, texts(holders)[:2])
    seal.check_body_form(sealed)
    assert seal.open_sealed(sealed, holders[0]).rstrip() == b"{}"


def test_a_stranger_cannot_open(bench: Bench, holders: list[Identity]) -> None:
    sealed = bench.run_to_bytes(SEAL, b"text", texts(holders))
    with pytest.raises(Refused, match="OpenError"):
        bench.run(OPEN, sealed, generate_identity().text)


def test_no_altered_or_shortened_file_opens(bench: Bench, holders: list[Identity]) -> None:
    sealed = seal.seal(bytes(70000), [holder.recipient for holder in holders])
    chunk = seal.HEADER_BYTES + 16 + 65552
    places = [*range(0, seal.HEADER_BYTES, 97), *range(seal.HEADER_BYTES, chunk, 9973), -1]
    altered = []
    for place in places:
        flipped = bytearray(sealed)
        flipped[place] ^= 1
        altered.append(bytes(flipped))
    altered += [sealed[:length] for length in (0, 100, 4741, 4757, chunk - 1, chunk, chunk + 16)]
    altered += [sealed[:-1], sealed + b"\0", sealed[:chunk] * 2]
    result = bench.run(OPENS, [to_text(blob) for blob in altered], holders[1].text)
    assert result == ["OpenError"] * len(altered)


def test_both_refuse_the_same_spellings_of_a_header(bench: Bench, holders: list[Identity]) -> None:
    sealed = seal.seal(b"text", [holder.recipient for holder in holders])
    end = sealed.index(b"\n", 40)
    loose = bytearray(sealed)
    last = loose[end - 1]
    loose[end - 1] = last + 1  # bits beyond the last byte: base64 that is not canonical
    lines = sealed.split(b"\n")
    swapped = b"\n".join([lines[0], *lines[3:5], *lines[1:3], *lines[5:]])
    two = b"\n".join([lines[0], *lines[3:]])
    four = b"\n".join([lines[0], *lines[1:3], *lines[1:]])
    crlf = sealed.replace(b"\n", b"\r\n", 1)
    altered = [bytes(loose), swapped, two, four, crlf]
    for blob in altered:
        with pytest.raises(OpenError):
            seal.open_sealed(blob, holders[2])
    result = bench.run(OPENS, [to_text(blob) for blob in altered], holders[2].text)
    assert result == ["OpenError"] * len(altered)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_case_is_sealed_for_three_and_only_three(
    bench: Bench, holders: list[Identity], count: int
) -> None:
    recipients = (texts(holders) * 2)[:count]
    with pytest.raises(Refused, match="FormatError"):
        bench.run(SEAL, b"text", recipients)
    sealed = seal.seal(b"text", [holder.recipient for holder in (holders * 2)[:count]])
    with pytest.raises(Refused, match="OpenError"):
        bench.run(OPEN, sealed, holders[0].text)


def test_a_key_file_for_one_member_opens_when_asked_for(
    bench: Bench, holders: list[Identity]
) -> None:
    sealed = seal.seal(b"unit key", [holders[0].recipient])
    script = OPEN.replace("arguments[1])", "arguments[1], 1)")
    assert bench.run_to_bytes(script, sealed, holders[0].text) == b"unit key"


@pytest.mark.parametrize(
    "recipient",
    ["", "age1pq1", "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpxv7ta"],
)
def test_other_kinds_of_recipients_are_refused(
    bench: Bench, holders: list[Identity], recipient: str
) -> None:
    with pytest.raises(Refused, match="FormatError"):
        bench.run(SEAL, b"text", [*texts(holders)[:2], recipient])


def test_a_case_that_was_handed_over_opens_for_the_new_holder_only(
    bench: Bench, holders: list[Identity]
) -> None:
    sealed = seal.seal(b"case", [holder.recipient for holder in holders])
    heir = generate_identity()
    header = bench.run_to_bytes(
        """
        const old = lib.seal.header(lib.bytes.fromBase64(arguments[0]));
        return lib.seal.rewrapHeader(old, arguments[1], arguments[2]);
        """,
        sealed,
        holders[0].text,
        [heir.recipient.text, *texts(holders)[1:]],
    )
    assert len(header) == seal.HEADER_BYTES
    handed_over = header + sealed[seal.HEADER_BYTES :]
    assert seal.open_sealed(handed_over, heir) == b"case"
    assert bench.run_to_bytes(OPEN, handed_over, heir.text) == b"case"
    with pytest.raises(OpenError):
        seal.open_sealed(handed_over, holders[0])
    with pytest.raises(Refused, match="OpenError"):
        bench.run(OPEN, handed_over, holders[0].text)


def test_new_keys_are_keys_to_the_server_too(bench: Bench) -> None:
    pair = bench.run("return lib.keys.newKeyPair()")
    assert parse_identity(pair["identity"]).recipient == parse_recipient(pair["recipient"])
    result = bench.run("return lib.keys.recipientOf(arguments[0])", pair["identity"])
    assert result == pair["recipient"]
    with pytest.raises(Refused, match="FormatError"):
        bench.run("return lib.keys.recipientOf(arguments[0])", pair["identity"].lower())


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-PQ-1", "AGE-SECRET-KEY-1QQ"])
def test_what_is_no_identity_is_refused(bench: Bench, holders: list[Identity], text: str) -> None:
    with pytest.raises(Refused, match="FormatError"):
        bench.run("return lib.keys.recipientOf(arguments[0])", text)
    with pytest.raises(Refused, match="FormatError"):
        bench.run(OPEN, seal.seal(b"text", [holder.recipient for holder in holders]), text)
