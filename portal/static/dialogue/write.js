/** Seals and signs in this browser what a reporter writes, and sends nothing but ciphertext. */

import { sealFiles } from "../filing.js";
import { compose } from "../lib/body.js";
import { seal } from "../lib/seal.js";
import { holdsReceipt } from "../lib/findcode.js";
import { normal, readable } from "../questions.js";
import { complain, find, post, Refused, tell, Unsure, word } from "./page.js";

/** @typedef {import("../lib/shape.js").Body} Body */
/** @typedef {import("./page.js").Keys} Keys */
/** @typedef {import("./thread.js").Thread} Thread */

/**
 * @typedef {object} Desk what is needed to write
 * @property {HTMLElement} root
 * @property {Keys} keys
 * @property {Thread} thread
 * @property {() => Promise<HTMLElement>} reload draws the case as it stands now
 */

const MAX_FILES = 20;
const LONGEST = { text: 20_000, reason: 4_000, why: 4_000 };

/**
 * @param {HTMLElement} root
 * @param {Keys} keys
 * @param {Thread} thread
 * @param {() => Promise<HTMLElement>} reload
 */
export function prepareForms(root, keys, thread, reload) {
  const desk = { root, keys, thread, reload };
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
    root.querySelectorAll("form[data-act]")
  )) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      complain(form, "");
      tell(form, word("sealing"));
      send(desk, form)
        .catch((error) => {
          complain(form, explained(error));
          const isGone = error instanceof Refused && error.message === "gone";
          find("[data-again]", form).hidden = !isGone;
        })
        .finally(() => tell(form, ""));
    });
  }
}

/** @param {unknown} error */
function explained(error) {
  if (error instanceof Unsure) return word("unsure");
  if (error instanceof Refused) return word(error.message, { n: Number(error.cause) });
  return word("broken");
}

/**
 * @param {Desk} desk
 * @param {HTMLFormElement} form
 */
async function send(desk, form) {
  const fields = typed(form);
  const chosen = filesOf(form);
  check(form, fields, chosen);
  const data = await sealed(desk, form, fields, chosen);
  tell(form, word("sending"));
  try {
    await post(desk.root.dataset.send ?? "", data, form);
  } catch (error) {
    if (!(error instanceof Refused && error.message === "conflict")) throw error;
    await afterConflict(desk, form, fields);
    return;
  }
  await desk.reload();
}

/**
 * Shows what came in between. If that is this very text, an earlier try arrived after all.
 * @param {Desk} desk
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields
 */
async function afterConflict(desk, form, fields) {
  const kept = [...form.elements].filter((one) => "name" in one && one.id !== "");
  const root = await desk.reload();
  const written = root.querySelector(`#written-${desk.thread.seq}.mine .said`);
  const again = /** @type {HTMLFormElement | null} */ (
    root.querySelector(`form[data-act="${form.dataset.act}"]`)
  );
  if (again === null || (fields.text && written?.textContent === fields.text)) return;
  for (const old of kept) {
    const place = again.querySelector(`#${old.id}`);
    if (place instanceof HTMLTextAreaElement) place.value = /** @type {any} */ (old).value;
    else if (place instanceof HTMLInputElement && old instanceof HTMLInputElement) {
      if (place.type === "file") place.files = old.files;
      else place.checked = old.checked;
    }
  }
  complain(again, word("conflict"));
}

/**
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>} the fields of the body
 */
function typed(form) {
  const given = new FormData(form);
  const value = (/** @type {string} */ name) => String(given.get(name) ?? "");
  if (form.dataset.act === "verdict") {
    return { text: "", answer: value("answer"), respect: value("respect") };
  }
  const name = Object.keys(LONGEST).find((one) => given.has(one)) ?? "text";
  const text = normal(/** @type {any} */ ({ type: "longtext" }), value(name));
  return form.dataset.act === "message" ? { text } : { text, act: form.dataset.act ?? "" };
}

/** @param {HTMLFormElement} form */
function filesOf(form) {
  const input = form.querySelector('input[type="file"]');
  return input instanceof HTMLInputElement ? [...(input.files ?? [])] : [];
}

/**
 * Looks at what was typed as the server would.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields
 * @param {File[]} chosen
 */
function check(form, fields, chosen) {
  const { act = "" } = form.dataset;
  const longest = act === "message" ? LONGEST.text : LONGEST.reason;
  const sure = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("sure"));
  if (act === "message" && fields.text.trim() === "" && chosen.length === 0) throw new Refused("empty");
  if (act === "verdict" && fields.answer === "") throw new Refused("choose");
  if (act === "withdraw" && !sure?.checked) throw new Refused("choose");
  if (chosen.length > MAX_FILES) throw new Refused("files");
  if ([...fields.text].length > longest) {
    throw new Refused("long", { cause: longest });
  }
  if (holdsReceipt(fields.text)) throw new Refused("receipt");
  fields.text = readable(fields.text);
}

/**
 * @param {Desk} desk
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} fields
 * @param {File[]} chosen
 * @returns {Promise<FormData>} ciphertext, and the coded side of it
 */
async function sealed({ root, keys, thread }, form, fields, chosen) {
  if (thread.to === null) throw new Refused("untrusted");
  const readers = [thread.to.recipient, root.dataset.recovery ?? "", keys.recipient];
  const onProgress = (/** @type {number} */ done) =>
    tell(form, `${word("sealing")} ${Math.round(done * 100)} %`);
  const { entries, parts } = await sealFiles(chosen, readers, onProgress);
  const act = form.dataset.act ?? "";
  /** @type {Body} */
  const body = {
    type: act === "verdict" ? "verdict" : "message",
    rid: root.dataset.case ?? "",
    thread: "case",
    seq: thread.seq,
    prev: thread.prev,
    fields,
    attachments: entries,
  };
  const data = new FormData();
  data.set("act", act);
  data.set("case", body.rid);
  data.set("seq", String(thread.seq));
  if (act === "verdict") {
    data.set("answer", fields.answer);
    data.set("respect", fields.respect);
  }
  const ciphertext = await seal(compose(body, keys), readers);
  data.set("body", new Blob([new Uint8Array(ciphertext)]), "body");
  for (const [blob, id] of parts) data.append("attachment", blob, id);
  return data;
}
