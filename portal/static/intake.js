/** The page of writing a report: shows what is asked, seals in the browser, draws the receipt. */

import { mark, unmark } from "./lib/complaints.js";
import { derive, newSecondHalf, newSecret, show, withSecondHalf } from "./lib/receipt.js";
import { inWords } from "./days.js";
import { Refused, sealReport, send, WorkAsked } from "./filing.js";
import { checkKeys } from "./keycheck.js";
import { checkPromise } from "./promisecheck.js";
import { complaint, counted, normal, readable, visible } from "./questions.js";
import { prepareReceipt } from "./receipt.js";
import { guardUnsent, isGoing } from "./lib/unsent.js";
import { Work } from "./lib/work.js";

/** @typedef {import("./questions.js").Question} Question */
/** @typedef {import("./questions.js").Answers} Answers */
/** @typedef {import("./filing.js").Page} Page */
/** @typedef {import("./filing.js").Reporter} Reporter */

const form = /** @type {HTMLFormElement} */ (document.getElementById("report"));
/** @type {Page} */
const page = JSON.parse(form.dataset.page ?? "");
const words = /** @type {HTMLTemplateElement} */ (document.getElementById("words"));

// The receipt stays the same for this page, however often the button is pressed, so that a second
// try shows the code of the first.
const secret = newSecret();
const secondHalf = newSecondHalf();
/** @type {Promise<Reporter>} */
const reporter = derive(secret).then(({ lookup, blind, master }) => ({
  lookup,
  blind,
  secondHalf,
  ...withSecondHalf(master, secondHalf),
}));
reporter.catch(() => complain("broken", true));

const keys = checkKeys(page);
const work = new Work();
work.begin(page.work); // done before the writing is
// One press of the button may have arrived although another seemed to: each seals anew.
/** @type {Uint8Array[]} */
const digests = [];

// Once it may have arrived, only this page has the code: then nothing leads away from it.
let mayHaveArrived = false;

/**
 * @param {string} name
 * @param {number} [number]
 */
function word(name, number) {
  const found = words.content.querySelector(`[data-word="${name}"]`);
  return (found?.textContent ?? name).replace("{n}", String(number));
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
function find(selector, root = document) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/**
 * @param {string} name
 * @returns {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]}
 */
function controls(name) {
  return Array.from(form.querySelectorAll(`[name="${name}"]`));
}

/** @returns {Answers} */
function typed() {
  return Object.fromEntries(
    page.questions
      .filter(({ type }) => type !== "files")
      .map((question) => [question.id, answer(question)]),
  );
}

/**
 * @param {Question} question
 * @returns {string | string[]}
 */
function answer(question) {
  const found = controls(question.id);
  const boxes = found.filter((one) => one instanceof HTMLInputElement && isTick(one));
  const ticked = boxes.filter((one) => /** @type {HTMLInputElement} */ (one).checked);
  if (question.type === "multi") return ticked.map(({ value }) => value);
  if (boxes.length > 0) return ticked[0]?.value ?? "";
  return normal(question, found[0]?.value ?? "");
}

/** @param {HTMLInputElement} input */
function isTick({ type }) {
  return type === "checkbox" || type === "radio";
}

/** Shows the questions that the answers call for, and the numbers to call in danger. */
function refresh() {
  const given = typed();
  const shown = new Set(visible(page.questions, given));
  for (const { id } of page.questions) find(`[data-question="${id}"]`, form).hidden = !shown.has(id);
  find("[data-emergency]", form).hidden = given.danger_now !== "yes";
}

/** @returns {File[]} */
function files() {
  const input = form.querySelector('input[type="file"]');
  return input instanceof HTMLInputElement ? Array.from(input.files ?? []) : [];
}

/**
 * Marks what the server would complain about.
 * @param {Answers} given
 * @returns {boolean} whether all is well
 */
function check(given) {
  for (const old of form.querySelectorAll(".wrong")) unmark(old);
  const shown = new Set(visible(page.questions, given));
  for (const question of page.questions.filter(({ id }) => shown.has(id))) {
    const fault = question.type === "files" ? tooMany() : complaint(question, given[question.id]);
    if (fault !== null) markFault(question, fault);
  }
  return form.querySelector(".wrong") === null;
}

/** @returns {"files" | null} */
function tooMany() {
  return files().length > page.max_files ? "files" : null;
}

/**
 * @param {Question} question
 * @param {string} fault
 */
function markFault(question, fault) {
  const box = find(`[data-question="${question.id}"]`, form);
  const text = word(fault, fault === "short" ? question.at_least : question.at_most);
  mark(box, controls(question.id), `${question.id}-error`, text);
  if (fault !== "unreadable") return;
  for (const control of controls(question.id)) control.value = readable(control.value);
}

/**
 * @param {string} text
 * @param {number} [done] from 0 to 1
 */
function tell(text, done) {
  const box = find("[data-progress]", form);
  box.hidden = text === "";
  find("[data-doing]", box).textContent = text;
  /** @type {HTMLProgressElement} */ (box.querySelector("progress")).value = done ?? 0;
}

/**
 * @param {string} name of the words
 * @param {boolean} [offersPlain] only where it is certain that nothing was filed
 */
function complain(name, offersPlain = false) {
  const box = find("[data-trouble]", form);
  box.hidden = false;
  find("[data-said]", box).textContent = word(name);
  find("[data-plain]", box).hidden = !offersPlain;
  box.focus();
}

/**
 * Sends it; an old page gets a new token once.
 * @param {FormData} data
 * @returns {Promise<import("./promisecheck.js").Filed>} what the portal promises
 */
async function sendSealed(data) {
  const address = form.dataset.sealed ?? "";
  const token = controls("csrf_token")[0];
  data.set("ticket", controls("ticket")[0].value);
  data.set("csrf_token", token.value);
  const first = await sendWithWork(address, data);
  if (first.token === null) return first;
  token.value = first.token;
  data.set("csrf_token", token.value);
  const second = await sendWithWork(address, data);
  if (second.token !== null) throw new Refused("cookie");
  return second;
}

/**
 * Sends it; in a time of load the portal may ask for more work than it did, once or twice.
 * @param {string} address
 * @param {FormData} data
 */
async function sendWithWork(address, data) {
  for (const isLast of [false, false, true]) {
    await work.addTo(data);
    try {
      return await send(address, data);
    } catch (error) {
      if (isLast || !(error instanceof WorkAsked) || !work.begin(error.asked)) throw error;
      tell(word("working"), 1);
    }
  }
  throw new Refused("busy");
}

/**
 * Puts the receipt in the place of the form; nothing of it leaves this page.
 * @param {import("./promisecheck.js").Filed} filed what the portal answered
 * @param {import("./promisecheck.js").Reporter} own
 */
function drawReceipt(filed, own) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("receipt"));
  const groups = show(secret).split(" ");
  const drawn = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  drawn.querySelectorAll("[data-code] li").forEach((item, index) => {
    item.textContent = groups[index];
  });
  drawPromise(drawn, filed, own);
  const place = find("#writing");
  place.replaceChildren(drawn);
  prepareReceipt(place, groups);
  document.title = document.title.replace(/^[^·]*/, `${word("title")} `);
  place.querySelector("h1")?.focus();
  window.scrollTo(0, 0);
}

