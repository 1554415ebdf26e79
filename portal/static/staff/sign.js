/**
 * Signs what a member of staff does: a form with data-act is shown only here, and goes with a
 * statement signed by the personal key of who sends it.
 */

import { signAct } from "../lib/acts.js";
import { sha256, toHex } from "../lib/bytes.js";
import { guardUnsent, isGoing } from "../lib/unsent.js";
import { stands } from "./standing.js";
import { signingSeed } from "./unlock.js";

const ALMATY = 5 * 3600 * 1000;
const NOT_SIGNED = ["csrf_token", "statement", "signature", "code", "agency", "region"];

/** The day in Kazakhstan, as the clock of this device has it. */
function today() {
  return new Date(Date.now() + ALMATY).toISOString().slice(0, "2026-01-01".length);
}

/**
 * @param {Blob} part which may be larger than what fits into memory
 * @returns {Promise<string>}
 */
async function digestOf(part) {
  const hash = sha256.create();
  const reader = part.stream().getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    hash.update(read.value);
  }
  return toHex(hash.digest());
}

/**
 * Adds the statement and its signature to what a form sends, asking for the passphrase if need be.
 * @param {HTMLFormElement} form with data-act and data-subject
 * @param {FormData} data everything else that is sent
 */
export async function signData(form, data) {
  const seed = await signingSeed();
  const known = document.getElementById("keys")?.dataset ?? {};
  const { account = "", body = "", origin = "", trail = "" } = known;
  data.set("trail", trail);
  /** @type {Record<string, string[]>} */
  const fields = {};
  const sealed = [];
  for (const name of new Set(data.keys())) {
    if (NOT_SIGNED.includes(name)) continue;
    for (const value of data.getAll(name)) {
      if (typeof value === "string") (fields[name] ??= []).push(value);
      else if (value.size > 0 || value.name !== "") {
        sealed.push(await digestOf(value));
      }
    }
  }
  const { act = "", subject = "" } = form.dataset;
  const what = { origin, act, body, signer: account, subject, fields, sealed, day: today() };
  const { statement, signature } = signAct(what, seed);
  data.set("statement", statement);
  data.set("signature", signature);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function put(form, name, value) {
  const found = form.querySelector(`input[type="hidden"][name="${name}"]`);
  const field = found instanceof HTMLInputElement ? found : document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  form.append(field);
}

/**
 * Signs a form as it stands, and sends it.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} [submitter] the button that was pressed
 * @returns {Promise<boolean>} whether it was sent; if nobody is signed in any more, the page says so
 */
export async function signAndSubmit(form, submitter = null) {
  if (!(await stands(form))) return false;
  const data = new FormData(form, submitter);
  await signData(form, data);
  for (const name of ["trail", "statement", "signature"]) put(form, name, String(data.get(name)));
  if (submitter instanceof HTMLButtonElement && submitter.name) {
    put(form, submitter.name, submitter.value);
  }
  isGoing(form);
  form.submit();
  return true;
}

for (const form of document.querySelectorAll("form[data-act]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  form.hidden = false;
  if (form.dataset.sentByScript !== undefined) continue;
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    signAndSubmit(form, event.submitter)
      .catch(() => false)
      .then((isSent) => {
        busy = isSent;
      });
  });
}
guardUnsent("form[data-act]");
for (const note of document.querySelectorAll("[data-unsigned]")) {
  /** @type {HTMLElement} */ (note).hidden = true;
}
