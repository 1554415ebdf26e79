"""Texts, lengths and JSON mean the same in the browser and on the server."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.modules import Bench, Refused, to_text
from crypto.errors import FormatError
from crypto.padding import compute_padme_length, pad_body, strip_body
from crypto.text import from_base64, from_json

KIB = 1024
JUDGE = """
const [module, name] = arguments[1].split(".");
return arguments[0].map((text) => {
  try { lib[module][name](text); return true; } catch (error) {
    return error.constructor.name === "FormatError" ? false : String(error);
  }
});
"""


def accepted(read: Callable[[str], object], text: str) -> bool:
    """Say whether the server reads a text."""
    try:
        read(text)
    except FormatError:
        return False
    return True


def test_base64_has_one_spelling(bench: Bench) -> None:
    texts = [
        "",
        "AA==",
        "AB==",
        "AA=",
        "AA",
        "AAA=",
        "AAB=",
        "AAAA",
        " AAAA",
        "AA\nAA",
        "A",
        "=",
        "-_-_",
    ]
    result = bench.run(JUDGE, texts, "bytes.fromBase64")
    assert result == [accepted(from_base64, text) for text in texts]


def test_bytes_survive_every_text(bench: Bench) -> None:
    script = """
      const { fromBase64, toBase64, fromHex, toHex, concat, equal, sha256Hex } = lib.bytes;
      return arguments[0].map((text) => {
        const data = fromBase64(text);
        const same = equal(data, fromHex(toHex(data))) && !equal(data, concat(data, data));
        return [toBase64(data), toHex(data), same, sha256Hex(data).length];
      });
    """
    samples = [bytes(range(256)), b"\0", b"ab", b"\xff" * 3]
    result = bench.run(script, [to_text(sample) for sample in samples])
    assert result == [[to_text(sample), sample.hex(), True, 64] for sample in samples]


def test_both_read_the_same_json(bench: Bench) -> None:
    letters = st.sampled_from('{}[]",:\\ue19.-a \n"d8')
    texts = [
        *['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
        *['["a","a"]', '{"a":"a","b":"a"}', '{"a":[],"a":[]}', '[{"a":1}, "a", {"a" : 1}]'],
        *["1.0", "1e3", "-0", "9007199254740991", "9007199254740992", "-9007199254740992"],
        *["0" * 2, "1" * 400, "NaN", "Infinity", "-Infinity", "tru", "\ufeff1", "[1,]", "'a'"],
        *['"\\ud800"', '"\\ud83d\\ude00"', '"\\\\ud800"', '{"\\udc00":1}', '"\x01"', '"a\\"b"'],
    ]

    @given(st.text(letters, max_size=12))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    assert bench.run(JUDGE, texts, "json.parseJson") == [
        accepted(from_json, text) for text in texts
    ]


def test_both_pad_files_to_the_same_length(bench: Bench) -> None:
    near = [2**power + step for power in range(53) for step in (-1, 0, 1)]
    lengths = [0, 3, 65537, 70000, 99999, 3 * KIB * KIB, 500_000_000, *near]
    result = bench.run("return arguments[0].map(lib.padding.padme)", lengths)
    assert result == [compute_padme_length(length) for length in lengths]


@pytest.mark.parametrize("length", [0, 1, 8191, 8192, 8193, 16384, 1024 * 1024])
def test_both_pad_bodies_alike(bench: Bench, length: int) -> None:
    script = "return lib.padding.padBody(lib.bytes.fromBase64(arguments[0]))"
    padded = bench.run_to_bytes(script, b"x" * length)
    assert padded == pad_body(b"x" * length)
    stripped = bench.run_to_bytes(script.replace("padBody", "stripBody"), padded)
    assert stripped == strip_body(padded)


def test_a_body_does_not_end_in_its_own_padding(bench: Bench) -> None:
    with pytest.raises(Refused, match="FormatError"):
        bench.run("lib.padding.padBody(lib.bytes.toUtf8('x '))")


def test_both_refuse_the_same_padded_bodies(bench: Bench) -> None:
    script = """
      return arguments[0].map((text) => {
        try { lib.padding.stripBody(lib.bytes.fromBase64(text)); return true; }
        catch { return false; }
      });
    """
    samples = [b"", b"x" * 8191, b"x".ljust(8193), b"x".ljust(16384), b"x" * 3 * 8192, b" " * 8192]
    expected = []
    for sample in samples:
        try:
            strip_body(sample)
        except FormatError:
            expected.append(False)
        else:
            expected.append(True)
    result = bench.run(script, [base64.b64encode(sample).decode() for sample in samples])
    assert result == expected
