"""Sealed objects: opened by their recipients, whole, and by nobody else."""

import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import seal as sealing
from crypto.errors import FormatError, OpenError
from crypto.header import Stanza, build, parse
from crypto.keys import parse_identity
from crypto.padding import BODY_BUCKETS, compute_padme_length
from crypto.seal import (
    HEADER_BYTES,
    PayloadSealer,
    check_attachment_form,
    check_body_form,
    check_form,
    compute_sealed_length,
    generate_throwaway_recipient,
    open_sealed,
    open_stream,
    rewrap_header,
    seal,
    unwrap_file_key,
)
from tests.crypto import known
from tests.crypto.cctv import Vector, chosen
from tests.crypto.conftest import Age

CHUNK = 64 * 1024
SMALL = seal(b"small", known.THREE)
BODY = seal(b"b" * BODY_BUCKETS[0], known.THREE)
# Valid age files that hold other stanzas beside ours: we write none and read none.
MIXED = {"hybrid_and_x25519", "hybrid_grease"}


@settings(max_examples=50)
@given(st.binary(max_size=100))
def test_each_recipient_opens_what_was_sealed(plaintext: bytes) -> None:
    ciphertext = seal(plaintext, known.THREE)

    for identity in (known.READER, known.OVERSIGHT, known.REPORTER):
        assert open_sealed(ciphertext, identity) == plaintext


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_the_length_of_a_sealed_object_is_known_beforehand(size: int) -> None:
    ciphertext = seal(bytes(size), known.THREE)

    assert len(ciphertext) == compute_sealed_length(size)
    assert open_sealed(ciphertext, known.READER) == bytes(size)


def test_a_stranger_opens_nothing() -> None:
    with pytest.raises(OpenError):
        open_sealed(SMALL, known.STRANGER)


def test_a_wrong_key_and_an_altered_text_look_alike() -> None:
    with pytest.raises(OpenError) as wrong:
        open_sealed(SMALL, known.STRANGER)
    with pytest.raises(OpenError) as altered:
        open_sealed(b"x" + SMALL[1:], known.READER)

    assert type(wrong.value) is type(altered.value) is OpenError


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal(b"small", known.THREE) != SMALL


@pytest.mark.parametrize("start", range(0, len(SMALL), 512))
def test_no_flipped_bit_goes_unnoticed(start: int) -> None:
    for byte in range(start, min(start + 512, len(SMALL))):
        altered = bytearray(SMALL)
        altered[byte] ^= 1 << byte % 8
        with pytest.raises(OpenError):
            open_sealed(bytes(altered), known.READER)


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_the_payload_can_be_flipped(bit: int) -> None:
    for byte in range(HEADER_BYTES, len(SMALL)):
        altered = bytearray(SMALL)
        altered[byte] ^= 1 << bit
        with pytest.raises(OpenError):
            open_sealed(bytes(altered), known.READER)


def test_no_cut_goes_unnoticed() -> None:
    for length in range(len(SMALL)):
        with pytest.raises(OpenError):
            open_sealed(SMALL[:length], known.READER)


def test_nothing_may_follow() -> None:
    with pytest.raises(OpenError):
        open_sealed(SMALL + b"\0", known.READER)


def _stanzas(ciphertext: bytes) -> list[bytes]:
    lines = ciphertext[:HEADER_BYTES].splitlines(keepends=True)
    return [lines[n] + lines[n + 1] for n in (1, 3, 5)]


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 1), (0, 0, 1), (0, 1, 2, 2)])
def test_swapped_left_out_or_repeated_stanzas_are_noticed(order: tuple[int, ...]) -> None:
    stanzas = _stanzas(SMALL)
    start, end = len(b"age-encryption.org/v1\n"), SMALL.index(b"--- ")
    altered = SMALL[:start] + b"".join(stanzas[n] for n in order) + SMALL[end:]

    with pytest.raises(OpenError):
        open_sealed(altered, known.READER)


def test_a_stanza_of_another_object_is_noticed() -> None:
    altered = SMALL.replace(_stanzas(SMALL)[2], _stanzas(BODY)[2])

    with pytest.raises(OpenError):
        open_sealed(altered, known.READER)


