/** The page of a case: draws what its sealed objects say, and sends what is written here. */

import { drawBody, drawFault, element } from "./body-view.js";
import { openAttachment, safeName, save } from "./files.js";
import { fetchJson } from "./fetching.js";
import { Refusal, send } from "./reply.js";
import { isMisdirected, openThread } from "./thread.js";
import { headersFor, receiverAt } from "./transfer.js";
import { unlocked } from "./unlock.js";

/** @typedef {import("./reply.js").State} State */
/** @typedef {import("./thread.js").Opened} Opened */

const page = /** @type {HTMLElement} */ (document.getElementById("case"));
const { thread = "", labels: labelsAt = "", body = "", account = "", login = "" } = page.dataset;
/** @type {import("./body-view.js").Labels} */
const labels = await fetchJson(labelsAt);
const keys = await unlocked();
const bundles = keys.get(body)?.all ?? [];

/** @returns {Promise<State>} */
async function load() {
  const listed = await fetchJson(thread);
  const writer = { account, login };
  return { listed, thread: await openThread(listed, bundles), bundles, writer };
}

/** @param {Opened} opened */
function drawFiles({ entry, body: opened }) {
  const list = element("ul");
  for (const manifest of opened?.attachments ?? []) {
    const name = safeName(manifest.name, labels.words["file.unnamed"]);
    const button = /** @type {HTMLButtonElement} */ (
      element("button", labels.words["file.download"], "button quiet small")
    );
    const item = element("li", `${name} (${Math.ceil(manifest.size / 1024)} KiB) `);
    const said = element("p", "", "error");
    button.type = "button";
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      button.disabled = true;
      said.textContent = labels.words["work.opening"];
      try {
        save(await openAttachment(manifest, entry.files[manifest.id], bundles), name);
        said.textContent = "";
      } catch {
        said.textContent = labels.words["fault.attachment"];
      }
      button.disabled = false;
    });
    item.append(button, said);
    list.append(item);
  }
  return list;
}

/** @param {Opened} opened */
function draw(opened) {
  const place = document.querySelector(`[data-id="${opened.entry.id}"] [data-opened]`);
  if (place === null) return;
  place.replaceChildren();
  if (opened.body === null) place.append(drawFault(opened.fault, labels));
  else {
    place.append(drawBody(opened.body, labels));
    if (opened.writer !== "") {
      const words = labels.words["writer"].replace("{name}", opened.writer);
      place.append(element("p", words, "small soft"));
    }
    if (opened.body.attachments.length > 0) {
      place.append(element("h4", labels.words.files), drawFiles(opened));
    }
  }
  place.setAttribute("data-opened", opened.body === null ? "fault" : "yes");
}

/**
 * @param {HTMLFormElement} form
 * @returns {Record<string, unknown>} what is sealed: fields without a name are never posted
 */
function writtenIn(form) {
  /** @type {Record<string, unknown>} */
  const fields = {};
  for (const area of form.querySelectorAll("textarea")) {
    const text = area.value.trim();
    const needed = area.required;
    if (needed && text === "") {
      area.focus();
      throw new Refusal(form.dataset.type === "decision" ? "work.parts" : "work.empty");
    }
    if (text !== "") fields[area.dataset.sealed ?? "text"] = text;
  }
  return fields;
}

/**
 * @param {HTMLFormElement} form
 * @param {State} first the case as the page shows it
 * @returns {Parameters<typeof send>[2]}
 */
function writerOf(form, first) {
  const { type = "reply" } = form.dataset;
  const picker = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"));
  return async (state) => {
    // Who decides or gives away must have seen everything that was written.
    const careful = type === "decision" || type === "transfer";
    const moved = state.listed.end.case.seq !== first.listed.end.case.seq;
    if (careful && (moved || state.listed.version !== first.listed.version)) {
      throw new Refusal("work.changed");
    }
    const fields = writtenIn(form);
    const files = [...(picker?.files ?? [])];
    if (type === "decision") fields.outcomes = outcomesIn(form);
    if (form.dataset.coded) {
      for (const name of form.dataset.coded.split(" ")) fields[name] = codedIn(form, name);
    }
    if (type !== "transfer") return [{ type, fields, files }, {}];
    const address = (form.dataset.receiver ?? "").replace("BODY", codedIn(form, "to"));
    const to = await receiverAt(address);
    const headers = await headersFor(state, to.recipient, (done, total) => {
      const words = labels.words["work.keys"];
      say(form, words.replace("{done}", String(done)).replace("{total}", String(total)));
    });
    return [{ type, fields, to }, { headers }];
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function codedIn(form, name) {
  return String(new FormData(form).get(name) ?? "");
}

/** @param {HTMLFormElement} form */
function outcomesIn(form) {
  return [...form.querySelectorAll("[data-subcategory]")].map((place) => ({
    subcategory: place.getAttribute("data-subcategory"),
    outcome: place.querySelector("select")?.value ?? "",
  }));
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function say(form, text) {
  const place = form.querySelector("[data-says]");
  if (place !== null) place.textContent = text;
}

/**
 * @param {HTMLFormElement} form
 * @param {State} first
 */
function listen(form, first) {
  const write = writerOf(form, first);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(form, labels.words["work.sealing"]);
    try {
      await send(form, load, write);
      // who gave the case away can no longer open its page
      if (form.dataset.next) location.assign(form.dataset.next);
      else location.reload();
    } catch (error) {
      const known = error instanceof Refusal ? error : new Refusal("work.failed");
      const faults = Object.values(known.fields);
      say(form, [labels.words[known.word], ...faults].join(" "));
      button.disabled = false;
    }
  });
}

const first = await load();
first.thread.opened.forEach(draw);
for (const form of page.querySelectorAll("form[data-type]")) {
  listen(/** @type {HTMLFormElement} */ (form), first);
}
const misdirected = document.getElementById("misdirected");
if (misdirected !== null) misdirected.hidden = !isMisdirected(first.thread.trust, body, bundles);
const writing = document.getElementById("writing");
if (writing !== null) writing.hidden = false;
page.dataset.ready = "yes";