/**
 * Shows what the portal promised, and whether it is what everybody is promised.
 * @param {DocumentFragment} drawn
 * @param {import("./promisecheck.js").Filed} filed
 * @param {import("./promisecheck.js").Reporter} own
 */
function drawPromise(drawn, filed, own) {
  const { promise } = filed;
  const expected = { ...page.facts, body_code: page.to.body, language: page.language };
  const { fault, day } = checkPromise(filed, page.log.key, own, expected, digests, Date.now());
  const by = find("[data-by]", drawn);
  by.textContent = (by.textContent ?? "").replace("{day}", day === "" ? "?" : inWords(day, word));
  find("[data-note]", drawn).textContent = promise;
  find("[data-promise]", drawn).hidden = promise === "";
  find("[data-save]", drawn).addEventListener("click", () => save(promise));
  if (fault === "") return;
  find("[data-broken]", drawn).hidden = false;
  find("[data-fault]", drawn).textContent = word(`promise-${fault}`);
}

/** @param {string} promise */
function save(promise) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([promise]));
  link.download = "note.txt"; // says nothing of a report to who finds it
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Seals what was written.
 * @param {Answers} given
 * @returns {Promise<FormData | null>} nothing if this browser cannot
 */
async function sealed(given) {
  const onProgress = (/** @type {number} */ done) => tell(word("sealing"), done);
  onProgress(0);
  try {
    const answers = counted(page.questions, given);
    const { data, digest } = await sealReport(page, await reporter, answers, files(), onProgress);
    digests.push(digest);
    return data;
  } catch {
    return null;
  }
}

/** Seals, sends, and shows the receipt; whatever goes wrong, nothing is sent in the clear. */
async function file() {
  if (keys.standing === "other") return;
  const given = typed();
  find("[data-trouble]", form).hidden = true;
  if (!check(given)) {
    complain("faults");
    const first = form.querySelector(".wrong :is(input, select, textarea)");
    if (first instanceof HTMLElement) first.focus();
    return;
  }
  const data = await sealed(given);
  if (data === null) {
    complain("broken", !mayHaveArrived);
    return;
  }
  tell(word("sending"), 1);
  try {
    drawReceipt(await sendSealed(data), await reporter);
  } catch (error) {
    explain(error);
  }
}

/** @param {unknown} error */
function explain(error) {
  if (error instanceof Refused) {
    const isKnown = ["busy", "cookie", "room", "ticket", "size", "elsewhere", "keys"].includes(error.message);
    complain(isKnown ? error.message : "refused", !isKnown && !mayHaveArrived);
  } else {
    mayHaveArrived = true;
    complain("network");
  }
}

/** @param {boolean} isBusy */
function setBusy(isBusy) {
  const button = form.querySelector('button[type="submit"]');
  if (button instanceof HTMLButtonElement) button.disabled = isBusy;
  if (!isBusy) tell("");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  setBusy(true);
  file().finally(() => setBusy(false));
});
form.addEventListener("input", refresh);
form.addEventListener("change", refresh);
find("[data-plain] button", form).addEventListener("click", () => {
  isGoing(form);
  form.submit();
});
find("[data-unsealed]").hidden = true;
for (const line of document.querySelectorAll("[data-line]")) line.remove();
guardUnsent("#report"); // the receipt takes its place
find("[data-keys]").textContent = word(`keys-${keys.standing}`, keys.witnesses);
if (keys.standing === "other") {
  form.hidden = true;
  find("[data-other-key]").hidden = false;
} else {
  find("[data-badge]").hidden = false;
}
refresh();
