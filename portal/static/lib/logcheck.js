/**
 * What the public log has of a case, against what the portal states of it and shows (twin:
 * portal/dialogue/service/checking.py).
 */

import { equal, fromBase64, fromHex } from "./bytes.js";
import { believe } from "./checkpoint.js";
import { FormatError } from "./errors.js";
import { verifyMldsaCosignature } from "./mldsa.js";
import { commit } from "./logsteps.js";
import { outcomePayload, reportPayload, stepPayload } from "./payloads.js";
import { leafHash, verifyInclusion } from "./merkle.js";
import { parseKey } from "./note.js";
import { readPromise } from "./promise.js";
import { promisedBy, timely } from "./schedule.js";

/** @typedef {import("./bundle.js").Bundle} Bundle */
/** @typedef {import("./bundle.js").Stated} Stated */
/** @typedef {import("./logsteps.js").Step} Step */
/** @typedef {import("./checkpoint.js").Checkpoint} Checkpoint */

/**
 * @typedef {"signature" | "witnesses" | "promise" | "exchanged" | "broken" | "altered" | "late"
 *   | "order" | "missing" | "unlogged" | "different" | "outcome" | "facts" | "access"} Fault
 */

/** @typedef {{fault: Fault, number: number | null}} Found what is wrong, and with which step */

/**
 * Makes every step anew from the key of the case and looks whether the log has it so.
 * @param {Bundle} bundle
 * @param {Uint8Array} blind the case's blinding key
 * @param {string} day today
 * @returns {{faults: Found[], witnesses: string[], waiting: number}}
 */
export function checkBundle(bundle, blind, day) {
  const made = makeSteps(blind, bundle.steps);
  const { state, witnesses, faults } = stateOf(bundle);
  faults.push(...promised(bundle, made, day), ...logged(bundle.steps, made, state));
  faults.push(...timely(bundle.steps, day));
  const waiting = bundle.steps.filter(({ index }) => index === null).length;
  return { faults, witnesses, waiting };
}

/**
 * @param {Uint8Array} blind
 * @param {Stated[]} stated
 * @returns {Step[]} up to the first that nothing can be made of
 */
function makeSteps(blind, stated) {
  /** @type {Step[]} */
  const made = [];
  try {
    for (const step of stated) {
      const previous = made.at(-1)?.commitment ?? new Uint8Array();
      made.push(commit(blind, { type: step.type, payload: payload(step) }, made.length, previous));
    }
  } catch {
    // altered beyond any meaning: the next step is missing, and that is said of it
  }
  return made;
}

/** @param {Stated} step */
function payload({ type, what, day, digest, record, facts, inside }) {
  if (type === "R") return reportPayload(fromHex(digest), facts, fromHex(inside));
  if (type === "O" && facts + inside !== "") throw new FormatError("an outcome commits to no facts");
  if (type === "O") return outcomePayload(record, day, fromHex(digest));
  return stepPayload(what, day, fromHex(digest), record, facts, fromHex(inside));
}

/**
 * @param {Bundle} bundle
 * @returns {{state: Checkpoint | null, witnesses: string[], faults: Found[]}} of the log
 */
function stateOf({ checkpoint, log_key: key, policy, steps }) {
  /** @param {Fault} fault */
  const wrong = (fault) => [{ fault, number: null }];
  if (checkpoint === "") {
    const isEmpty = steps.every(({ index }) => index === null);
    return { state: null, witnesses: [], faults: isEmpty ? [] : wrong("signature") };
  }
  let state;
  try {
    state = believe(checkpoint, { log: parseKey(key), witnesses: [], needed: 0 });
  } catch {
    return { state: null, witnesses: [], faults: wrong("signature") };
  }
  try {
    const known = { log: parseKey(key), witnesses: policy.witnesses.map(parseKey) };
    const seen = believe(checkpoint, { ...known, needed: policy.needed }, verifyMldsaCosignature);
    return { state, witnesses: seen.witnesses, faults: [] };
  } catch {
    return { state, witnesses: [], faults: wrong("witnesses") };
  }
}

/**
 * @param {Bundle} bundle
 * @param {Step[]} made
 * @param {string} day today
 * @returns {Found[]}
 */
function promised({ promise, log_key: key, steps }, made, day) {
  if (promise === "") return [];
  let given;
  try {
    given = readPromise(promise, parseKey(key));
  } catch {
    return [{ fault: "promise", number: null }];
  }
  if (made.length === 0 || !equal(given.entry, made[0].entry)) {
    return [{ fault: "exchanged", number: 0 }];
  }
  // The entry itself does not name its day.
  if (promisedBy(steps[0].day) !== given.day) return [{ fault: "order", number: 0 }];
  const isBroken = steps[0].index === null && given.day < day;
  return isBroken ? [{ fault: "broken", number: 0 }] : [];
}

/**
 * @param {Stated[]} stated
 * @param {Step[]} made
 * @param {Checkpoint | null} state
 * @returns {Found[]} the first step that the log has otherwise: those after it follow from it
 */
function logged(stated, made, state) {
  const number = stated.findIndex((step, place) => !stands(step, made[place], state));
  return number < 0 ? [] : [{ fault: "altered", number }];
}

/**
 * @param {Stated} step
 * @param {Step | undefined} made
 * @param {Checkpoint | null} state
 * @returns {boolean} whether it stands in the log, or is not said to
 */
function stands({ index, proof }, made, state) {
  if (made === undefined) return false;
  if (index === null || state === null) return true;
  try {
    verifyInclusion(leafHash(made.entry), index, state.size, proof.map(fromBase64), state.root);
    return true;
  } catch {
    return false;
  }
}
