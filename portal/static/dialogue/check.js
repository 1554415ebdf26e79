/** Lets a reporter compare the page of the case with the public log, in this browser. */

import { parseBundle } from "../lib/bundle.js";
import { checkBundle } from "../lib/logcheck.js";
import { today } from "../lib/schedule.js";
import { compareDisplayed } from "../lib/displayed.js";
import { drawCheck } from "./log.js";
import { find, get, Refused, word } from "./page.js";

/** @typedef {import("../lib/displayed.js").Text} Text */

/**
 * @param {HTMLElement} root the page of the case
 * @param {Uint8Array} blind what the entries of the case are found by
 * @param {Text[]} texts what was opened, by the SHA-256 of its ciphertext
 * @param {string} access of the receipt and the second half by which it was opened
 */
export function prepareCheck(root, blind, texts, access) {
  const button = /** @type {HTMLButtonElement} */ (find("[data-log-check]", root));
  const doing = find("[data-log-doing]", root);
  button.addEventListener("click", async () => {
    button.disabled = true;
    doing.textContent = word("log-checking");
    try {
      const bundle = parseBundle(await (await get(button.dataset.bundle ?? "")).text());
      const { faults, witnesses } = checkBundle(bundle, blind, today(Date.now()));
      const facts = JSON.parse(root.dataset.facts ?? "{}");
      const shown = { texts, states: states(root), findings: findings(root), facts, access };
      faults.push(...compareDisplayed(bundle.steps, shown));
      drawCheck(root, bundle.steps, faults, witnesses, blind);
      doing.textContent = "";
    } catch (error) {
      doing.textContent = word(error instanceof Refused ? error.message : "log-unreadable");
    } finally {
      button.disabled = false;
    }
  });
}

/**
 * @param {HTMLElement} root
 * @returns {[string, string][]}
 */
function states(root) {
  const found = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-state]")]);
  return found.map((item) => [item.dataset.state ?? "", dayIn(item)]);
}

/** @param {HTMLElement} root */
function findings(root) {
  const found = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-outcome]")]);
  return found.map(({ dataset }) => ({
    subcategory: dataset.subcategory ?? "",
    outcome: dataset.outcome ?? "",
    sanctions: (dataset.sanctions ?? "").split(" ").filter((code) => code !== ""),
  }));
}

/**
 * @param {HTMLElement} item
 * @returns {string} the day that it shows
 */
export function dayIn(item) {
  return find("time", item).getAttribute("datetime") ?? "";
}
