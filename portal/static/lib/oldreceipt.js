/** Receipts of version 1: thirty digits under Argon2id. None is made any more; all still open. */

import { sha256 } from "../vendor/core.js";
import { concat, fromHex, toHex, toUtf8 } from "./bytes.js";

export const SECRET_BYTES = 11;
export const DIGITS = 30;
export const GROUP = 5;
const CHECK_BITS = 11n;
const CHECK_LABEL = toUtf8("pmp/v1/receipt-check");
const SALT = sha256(toUtf8("pmp/receipt/v1")).slice(0, 16);
const COST = { m: 19456, t: 2, p: 1, dkLen: 32 };
// Nobody loads this who has a newer receipt. Beside the bundles, from a module as from a bundle.
const ARGON2 = new URL("../vendor/argon2.js", import.meta.url);

/**
 * @param {Uint8Array} secret 11 bytes
 * @returns {string} 30 digits
 */
export function digitsOf(secret) {
  const hash = sha256(concat(CHECK_LABEL, secret));
  const check = BigInt((hash[0] << 3) | (hash[1] >> 5));
  const number = (BigInt(`0x${toHex(secret)}`) << CHECK_BITS) | check;
  return number.toString().padStart(DIGITS, "0");
}

/**
 * @param {string} digits 30 of them
 * @returns {Uint8Array<ArrayBuffer> | null} the secret; nothing if a digit is wrong
 */
export function secretOf(digits) {
  const upper = (BigInt(digits) >> CHECK_BITS).toString(16).padStart(2 * SECRET_BYTES, "0");
  if (upper.length > 2 * SECRET_BYTES) return null;
  const secret = fromHex(upper);
  return digitsOf(secret) === digits ? secret : null;
}

/**
 * Does the slow step: a fifth of a second, ten seconds where scripts run slowly.
 * @param {Uint8Array} secret 11 bytes
 * @returns {Promise<Uint8Array>} the master key, 32 bytes
 */
export async function stretch(secret) {
  const { argon2idAsync } = await import(ARGON2.href);
  return argon2idAsync(secret, SALT, COST);
}
