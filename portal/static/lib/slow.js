/** The steps that take a noticeable time on purpose; a worker runs them (see offthread.js). */

import { argon2id, argon2idAsync, armor, Decrypter, Encrypter } from "../vendor/core.js";

const RECEIPT_COST = { m: 19456, t: 2, p: 1, dkLen: 32 };

/**
 * @param {Uint8Array} secret
 * @param {Uint8Array} salt
 * @param {boolean} inPage whether a page waits that must stay alive
 * @returns {Promise<Uint8Array>} 32 bytes
 */
async function stretch(secret, salt, inPage) {
  if (inPage) return argon2idAsync(secret, salt, RECEIPT_COST);
  return argon2id(secret, salt, RECEIPT_COST);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} passphrase
 * @returns {Promise<string>} an armored age file
 */
async function lock(bytes, passphrase) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return armor.encode(await encrypter.encrypt(bytes));
}

/**
 * @param {string} text an armored age file
 * @param {string} passphrase
 * @returns {Promise<Uint8Array>}
 */
async function unlock(text, passphrase) {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return decrypter.decrypt(armor.decode(text));
}

export const tasks = { stretch, lock, unlock };
