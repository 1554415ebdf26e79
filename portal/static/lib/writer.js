/**
 * Who of a body wrote an object: told to colleagues, hidden from the reporter who opens it too.
 * The twin of crypto/writer.py. Staff pages only.
 */

import { chacha20poly1305, hkdf, sha256 } from "../vendor/core.js";
import { concat, fromUtf8, random, toUtf8 } from "./bytes.js";
import { BindingError } from "./errors.js";
import { parseJson } from "./json.js";

/** @typedef {{account: string, login: string}} Writer */
/** @typedef {{rid: string, thread: "case" | "notes", seq: number}} Place */

const LABEL = "pmp/v1/writer";
const NONCE_BYTES = 12;
const PADDED_BYTES = 192;

/**
 * @param {Uint8Array} seed of the key that signs for the body
 * @param {Uint8Array} nonce
 * @param {Place} place
 */
function cipher(seed, nonce, { rid, thread, seq }) {
  const key = hkdf(sha256, seed, undefined, toUtf8(LABEL), 32);
  return chacha20poly1305(key, nonce, toUtf8([LABEL, rid, thread, String(seq)].join("\0")));
}

/**
 * @param {Writer} writer
 * @param {Uint8Array} seed 32 bytes, of the key that signs the object
 * @param {Place} place
 * @returns {Uint8Array<ArrayBuffer>} 220 bytes
 */
export function hide({ account, login }, seed, place) {
  const plain = toUtf8(JSON.stringify({ account, login }));
  if (plain.length > PADDED_BYTES) throw new BindingError("format");
  const padded = new Uint8Array(PADDED_BYTES).fill(32);
  padded.set(plain);
  const nonce = random(NONCE_BYTES);
  return concat(nonce, cipher(seed, nonce, place).encrypt(padded));
}

/**
 * @param {Uint8Array} hidden
 * @param {Uint8Array} seed
 * @param {Place} place
 * @returns {Writer | null} nothing for who does not hold the key, and for what was altered
 */
export function reveal(hidden, seed, place) {
  try {
    const nonce = hidden.slice(0, NONCE_BYTES);
    const plain = cipher(seed, nonce, place).decrypt(hidden.slice(NONCE_BYTES));
    const { account, login } = /** @type {any} */ (parseJson(fromUtf8(plain).trimEnd()));
    return typeof account === "string" && typeof login === "string" ? { account, login } : null;
  } catch {
    return null;
  }
}
