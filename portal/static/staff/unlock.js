/**
 * Unlocks the keys of a member of staff in this tab. The passphrase, and what it opens, never
 * leave the page; a reload finds the key again in lib/session.js until the server session ends.
 */

import { fromBase64, fromUtf8, toHex } from "../lib/bytes.js";
import { recipientOf, signerFromSeed } from "../lib/keys.js";
import { identityIn, seedIn } from "../lib/ownfile.js";
import { unwrap } from "../lib/passphrase.js";
import { open } from "../lib/seal.js";
import * as session from "../lib/session.js";

const WORDS = /^[a-z]{5}$/;

/**
 * @typedef {object} Bundle the private keys of a body in one epoch
 * @property {string} body
 * @property {number} epoch
 * @property {string} identity "AGE-SECRET-KEY-PQ-1…"; opens
 * @property {string} signing base64 of the 32-byte seed that signs
 */

/** @typedef {Bundle & { all: Bundle[] }} Keys of the newest epoch, and of all, newest first */

/** @type {Promise<string> | null} */
let asked = null;
/** @type {string | null} */
let held = null;

const place = () => /** @type {HTMLElement} */ (document.getElementById("keys"));

/**
 * @param {string} name
 * @param {boolean} [yes]
 */
function say(name, yes = true) {
  const words = /** @type {HTMLElement} */ (place().querySelector(`[data-says="${name}"]`));
  words.hidden = !yes;
}

/**
 * Gives the file with the personal keys, asking for the passphrase if it is locked. Asks once in
 * a page.
 * @returns {Promise<string>}
 */
export function ownFile() {
  asked ??= obtain();
  return asked;
}

/**
 * Gives the personal identity, which opens.
 * @returns {Promise<string>}
 */
export async function identity() {
  return identityIn(await ownFile());
}

/**
 * Gives the personal signing key, which acts. Without one the page says so, and waits for ever.
 * @returns {Promise<Uint8Array>} 32 bytes
 */
export async function signingSeed() {
  const seed = seedIn(await ownFile());
  const known = place().dataset.signing ?? "";
  if (seed !== null && toHex(signerFromSeed(seed).signingPublic) === known) return seed;
  say(seed === null ? "no-signing" : "other-signing");
  place().scrollIntoView();
  return new Promise(() => {});
}

/**
 * Gives the keys of every body that this person can open, asking for the passphrase if locked.
 * @returns {Promise<Map<string, Keys>>} by code of the body; empty for who was not admitted yet
 */
export async function unlocked() {
  const own = await identity();
  /** @type {{ sealed: string }[]} */
  const copies = JSON.parse(place().dataset.copies ?? "[]");
  say("no-copy", copies.length === 0);
  const bundles = await Promise.all(copies.map((copy) => bundleOf(copy.sealed, own)));
  const known = bundles.filter((bundle) => bundle !== null);
  say("broken-copy", known.length < copies.length);
  known.sort((one, other) => other.epoch - one.epoch);
  /** @type {Map<string, Keys>} */
  const keys = new Map();
  for (const bundle of known) {
    const newest = keys.get(bundle.body) ?? { ...bundle, all: [] };
    newest.all.push(bundle);
    keys.set(bundle.body, newest);
  }
  return keys;
}

/**
 * Keeps the personal keys for this tab, as if they had just been unlocked.
 * @param {string} own the file with them
 */
export function keep(own) {
  return session.put(own, place().dataset.tabKey ?? "");
}

/** Keeps what is unlocked in this page for its tab once more: the server session is a new one. */
export async function keepAgain() {
  if (held !== null) await keep(held);
}

/**
 * Writes six words as they were shown, however they were typed; leaves other passphrases alone.
 * @param {string} typed
 */
export function passphraseFrom(typed) {
  const words = typed.trim().toLowerCase().split(/[\s-]+/);
  return words.length === 6 && words.every((word) => WORDS.test(word)) ? words.join("-") : typed;
}

/**
 * @param {string} wrapped
 * @param {string} typed
 */
async function opened(wrapped, typed) {
  const content = fromUtf8(await unwrap(wrapped, passphraseFrom(typed)));
  recipientOf(identityIn(content));
  return content;
}

async function obtain() {
  const { tabKey = "", wrapped = "" } = place().dataset;
  if (wrapped === "") {
    say("no-key");
    return new Promise(() => {});
  }
  held = (await session.take(tabKey)) ?? (await ask(wrapped));
  offerLock();
  return held;
}

/**
 * @param {string} wrapped
 * @returns {Promise<string>}
 */
function ask(wrapped) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("unlock"));
  const field = /** @type {HTMLInputElement} */ (document.getElementById("passphrase"));
  form.hidden = false;
  field.focus();
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      field.disabled = true;
      say("wrong", false);
      say("opening");
      try {
        const own = await opened(wrapped, field.value);
        await keep(own);
        form.hidden = true;
        resolve(own);
      } catch {
        say("wrong");
      }
      say("opening", false);
      field.value = "";
      field.disabled = false;
      if (!form.hidden) field.focus();
    });
  });
}

function offerLock() {
  const shown = /** @type {HTMLElement} */ (document.getElementById("unlocked"));
  shown.hidden = false;
  document.getElementById("lock")?.addEventListener("click", () => {
    session.clear();
    location.reload();
  });
}

/**
 * @param {string} sealed
 * @param {string} own
 * @returns {Promise<Bundle | null>}
 */
async function bundleOf(sealed, own) {
  try {
    const bundle = JSON.parse(fromUtf8(await open(fromBase64(sealed), own)));
    recipientOf(bundle.identity);
    return bundle;
  } catch {
    return null;
  }
}
