/** The page of a case: draws what its sealed objects say, and sends what is written here. */

import { mark, unmark } from "../lib/complaints.js";
import { hasUnsent, isGoing } from "../lib/unsent.js";
import { drawBody, drawFault, element } from "./body-view.js";
import { openAttachment, safeName, save } from "./files.js";
import { FetchError, fetchJson } from "./fetching.js";
import { Refusal, send } from "./reply.js";
import { stands } from "./standing.js";
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
      } catch (error) {
        const away = error instanceof FetchError && !(await stands(item));
        const word = error instanceof FetchError ? "fault.fetch" : "fault.attachment";
        said.textContent = away ? "" : labels.words[word];
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
  /** @type {Record<string, string>} */
  const missing = {};
  for (const area of form.querySelectorAll("textarea")) {
    const text = area.value.trim();
    if (area.ariaRequired === "true" && text === "") missing[area.id] = labels.words["work.empty"];
    if (text !== "") fields[area.dataset.sealed ?? "text"] = text;
  }
  if (Object.keys(missing).length > 0) {
    throw new Refusal(form.dataset.type === "decision" ? "work.parts" : "work.refused", missing);
  }
  return fields;
}

/**
 * @param {HTMLFormElement} form
 * @param {() => State} seen the case as its writer has seen it
 * @returns {Parameters<typeof send>[2]}
 */
function writerOf(form, seen) {
  const { type = "reply" } = form.dataset;
  const picker = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"));
  return async (state) => {
    // Who decides or gives away must have seen everything that was written.
    const careful = type === "decision" || type === "transfer";
    const { end, version } = seen().listed;
    const moved = state.listed.end.case.seq !== end.case.seq;
    if (careful && (moved || state.listed.version !== version)) {
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
 * Names what is wrong: in the summary, and beside each field.
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {Record<string, string>} fields complaints by the name of a field, or by its id
 */
function complain(form, text, fields) {
  const summary = element("div", "", "summary");
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  summary.append(element("p", text));
  for (const [name, fault] of Object.entries(fields)) {
    const controls = controlsOf(form, name);
    const box = controls[0]?.closest(".question");
    const line = element("p", fault);
    if (box) {
      const link = /** @type {HTMLAnchorElement} */ (element("a", askedIn(box)));
      link.href = `#${controls[0].id}`;
      line.prepend(link, ": ");
      mark(box, controls, `${controls[0].id}-error`, fault);
    }
    summary.append(line);
  }
  form.prepend(summary);
  summary.focus();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name of a field, or its id
 * @returns {import("../lib/complaints.js").Control[]} those that a person sees
 */
function controlsOf(form, name) {
  const found = [...form.querySelectorAll(`[name="${name}"]:not([type=hidden]), #${name}`)];
  return /** @type {import("../lib/complaints.js").Control[]} */ (found);
}

/** @param {Element} box around a question */
function askedIn(box) {
  return box.querySelector(".asked")?.firstChild?.textContent?.trim() ?? "";
}

/** @param {HTMLFormElement} form */
function forget(form) {
  form.querySelector(".summary")?.remove();
  for (const box of form.querySelectorAll(".wrong")) unmark(box);
}

/**
 * Leads on once something was sent; if there is other text on the page, the person decides when.
 * @param {HTMLFormElement} form
 */
function leadOn(form) {
  isGoing(form);
  if (hasUnsent("form[data-act]")) say(form, labels.words["work.sent"]);
  // who gave the case away can no longer open its page
  else if (form.dataset.next) location.assign(form.dataset.next);
  else location.reload();
}

/**
 * @param {HTMLFormElement} form
 * @param {State} first
 */
function listen(form, first) {
  let seen = first;
  const write = writerOf(form, () => seen);
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));

  /** Who was told that the case has changed, and presses again, has looked at it. */
  const lookAgain = async () => {
    seen = await load();
    const version = form.elements.namedItem("version");
    if (version instanceof HTMLInputElement) version.value = String(seen.listed.version);
  };

  /** @param {unknown} error */
  const explain = async (error) => {
    say(form, "");
    if (!(await stands(form))) return;
    const known = error instanceof Refusal ? error : new Refusal("work.failed");
    if (known.word === "work.changed") await lookAgain().catch(() => undefined);
    if (Object.keys(known.fields).length === 0) say(form, labels.words[known.word]);
    else complain(form, labels.words[known.word], known.fields);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    forget(form);
    say(form, labels.words["work.sealing"]);
    try {
      if (!(await stands(form))) say(form, "");
      else {
        await send(form, load, write);
        leadOn(form);
        return;
      }
    } catch (error) {
      await explain(error);
    }
    button.disabled = false;
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