def test_a_payload_of_another_object_is_noticed() -> None:
    with pytest.raises(OpenError):
        open_sealed(SMALL[:HEADER_BYTES] + BODY[HEADER_BYTES:], known.READER)


def test_a_stanza_of_another_kind_beside_ours_is_refused() -> None:
    key = unwrap_file_key(SMALL[:HEADER_BYTES], known.READER)
    ours = parse(SMALL[:HEADER_BYTES]).stanzas[0]
    mixed = build(key, [ours, Stanza(("X25519", "A" * 43), bytes(32))])

    with pytest.raises(OpenError):
        open_sealed(mixed + SMALL[HEADER_BYTES:], known.READER)


def test_what_passes_by_is_sealed_before_its_recipients_are_known() -> None:
    sealer = PayloadSealer()
    payload = b"".join([sealer.update(b"a" * 70_000), sealer.update(b"b"), sealer.finish()])
    ciphertext = sealer.build_header(known.THREE) + payload

    assert len(ciphertext) == compute_sealed_length(70_001)
    assert open_sealed(ciphertext, known.OVERSIGHT) == b"a" * 70_000 + b"b"


def test_nothing_passing_by_is_an_empty_file() -> None:
    sealer = PayloadSealer()
    payload = sealer.finish()

    assert open_sealed(sealer.build_header(known.THREE) + payload, known.READER) == b""


def test_a_large_file_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.age"
    piece = bytes(CHUNK)
    tracemalloc.start()
    sealer = PayloadSealer()
    with path.open("wb") as file:
        file.seek(HEADER_BYTES)
        for _ in range(200):
            file.write(sealer.update(piece))
        file.write(sealer.finish())
        file.seek(0)
        file.write(sealer.build_header(known.THREE))
    with path.open("rb") as file:
        size = sum(len(chunk) for chunk in open_stream(file, known.REPORTER))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size == 200 * CHUNK
    assert peak < 20 * CHUNK


def test_an_object_is_handed_over_without_touching_its_payload() -> None:
    header, payload = SMALL[:HEADER_BYTES], SMALL[HEADER_BYTES:]
    recipients = [known.STRANGER.recipient, *known.THREE[1:]]

    handed_over = rewrap_header(header, known.READER, recipients) + payload

    assert len(handed_over) == len(SMALL)
    assert open_sealed(handed_over, known.STRANGER) == b"small"
    with pytest.raises(OpenError):
        open_sealed(handed_over, known.READER)


def test_only_who_can_open_an_object_hands_it_over() -> None:
    with pytest.raises(OpenError):
        rewrap_header(SMALL[:HEADER_BYTES], known.STRANGER, known.THREE)


@pytest.mark.parametrize("count", [0, 21])
def test_an_object_has_one_to_twenty_recipients(count: int) -> None:
    with pytest.raises(FormatError):
        seal(b"", known.THREE[:1] * count)


def test_a_place_without_a_recipient_looks_like_any_other() -> None:
    recipients = [
        known.READER.recipient,
        generate_throwaway_recipient(),
        generate_throwaway_recipient(),
    ]

    ciphertext = seal(b"b" * BODY_BUCKETS[0], recipients)

    check_body_form(ciphertext)
    assert len(ciphertext) == len(BODY)


@pytest.mark.parametrize("bucket", BODY_BUCKETS)
def test_a_body_has_the_length_of_a_bucket(bucket: int) -> None:
    check_body_form(seal(bytes(bucket), known.THREE))


@pytest.mark.parametrize("size", [0, 1, 8191, 8193, 3 * 8192, 2 * BODY_BUCKETS[-1]])
def test_a_body_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(FormatError):
        check_body_form(seal(bytes(size), known.THREE))


@given(st.integers(0, 2**40))
def test_an_attachment_has_a_padded_length(size: int) -> None:
    check_attachment_form(SMALL[:HEADER_BYTES], compute_sealed_length(compute_padme_length(size)))


@pytest.mark.parametrize(
    "total", [-1, 0, HEADER_BYTES, compute_sealed_length(0), compute_sealed_length(65535)]
)
def test_an_attachment_that_is_too_short_is_refused(total: int) -> None:
    with pytest.raises(FormatError):
        check_attachment_form(SMALL[:HEADER_BYTES], total)


