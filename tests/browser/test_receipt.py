"""The receipt means the same in the browser and on the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.modules import Bench, Refused, to_text
from crypto import receipt
from crypto.findcode import has_receipt
from tests.crypto import known

SECRET = b"314159265358979323846264338327"
OLD_SECRET = bytes(range(11))
OLD_MASTER = "8328da5c905a9c099a5f65df36e8d9aba9590b38f92299ac41351f453865fe9a"
DERIVE = "const keys = await lib.receipt.derive(lib.bytes.fromBase64(arguments[0])); "


def test_an_old_receipt_gives_the_published_key(bench: Bench) -> None:
    assert bench.run_to_bytes(DERIVE + "return keys.master", OLD_SECRET).hex() == OLD_MASTER


def test_what_an_old_receipt_needs_is_loaded_for_it_alone(bench: Bench) -> None:
    loaded = """
      const names = performance.getEntriesByType("resource").map(({ name }) => name);
      return names.filter((name) => name.includes("argon2"));
    """
    assert bench.run(DERIVE + loaded, SECRET) == []
    assert len(bench.run(DERIVE + loaded, OLD_SECRET)) == 1


def test_both_derive_the_same_keys(bench: Bench) -> None:
    secret, half = receipt.generate_secret(), bytes(range(32))
    result = bench.run(
        DERIVE
        + """
        const own = lib.receipt.withSecondHalf(keys.master, lib.bytes.fromBase64(arguments[1]));
        const { toHex } = lib.bytes;
        return [toHex(keys.lookup), toHex(keys.blind), own.identity, own.recipient,
                toHex(own.signingPublic), toHex(own.sign(lib.bytes.toUtf8("message")))];
        """,
        secret,
        half,
    )
    keys = receipt.derive(secret)
    own = keys.derive_reporter_keys(half)
    assert result == [
        keys.lookup.hex(),
        keys.blinding_key.hex(),
        own.identity.text,
        own.identity.recipient.text,
        own.signing.public.hex(),
        own.signing.sign(b"message").hex(),
    ]


def test_both_show_and_read_the_same_digits(bench: Bench) -> None:
    secrets = [receipt.generate_secret() for _ in range(200)] + [bytes(11), b"\xff" * 11, b"0" * 30]
    shown = bench.run(
        "return arguments[0].map((text) => lib.receipt.show(lib.bytes.fromBase64(text)))",
        [to_text(secret) for secret in secrets],
    )
    assert shown == [receipt.format_digits(secret) for secret in secrets]
    read = bench.run(
        "return arguments[0].map((text) => lib.bytes.toBase64(lib.receipt.parse(text)))", shown
    )
    assert read == [to_text(secret) for secret in secrets]


READ = """
return arguments[0].map((text) => {
  try {
    return { secret: lib.bytes.toHex(lib.receipt.parse(text)) };
  } catch (error) {
    return { fault: error.kind, ...error.at };
  }
});
"""
FIND = """
const { holdsReceipt } = await import("/static/lib/findcode.js");
return arguments[0].map(holdsReceipt);
"""


def verdict(text: str) -> dict[str, object]:
    """Say what the server makes of a typed receipt, in the browser's words."""
    try:
        return {"secret": receipt.parse(text).hex()}
    except receipt.WrongLength as error:
        return {"fault": "length", "digits": error.digits}
    except receipt.WrongSymbol as error:
        return {"fault": "symbol", "symbol": error.symbol, "group": error.group}
    except receipt.WrongGroups as error:
        return {"fault": "groups", "groups": ", ".join(map(str, error.groups))}
    except receipt.WrongChecksum:
        return {"fault": "checksum"}


def test_the_browser_reads_what_the_vectors_say(bench: Bench) -> None:
    vectors = known.load("receipt-typed")
    for vector, result in zip(
        vectors, bench.run(READ, [vector["text"] for vector in vectors]), strict=True
    ):
        expected = {name: value for name, value in vector.items() if name != "text"}
        if "groups" in expected:
            expected["groups"] = ", ".join(map(str, expected["groups"]))
        assert result == expected, vector["text"]


def test_the_browser_finds_what_the_vectors_say(bench: Bench) -> None:
    vectors = known.load("receipt-texts")
    result = bench.run(FIND, [vector["text"] for vector in vectors])
    assert result == [vector["holds"] for vector in vectors]


def test_both_agree_about_anything_typed(bench: Bench) -> None:
    any_symbol = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn"])
    symbols = st.characters(max_codepoint=0xFFFF, categories=["Nd", "Pd", "Zs"]) | any_symbol
    texts: list[str] = []

    @given(st.text(symbols, min_size=18, max_size=34))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    codes = [receipt.format_digits(receipt.generate_secret()) for _ in texts]
    texts += [
        code[: len(text)] + text + code[len(text) :]
        for code, text in zip(codes, texts, strict=True)
    ]
    assert bench.run(READ, texts) == [verdict(text) for text in texts]
    assert bench.run(FIND, texts) == [has_receipt(text) for text in texts]


def test_new_receipts_differ(bench: Bench) -> None:
    shown = bench.run(
        "return Array.from({ length: 50 }, () => lib.receipt.show(lib.receipt.newSecret()))"
    )
    assert len(set(shown)) == 50
    assert all(receipt.parse(text) for text in shown)


def test_the_wrong_number_of_bytes_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="FormatError"):
        bench.run(DERIVE, bytes(10))
