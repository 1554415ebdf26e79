/** Which questions are shown, and which answers count: the twin of portal/intake/answers.py. */

import { asciiDigits } from "./lib/digits.js";
import { holdsReceipt } from "./lib/findcode.js";

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} type
 * @property {boolean} required
 * @property {number} at_least characters
 * @property {number} at_most characters
 * @property {{question: string, op: "in" | "not in", values: string[]} | null} show_if
 */

/** @typedef {string | string[]} Answer */
/** @typedef {Record<string, Answer>} Answers */

// What a screen obeys and a reader cannot see; portal/core/clean_text.py has the same list.
const FORBIDDEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]/g;
const DIGITS = new Set(["number", "money", "date_approx", "datetime_approx"]);

/** @param {Answer | undefined} value */
function isBlank(value) {
  return value === undefined || (typeof value === "string" ? value.trim() : value).length === 0;
}

/**
 * @param {Question} question
 * @param {Answers} shown answers to the questions before it that are shown
 */
function isShown({ show_if: condition }, shown) {
  if (condition === null) return true;
  const chosen = [shown[condition.question] ?? []].flat().filter((value) => value !== "");
  const wanted = condition.op === "in";
  return chosen.some((value) => condition.values.includes(value) === wanted);
}

/**
 * @param {Question[]} questions
 * @param {Answers} given
 * @returns {string[]} ids of the questions that these answers call for
 */
export function visible(questions, given) {
  /** @type {Answers} */
  const shown = Object.create(null);
  for (const question of questions) {
    const said = given[question.id] ?? "";
    // to say nothing calls for nothing
    if (isShown(question, shown)) shown[question.id] = isBlank(said) ? "" : said;
  }
  return Object.keys(shown);
}

/**
 * @param {Question[]} questions
 * @param {Answers} given
 * @returns {Answers} the answers that count: shown, and not empty
 */
export function counted(questions, given) {
  const kept = visible(questions, given).filter((id) => !isBlank(given[id]));
  return Object.fromEntries(kept.map((id) => [id, given[id]]));
}

/**
 * @param {Record<string, Record<string, number>>} urgencies by question and option
 * @param {Answers} answers that count
 * @returns {number | null} the most urgent priority that an answer calls for
 */
export function urgency(urgencies, answers) {
  const found = Object.entries(answers).flatMap(([id, value]) =>
    [value].flat().map((option) => levelOf(urgencies[id] ?? {}, option)),
  );
  const levels = found.filter((level) => level !== undefined);
  return levels.length > 0 ? Math.min(...levels) : null;
}

/**
 * @param {Record<string, number>} levels
 * @param {string} option whatever a person typed: "constructor" is in every object
 */
function levelOf(levels, option) {
  return Object.hasOwn(levels, option) ? levels[option] : undefined;
}

/**
 * Writes a text as the server would keep it: line ends, composed letters, plain digits.
 * @param {Question} question
 * @param {string} text
 */
export function normal(question, text) {
  const composed = text.replace(/\r\n?/g, "\n").normalize("NFC");
  if (!DIGITS.has(question.type)) return composed;
  const plain = asciiDigits(composed);
  return question.type === "number" ? plain.trim() : plain;
}

/**
 * @param {string} text
 * @returns {string} without characters that nobody can see
 */
export function readable(text) {
  return text.replace(FORBIDDEN, "").replace(/\p{Surrogate}/gu, "");
}

/**
 * Looks at one answer as the server would.
 * @param {Question} question that is shown
 * @param {Answer | undefined} value
 * @returns {"required" | "short" | "long" | "number" | "receipt" | "unreadable" | null} what is wrong
 */
export function complaint(question, value) {
  if (isBlank(value)) return question.required ? "required" : null;
  if (typeof value !== "string") return null;
  if (readable(value) !== value) return "unreadable";
  if (holdsReceipt(value)) return "receipt";
  const { length } = [...value];
  if (length < question.at_least) return "short";
  if (length > question.at_most) return "long";
  return question.type === "number" && !/^[0-9]{1,5}$/.test(value) ? "number" : null;
}
