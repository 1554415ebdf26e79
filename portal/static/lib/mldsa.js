/** Cosignatures of kind 0x06: ML-DSA-44 by witnesses that want to outlive Ed25519. */

import { ml_dsa44 as lattice } from "../vendor/core.js";
import { concat, toUtf8 } from "./bytes.js";

const LABEL = "subtree/v1\n\0";
const TIME_BYTES = 8;

/** @param {bigint} number */
function u64(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, number);
  return bytes;
}

/** @param {string} name */
function short(name) {
  const bytes = toUtf8(name);
  return concat(Uint8Array.of(bytes.length), bytes);
}

/**
 * @param {import("./checkpoint.js").Checkpoint} found
 * @param {Uint8Array} value of the signature line, its time in front
 * @param {import("./note.js").NoteKey} key of the witness
 * @returns {boolean} whether the witness vouches for the checkpoint
 */
export function verifyMldsaCosignature({ origin, size, root }, value, { name, publicKey }) {
  const time = value.slice(0, TIME_BYTES);
  if (time.length < TIME_BYTES || time[0] > 127) return false;
  const range = concat(u64(0n), u64(BigInt(size)), root);
  const message = concat(toUtf8(LABEL), short(name), time, short(origin), range);
  try {
    return lattice.verify(value.slice(TIME_BYTES), message, publicKey);
  } catch {
    return false;
  }
}
