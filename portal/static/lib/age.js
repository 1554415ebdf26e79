/** What every way of sealing and opening shares: the form of the header, and the age library. */

import { Decrypter, Encrypter, HybridIdentity, HybridRecipient } from "../vendor/core.js";
import { FormatError, OpenError } from "./errors.js";

export const STANZAS = 3;
const VERSION = /age-encryption\.org\/v1\n/;
const STANZA = /-> mlkem768x25519 [A-Za-z0-9+/]{1494}\n[A-Za-z0-9+/]{43}\n/;
const MAC = /--- [A-Za-z0-9+/]{43}\n/;
const STANZA_BYTES = 1557;
const FRAME_BYTES = 70;

/**
 * @param {number} stanzas
 * @returns {number}
 */
export function headerBytes(stanzas) {
  return FRAME_BYTES + stanzas * STANZA_BYTES;
}

/**
 * Checks that the beginning of a file is a header with the stanzas it must have.
 * @param {Uint8Array} bytes the file or its beginning
 * @param {number} [stanzas]
 * @returns {Uint8Array} the header
 */
export function header(bytes, stanzas = STANZAS) {
  const head = bytes.subarray(0, headerBytes(stanzas));
  const form = new RegExp(`^${VERSION.source}(?:${STANZA.source}){${stanzas}}${MAC.source}$`);
  if (!form.test(String.fromCharCode(...head))) throw new OpenError("not a sealed file");
  return head;
}

/**
 * @param {string} text "age1pq1…", no other kind
 * @returns {HybridRecipient}
 */
export function recipient(text) {
  try {
    return new HybridRecipient(text);
  } catch {
    throw new FormatError("not a recipient");
  }
}

/**
 * @param {string[]} recipients
 * @param {number} stanzas how many there must be
 * @returns {Encrypter}
 */
export function encrypterFor(recipients, stanzas) {
  if (recipients.length !== stanzas) throw new FormatError(`need ${stanzas} recipients`);
  const encrypter = new Encrypter();
  for (const text of recipients) encrypter.addRecipient(recipient(text));
  return encrypter;
}

/**
 * @param {string} identity "AGE-SECRET-KEY-PQ-1…", no other kind
 * @returns {Decrypter}
 */
export function decrypterFor(identity) {
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(new HybridIdentity(identity));
  } catch {
    throw new FormatError("not an identity");
  }
  return decrypter;
}

/**
 * Makes every reason not to open look alike.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function opening(work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof OpenError || cause instanceof FormatError) throw cause;
    throw new OpenError("wrong key or altered file", { cause });
  }
}
