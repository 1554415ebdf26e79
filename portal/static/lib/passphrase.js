/** Passphrases that guard staff identities, and the files of `age -p` they open. */

import { OpenError } from "./errors.js";
import * as locking from "./lock.js";
import { runInWorker } from "./worker-client.js";

const CONSONANTS = "bdfghjklmnprstvwz";
const VOWELS = "aeiou";
const PATTERN = [CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS];
const WORDS = 6;

/** @param {string} letters fewer than 256; each is equally likely */
function pick(letters) {
  const limit = 256 - (256 % letters.length);
  const byte = new Uint8Array(1);
  do crypto.getRandomValues(byte);
  while (byte[0] >= limit);
  return letters[byte[0] % letters.length];
}

/** @returns {string} six words such as "bokun", joined by hyphens: 101 bits */
export function newPassphrase() {
  const word = () => PATTERN.map(pick).join("");
  return Array.from({ length: WORDS }, word).join("-");
}

/**
 * @param {Uint8Array} bytes
 * @param {string} passphrase
 * @returns {Promise<string>} what `age -p -a` writes
 */
export function wrap(bytes, passphrase) {
  return runInWorker(locking, "lock", [bytes, passphrase]);
}

/**
 * @param {string} text an armored file of `age -p -a`
 * @param {string} passphrase
 * @returns {Promise<Uint8Array>}
 */
export async function unwrap(text, passphrase) {
  try {
    return await runInWorker(locking, "unlock", [text, passphrase]);
  } catch (cause) {
    throw new OpenError("wrong passphrase or altered file", { cause });
  }
}
