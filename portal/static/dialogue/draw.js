/**
 * Puts opened texts into the page, as text only (twins: templates/dialogue/_thread.html and
 * portal/dialogue/views/page_texts.py).
 */

import { checkAttachment } from "../lib/body.js";
import { openFile } from "../lib/seal.js";
import { find, get, word } from "./page.js";

/** @typedef {import("../lib/shape.js").Body} Body */
/** @typedef {import("../lib/shape.js").Attachment} Attachment */
/** @typedef {import("./page.js").Keys} Keys */
/** @typedef {Record<string, {label: string, options: Record<string, string>}>} Labels */

const PARTS = ["facts", "law", "finding", "review"];

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [kind] class
 */
function element(tag, text, kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind !== "") made.className = kind;
  return made;
}

/**
 * @param {Record<string, string> | undefined} names
 * @param {unknown} code
 * @returns {string} the name of a code, or the code itself: anybody's text may stand in its place
 */
function named(names, code) {
  const key = String(code);
  return names !== undefined && Object.hasOwn(names, key) ? names[key] : key;
}

/**
 * @param {HTMLElement} item
 * @param {string} fault
 */
export function drawFault(item, fault) {
  const box = element("div", "", "notice danger");
  const said = element("p", "");
  said.append(element("strong", word("failed")), ` ${word(`fault-${fault}`)}`);
  const inner = element("div", "");
  inner.append(said);
  box.append(inner);
  find("[data-content]", item).replaceChildren(box);
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} item
 * @param {Body} body
 * @param {Keys} keys
 */
export function drawBody(root, item, body, keys) {
  const place = find("[data-content]", item);
  place.replaceChildren(...(body.type === "report" ? report(root, body) : letter(root, body)));
  if (body.attachments.length > 0) place.append(files(item, body.attachments, keys));
}

/**
 * @param {HTMLElement} root
 * @param {Body} body
 */
function report(root, { fields }) {
  /** @type {Labels} */
  const labels = JSON.parse(root.dataset.labels ?? "{}");
  const said = { ...fields, .../** @type {object} */ (fields.answers ?? {}) };
  const list = document.createElement("dl");
  for (const [name, { label, options }] of Object.entries(labels)) {
    const texts = [/** @type {any} */ (said)[name] ?? []].flat().filter(isText);
    if (texts.length > 0) list.append(element("dt", label));
    for (const text of texts) list.append(element("dd", named(options, text), "said"));
  }
  const folded = document.createElement("details");
  folded.append(element("summary", word("answers")), list);
  return [folded];
}

/** @param {unknown} value */
function isText(value) {
  return typeof value === "string" && value.trim() !== "";
}

/**
 * @param {HTMLElement} root
 * @param {Body} body
 * @returns {HTMLElement[]}
 */
function letter(root, { type, fields, to }) {
  if (type === "verdict") return verdict(fields);
  /** @type {Record<string, string>} */
  const names = JSON.parse(root.dataset.bodies ?? "{}");
  const drawn = [];
  if (type === "transfer") {
    drawn.push(element("p", word("handed", { body: named(names, to?.body) })));
  }
  if (fields.act === "withdraw" || fields.act === "review") {
    drawn.push(element("p", word(`did-${fields.act}`)));
  }
  drawn.push(...rulings(root, fields.outcomes));
  for (const [name, text] of parts(fields)) {
    if (name !== "") drawn.push(element("h4", name));
    drawn.push(element("p", text, "said"));
  }
  return drawn;
}

/**
 * @param {HTMLElement} root
 * @param {unknown} outcomes of each allegation, as the body has signed them
 * @returns {HTMLElement[]}
 */
function rulings(root, outcomes) {
  /** @type {Record<"subcategory" | "outcome", Record<string, string>>} */
  const labels = JSON.parse(root.dataset.ruling ?? "{}");
  return (Array.isArray(outcomes) ? outcomes : []).map((one) => {
    const said = element("p", `${named(labels.subcategory, one?.subcategory)}: `);
    said.append(element("strong", named(labels.outcome, one?.outcome)));
    return said;
  });
}

/** @param {Record<string, unknown>} fields */
function verdict(fields) {
  const drawn = [element("p", word(`answer-${fields.answer}`))];
  const { respect } = fields;
  if (isText(respect)) drawn.push(element("p", `${word("respect")} ${word(`respect-${respect}`)}`));
  return drawn;
}

/**
 * @param {Record<string, unknown>} fields
 * @returns {[string, string][]} names and texts; what is no known part is a code for programs
 */
function parts(fields) {
  const texts = /** @type {[string, string][]} */ (
    Object.entries(fields).filter(([, value]) => typeof value === "string" && value !== "")
  );
  const given = new Map(texts);
  /** @type {[string, string][]} */
  const known = ["text", ...PARTS]
    .filter((name) => given.has(name))
    .map((name) => [name === "text" ? "" : word(`part-${name}`), given.get(name) ?? ""]);
  return known.length > 0 || "act" in fields ? known : texts.map(([, text]) => ["", text]);
}

/**
 * @param {HTMLElement} item
 * @param {Attachment[]} entries
 * @param {Keys} keys
 */
function files(item, entries, keys) {
  const list = document.createElement("ul");
  for (const entry of entries) {
    const line = element("li", `${entry.name} `);
    line.append(element("span", `${word("kilobytes", { size: Math.ceil(entry.size / 1024) })} `, "soft"));
    const button = element("button", word("save"), "button quiet small");
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", `${word("save")}: ${entry.name}`);
    const said = element("span", "", "error");
    button.addEventListener("click", () => {
      save(item, entry, keys).catch(() => (said.textContent = ` ${word("file-failed")}`));
    });
    line.append(button, said);
    list.append(line);
  }
  return list;
}

/**
 * Opens a file, checks it against the signed text, and only then lets the browser save it.
 * @param {HTMLElement} item
 * @param {Attachment} entry
 * @param {Keys} keys
 */
async function save(item, entry, keys) {
  const address = find(`[data-file="${entry.id}"]`, item).dataset.address ?? "";
  const answer = await get(address);
  const { blob, ct, pt } = await openFile(await answer.blob(), keys.identity, entry.size);
  checkAttachment(entry, { ct, pt });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  link.download = entry.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
