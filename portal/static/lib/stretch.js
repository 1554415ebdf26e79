/** What makes a guessed receipt expensive: a noticeable time on purpose; a worker runs it. */

import { argon2id, argon2idAsync } from "../vendor/core.js";

const COST = { m: 19456, t: 2, p: 1, dkLen: 32 };

/** The file of the worker; beside this module, and beside a bundle. */
export const WORKER = "./stretch-worker.js";

export const tasks = {
  /**
   * @param {Uint8Array} secret
   * @param {Uint8Array} salt
   * @param {boolean} inPage whether a page waits that must stay alive
   * @returns {Promise<Uint8Array>} 32 bytes
   */
  async stretch(secret, salt, inPage) {
    return inPage ? argon2idAsync(secret, salt, COST) : argon2id(secret, salt, COST);
  },
};
