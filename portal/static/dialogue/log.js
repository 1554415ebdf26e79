/** Draws what a check of the public log came to (twin: templates/dialogue/log.html). */

import { inWords } from "../days.js";
import { toHex } from "../lib/bytes.js";
import { promisedBy } from "../lib/schedule.js";
import { find, word } from "./page.js";

/** @typedef {import("../lib/bundle.js").Stated} Stated */
/** @typedef {import("../lib/logcheck.js").Found} Found */

/**
 * @param {ParentNode} root holds the parts of templates/dialogue/_log.html
 * @param {Stated[]} steps
 * @param {Found[]} faults
 * @param {string[]} witnesses
 * @param {Uint8Array} blind the key by which others can check the same
 */
export function drawCheck(root, steps, faults, witnesses, blind) {
  const place = find("[data-log-result]", root);
  find("[data-log-good]", place).hidden = faults.length > 0 || steps.length === 0;
  find("[data-log-none]", place).hidden = faults.length > 0 || steps.length > 0;
  find("[data-log-bad]", place).hidden = faults.length === 0;
  find("[data-log-evidence]", place).textContent = faults.length > 0 ? toHex(blind) : "";
  find("[data-log-faults]", place).replaceChildren(...faults.map((found) => fault(found, steps)));
  find("[data-log-steps]", place).replaceChildren(...steps.map((step, at) => line(step, at, faults)));
  const names = witnesses.join(", ");
  find("[data-log-witnesses]", place).textContent =
    names === "" ? word("log-alone") : word("log-witnesses", { names });
  place.hidden = false;
  place.focus();
}

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
 * @param {Found} found
 * @param {Stated[]} steps
 */
function fault({ fault: name, number }, steps) {
  const made = element("section", "", "panel");
  made.dataset.fault = name;
  made.append(element("h3", word(`log-${name}-proves`)));
  const step = number === null ? undefined : steps[number];
  if (step !== undefined) made.append(element("p", word("log-step", named(step, Number(number)))));
  const facts = element("dl", "", "facts");
  for (const part of ["act", "show"]) {
    facts.append(element("dt", word(`log-${part}`)), element("dd", word(`log-${name}-${part}`)));
  }
  made.append(facts);
  return made;
}

/**
 * @param {Stated} step
 * @param {number} number
 */
function named({ what, day }, number) {
  return { number: number + 1, name: nameOf(what), day: inWords(day, word) };
}

/** @param {string} what a code, or what a file says in its place: then it stands as it is */
function nameOf(what) {
  const key = `step-${what}`;
  const name = /^[a-z_]+$/.test(what) ? word(key) : what;
  return name === key ? what : name;
}

/**
 * @param {Stated} step
 * @param {number} place
 * @param {Found[]} faults
 */
function line({ what, day, index }, place, faults) {
  const isWrong = faults.some(({ number }) => number === place);
  const made = element("li", "", isWrong ? "wrong" : "");
  const time = element("time", inWords(day, word));
  time.setAttribute("datetime", day);
  const stands = index === null ? word("log-waits", { day: inWords(promisedBy(day), word) }) : word("log-in");
  const said = isWrong ? element("span", word("log-wrong"), "error") : element("span", stands, "soft");
  made.append(element("strong", nameOf(what)), ", ", time, document.createElement("br"), said);
  return made;
}
