/** What a page with a receipt can do when scripts run: copy it, compare what was written down. */

import { plain } from "./lib/digits.js";

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
function find(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${selector}`);
  return found;
}

/**
 * @param {ParentNode} root holds the parts of templates/intake/_parts.html
 * @param {string[]} groups as they are shown
 */
export function prepareReceipt(root, groups) {
  const input = /** @type {HTMLInputElement} */ (find(root, "#last-group"));
  find(root, "[data-copying]").hidden = navigator.clipboard === undefined;
  find(root, "[data-checking]").hidden = false;
  find(root, "[data-copy]").addEventListener("click", async () => {
    await navigator.clipboard.writeText(groups.join(" "));
    find(root, "[data-copied]").hidden = false;
  });
  input.addEventListener("input", () => judge(root, groups, plain(input.value)));
}

/**
 * Says what the last group as it was written down is, once it is there.
 * @param {ParentNode} root
 * @param {string[]} groups
 * @param {string} typed digits, and letters among them
 */
function judge(root, groups, typed) {
  const last = groups.at(-1) ?? "";
  const isRight = typed === last || typed === groups.join("");
  const letter = typed.match(/[^0-9]/u)?.[0] ?? "";
  const note = find(root, "[data-letter]");
  note.hidden = letter === "";
  note.textContent = (note.dataset.letter ?? "").replace("{symbol}", letter);
  find(root, "[data-right]").hidden = !isRight;
  find(root, "[data-wrong]").hidden = isRight || letter !== "" || typed.length < last.length;
}

for (const page of document.querySelectorAll("[data-receipt]")) {
  const groups = Array.from(page.querySelectorAll("[data-code] li"), (item) => item.textContent ?? "");
  prepareReceipt(page, groups);
}
