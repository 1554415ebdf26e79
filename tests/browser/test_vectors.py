"""The browser gives what the test vectors say: ours, and those that age publishes."""

import json
import zlib
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bench.modules import Bench, Refused, to_text

VECTORS = Path(__file__).parents[1] / "crypto" / "vectors"
AGE = """
const { armor, Decrypter } = await import("/static/vendor/core.js");
const [text, identities, passphrases, armored] = arguments;
const decrypter = new Decrypter();
identities.forEach((identity) => decrypter.addIdentity(identity));
passphrases.forEach((passphrase) => decrypter.addPassphrase(passphrase));
try {
  const bytes = lib.bytes.fromBase64(text);
  const file = armored ? armor.decode(lib.bytes.fromUtf8(bytes)) : bytes;
  return lib.bytes.sha256Hex(await decrypter.decrypt(file));
} catch {
  return null;
}
"""


def vectors(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


def data(text: str) -> bytes:
    return bytes.fromhex(text)


def published() -> dict[str, Any]:
    known_vectors = vectors("cctv-age")["vectors"]
    assert isinstance(known_vectors, dict)
    return known_vectors


@pytest.mark.parametrize("vector", vectors("receipt"), ids=lambda vector: vector["digits"])
def test_a_receipt_gives_every_key_of_its_vector(bench: Bench, vector: Any) -> None:
    result = bench.run(
        """
        const { toHex, fromHex } = lib.bytes;
        const { secret, second_half: half, digits, also } = arguments[0];
        const keys = await lib.receipt.derive(fromHex(secret));
        const own = lib.receipt.withSecondHalf(keys.master, fromHex(half));
        const typed = [digits, ...also].map((text) => toHex(lib.receipt.parse(text)));
        return {
          digits: lib.receipt.show(fromHex(secret)),
          master: toHex(keys.master), lookup: toHex(keys.lookup), blind: toHex(keys.blind),
          identity: own.identity, recipient: own.recipient,
          signing_public: toHex(own.signingPublic), secret: [...new Set(typed)].join(),
        };
        """,
        vector,
    )
    assert result == {name: vector[name] for name in result}


def test_the_sealed_vector_opens_for_its_three_holders_only(bench: Bench) -> None:
    vector = vectors("sealed")
    script = "return lib.seal.open(lib.bytes.fromBase64(arguments[0]), arguments[1])"
    for identity in vector["identities"]:
        result = bench.run_to_bytes(script, b64decode(vector["ciphertext"]), identity)
        assert result.decode() == vector["plaintext"]
    with pytest.raises(Refused, match="OpenError"):
        bench.run(script, vector["ciphertext"], vector["stranger"])
    recipients = "return arguments[0].map(lib.keys.recipientOf)"
    assert bench.run(recipients, vector["identities"]) == vector["recipients"]


def test_the_writer_of_the_vector_opens_for_who_signs(bench: Bench) -> None:
    vector = vectors("writer")
    script = """
      const { reveal } = await import("/static/lib/writer.js");
      const [hidden, seed, place] = arguments;
      return reveal(lib.bytes.fromHex(hidden), lib.bytes.fromHex(seed), place);
    """
    place = {name: vector[name] for name in ("rid", "thread", "seq")}
    result = bench.run(script, vector["hidden"], vector["body_seed"], place)
    assert result == {"account": vector["account"], "login": vector["login"]}
    assert bench.run(script, vector["hidden"], vector["body_seed"], {**place, "seq": 4}) is None
    assert bench.run(script, vector["hidden"], "00" * 32, place) is None


def test_the_bodies_of_the_vectors_are_written_byte_for_byte(bench: Bench) -> None:
    known_vectors = vectors("body")
    seeds = [data(known_vectors["reporter_seed"]), data(known_vectors["body_seed"])]
    for vector in known_vectors["bodies"]:
        script = """
          const signers = arguments[1].map((seed) => lib.keys.signerFromSeed(
            lib.bytes.fromBase64(seed)));
          const signer = signers.find((one) =>
            lib.bytes.toHex(one.signingPublic) === arguments[2]);
          const body = JSON.parse(arguments[0]);
          const padded = lib.body.compose(body, signer);
          const { rid, thread, seq, prev } = body;
          const signerPublic = signer.signingPublic;
          lib.body.read(padded, { rid, thread, seq, prev, signerPublic });
          return padded;
        """
        given = [to_text(seed) for seed in seeds]
        padded = bench.run_to_bytes(script, vector["inner"], given, vector["signer"])
        assert json.loads(padded)["signature"] == vector["signature"]
        assert sha256(padded).hexdigest() == vector["plaintext_sha256"]


def test_lengths_are_those_of_the_vectors(bench: Bench) -> None:
    pairs = vectors("lengths")["padme"]
    result = bench.run("return arguments[0].map(([length]) => lib.padding.padme(length))", pairs)
    assert result == [padded for _, padded in pairs]


@pytest.mark.parametrize("name", sorted(published()))
def test_the_age_library_agrees_with_the_vectors_of_age(bench: Bench, name: str) -> None:
    vector = published()[name]
    file = b64decode(vector["file"])
    if "compressed" in vector:
        file = zlib.decompress(file)
    keys, phrases = vector.get("identity", []), vector.get("passphrase", [])
    result = bench.run(AGE, file, keys, phrases, vector.get("armored") == "yes")
    assert result == (vector["payload"] if vector["expect"] == "success" else None)


def test_an_act_is_signed_as_its_vector_says(bench: Bench) -> None:
    vector = vectors("acts")
    said = json.loads(vector["statement"])
    given = {
        name: said[name] for name in ("origin", "act", "body", "signer", "subject", "day", "id")
    }

    made = bench.run(
        """
        const [given, fields, sealed, seed] = arguments;
        return lib.acts.signAct({ ...given, fields, sealed }, lib.bytes.fromHex(seed));
        """,
        given,
        vector["said"],
        said["sealed"][::-1],
        vector["seed"],
    )

    assert made == {name: vector[name] for name in ("statement", "signature")}


def test_what_is_under_a_passphrase_is_read_and_written_alike(bench: Bench) -> None:
    vector = vectors("acts")

    again = bench.run(
        """
        const { identityIn, ownFileOf, seedIn } = lib.ownfile;
        return ownFileOf(identityIn(arguments[0]), seedIn(arguments[0]));
        """,
        vector["own_file"],
    )

    assert again == vector["own_file"]
    assert bench.run("return lib.ownfile.seedIn('AGE-SECRET-KEY-PQ-1TEST')") is None
