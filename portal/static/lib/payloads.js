/** What the steps of a case commit to, as bytes (twin: crypto/steps.py). */

import { demand, fields } from "./logsteps.js";

const HASH_BYTES = 32;
const NOTHING = new Uint8Array();

/** @param {Uint8Array} digest SHA-256 of a sealed object, or nothing */
function digestOrNothing(digest) {
  demand(digest.length === HASH_BYTES || digest.length === 0, "a digest is 32 bytes");
  return digest;
}

/**
 * @param {string} facts coded ones that the reporter knows, JSON or ""
 * @param {Uint8Array} inside SHA-256 of those that only the portal knows, or nothing
 * @returns {(string | Uint8Array)[]} what a step of the second version commits to besides
 */
function coded(facts, inside) {
  if (facts === "" && inside.length === 0) return [];
  demand(inside.length === HASH_BYTES, "a digest is 32 bytes");
  return [facts, inside];
}

/**
 * @param {Uint8Array} digest of the sealed report
 * @param {string} [facts]
 * @param {Uint8Array} [inside]
 */
export function reportPayload(digest, facts = "", inside = NOTHING) {
  demand(digest.length === HASH_BYTES, "a digest is 32 bytes");
  return fields(digest, ...coded(facts, inside));
}

/**
 * @param {string} what the status that the case got, or the kind of the object that was added
 * @param {string} day YYYY-MM-DD
 * @param {Uint8Array} digest of the sealed object; nothing if there is none
 * @param {string} record of an outcome that replaces an earlier one; else ""
 * @param {string} [facts]
 * @param {Uint8Array} [inside]
 */
export function stepPayload(what, day, digest, record, facts = "", inside = NOTHING) {
  demand(/^[\x20-\x7e]{1,255}$/.test(what), "a code is 1 to 255 characters of ASCII");
  return fields(what, day, digestOrNothing(digest), record, ...coded(facts, inside));
}

/**
 * @param {string} record how the case ended
 * @param {string} day YYYY-MM-DD
 * @param {Uint8Array} digest of the sealed decision; nothing if there is none
 */
export function outcomePayload(record, day, digest) {
  return fields(record, day, digestOrNothing(digest));
}
