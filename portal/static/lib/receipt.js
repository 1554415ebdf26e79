/** The receipt: the one thing a reporter keeps. 99.6 random bits, shown as 36 digits. */

import { expand, hmac, sha256 } from "../vendor/core.js";
import { random, toUtf8 } from "./bytes.js";
import { checkDigit, plain } from "./digits.js";
import { FormatError, ReceiptError } from "./errors.js";
import { keyPairFromSeed, signerFromSeed } from "./keys.js";
import * as old from "./oldreceipt.js";

/** @typedef {import("./keys.js").KeyPair} KeyPair */
/** @typedef {import("./keys.js").Signer} Signer */

const GROUPS = 6;
const GROUP = 6; // five random digits and their check digit
const DIGITS = GROUPS * GROUP;
const SECRET_BYTES = 30; // the random digits, in ASCII; a secret of 11 bytes is of version 1
const HALF_BYTES = 32;
const LONGEST_INPUT = 200;
const SALT = sha256(toUtf8("pmp/receipt/v2")).slice(0, 16);
const ROUNDS = 10_000;

/** @returns {Uint8Array<ArrayBuffer>} 30 random digits in ASCII */
export function newSecret() {
  return toUtf8(Array.from({ length: SECRET_BYTES }, randomDigit).join(""));
}

/** @returns {number} 0 to 9, each as likely: bytes that would favour some are drawn again */
function randomDigit() {
  for (;;) {
    const [byte] = random(1);
    if (byte < 250) return byte % 10;
  }
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

/**
 * @param {string} symbols
 * @param {number} length
 * @returns {string[]}
 */
function split(symbols, length) {
  return symbols.match(new RegExp(`.{${length}}`, "g")) ?? [];
}

/**
 * @param {Uint8Array} secret 30 bytes, or 11 of an old receipt
 * @returns {string} 36 digits in six groups of six; of an old receipt 30 in six of five
 */
export function show(secret) {
  if (secret.length === old.SECRET_BYTES) return split(old.digitsOf(secret), old.GROUP).join(" ");
  demand(secret, SECRET_BYTES);
  const groups = split(String.fromCharCode(...secret), GROUP - 1);
  return groups.map((group) => group + checkDigit(group)).join(" ");
}

/**
 * Reads what someone typed: 36 digits of any script, or the 30 of an old receipt, spaced at will.
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>} the secret
 */
export function parse(text) {
  const { length } = [...text];
  if (length > LONGEST_INPUT) throw new ReceiptError("length", { digits: length });
  const typed = [...plain(text)];
  const size = typed.length === old.DIGITS ? old.GROUP : GROUP;
  const at = typed.findIndex((symbol) => !/^[0-9]$/.test(symbol));
  if (at >= 0) {
    const group = Math.min(Math.floor(at / size) + 1, GROUPS);
    throw new ReceiptError("symbol", { symbol: typed[at], group });
  }
  return secretOf(typed.join(""));
}

/**
 * @param {string} digits
 * @returns {Uint8Array<ArrayBuffer>}
 */
function secretOf(digits) {
  if (digits.length === old.DIGITS) {
    const secret = old.secretOf(digits);
    if (secret === null) throw new ReceiptError("checksum");
    return secret;
  }
  if (digits.length !== DIGITS) throw new ReceiptError("length", { digits: digits.length });
  const groups = split(digits, GROUP);
  const wrong = groups.flatMap((group, at) => (checkDigit(group) === "0" ? [] : [at + 1]));
  if (wrong.length > 0) throw new ReceiptError("groups", { groups: wrong.join(", ") });
  return toUtf8(groups.map((group) => group.slice(0, -1)).join(""));
}

/**
 * @param {Uint8Array<ArrayBuffer>} secret 30 bytes, or 11 of an old receipt
 * @returns {Promise<Uint8Array>} 32 bytes
 */
async function masterOf(secret) {
  if (secret.length === old.SECRET_BYTES) return old.stretch(secret);
  demand(secret, SECRET_BYTES);
  const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const cost = { name: "PBKDF2", hash: "SHA-256", salt: SALT, iterations: ROUNDS };
  return new Uint8Array(await crypto.subtle.deriveBits(cost, key, 256));
}

/**
 * @param {Uint8Array} key
 * @param {string} label
 */
function labelled(key, label) {
  return expand(sha256, key, toUtf8(label), 32);
}

/**
 * @param {Uint8Array<ArrayBuffer>} secret 30 bytes, or 11 of an old receipt
 * @returns {Promise<{lookup: Uint8Array, blind: Uint8Array, master: Uint8Array}>} 32 bytes each:
 *   `lookup` finds the case on the server, `blind` opens its entries in the public log,
 *   `master` never leaves the page
 */
export async function derive(secret) {
  const master = await masterOf(secret);
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
