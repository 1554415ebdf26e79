"""Proof of work: what the browser finds, the server takes; and nothing else."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import work

VECTORS = json.loads((Path(__file__).parent / "vectors" / "work.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda item: f"{item['bits']} bits")
def test_the_vectors_hold(vector: dict[str, object]) -> None:
    text, bits = str(vector["text"]), int(str(vector["bits"]))

    result = work.solve(text, bits)

    assert result == vector["number"]
    start = sha256(text.encode()).digest() + result.to_bytes(8, "big")
    assert sha256(start).hexdigest() == vector["hash"]


@given(st.text(max_size=50), st.integers(min_value=0, max_value=10))
def test_a_number_fits_as_its_hash_begins(text: str, bits: int) -> None:
    number = work.solve(text, bits)

    digest = sha256(sha256(text.encode()).digest() + number.to_bytes(8, "big")).digest()
    assert bin(int.from_bytes(digest, "big") | 1 << 256)[3 : 3 + bits] == "0" * bits
    assert all(not work.is_solution(text, earlier, bits) for earlier in range(number))


@pytest.mark.parametrize("number", [-1, 1 << 64, 1 << 200])
def test_what_is_no_number_of_64_bits_is_no_proof(number: int) -> None:
    assert not work.is_solution("text", number, 0)
