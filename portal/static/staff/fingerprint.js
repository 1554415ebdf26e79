/** What two people compare by voice to know that they mean the same key. */

import { sha256Hex, toUtf8 } from "../lib/bytes.js";

const DIGITS = 32;

/**
 * @param {string} recipient "age1pq1…"
 * @returns {string} eight groups of four hex digits
 */
export function fingerprint(recipient) {
  const digits = sha256Hex(toUtf8(recipient)).slice(0, DIGITS);
  return (digits.match(/.{4}/g) ?? []).join(" ");
}

/**
 * @param {string} recipient "age1pq1…"
 * @param {string} signing the public signing key in hex
 * @returns {string} of both keys of a member: what opens, and what acts
 */
export function memberFingerprint(recipient, signing) {
  return fingerprint(signing === "" ? recipient : `${recipient} ${signing}`);
}
