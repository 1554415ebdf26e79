/**
 * Makes a member's key in the browser, or locks the present one with another passphrase. Only
 * the public key and the private one under the passphrase are posted.
 */

import { equal, toUtf8 } from "../lib/bytes.js";
import { newKeyPair, recipientOf } from "../lib/keys.js";
import { newPassphrase, unwrap, wrap } from "../lib/passphrase.js";
import { fingerprint } from "./fingerprint.js";
import { identity, keep, passphraseFrom } from "./unlock.js";

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
const part = (id) => /** @type {T} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (part("store"));
let own = "";
let passphrase = "";

/** @param {string} id of the only step that is shown */
function step(id) {
  for (const one of document.querySelectorAll("[data-step]")) {
    /** @type {HTMLElement} */ (one).hidden = one.id !== id;
  }
  part(id).querySelector("h2")?.focus();
}

async function begin() {
  own = form.dataset.key === "present" ? await identity() : newKeyPair().identity;
  passphrase = newPassphrase();
  part("words").textContent = passphrase;
  part("own-fingerprint").textContent = fingerprint(recipientOf(own));
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
  typed.value = "";
  step("wait");
  const content = toUtf8(`${own}\n`);
  const wrapped = await wrap(content, passphrase);
  // What cannot be opened again is not stored.
  if (!equal(await unwrap(wrapped, passphrase), content)) throw new Error("does not open again");
  await keep(own);
  fill("recipient", recipientOf(own));
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
