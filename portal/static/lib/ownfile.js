/** The file that a member of staff keeps under a passphrase: what opens, and what signs. */

import { fromBase64, toBase64 } from "./bytes.js";
import { FormatError } from "./errors.js";

const IDENTITY = /^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/m;
const SIGNING = /^# signing-key ([A-Za-z0-9+/]{43}=)\r?$/m;

/**
 * @param {string} identity "AGE-SECRET-KEY-PQ-1…"
 * @param {Uint8Array} seed 32 secret bytes
 * @returns {string} an identity file of age; the signing key is a comment in it
 */
export function ownFileOf(identity, seed) {
  return `${identity}\n# signing-key ${toBase64(seed)}\n`;
}

/**
 * @param {string} content
 * @returns {string} "AGE-SECRET-KEY-PQ-1…"
 */
export function identityIn(content) {
  const found = content.match(IDENTITY);
  if (found === null) throw new FormatError("no identity inside");
  return found[0];
}

/**
 * @param {string} content
 * @returns {Uint8Array | null} 32 secret bytes, if there are any
 */
export function seedIn(content) {
  const found = content.match(SIGNING);
  return found === null ? null : fromBase64(found[1]);
}
