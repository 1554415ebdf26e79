/** Files behind a passphrase: a noticeable time on purpose (scrypt); a worker runs it. */

import { armor, Decrypter, Encrypter } from "../vendor/core.js";

/** The file of the worker; beside this module, and beside a bundle. */
export const WORKER = "./lock-worker.js";

export const tasks = {
  /**
   * @param {Uint8Array} bytes
   * @param {string} passphrase
   * @returns {Promise<string>} an armored age file
   */
  async lock(bytes, passphrase) {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    return armor.encode(await encrypter.encrypt(bytes));
  },

  /**
   * @param {string} text an armored age file
   * @param {string} passphrase
   * @returns {Promise<Uint8Array>}
   */
  async unlock(text, passphrase) {
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    return decrypter.decrypt(armor.decode(text));
  },
};
