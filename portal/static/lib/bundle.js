/** The file of a case: what the portal states of it, with proofs (twin: publishing/bundle.py). */

import { FormatError } from "./errors.js";
import { parseJson } from "./json.js";
import { parseKey } from "./note.js";

/**
 * @typedef {object} Stated a step as the portal states it
 * @property {"R" | "S" | "O"} type
 * @property {string} what
 * @property {string} day YYYY-MM-DD
 * @property {string} digest in hex, or ""
 * @property {string} record
 * @property {string} facts coded ones that it commits to and the reporter knows, JSON or ""
 * @property {string} inside SHA-256 of those that only the portal knows, in hex, or ""
 * @property {number | null} index nothing: it waits for its batch
 * @property {string[]} proof
 * @property {boolean} erased
 */

/**
 * @typedef {object} Bundle
 * @property {1 | 2} v the first had no facts
 * @property {string} origin
 * @property {string} log_key
 * @property {{witnesses: string[], needed: number}} policy
 * @property {string} promise
 * @property {string} checkpoint
 * @property {Stated[]} steps
 */

const LONGEST = 1 << 24;
const isText = (/** @type {unknown} */ value) => typeof value === "string";
const isTexts = (/** @type {unknown} */ value) => Array.isArray(value) && value.every(isText);
const isNumber = (/** @type {unknown} */ value) => Number.isSafeInteger(value);

const POLICY = { witnesses: isTexts, needed: isNumber };

/** @type {Record<string, (value: any) => boolean>} */
const BUNDLE = {
  v: (value) => value === 2,
  origin: isText,
  log_key: isText,
  policy: (value) => fits(POLICY, value),
  promise: isText,
  checkpoint: isText,
  steps: (value) => Array.isArray(value) && value.every((step, place) => isStep(step, place)),
};
const STEP = {
  type: (/** @type {string} */ value) => ["R", "S", "O"].includes(value),
  what: isText,
  day: isText,
  digest: isText,
  record: isText,
  facts: isText,
  inside: isText,
  index: (/** @type {unknown} */ value) => value === null || isNumber(value),
  proof: isTexts,
  erased: (/** @type {unknown} */ value) => typeof value === "boolean",
};

/**
 * @param {Record<string, (value: any) => boolean>} form
 * @param {any} value
 * @returns {boolean} whether it has exactly these keys
 */
function fits(form, value) {
  if (typeof value !== "object" || value === null) return false;
  const names = Object.keys(form);
  const isWhole = Object.keys(value).length === names.length;
  return isWhole && names.every((name) => Object.hasOwn(value, name) && form[name](value[name]));
}

/**
 * @param {any} step
 * @param {number} place
 */
function isStep(step, place) {
  if (!fits(STEP, step) || (step.type === "R") !== (place === 0)) return false;
  // Only the text of an S names itself: the log does not say what R and O are called.
  const named = { R: "report", O: "decided" }[/** @type {string} */ (step.type)] ?? step.what;
  const day = new Date(`${step.day}T00:00:00Z`);
  const isDay = !Number.isNaN(day.valueOf()) && day.toISOString().slice(0, 10) === step.day;
  return isDay && step.what === named;
}

/**
 * @param {any} value
 * @returns {any} a file of the first version as one of the second
 */
function newer(value) {
  if (value?.v !== 1 || !Array.isArray(value.steps)) return value;
  const steps = value.steps.map((/** @type {any} */ step) =>
    step === null || typeof step !== "object" || "facts" in step || "inside" in step ? null : { ...step, facts: "", inside: "" },
  );
  return { ...value, v: 2, steps };
}

/**
 * @param {string} text of the file
 * @returns {Bundle} nothing of it is to be believed yet
 */
export function parseBundle(text) {
  const value = text.length > LONGEST ? null : /** @type {Bundle} */ (newer(parseJson(text)));
  if (!fits(BUNDLE, value)) throw new FormatError("not the file of a case");
  if (parseKey(/** @type {Bundle} */ (value).log_key).name !== value?.origin) {
    throw new FormatError("the key of another log");
  }
  return /** @type {Bundle} */ (value);
}