@given(st.integers(65_536, 2**40).filter(lambda size: compute_padme_length(size) != size))
def test_an_attachment_without_padding_is_refused(size: int) -> None:
    with pytest.raises(FormatError):
        check_attachment_form(SMALL[:HEADER_BYTES], compute_sealed_length(size))


def test_lengths_are_named_by_a_set_or_by_a_function() -> None:
    header = SMALL[:HEADER_BYTES]

    check_form(header, 7, lengths={7})
    check_form(header, 7, lengths=lambda total: total == 7)
    with pytest.raises(FormatError):
        check_form(header, 8, lengths={7})
    with pytest.raises(FormatError):
        check_form(header, 8, lengths=lambda total: total == 7)


def _misformed() -> Iterator[bytes]:
    header = SMALL[:HEADER_BYTES]
    ours = parse(header).stanzas
    yield b""
    yield header[:-1]
    yield header + b"\0"
    yield header.replace(b"v1", b"v2")
    yield build(bytes(16), ours[:2])
    yield build(bytes(16), [*ours, ours[0]])
    yield build(bytes(16), [*ours[:2], Stanza(("X25519", "A" * 43), bytes(32))])
    yield build(bytes(16), [*ours[:2], Stanza(("scrypt", "A" * 22, "18"), bytes(32))])
    # The last character of base64 carries bits that must be zero.
    share = ours[2].words[1]
    yield build(bytes(16), [*ours[:2], Stanza((ours[2].words[0], share[:-1] + "9"), bytes(32))])


@pytest.mark.parametrize("header", list(_misformed()), ids=len)
def test_what_is_not_a_stored_object_is_refused_without_a_key(header: bytes) -> None:
    with pytest.raises(FormatError):
        check_form(header, 0, lengths={0})


def test_our_own_vector_opens() -> None:
    vector = known.load("sealed")

    for text in vector["identities"]:
        opened = open_sealed(known.sealed(), parse_identity(text))
        assert opened.decode() == vector["plaintext"]
    with pytest.raises(OpenError):
        open_sealed(known.sealed(), parse_identity(vector["stranger"]))


@pytest.mark.parametrize("vector", chosen("hybrid"), ids=lambda vector: vector.name)
def test_published_files_open_exactly_when_they_should(vector: Vector) -> None:
    identity = parse_identity(vector.identities[-1])

    if vector.expect == "success" and vector.name not in MIXED:
        assert sha256(open_sealed(vector.file, identity)).hexdigest() == vector.payload
    else:
        with pytest.raises(OpenError):
            open_sealed(vector.file, identity)


def test_age_opens_what_we_seal(age: Age, tmp_path: Path) -> None:
    for number, identity in enumerate((known.READER, known.OVERSIGHT, known.REPORTER)):
        key = tmp_path / f"{number}.key"
        key.write_text(identity.text)
        assert age("age", "-d", "-i", str(key), data=BODY) == b"b" * BODY_BUCKETS[0]


@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * CHUNK + 1])
def test_we_open_what_age_seals(age: Age, size: int) -> None:
    recipients = [word for key in known.THREE for word in ("-r", key.text)]

    ciphertext = age("age", "-e", *recipients, data=b"z" * size)

    assert len(ciphertext) == compute_sealed_length(size)
    assert open_sealed(ciphertext, known.OVERSIGHT) == b"z" * size


def test_age_opens_what_was_handed_over(age: Age, tmp_path: Path) -> None:
    key = tmp_path / "stranger.key"
    key.write_text(known.STRANGER.text)
    header = rewrap_header(SMALL[:HEADER_BYTES], known.READER, [known.STRANGER.recipient] * 3)

    assert age("age", "-d", "-i", str(key), data=header + SMALL[HEADER_BYTES:]) == b"small"


def test_a_stored_object_has_as_many_stanzas_as_the_specification_says() -> None:
    assert len(known.THREE) == sealing.STANZAS
    assert len(build(bytes(16), parse(SMALL[:HEADER_BYTES]).stanzas)) == HEADER_BYTES
