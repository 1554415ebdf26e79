/** Key pairs: age identities that open, Ed25519 keys that sign. */

import { bech32, ed25519, MLKEM768X25519 } from "../vendor/core.js";
import { random } from "./bytes.js";
import { FormatError } from "./errors.js";

const IDENTITY = "age-secret-key-pq-";
const RECIPIENT = "age1pq";

/**
 * @typedef {object} KeyPair
 * @property {string} identity "AGE-SECRET-KEY-PQ-1…"; opens
 * @property {string} recipient "age1pq1…"; seals
 */

/**
 * @typedef {object} Signer
 * @property {(message: Uint8Array) => Uint8Array} sign 64 bytes
 * @property {Uint8Array} signingPublic 32 bytes
 */

/**
 * @param {Uint8Array} seed 32 secret bytes
 * @returns {KeyPair}
 */
export function keyPairFromSeed(seed) {
  const recipient = bech32.toWords(MLKEM768X25519.getPublicKey(seed));
  return {
    identity: bech32.encode(IDENTITY, bech32.toWords(seed), false).toUpperCase(),
    recipient: bech32.encode(RECIPIENT, recipient, false),
  };
}

/** @returns {KeyPair} a fresh one */
export function newKeyPair() {
  return keyPairFromSeed(random(32));
}

/**
 * @param {string} recipient "age1pq1…"
 * @returns {Uint8Array} the public key in it, as the public log announces it
 */
export function rawRecipient(recipient) {
  const { prefix, words } = bech32.decode(/** @type {`${string}1${string}`} */ (recipient), false);
  if (prefix !== RECIPIENT || recipient !== recipient.toLowerCase()) {
    throw new FormatError("not a recipient");
  }
  return bech32.fromWords(words);
}

/**
 * @param {string} identity "AGE-SECRET-KEY-PQ-1…"
 * @returns {string} the recipient that belongs to it
 */
export function recipientOf(identity) {
  try {
    const { prefix, words } = bech32.decode(/** @type {`${string}1${string}`} */ (identity), false);
    const seed = bech32.fromWords(words);
    if (identity !== identity.toUpperCase() || prefix !== IDENTITY || seed.length !== 32) {
      throw new FormatError("not an identity");
    }
    return keyPairFromSeed(seed).recipient;
  } catch {
    throw new FormatError("not an identity");
  }
}

/**
 * @param {Uint8Array} seed 32 secret bytes
 * @returns {Signer}
 */
export function signerFromSeed(seed) {
  return {
    sign: (message) => ed25519.sign(message, seed),
    signingPublic: ed25519.getPublicKey(seed),
  };
}

/**
 * @param {Uint8Array} publicKey 32 bytes
 * @param {Uint8Array} message
 * @param {Uint8Array} signature 64 bytes
 * @returns {boolean}
 */
export function verify(publicKey, message, signature) {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
