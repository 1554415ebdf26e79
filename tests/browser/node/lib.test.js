/** The pure modules of the pages, outside a browser: what the test vectors say, in a second. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { signAct } from "../../../portal/static/lib/acts.js";
import { compose, read } from "../../../portal/static/lib/body.js";
import { fromBase64, fromHex, toHex, toUtf8 } from "../../../portal/static/lib/bytes.js";
import { asciiDigits, checkDigit, plain } from "../../../portal/static/lib/digits.js";
import { holdsReceipt } from "../../../portal/static/lib/findcode.js";
import { parseJson } from "../../../portal/static/lib/json.js";
import { recipientOf, signerFromSeed } from "../../../portal/static/lib/keys.js";
import { leafHash, nodeHash } from "../../../portal/static/lib/merkle.js";
import { identityIn, ownFileOf, seedIn } from "../../../portal/static/lib/ownfile.js";
import { padBody, padme, stripBody } from "../../../portal/static/lib/padding.js";
import { derive, newSecret, parse, show, withSecondHalf } from "../../../portal/static/lib/receipt.js";
import { open, seal } from "../../../portal/static/lib/seal.js";
import { solve } from "../../../portal/static/lib/work.js";
import { hide, reveal } from "../../../portal/static/lib/writer.js";

const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../../crypto/vectors/${name}.json`, import.meta.url), "utf8"));

test("a receipt gives every key of its vector", async () => {
  for (const vector of vectors("receipt")) {
    const keys = await derive(fromHex(vector.secret));
    const own = withSecondHalf(keys.master, fromHex(vector.second_half));
    assert.equal(show(fromHex(vector.secret)), vector.digits);
    for (const name of ["master", "lookup", "blind"]) assert.equal(toHex(keys[name]), vector[name]);
    assert.equal(own.identity, vector.identity);
    assert.equal(own.recipient, vector.recipient);
    assert.equal(toHex(own.signingPublic), vector.signing_public);
  }
});

test("what people type is read, or its fault is named", () => {
  for (const { text, ...expected } of vectors("receipt-typed")) {
    let found;
    try {
      found = { secret: toHex(parse(text)) };
    } catch (error) {
      found = { fault: error.kind, ...error.at };
    }
    const groups = expected.groups && { groups: expected.groups.join(", ") };
    assert.deepEqual(found, { ...expected, ...groups }, text);
  }
});

test("a receipt in a text is found", () => {
  for (const { text, holds } of vectors("receipt-texts")) assert.equal(holdsReceipt(text), holds, text);
});

test("a new receipt is read as it is shown, and one wrong digit never", () => {
  for (let round = 0; round < 50; round += 1) {
    const secret = newSecret();
    const shown = show(secret);
    assert.deepEqual(parse(shown), secret);
    const place = round % shown.length;
    if (shown[place] === " ") continue;
    const wrong = String((Number(shown[place]) + 1 + (round % 9)) % 10);
    if (wrong === shown[place]) continue;
    assert.throws(() => parse(shown.slice(0, place) + wrong + shown.slice(place + 1)), /groups/);
  }
});

test("digits of any script count, and a check digit ends a group in nought", () => {
  assert.equal(asciiDigits("٠١٢ ۳४"), "012 34");
  assert.equal(plain("12-34 56"), "123456");
  assert.equal(checkDigit(`12345${checkDigit("12345")}`), "0");
});

test("an act is signed as its vector says", () => {
  const vector = vectors("acts");
  const said = JSON.parse(vector.statement);
  const given = { ...said, fields: vector.said, sealed: said.sealed.toReversed() };
  assert.deepEqual(signAct(given, fromHex(vector.seed)), { statement: vector.statement, signature: vector.signature });
  assert.equal(ownFileOf(identityIn(vector.own_file), seedIn(vector.own_file)), vector.own_file);
});

test("bodies are written byte for byte, and read by whom they are for", () => {
  const known = vectors("body");
  const signers = [known.reporter_seed, known.body_seed].map((seed) => signerFromSeed(fromHex(seed)));
  for (const vector of known.bodies) {
    const signer = signers.find((one) => toHex(one.signingPublic) === vector.signer);
    const body = JSON.parse(vector.inner);
    const padded = compose(body, signer);
    assert.equal(createHash("sha256").update(padded).digest("hex"), vector.plaintext_sha256);
    const { rid, thread, seq, prev } = body;
    assert.deepEqual(read(padded, { rid, thread, seq, prev, signerPublic: signer.signingPublic }), body);
    assert.throws(() => read(padded, { rid, thread, seq: seq + 1, prev, signerPublic: signer.signingPublic }));
  }
});

test("the sealed vector opens for its holders only, and a new file for its recipients", async () => {
  const vector = vectors("sealed");
  const ciphertext = fromBase64(vector.ciphertext);
  for (const identity of vector.identities) {
    assert.equal(new TextDecoder().decode(await open(ciphertext, identity)), vector.plaintext);
  }
  await assert.rejects(open(ciphertext, vector.stranger));
  const again = await seal(toUtf8("кактус"), vector.identities.map(recipientOf));
  assert.equal(new TextDecoder().decode(await open(again, vector.identities[2])), "кактус");
});

test("a writer is revealed to who signs, in the place where they wrote", () => {
  const vector = vectors("writer");
  const [seed, place] = [fromHex(vector.body_seed), { rid: vector.rid, thread: vector.thread, seq: vector.seq }];
  const who = { account: vector.account, login: vector.login };
  assert.deepEqual(reveal(fromHex(vector.hidden), seed, place), who);
  assert.deepEqual(reveal(hide(who, seed, place), seed, place), who);
  assert.equal(reveal(fromHex(vector.hidden), seed, { ...place, seq: vector.seq + 1 }), null);
});

test("lengths are those of the vectors, and padding comes off again", () => {
  for (const [length, padded] of vectors("lengths").padme) assert.equal(padme(length), padded);
  const padded = padBody(toUtf8("words"));
  assert.equal(padded.length, vectors("lengths").buckets[0]);
  assert.deepEqual(stripBody(padded), toUtf8("words"));
});

test("work is the number that the vector says", async () => {
  for (const { text, bits, number } of vectors("work")) assert.equal(await solve({ turn: text, bits }), String(number));
});

test("hashes of a tree are those that Certificate Transparency published", () => {
  const { entries, roots } = vectors("merkle");
  assert.equal(toHex(leafHash(fromHex(entries[0]))), roots[1]);
  assert.equal(toHex(nodeHash(leafHash(fromHex(entries[0])), leafHash(fromHex(entries[1])))), roots[2]);
});

test("JSON that two readers could read differently is refused", () => {
  assert.deepEqual(parseJson('{"a": [1, "б"]}'), { a: [1, "б"] });
  for (const text of ['{"a":1,"a":2}', "1.5", "9007199254740993", '"\\ud800"', "{", "1e3"]) {
    assert.throws(() => parseJson(text), text);
  }
});
