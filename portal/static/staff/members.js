/** Admits a colleague: opens the keys of the unit here, and seals them to the colleague's key. */

import { toBase64, toUtf8 } from "../lib/bytes.js";
import { seal, throwawayRecipient } from "../lib/seal.js";
import { fingerprint } from "./fingerprint.js";
import { unlocked } from "./unlock.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("admit"));
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("copies"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
const shown = /** @type {HTMLElement} */ (document.getElementById("fingerprint"));
const failed = /** @type {HTMLElement} */ (document.getElementById("admit-failed"));
const { recipient = "", body = "", missing = "[]" } = form.dataset;

/** @returns {Promise<string>} JSON: the sealed keys of each epoch that the colleague lacks */
async function copies() {
  const wanted = new Set(JSON.parse(missing));
  const held = (await unlocked()).get(body)?.all ?? [];
  const copied = held
    .filter(({ epoch }) => wanted.has(epoch))
    .map(async ({ epoch, identity, signing }) => {
      const bundle = toUtf8(JSON.stringify({ body, epoch, identity, signing }));
      const to = [recipient, throwawayRecipient(), throwawayRecipient()];
      return { epoch, sealed: toBase64(await seal(bundle, to)) };
    });
  if (copied.length === 0) throw new Error("no key to give");
  return JSON.stringify(await Promise.all(copied));
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  failed.hidden = true;
  button.disabled = true;
  try {
    field.value = await copies();
    form.submit();
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
});
// Of the very key that will be sealed to, whatever else the page says.
shown.textContent = fingerprint(recipient);
form.hidden = false;
