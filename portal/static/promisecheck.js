/** Whether the portal promised to put exactly what was filed into the public log, and soon. */

import { equal, fromHex } from "./lib/bytes.js";
import { accessDigest, commit } from "./lib/logsteps.js";
import { parseKey } from "./lib/note.js";
import { reportPayload } from "./lib/payloads.js";
import { readPromise } from "./lib/promise.js";

// The portal promises the Sunday after, and three days more.
const DAYS = 10;
const DAY = 86_400_000;

/**
 * @typedef {object} Filed what the portal answered
 * @property {string} promise
 * @property {string} facts coded facts that the entry commits to
 * @property {string} inside SHA-256 of those that only the portal knows, in hex
 */
/** @typedef {{blind: Uint8Array, lookup: Uint8Array, secondHalf: Uint8Array}} Reporter */

/**
 * @param {Filed} filed
 * @param {string} key of the log
 * @param {Reporter} reporter
 * @param {Record<string, unknown>} expected codes of the case, as this page says them
 * @param {Uint8Array[]} digests of the sealed reports that were sent: one of them was filed
 * @param {number} now
 * @returns {{fault: "" | "none" | "other" | "late", day: string}} fault: what is wrong with it
 */
export function checkPromise(filed, key, reporter, expected, digests, now) {
  const { promise } = filed;
  if (promise === "") return { fault: "none", day: "" };
  try {
    const { day, entry } = readPromise(promise, parseKey(key));
    const isIt = digests.some((digest) => equal(entry, reportStep(reporter.blind, digest, filed)));
    const days = (Date.parse(day) - now) / DAY;
    return { fault: isIt && isOf(filed.facts, reporter, expected) ? (days > DAYS || days < -1 ? "late" : "") : "other", day };
  } catch {
    return { fault: "other", day: "" };
  }
}

/**
 * @param {Uint8Array} blind
 * @param {Uint8Array} digest
 * @param {Filed} filed
 */
function reportStep(blind, digest, { facts, inside }) {
  const payload = reportPayload(digest, facts, fromHex(inside));
  return commit(blind, { type: "R", payload }, 0, new Uint8Array()).entry;
}

/**
 * @param {string} facts that the entry commits to
 * @param {Reporter} reporter
 * @param {Record<string, unknown>} expected
 * @returns {boolean} whether they are those of this page, and open to this receipt
 */
function isOf(facts, { lookup, secondHalf }, expected) {
  const told = JSON.parse(facts).cases;
  const access = accessDigest(lookup, secondHalf);
  return Object.entries({ ...expected, access }).every(([name, value]) => told[name] === value);
}
