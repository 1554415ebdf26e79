"""Staff identities under a passphrase: the same files as `age -p`, on both sides."""

import math
import re

import pytest

from bench.modules import Bench, Refused
from crypto import passphrase

IDENTITY = b"AGE-SECRET-KEY-PQ-1 with a comment and a line end\n"
WRAP = "return lib.passphrase.wrap(lib.bytes.fromBase64(arguments[0]), arguments[1])"
UNWRAP = "return lib.passphrase.unwrap(arguments[0], arguments[1])"
WORD = re.compile("[bdfghjklmnprstvwz][aeiou]" * 2 + "[bdfghjklmnprstvwz]")
PHRASE = "bokun-latep-ризаш 😀"


def test_the_server_format_opens_in_the_browser(bench: Bench) -> None:
    wrapped = passphrase.wrap(IDENTITY, PHRASE, 12)
    assert bench.run_to_bytes(UNWRAP, wrapped, PHRASE) == IDENTITY
    with pytest.raises(Refused, match="OpenError"):
        bench.run(UNWRAP, wrapped, PHRASE + " ")


def test_the_browser_format_opens_on_the_server(bench: Bench) -> None:
    wrapped = bench.run(WRAP, IDENTITY, PHRASE)
    assert passphrase.unwrap(wrapped, PHRASE) == IDENTITY
    assert bench.run_to_bytes(UNWRAP, wrapped, PHRASE) == IDENTITY


@pytest.mark.parametrize("damage", ["A", "\n", "-----"])
def test_a_damaged_file_does_not_open(bench: Bench, damage: str) -> None:
    wrapped = passphrase.wrap(IDENTITY, PHRASE, 10)
    middle = len(wrapped) // 2
    damaged = wrapped[:middle] + damage + wrapped[middle:]
    with pytest.raises(Refused, match="OpenError"):
        bench.run(UNWRAP, damaged, PHRASE)


def test_a_file_that_asks_for_too_much_work_is_refused(bench: Bench) -> None:
    wrapped = bench.run(
        """
        const { armor, Encrypter } = await import("/static/vendor/core.js");
        const encrypter = new Encrypter();
        encrypter.setPassphrase("x");
        encrypter.setScryptWorkFactor(10);
        const text = String.fromCharCode(...await encrypter.encrypt(new Uint8Array(1)));
        const dear = text.replace(/^(-> scrypt \\S+) 10$/m, "$1 21");
        return armor.encode(Uint8Array.from(dear, (one) => one.charCodeAt(0)));
        """
    )
    with pytest.raises(Refused, match="OpenError"):
        bench.run(UNWRAP, wrapped, "x")


def test_a_new_passphrase_is_six_words_of_a_hundred_bits(bench: Bench) -> None:
    phrases = bench.run("return Array.from({ length: 400 }, () => lib.passphrase.newPassphrase())")
    words = [word for phrase in phrases for word in phrase.split("-")]
    assert len(words) == 6 * len(set(phrases)) == 2400
    assert all(WORD.fullmatch(word) for word in words)
    assert 6 * math.log2(17**3 * 5**2) > 100


def test_a_random_byte_that_would_favour_some_letters_is_not_used(bench: Bench) -> None:
    phrase = bench.run(
        """
        let turn = 0;
        crypto.getRandomValues = (bytes) => bytes.fill((turn += 1) % 2 === 1 ? 255 : 7);
        return lib.passphrase.newPassphrase();
        """
    )
    assert phrase == "-".join(["lilil"] * 6)


def test_every_letter_of_a_passphrase_is_as_likely_as_the_others(bench: Bench) -> None:
    result = bench.run(
        """
        const counts = {};
        for (let round = 0; round < 3000; round += 1) {
          for (const word of lib.passphrase.newPassphrase().split("-")) {
            counts[word[0]] = (counts[word[0]] ?? 0) + 1;
          }
        }
        return counts;
        """
    )
    expected = 18000 / 17
    distance = sum((count - expected) ** 2 / expected for count in result.values())
    assert len(result) == 17
    assert distance < 60  # chi square with 16 degrees of freedom: once in a million
