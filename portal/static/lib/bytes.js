/** Bytes and the texts that stand for them. */

import { base64, sha256 } from "../vendor/core.js";
import { FormatError } from "./errors.js";

export { sha256 };

/**
 * @param {Uint8Array} bytes
 * @returns {string} standard base64 with padding
 */
export function toBase64(bytes) {
  return base64.encode(bytes);
}

/**
 * @param {string} text standard base64 with padding, nothing else
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(text) {
  try {
    return new Uint8Array(base64.decode(text));
  } catch {
    throw new FormatError("not base64");
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} lower case
 */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} text lower-case hex digits
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new FormatError("not hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function toUtf8(text) {
  return new TextEncoder().encode(text);
}

/**
 * @param {Uint8Array} bytes well-formed UTF-8
 * @returns {string}
 */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError("not UTF-8");
  }
}

/**
 * @param {...Uint8Array} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Compares without stopping at the first difference.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
export function equal(one, other) {
  if (one.length !== other.length) return false;
  return one.reduce((found, byte, index) => found | (byte ^ other[index]), 0) === 0;
}

/**
 * @param {number} length
 * @returns {Uint8Array<ArrayBuffer>} fresh random bytes
 */
export function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} SHA-256 in hex
 */
export function sha256Hex(bytes) {
  return toHex(sha256(bytes));
}
