/** JSON that has one meaning only: whole numbers, no repeated keys, no half characters. */

import { FormatError } from "./errors.js";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|[{}[\]]/g;
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * @param {boolean} good
 * @param {string} reason
 */
function demand(good, reason) {
  if (!good) throw new FormatError(`ambiguous JSON: ${reason}`);
}

/** @param {string} token of a string */
function textOf(token) {
  const text = JSON.parse(token);
  demand(!HALF_CHARACTER.test(text), "half a character");
  return text;
}

/**
 * Looks at every token of a well-formed text.
 * @param {string} text
 */
function checkTokens(text) {
  /** @type {Set<string>[]} keys seen in each open object or list */
  const open = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (string === undefined) {
      demand(/^-?\d+$/.test(token) && Number.isSafeInteger(Number(token)), "not a whole number");
    } else {
      const key = textOf(string);
      if (colon === undefined) continue;
      demand(!open.at(-1)?.has(key), "a repeated key");
      open.at(-1)?.add(key);
    }
  }
}

/**
 * @param {string} text
 * @returns {unknown}
 */
export function parseJson(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError("not JSON");
  }
  checkTokens(text);
  return value;
}
