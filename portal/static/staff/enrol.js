/**
 * Makes a member's key in the browser, or locks the present one with another passphrase. Only
 * the public key and the private one under the passphrase are posted.
 */

import { equal, random, toHex, toUtf8 } from "../lib/bytes.js";
import { newKeyPair, recipientOf, signerFromSeed } from "../lib/keys.js";
import { identityIn, ownFileOf, seedIn } from "../lib/ownfile.js";
import { newPassphrase, unwrap, wrap } from "../lib/passphrase.js";
import { memberFingerprint } from "./fingerprint.js";
import { stands } from "./standing.js";
import { keep, ownFile, passphraseFrom } from "./unlock.js";

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
const part = (id) => /** @type {T} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (part("store"));
const SEED_BYTES = 32;
let own = "";
let recipient = "";
let signing = "";
let passphrase = "";

/** @param {string} id of the only step that is shown */
function step(id) {
  for (const one of document.querySelectorAll("[data-step]")) {
    /** @type {HTMLElement} */ (one).hidden = one.id !== id;
  }
  part(id).querySelector("h2")?.focus();
}

/** A file from before there were signing keys gets one. */
async function begin() {
  const present = form.dataset.key === "present" ? await ownFile() : "";
  const identity = present === "" ? newKeyPair().identity : identityIn(present);
  const seed = seedIn(present) ?? random(SEED_BYTES);
  own = ownFileOf(identity, seed);
  recipient = recipientOf(identity);
  signing = toHex(signerFromSeed(seed).signingPublic);
  passphrase = newPassphrase();
  part("words").textContent = passphrase;
  part("own-fingerprint").textContent = memberFingerprint(recipient, signing);
  step("show");
}

async function store() {
  const typed = /** @type {HTMLInputElement} */ (part("repeat"));
  const same = passphraseFrom(typed.value) === passphrase;
  part("repeat-error").hidden = same;
  if (!same) {
    typed.focus();
    return;
  }
  if (!(await stands(part("repeat-form")))) return;
  typed.value = "";
  step("wait");
  const content = toUtf8(own);
  const wrapped = await wrap(content, passphrase);
  // What cannot be opened again is not stored.
  if (!equal(await unwrap(wrapped, passphrase), content)) throw new Error("does not open again");
  await keep(own);
  fill("recipient", recipient);
  fill("signing", signing);
  fill("wrapped", wrapped);
  form.submit();
}

/**
 * @param {string} name
 * @param {string} value
 */
function fill(name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

part("begin-button").addEventListener("click", begin);
part("noted").addEventListener("click", () => {
  step("repeat-step");
  part("repeat").focus();
});
part("back").addEventListener("click", () => step("show"));
part("repeat-form").addEventListener("submit", (event) => {
  event.preventDefault();
  store().catch(() => step("failed"));
});
step("begin");
