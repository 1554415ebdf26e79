/** Checks the file of a case against the code of its receipt; nothing is sent, nothing is kept. */

import { parseBundle } from "../lib/bundle.js";
import { fromHex } from "../lib/bytes.js";
import { ReceiptError } from "../lib/errors.js";
import { checkBundle } from "../lib/logcheck.js";
import { derive, parse } from "../lib/receipt.js";
import { today } from "../lib/schedule.js";
import { drawCheck } from "./log.js";
import { complain, find, tell, word } from "./page.js";

const form = /** @type {HTMLFormElement} */ (find("#verify"));
const file = /** @type {HTMLInputElement} */ (find("#file"));
const code = /** @type {HTMLInputElement} */ (find("#code"));
const KEY = /^[0-9a-f]{64}$/;

/** @returns {Promise<Uint8Array>} what the entries of the case are found by */
async function blindKey() {
  const typed = code.value.trim();
  return KEY.test(typed) ? fromHex(typed) : (await derive(parse(typed))).blind;
}

/** @returns {Promise<import("../lib/bundle.js").Bundle | null>} nothing: another file */
async function chosen() {
  try {
    return parseBundle((await file.files?.[0]?.text()) ?? "");
  } catch {
    return null;
  }
}

async function check() {
  complain(form, "");
  find("[data-log-result]").hidden = true;
  const bundle = await chosen();
  if (bundle === null) {
    complain(form, word("file"));
    return;
  }
  tell(form, word("log-checking"));
  try {
    const blind = await blindKey();
    const { faults, witnesses } = checkBundle(bundle, blind, today(Date.now()));
    find("[data-log-key]").textContent = [bundle.log_key, ...bundle.policy.witnesses].join("\n");
    drawCheck(document, bundle.steps, faults, witnesses, blind);
    code.value = "";
  } catch (error) {
    if (error instanceof ReceiptError) complain(form, word(error.kind, error.at));
    else complain(form, word("broken"));
  } finally {
    tell(form, "");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
find("[data-unscripted]").hidden = true;
form.hidden = false;
