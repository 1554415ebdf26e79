/** Steps through which the bytes of a file flow; none of them holds more than a piece. */

import { concat } from "./bytes.js";
import { OpenError } from "./errors.js";

const PIECE = 64 * 1024;

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * Shows every piece to someone on its way.
 * @param {(chunk: Bytes) => void} see
 * @returns {TransformStream<Bytes, Bytes>}
 */
export function tapTransform(see) {
  return new TransformStream({
    transform(chunk, controller) {
      see(chunk);
      controller.enqueue(chunk);
    },
  });
}

/**
 * Appends zeros until the stream has the given length.
 * @param {number} total
 * @returns {TransformStream<Bytes, Bytes>}
 */
export function padTransform(total) {
  let missing = total;
  return new TransformStream({
    transform(chunk, controller) {
      missing -= chunk.length;
      controller.enqueue(chunk);
    },
    flush(controller) {
      for (; missing > 0; missing -= PIECE) {
        controller.enqueue(new Uint8Array(Math.min(missing, PIECE)));
      }
    },
  });
}

/**
 * Lets the stream pass only after its first bytes were found good; a shorter one does not pass.
 * @param {number} length how many bytes
 * @param {(head: Bytes) => void} check throws when they are not good
 * @returns {TransformStream<Bytes, Bytes>}
 */
export function gateTransform(length, check) {
  let waiting = new Uint8Array(0);
  let passed = false;
  return new TransformStream({
    transform(chunk, controller) {
      if (passed) {
        controller.enqueue(chunk);
        return;
      }
      waiting = concat(waiting, chunk);
      if (waiting.length < length) return;
      check(waiting.subarray(0, length));
      passed = true;
      controller.enqueue(waiting);
    },
  });
}

/**
 * Cuts the zeros off again; anything but zeros up to the padded length is refused.
 * @param {number} size true length
 * @param {number} total padded length
 * @returns {TransformStream<Bytes, Bytes>}
 */
export function trimTransform(size, total) {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const kept = chunk.subarray(0, Math.max(0, size - seen));
      if (chunk.subarray(kept.length).some((byte) => byte !== 0)) throw new OpenError("not padded");
      seen += chunk.length;
      if (kept.length > 0) controller.enqueue(kept);
    },
    flush() {
      if (seen !== total) throw new OpenError("wrong length");
    },
  });
}
