/** Finds the code of a receipt in what somebody wrote: the twin of crypto/findcode.py. */

import { chains, checkDigit } from "./digits.js";
import { DIGITS as OLD_DIGITS, secretOf as secretOfOld } from "./oldreceipt.js";

const GROUPS = 6;
const GROUP = 6;

/**
 * @param {string} text
 * @returns {boolean} whether it holds a receipt, whatever stands between its groups: whoever reads
 *   it could come back in its reporter's place
 */
export function holdsReceipt(text) {
  const found = chains(text);
  const groups = found.flat().filter((run) => run.length === GROUP);
  return areInRow(groups, 1) || found.some((runs) => holdsNew(runs.join("")) || holdsOld(runs));
}

/**
 * Six check digits are not right by chance: a receipt is one wherever it begins.
 * @param {string} digits
 */
function holdsNew(digits) {
  if (digits.length < GROUPS * GROUP) return false;
  const parts = Array.from(digits, (_, at) => digits.slice(at, at + GROUP));
  return areInRow(parts.slice(0, 1 - GROUP), GROUP);
}

/**
 * @param {string[]} groups
 * @param {number} step
 * @returns {boolean} whether six groups with right check digits follow each other
 */
function areInRow(groups, step) {
  const right = groups.map((group) => checkDigit(group) === "0");
  const places = Array.from({ length: GROUPS }, (_, number) => number * step);
  return right.some((_, at) => places.every((place) => right[at + place]));
}

/**
 * The checksum of an old receipt is right by chance once in three thousand: it begins and ends as a
 * run of digits does.
 * @param {string[]} runs
 */
function holdsOld(runs) {
  const digits = runs.join("");
  const borders = new Set([0]);
  let border = 0;
  for (const run of runs) borders.add((border += run.length));
  const starts = [...borders].filter((at) => borders.has(at + OLD_DIGITS));
  return starts.some((at) => secretOfOld(digits.slice(at, at + OLD_DIGITS)) !== null);
}
