/** Proof of work in times of load (twin: crypto/work.py). */

import { sha256, toUtf8 } from "./bytes.js";

const AT_ONCE_MS = 25;

/** @typedef {{turn: string, bits: number}} Asked what the portal asks before it takes a page */

/**
 * Finds the smallest number that is a proof of work for a text; the page stays alive meanwhile.
 * @param {Asked} asked
 * @returns {Promise<string>} the number, in digits
 */
export async function solve({ turn, bits }) {
  const input = new Uint8Array(40);
  input.set(sha256(toUtf8(turn)));
  const view = new DataView(input.buffer);
  let number = 0;
  for (;;) {
    const until = Date.now() + AT_ONCE_MS;
    do {
      for (let tries = 0; tries < 256; tries += 1, number += 1) {
        view.setUint32(32, Math.floor(number / 0x100000000));
        view.setUint32(36, number >>> 0);
        if (fits(sha256(input), bits)) return String(number);
      }
    } while (Date.now() < until);
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
  }
}

/**
 * @param {Uint8Array} hash
 * @param {number} bits at most 32
 */
function fits(hash, bits) {
  const start = ((hash[0] << 24) | (hash[1] << 16) | (hash[2] << 8) | hash[3]) >>> 0;
  return bits === 0 || start >>> (32 - bits) === 0;
}

/** One answer to what a page is asked, found ahead while the person writes. */
export class Work {
  /** @type {Asked | null} */
  #asked = null;

  /** @type {Promise<string>} */
  #found = Promise.resolve("");

  /**
   * Begins to work for what the portal asks.
   * @param {unknown} told what came from it
   * @returns {boolean} whether it asks anything
   */
  begin(told) {
    const { turn, bits } = /** @type {Partial<Asked>} */ (told ?? {});
    if (typeof turn !== "string" || typeof bits !== "number" || bits > 32) return false;
    this.#asked = { turn, bits };
    this.#found = solve(this.#asked);
    return true;
  }

  /**
   * Adds the answer to what is sent.
   * @param {FormData} data
   */
  async addTo(data) {
    if (this.#asked === null) return;
    data.set("turn", this.#asked.turn);
    data.set("work", await this.#found);
  }
}
