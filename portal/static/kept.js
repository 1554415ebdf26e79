/** Whether the portal promised to put exactly what was filed into the public log, and soon. */

import { equal } from "./lib/bytes.js";
import { commit, reportPayload } from "./lib/logsteps.js";
import { parseKey } from "./lib/note.js";
import { readPromise } from "./lib/promise.js";

// The portal promises the Sunday after, and three days more.
const DAYS = 10;
const DAY = 86_400_000;

/**
 * @param {string} promise what the portal answered
 * @param {string} key of the log
 * @param {Uint8Array} blind the case's blinding key
 * @param {Uint8Array[]} digests of the sealed reports that were sent: one of them was filed
 * @param {number} now
 * @returns {{fault: "" | "none" | "other" | "late", day: string}} fault: what is wrong with it
 */
export function checkPromise(promise, key, blind, digests, now) {
  if (promise === "") return { fault: "none", day: "" };
  try {
    const { day, entry } = readPromise(promise, parseKey(key));
    const isIt = digests.some((digest) => equal(entry, reportStep(blind, digest)));
    const days = (Date.parse(day) - now) / DAY;
    return { fault: isIt ? (days > DAYS || days < -1 ? "late" : "") : "other", day };
  } catch {
    return { fault: "other", day: "" };
  }
}

/**
 * @param {Uint8Array} blind
 * @param {Uint8Array} digest
 */
function reportStep(blind, digest) {
  return commit(blind, { type: "R", payload: reportPayload(digest) }, 0, new Uint8Array()).entry;
}
