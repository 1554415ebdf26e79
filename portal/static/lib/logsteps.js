/** Entries of the public log, and the steps of a case among them (twins: crypto/log_entries.py, steps.py). */

import { hmac, sha256 } from "../vendor/core.js";
import { concat, toHex, toUtf8 } from "./bytes.js";
import { FormatError } from "./errors.js";

/** @typedef {"R" | "S" | "O"} StepType */
/** @typedef {{type: StepType, payload: Uint8Array}} Told what happened */
/** @typedef {{tag: Uint8Array, commitment: Uint8Array, entry: Uint8Array}} Step */

const VERSION = 1;
const WITH_FACTS = 2;
// How many values a step of the second version commits to.
/** @type {Record<string, number>} */
const VALUES = { R: 3, S: 6 };
const TAG_BYTES = 16;
const HASH_BYTES = 32;
const NOTHING = new Uint8Array();

/**
 * @param {boolean} good
 * @param {string} reason
 */
export function demand(good, reason) {
  if (!good) throw new FormatError(reason);
}

/** @param {number} number */
function u32(number) {
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

/**
 * Joins values so that they can be told apart.
 * @param {...(Uint8Array | string)} values
 */
export function fields(...values) {
  const parts = values.map((value) => (typeof value === "string" ? toUtf8(value) : value));
  return concat(...parts.flatMap((part) => [u32(part.length), part]));
}

/**
 * @param {string} type
 * @param {...Uint8Array} parts
 */
function entry(type, ...parts) {
  return concat(Uint8Array.of(VERSION), toUtf8(type), ...parts);
}

/**
 * @param {"recipient" | "signing"} kind
 * @param {string} name such as "PROS_SPEC/1"
 * @param {Uint8Array} key
 * @returns {Uint8Array} the entry that announces a key
 */
export function keyEntry(kind, name, key) {
  return entry("K", fields(kind, name, key));
}

/**
 * @param {Uint8Array} tag of a step
 * @returns {Uint8Array} the entry that says that its object was destroyed
 */
export function erasureEntry(tag) {
  return entry("X", tag);
}

/** @param {Uint8Array} payload joined values */
function count(payload) {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  let [number, place] = [0, 0];
  for (; place + 4 <= payload.length; number += 1) place += 4 + view.getUint32(place);
  return number;
}

/**
 * Says which receipt opens a case, and with which second half.
 * @param {Uint8Array} lookup
 * @param {Uint8Array} half
 * @returns {string} in hex
 */
export function accessDigest(lookup, half) {
  return toHex(sha256(fields("pmp2/access", lookup, half)));
}

/**
 * @param {Uint8Array} key
 * @param {string} label
 * @param {...(Uint8Array | string)} parts
 */
function keyed(key, label, ...parts) {
  return hmac(sha256, key, fields(label, ...parts));
}

/**
 * @param {Uint8Array} blind the case's blinding key
 * @returns {Uint8Array} the tag under which its report stands in the log
 */
export function reportTag(blind) {
  return keyed(blind, "pmp1/tag", "R", u32(0)).slice(0, TAG_BYTES);
}

/**
 * Makes the entry of one step.
 * @param {Uint8Array} blind the case's blinding key
 * @param {Told} told
 * @param {number} number of the step: 0 is the report
 * @param {Uint8Array} previous commitment of the step before; empty for the report
 * @returns {Step}
 */
export function commit(blind, { type, payload }, number, previous) {
  demand(blind.length === HASH_BYTES && /^[RSO]$/.test(type), "not the place of a step");
  demand((type === "R") === (number === 0), "a case begins with its report, and only once");
  demand(previous.length === (number === 0 ? 0 : HASH_BYTES), "a step follows another");
  /** @type {[string, Uint8Array]} */
  const place = [type, u32(number)];
  const link = keyed(blind, "pmp1/link", ...place, previous);
  const tag = keyed(blind, "pmp1/tag", ...place).slice(0, TAG_BYTES);
  const commitment = keyed(keyed(blind, "pmp1/key", ...place), "pmp1/com", type, link, payload);
  const version = VALUES[type] === count(payload) ? WITH_FACTS : VERSION;
  return { tag, commitment, entry: concat(Uint8Array.of(version), toUtf8(type), tag, commitment) };
}

/**
 * Makes all entries of a case, to be compared with the log.
 * @param {Uint8Array} blind
 * @param {Told[]} steps from the report on
 * @returns {Step[]}
 */
export function chain(blind, steps) {
  /** @type {Step[]} */
  const made = [];
  for (const told of steps) {
    made.push(commit(blind, told, made.length, made.at(-1)?.commitment ?? NOTHING));
  }
  return made;
}
