"""Entries of the public log: each has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import log_entries
from crypto.errors import FormatError
from crypto.log_entries import (
    ANNOUNCED,
    BATCH,
    MAX_VALUE,
    OUTCOME,
    STEP_BYTES,
    STEPS,
    Announcement,
    Erasure,
    Leaf,
    Release,
    Step,
    check_digest,
    check_name,
    join_fields,
    parse,
    split_fields,
)
from tests.crypto import known, make_log_vectors
from tests.crypto.altering import refused

VECTORS = known.load("entries")
NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=255)
DIGESTS = st.binary(min_size=32, max_size=32)
TAGS = st.binary(min_size=16, max_size=16)
VALUES = {
    kind: st.binary(max_size=2000) if size is None else st.binary(min_size=size, max_size=size)
    for kind, size in ANNOUNCED.items()
} | {BATCH: st.sampled_from([b"", bytes(32)])}
ANNOUNCEMENTS = st.sampled_from(sorted(ANNOUNCED)).flatmap(
    lambda kind: st.builds(Announcement, st.just(kind), NAMES, VALUES[kind])
)
LEAVES: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(Step, st.sampled_from(STEPS), TAGS, DIGESTS),
    st.builds(Step, st.sampled_from("RS"), TAGS, DIGESTS, st.just(2)),
    st.builds(Release, NAMES, DIGESTS),
    st.builds(Erasure, TAGS),
    ANNOUNCEMENTS,
)
SAMPLES = [*make_log_vectors.CASE, *make_log_vectors.OTHERS]


def test_the_vectors_are_what_is_made() -> None:
    assert make_log_vectors.entries() == VECTORS


@given(LEAVES)
def test_an_entry_is_read_as_it_was_written(leaf: Leaf) -> None:
    assert parse(leaf.entry) == leaf


@given(st.binary(max_size=90))
def test_whatever_is_read_is_written_the_same(entry: bytes) -> None:
    try:
        leaf = parse(entry)
    except FormatError:
        return
    assert leaf.entry == entry


@pytest.mark.parametrize("leaf", SAMPLES)
def test_an_entry_cut_short_or_prolonged_is_refused(leaf: Leaf) -> None:
    for length in range(len(leaf.entry)):
        assert refused(parse, leaf.entry[:length])
    assert refused(parse, leaf.entry + b"\0")


@pytest.mark.parametrize("leaf", SAMPLES)
def test_another_version_or_type_is_refused_or_something_else(leaf: Leaf) -> None:
    has_two = isinstance(leaf, Step) and leaf.type != OUTCOME
    for version in (0, 3, 255) if has_two else (0, 2, 255):
        assert refused(parse, bytes([version]) + leaf.entry[1:])
    for kind in range(256):
        other = leaf.entry[:1] + bytes([kind]) + leaf.entry[2:]
        assert other == leaf.entry or refused(parse, other) or chr(kind) in STEPS


def test_steps_of_all_types_have_one_size() -> None:
    for kind in STEPS:
        entry = Step(kind, bytes(16), bytes(32)).entry
        assert len(entry) == STEP_BYTES == 50
        assert entry[:2] == b"\x01" + kind.encode()


@pytest.mark.parametrize(
    ("kind", "tag", "commitment"),
    [("R", 15, 32), ("R", 16, 31), ("R", 17, 31), ("X", 16, 32), ("", 16, 32), ("r", 16, 32)],
)
def test_a_step_that_cannot_be_is_refused(kind: str, tag: int, commitment: int) -> None:
    assert refused(Step, kind, bytes(tag), bytes(commitment))


@pytest.mark.parametrize(
    ("kind", "name", "length"),
    [
        ("signing", "body", 33),
        ("recipient", "body", 32),
        ("code", "1", 0),
        ("policy", "p", MAX_VALUE + 1),
        ("other", "o", 32),
        ("", "o", 32),
        ("signing", "", 32),
        ("signing", "n" * 256, 32),
        ("signing", "тіл", 32),
        ("signing", "a\n", 32),
    ],
)
def test_an_announcement_that_cannot_be_is_refused(kind: str, name: str, length: int) -> None:
    assert refused(Announcement, kind, name, bytes(length))


def test_an_announcement_fits_a_bundle() -> None:
    longest = Announcement("policy", "n" * 255, bytes(MAX_VALUE))

    assert len(longest.entry) < 1 << 16
    assert parse(longest.entry) == longest


def test_a_release_or_an_erasure_that_cannot_be_is_refused() -> None:
    assert refused(Release, "", bytes(32))
    assert refused(Release, "2026-q3/v1", bytes(31))
    assert refused(Erasure, bytes(15))
    assert refused(parse, b"\x01P" + join_fields("тіл".encode(), bytes(32)))
    assert refused(parse, b"\x01K" + join_fields("тіл".encode(), b"n", bytes(32)))


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_joined_values_come_apart_again(parts: list[bytes]) -> None:
    data = join_fields(*parts)

    assert split_fields(data, len(parts)) == parts
    assert refused(split_fields, data, len(parts) + 1)
    assert refused(split_fields, data + b"\0", len(parts))
    assert refused(split_fields, data + bytes(4), len(parts))
    assert not data or refused(split_fields, data[:-1], len(parts))


def test_names_and_digests_are_given_back() -> None:
    assert check_name("2026-q3/v1") == b"2026-q3/v1"
    assert check_digest(bytes(32)) == bytes(32)
    assert refused(check_name, "\x7f")
    assert refused(check_digest, b"")


def test_all_types_of_entries_differ() -> None:
    assert len({*STEPS, log_entries.RELEASE, log_entries.KEYS, log_entries.ERASURE}) == 6
