/** What every step of coming back needs of its page: words, places, and the portal's answers. */

/** @typedef {import("../lib/keys.js").KeyPair & import("../lib/keys.js").Signer} Keys */

/** The portal answered no; the message is its reason, a word of the page. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {unknown} [told] the whole answer
   */
  constructor(message, told) {
    super(message);
    this.told = told;
  }
}

/** It is not certain whether what was sent arrived. */
export class Unsure extends Error {}

// What became of a report that its receipt does not open (twin: dialogue/service/unknown_receipt.py).
const LOST = new Set(["unknown", "erased", "altered", "missing"]);
const REASONS = new Map([
  [401, "gone"],
  [404, "gone"],
  [409, "conflict"],
  [413, "size"],
  [429, "busy"],
  [503, "unavailable"],
  [507, "room"],
]);

/**
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 * @returns {string} a text in the language of the page
 */
export function word(name, values = {}) {
  const words = /** @type {HTMLTemplateElement} */ (document.getElementById("words")).content;
  const text = words.querySelector(`[data-word="${name}"]`)?.textContent ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function find(selector, root = document) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

/**
 * @param {HTMLElement} form
 * @param {string} text what goes wrong, in words; "" if nothing does
 * @param {boolean} [offersPlain] only where the person may choose to let the portal do it
 */
export function complain(form, text, offersPlain = false) {
  const box = find("[data-trouble]", form);
  box.hidden = text === "";
  find("[data-said]", box).textContent = text;
  const plain = box.querySelector("[data-plain]");
  if (plain instanceof HTMLElement) plain.hidden = !offersPlain;
  if (text !== "") box.focus();
}

/**
 * @param {HTMLElement} form
 * @param {string} text what is being done, in words; "" if nothing is
 */
export function tell(form, text) {
  find("[data-doing]", form).textContent = text;
  const button = form.querySelector('button[type="submit"]');
  if (button instanceof HTMLButtonElement) button.disabled = text !== "";
}

/**
 * Fetches something that nobody else could use: a page without content, or ciphertext.
 * @param {string} address
 * @returns {Promise<Response>}
 */
export async function get(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => {
    throw new Refused("network");
  });
  if (!answer.ok) throw new Refused(REASONS.get(answer.status) ?? "refused");
  return answer;
}

/**
 * Sends a form; a page that was open for long gets a new token once.
 * @param {string} address
 * @param {FormData} data
 * @param {HTMLFormElement} form whose token goes along
 */
export async function post(address, data, form) {
  const token = /** @type {HTMLInputElement} */ (form.elements.namedItem("csrf_token"));
  for (let tries = 0; tries < 2; tries += 1) {
    data.set("csrf_token", token.value);
    const { status, told } = await sent(address, data);
    if (status < 300) return;
    if (typeof told.csrf_token === "string") token.value = told.csrf_token;
    else if (LOST.has(String(told.error))) throw new Refused(String(told.error));
    else throw new Refused(REASONS.get(status) ?? "refused", told);
  }
  throw new Refused("cookie");
}

/**
 * @param {string} address
 * @param {FormData} body
 * @returns {Promise<{status: number, told: Record<string, unknown>}>}
 */
async function sent(address, body) {
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", body, headers });
    return { status: answer.status, told: await answer.json().catch(() => ({})) };
  } catch {
    throw new Unsure();
  }
}
