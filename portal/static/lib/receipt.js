/** The receipt: the one thing a reporter keeps. 88 random bits, shown as 30 digits. */

import { expand, hmac, sha256 } from "../vendor/core.js";
import { concat, fromHex, random, toHex, toUtf8 } from "./bytes.js";
import { FormatError, ReceiptError } from "./errors.js";
import { keyPairFromSeed, signerFromSeed } from "./keys.js";
import { offThread } from "./offthread.js";
import * as stretching from "./stretch.js";

/** @typedef {import("./keys.js").KeyPair} KeyPair */
/** @typedef {import("./keys.js").Signer} Signer */

const SECRET_BYTES = 11;
const HALF_BYTES = 32;
const SECRET_BITS = 88n;
const CHECK_BITS = 11n;
const DIGITS = 30;
const LETTERS = 20;
const CHECK_LABEL = toUtf8("pmp/v1/receipt-check");
const SALT = sha256(toUtf8("pmp/receipt/v1")).slice(0, 16);
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LONGEST_INPUT = 200;
const SEPARATORS = /[\s.·•,_\u2212\p{Cc}\p{Cf}\p{Pd}]/gu;

/** @returns {Uint8Array<ArrayBuffer>} 11 random bytes */
export function newSecret() {
  return random(SECRET_BYTES);
}

/** @returns {Uint8Array<ArrayBuffer>} the half of the decryption secret that the server keeps */
export function newSecondHalf() {
  return random(HALF_BYTES);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} length
 */
function demand(bytes, length) {
  if (bytes.length !== length) throw new FormatError(`not ${length} bytes`);
}

/** @param {Uint8Array} secret */
function numberOf(secret) {
  demand(secret, SECRET_BYTES);
  const hash = sha256(concat(CHECK_LABEL, secret));
  const check = BigInt((hash[0] << 3) | (hash[1] >> 5));
  return (BigInt(`0x${toHex(secret)}`) << CHECK_BITS) | check;
}

/**
 * @param {Uint8Array} secret 11 bytes
 * @returns {string} 30 digits in six groups of five
 */
export function show(secret) {
  return (numberOf(secret).toString().padStart(DIGITS, "0").match(/.{5}/g) ?? []).join(" ");
}

/**
 * Digits of any script come in unbroken runs of ten, so the place in the run is the value.
 * @param {string} character
 */
export function digit(character) {
  const start = character.codePointAt(0) ?? 0;
  let point = start;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - 1))) point -= 1;
  return String((start - point) % 10);
}

/**
 * @param {string} typed
 * @param {string} alphabet
 * @returns {Uint8Array<ArrayBuffer>}
 */
function secretOf(typed, alphabet) {
  const values = Array.from(typed, (symbol) => alphabet.indexOf(symbol));
  if (values.includes(-1)) throw new ReceiptError("checksum");
  const base = BigInt(alphabet.length);
  const number = values.reduce((sum, value) => sum * base + BigInt(value), 0n);
  if (number >> SECRET_BITS >> CHECK_BITS !== 0n) throw new ReceiptError("checksum");
  const secret = fromHex((number >> CHECK_BITS).toString(16).padStart(2 * SECRET_BYTES, "0"));
  if (numberOf(secret) !== number) throw new ReceiptError("checksum");
  return secret;
}

/**
 * Reads what someone typed: 30 digits of any script or 20 Crockford characters, spaced at will.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>} the secret
 */
export function parse(text) {
  if ([...text].length > LONGEST_INPUT) throw new ReceiptError("length");
  const typed = text.replace(SEPARATORS, "").replace(/\p{Nd}/gu, digit);
  const { length } = [...typed];
  if (length === DIGITS) return secretOf(typed, CROCKFORD.slice(0, 10));
  if (length !== LETTERS) throw new ReceiptError("length");
  return secretOf(typed.toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0"), CROCKFORD);
}

/**
 * @param {Uint8Array} key
 * @param {string} label
 */
function labelled(key, label) {
  return expand(sha256, key, toUtf8(label), 32);
}

/**
 * Stretches the secret (a fifth of a second; ten seconds where scripts run slowly).
 * @param {Uint8Array} secret 11 bytes
 * @returns {Promise<{lookup: Uint8Array, blind: Uint8Array, master: Uint8Array}>} 32 bytes each:
 *   `lookup` finds the case on the server, `blind` opens its entries in the public log,
 *   `master` never leaves the page
 */
export async function derive(secret) {
  demand(secret, SECRET_BYTES);
  const master = await offThread(stretching, "stretch", [secret, SALT]);
  return {
    lookup: labelled(master, "pmp/v1/lookup"),
    blind: labelled(master, "pmp/v1/log-blind"),
    master,
  };
}

/**
 * @param {Uint8Array} master from `derive`
 * @param {Uint8Array} s2 32 bytes from the server (at filing: from `newSecondHalf`)
 * @returns {KeyPair & Signer} the reporter's keys
 */
export function withSecondHalf(master, s2) {
  demand(s2, HALF_BYTES);
  const key = hmac(sha256, s2, master);
  const pair = keyPairFromSeed(labelled(key, "pmp/v1/xwing-seed"));
  return { ...pair, ...signerFromSeed(labelled(key, "pmp/v1/ed25519-seed")) };
}
