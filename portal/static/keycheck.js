/**
 * Whether the keys that a report is sealed to stand in the public log (twin:
 * portal/transparency/publishing/keycheck.py).
 */

import { fromBase64 } from "./lib/bytes.js";
import { believe } from "./lib/checkpoint.js";
import { FormatError } from "./lib/errors.js";
import { rawRecipient } from "./lib/keys.js";
import { keyEntry } from "./lib/logsteps.js";
import { leafHash, verifyInclusion } from "./lib/merkle.js";
import { parseKey } from "./lib/note.js";

/** @typedef {{name: string, index: number | null, proof: string[]}} KeyInLog */

/**
 * @typedef {object} LogPage what the page says of the log
 * @property {string} key of the log
 * @property {string[]} witnesses keys of those who cosign
 * @property {number} needed how many of them
 * @property {string} checkpoint signed; "" if the log is empty
 * @property {KeyInLog[]} keys of the body: to seal to, to sign with; of recovery: to seal to
 */

/** @typedef {import("./filing.js").Page} Page */

const RECOVERY = "RECOVERY";

/**
 * Checks every key of a page; nothing is asked of anybody.
 * @param {Page} page
 * @returns {{standing: "logged" | "few" | "new" | "other", witnesses: number}} other: a key is not
 *   the one that the log says, or the log cannot be believed; then nothing is to be sealed
 */
export function checkKeys(page) {
  try {
    return checked(page);
  } catch {
    return { standing: "other", witnesses: 0 };
  }
}

/** @param {Page} page */
function checked({ to, recovery, log }) {
  /** @type {["recipient" | "signing", string, Uint8Array][]} */
  const used = [
    ["recipient", to.body, rawRecipient(to.recipient)],
    ["signing", to.body, fromBase64(to.signing)],
    ["recipient", RECOVERY, rawRecipient(recovery)],
  ];
  // Without a signed state there is nothing to compare with: every key is new.
  const state = log.checkpoint === "" ? null : believed(log);
  const isNew = used.map(([kind, body, key], number) => {
    const { name, index, proof } = log.keys[number];
    const isItsOwn = name.startsWith(`${body}/`) && /^[1-9][0-9]*$/.test(name.slice(body.length + 1));
    if (!isItsOwn) throw new FormatError("the key of another body");
    if (state === null || index === null) return true;
    const leaf = leafHash(keyEntry(kind, name, key));
    verifyInclusion(leaf, index, state.size, proof.map(fromBase64), state.root);
    return false;
  });
  const witnesses = state?.witnesses.length ?? 0;
  // Lines that are not checked here are not said to be missing either.
  const isFew = witnesses + (state?.passedOver.length ?? 0) < log.needed;
  if (isNew.includes(true)) return { standing: /** @type {const} */ ("new"), witnesses };
  return { standing: isFew ? /** @type {const} */ ("few") : /** @type {const} */ ("logged"), witnesses };
}

/** @param {LogPage} log */
function believed({ checkpoint, key, witnesses }) {
  return believe(checkpoint, { log: parseKey(key), witnesses: witnesses.map(parseKey), needed: 0 });
}
