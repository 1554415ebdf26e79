/**
 * Keeps the unlocked staff identity for one tab. What lies in the tab's storage is useless
 * without the key that the server session holds, and that key without the tab. Staff pages only.
 */

import { concat, fromBase64, fromUtf8, random, toBase64, toUtf8 } from "./bytes.js";

const SLOT = "identity";
const CONTEXT = toUtf8("pmp/v1/session");
const NONCE_BYTES = 12;

/** @param {string} wrapKeyB64 32 bytes */
async function keyFrom(wrapKeyB64) {
  const raw = fromBase64(wrapKeyB64);
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** @param {Uint8Array<ArrayBuffer>} iv */
function cipher(iv) {
  return { name: "AES-GCM", iv, additionalData: CONTEXT };
}

/**
 * @param {string} identityText
 * @param {string} wrapKeyB64
 */
export async function put(identityText, wrapKeyB64) {
  const nonce = random(NONCE_BYTES);
  const key = await keyFrom(wrapKeyB64);
  const locked = await crypto.subtle.encrypt(cipher(nonce), key, toUtf8(identityText));
  sessionStorage.setItem(SLOT, toBase64(concat(nonce, new Uint8Array(locked))));
}

/**
 * @param {string} wrapKeyB64
 * @returns {Promise<string | null>} nothing when locked, or when the server session is another
 */
export async function take(wrapKeyB64) {
  const stored = sessionStorage.getItem(SLOT);
  if (stored === null) return null;
  try {
    const blob = fromBase64(stored);
    const key = await keyFrom(wrapKeyB64);
    const nonce = blob.slice(0, NONCE_BYTES);
    const opened = await crypto.subtle.decrypt(cipher(nonce), key, blob.slice(NONCE_BYTES));
    return fromUtf8(new Uint8Array(opened));
  } catch {
    clear();
    return null;
  }
}

/** Forgets the identity. */
export function clear() {
  sessionStorage.removeItem(SLOT);
}
