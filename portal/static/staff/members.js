/** Admits a colleague: opens the keys of the unit here, and seals them to the colleague's key. */

import { toBase64, toUtf8 } from "../lib/bytes.js";
import { seal, throwawayRecipient } from "../lib/seal.js";
import { memberFingerprint } from "./fingerprint.js";
import { signAndSubmit } from "./sign.js";
import { unlocked } from "./unlock.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("admit"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
const shown = /** @type {HTMLElement} */ (document.getElementById("fingerprint"));
const failed = /** @type {HTMLElement} */ (document.getElementById("admit-failed"));
const { recipient = "", signing = "", body = "", missing = "[]" } = form.dataset;

/** @returns {Promise<string>} JSON: the sealed keys of each epoch that the colleague lacks */
async function copies() {
  const wanted = new Set(JSON.parse(missing));
  const held = (await unlocked()).get(body)?.all ?? [];
  const copied = held
    .filter(({ epoch }) => wanted.has(epoch))
    .map(async ({ epoch, identity, signing: seed }) => {
      const bundle = toUtf8(JSON.stringify({ body, epoch, identity, signing: seed }));
      const to = [recipient, throwawayRecipient(), throwawayRecipient()];
      return { epoch, sealed: toBase64(await seal(bundle, to)) };
    });
  if (copied.length === 0 && wanted.size > 0) throw new Error("no key to give");
  return JSON.stringify(await Promise.all(copied));
}

/**
 * @param {string} name
 * @param {string} value
 */
function fill(name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  failed.hidden = true;
  button.disabled = true;
  try {
    fill("copies", await copies());
    fill("recipient", recipient);
    fill("signing", signing);
    button.disabled = await signAndSubmit(form);
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
});
// Of the very key that will be sealed to, whatever else the page says.
shown.textContent = memberFingerprint(recipient, signing);
