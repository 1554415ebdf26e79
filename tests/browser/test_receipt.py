"""The receipt means the same in the browser and on the server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt
from tests.browser.bench import Bench, Refused, to_text

SECRET = bytes(range(11))
MASTER = "8328da5c905a9c099a5f65df36e8d9aba9590b38f92299ac41351f453865fe9a"
DERIVE = "const keys = await lib.receipt.derive(lib.bytes.fromBase64(arguments[0])); "


def test_the_published_receipt_gives_the_published_key(bench: Bench) -> None:
    master = bench.bytes(DERIVE + "return keys.master", SECRET)
    assert master.hex() == MASTER


def test_both_derive_the_same_keys(bench: Bench) -> None:
    secret, half = receipt.new_secret(), bytes(range(32))
    found = bench.run(
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
    own = keys.with_second_half(half)
    assert found == [
        keys.lookup.hex(),
        keys.blind.hex(),
        own.identity.text,
        own.identity.recipient.text,
        own.signing.public.hex(),
        own.signing.sign(b"message").hex(),
    ]


def test_a_page_that_may_not_start_workers_still_derives(bench: Bench) -> None:
    refuse = "globalThis.Worker = class { constructor() { throw new Error('refused'); } };"
    assert bench.bytes(refuse + DERIVE + "return keys.master", SECRET).hex() == MASTER


def test_a_page_whose_worker_does_not_load_still_derives(bench: Bench) -> None:
    lose = """
      const Usual = globalThis.Worker;
      globalThis.Worker = class extends Usual {
        constructor(address, options) { super(address.href + ".missing", options); }
      };
    """
    assert bench.bytes(lose + DERIVE + "return keys.master", SECRET).hex() == MASTER


def test_both_show_and_read_the_same_thirty_digits(bench: Bench) -> None:
    secrets = [receipt.new_secret() for _ in range(200)] + [bytes(11), b"\xff" * 11]
    shown = bench.run(
        "return arguments[0].map((text) => lib.receipt.show(lib.bytes.fromBase64(text)))",
        [to_text(secret) for secret in secrets],
    )
    assert shown == [receipt.show(secret) for secret in secrets]
    read = bench.run(
        "return arguments[0].map((text) => lib.bytes.toBase64(lib.receipt.parse(text)))", shown
    )
    assert read == [to_text(secret) for secret in secrets]


READ = """
return arguments[0].map((text) => {
  try { return lib.bytes.toBase64(lib.receipt.parse(text)); } catch (error) { return error.kind; }
});
"""


def verdict(text: str) -> str:
    """Say what the server makes of a typed receipt, in the browser's words."""
    try:
        return to_text(receipt.parse(text))
    except receipt.WrongLength:
        return "length"
    except receipt.WrongChecksum:
        return "checksum"


def borrowed() -> str:
    """Write a receipt with a symbol that would count as minus one, if it counted."""
    while True:
        digits = receipt.show(receipt.new_secret()).replace(" ", "")
        at = digits.find("9", 1)
        if at > 0:
            return f"{digits[: at - 1]}{int(digits[at - 1]) + 1}x{digits[at + 1 :]}"


def test_both_agree_about_every_way_of_typing(bench: Bench) -> None:
    shown, letters = receipt.show(SECRET), receipt.show_letters(SECRET)
    bare = shown.replace(" ", "")
    arabic = shown.translate({48 + value: 0x660 + value for value in range(10)})
    bold = shown.translate({48 + value: 0x1D7CE + value for value in range(10)})
    typed = [
        *[shown, bare, arabic, bold, letters, letters.lower(), letters.replace("0", "o")],
        *[shown.replace(" ", mark) for mark in ("-", "–", ".", "\u00a0", "\n", "\u200b", "\u2212")],
        *[bare[:-1], bare + "0", "", "x" * 30, "u" * 20, "9" * 30, "Z" * 20, " " * 201],
        *[bare[:at] + str((int(bare[at]) + 1) % 10) + bare[at + 1 :] for at in range(30)],
        *[shown + " " * 200, borrowed()],
        *["ı" * 20, "ß" * 20, "😀" * 20, "ß" * 10, shown + "/", "a" * 30],
    ]
    assert bench.run(READ, typed) == [verdict(text) for text in typed]


def test_both_agree_about_anything_typed(bench: Bench) -> None:
    any_symbol = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn"])
    symbols = st.characters(max_codepoint=0xFFFF, categories=["Nd", "Pd", "Zs"]) | any_symbol
    texts: list[str] = []

    @given(st.text(symbols, min_size=18, max_size=34))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    assert bench.run(READ, texts) == [verdict(text) for text in texts]


def test_new_receipts_differ(bench: Bench) -> None:
    shown = bench.run(
        "return Array.from({ length: 50 }, () => lib.receipt.show(lib.receipt.newSecret()))"
    )
    assert len(set(shown)) == 50
    assert all(receipt.parse(text) for text in shown)


def test_the_wrong_number_of_bytes_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused, match="FormatError"):
        bench.run(DERIVE, bytes(10))
