/** Sizes that tell little: bodies fill 8 KiB times a power of two, files fill their Padmé size. */

import { FormatError } from "./errors.js";

const SMALLEST_BODY = 8 * 1024;
const LARGEST_BODY = 1024 * 1024;
const SMALLEST_FILE = 64 * 1024;
const SPACE = 0x20;

/**
 * Appends spaces up to the next of 8, 16, 32 … 1024 KiB.
 * @param {Uint8Array} bytes not ending in a space
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function padBody(bytes) {
  if (bytes.at(-1) === SPACE) throw new FormatError("a body does not end in a space");
  let size = SMALLEST_BODY;
  while (size < bytes.length) size *= 2;
  if (size > LARGEST_BODY) throw new FormatError("body too long");
  const padded = new Uint8Array(size).fill(SPACE);
  padded.set(bytes);
  return padded;
}

/**
 * Removes the spaces again.
 * @param {Uint8Array} bytes of the smallest size that holds the text
 * @returns {Uint8Array}
 */
export function stripBody(bytes) {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end -= 1;
  const text = bytes.subarray(0, end);
  if (padBody(text).length !== bytes.length) throw new FormatError("body not padded");
  return text;
}

/**
 * Rounds a file length up so that it tells only about log log of itself (at most 12 % more).
 * @param {number} length true length in bytes
 * @returns {number} at least 64 KiB
 */
export function padme(length) {
  if (length <= SMALLEST_FILE) return SMALLEST_FILE;
  const exponent = length.toString(2).length - 1;
  const kept = exponent.toString(2).length;
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}
