/** Sealed objects: age v1 files with exactly three mlkem768x25519 stanzas. */

import { encodeHeader, encodeHeaderNoMAC, hkdf, hmac, sha256 } from "../vendor/core.js";
import { decrypterFor, encrypterFor, header, opening, recipient, STANZAS } from "./age.js";
import { toUtf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { newKeyPair } from "./keys.js";

export { header } from "./age.js";
export { openFile, sealFile } from "./sealfile.js";

/**
 * @param {Uint8Array} bytes
 * @param {string[]} recipients "age1pq1…", as many as stanzas
 * @param {number} [stanzas] other than three only for key files, never for cases
 * @returns {Promise<Uint8Array>}
 */
export function seal(bytes, recipients, stanzas = STANZAS) {
  return encrypterFor(recipients, stanzas).encrypt(bytes);
}

/**
 * @param {Uint8Array} bytes a sealed file
 * @param {string} identity "AGE-SECRET-KEY-PQ-1…"
 * @param {number} [stanzas] other than three only for key files, never for cases
 * @returns {Promise<Uint8Array>}
 */
export function open(bytes, identity, stanzas = STANZAS) {
  return opening(async () => {
    header(bytes, stanzas);
    return decrypterFor(identity).decrypt(bytes);
  });
}

/** @returns {string} a recipient that nobody can open for; fills an unused slot */
export function throwawayRecipient() {
  return newKeyPair().recipient;
}

/**
 * Makes the header that opens the same payload for others.
 * @param {Uint8Array} bytes the old header
 * @param {string} identity one that the old header is for
 * @param {string[]} recipients three of "age1pq1…"
 * @returns {Promise<Uint8Array>} the new header, of the same length
 */
export async function rewrapHeader(bytes, identity, recipients) {
  if (recipients.length !== STANZAS) throw new FormatError(`need ${STANZAS} recipients`);
  const key = await opening(() => decrypterFor(identity).decryptHeader(header(bytes)));
  const stanzas = recipients.flatMap((text) => recipient(text).wrapFileKey(key));
  const macKey = hkdf(sha256, key, undefined, toUtf8("header"), 32);
  return encodeHeader(stanzas, hmac(sha256, macKey, encodeHeaderNoMAC(stanzas)));
}
