/** Turns a typed code into keys, finds its case, and puts the opened case in the place of the form. */

import { fromBase64, toBase64 } from "../lib/bytes.js";
import { ReceiptError } from "../lib/errors.js";
import { accessDigest, reportTag } from "../lib/logsteps.js";
import { derive, parse, withSecondHalf } from "../lib/receipt.js";
import { Work } from "../lib/work.js";
import { prepareCheck } from "./check.js";
import { guardUnsent } from "../lib/unsent.js";
import { complain, find, get, post, Refused, tell, Unsure, word } from "./page.js";
import { openThread } from "./thread.js";
import { prepareForms } from "./write.js";

guardUnsent("form[data-act]"); // of an opened case, which is drawn anew once something was sent

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<void>}
 */
export async function enter(form) {
  complain(form, "");
  try {
    await open(form);
  } catch (error) {
    explain(form, error);
  } finally {
    tell(form, "");
  }
}

/** @param {HTMLFormElement} form */
async function open(form) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("receipt"));
  const secret = parse(field.value);
  tell(form, word("opening"));
  const { lookup, blind, master } = await derive(secret);
  const data = new FormData();
  data.set("lookup", toBase64(lookup));
  data.set("tag", toBase64(reportTag(blind)));
  await postWithWork(data, form);
  await show(form.dataset.view ?? "", { lookup, blind, master });
  field.value = "";
}

/**
 * Asks for the case; in a time of load the portal asks for work first.
 * @param {FormData} data
 * @param {HTMLFormElement} form
 */
async function postWithWork(data, form) {
  const work = new Work();
  work.begin(JSON.parse(form.dataset.work ?? "null"));
  form.dataset.work = "null"; // good for once
  for (const isLast of [false, false, true]) {
    await work.addTo(data);
    try {
      await post(form.dataset.open ?? "", data, form);
      return;
    } catch (error) {
      if (isLast || !(error instanceof Refused) || !work.begin(error.told)) throw error;
      tell(form, word("working"));
    }
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
function explain(form, error) {
  if (error instanceof ReceiptError) complain(form, word(error.kind, error.at));
  else if (error instanceof Unsure) complain(form, word("network"));
  else if (error instanceof Refused) complain(form, word(error.message));
  else complain(form, word("broken"), true);
}

/**
 * Draws the case as it stands now.
 * @param {string} address of the page without content
 * @param {{lookup: Uint8Array, blind: Uint8Array, master: Uint8Array}} receipt what follows from it
 *   alone; it stays in this function's callers
 * @returns {Promise<HTMLElement>}
 */
async function show(address, receipt) {
  const text = await (await get(address)).text();
  const drawn = find("#case", new DOMParser().parseFromString(text, "text/html"));
  const half = fromBase64(drawn.dataset.secondHalf ?? "");
  const keys = withSecondHalf(receipt.master, half);
  const place = find("#main");
  place.replaceChildren(document.adoptNode(drawn), find("#words"));
  document.title = document.title.replace(/^[^·]*/, `${find("h1", drawn).textContent} `);
  find("h1", drawn).focus();
  const thread = await openThread(drawn, keys);
  prepareCheck(drawn, receipt.blind, thread.texts, accessDigest(receipt.lookup, half));
  prepareForms(drawn, keys, thread, () => show(address, receipt));
  return drawn;
}
