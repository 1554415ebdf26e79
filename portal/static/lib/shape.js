/** The form of a body: which parts each type has, and what each part may be. */

import { recipient } from "./age.js";
import { fromBase64 } from "./bytes.js";
import { BindingError } from "./errors.js";

/**
 * @typedef {object} Attachment
 * @property {string} id 32 hex digits
 * @property {string} name as the sender's device had it; never a path, never markup
 * @property {string} type media type as the sender's browser called it
 * @property {number} size true length in bytes
 * @property {string} pt SHA-256 of the content, hex
 * @property {string} ct SHA-256 of the sealed file, hex
 */

/**
 * @typedef {object} Address
 * @property {string} body code of the body responsible
 * @property {string} recipient "age1pq1…" it is sealed to
 * @property {string} signing base64 of the 32-byte key that signs its answers
 */

/**
 * @typedef {object} Body
 * @property {string} type one of AUTHORS
 * @property {string} rid 32 hex digits
 * @property {"case" | "notes"} thread
 * @property {number} seq from 0
 * @property {string} prev digest of the sealed body before it, "" for the first
 * @property {Record<string, unknown>} fields
 * @property {Attachment[]} attachments
 * @property {string} [blind] report only: base64 of the 32-byte log blinding key
 * @property {string} [reply_to] report only: "age1pq1…"
 * @property {string} [sig] report only: base64 of the reporter's 32-byte signing key
 * @property {Address} [to] report and transfer only
 */

/** Every type of body, and whose it is. */
export const AUTHORS = new Map([
  ["report", "reporter"],
  ["message", "reporter"],
  ["verdict", "reporter"],
  ["reply", "body"],
  ["question", "body"],
  ["decision", "body"],
  ["transfer", "body"],
  ["note", "body"],
]);

/** @typedef {(value: any) => boolean} Rule */
/** @typedef {Record<string, Rule>} Rules */

/** @type {(longest: number) => Rule} */
const text = (longest) => (value) => typeof value === "string" && [...value].length <= longest;
/** @type {(digits: number) => Rule} */
const hex = (digits) => (value) => typeof value === "string" && isHex(value, digits);
/** @type {(...words: string[]) => Rule} */
const oneOf = (...words) => (value) => words.includes(value);
/** @type {Rule} */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @type {Rule} */
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

/**
 * @param {string} value
 * @param {number} digits
 */
function isHex(value, digits) {
  return value.length === digits && /^[0-9a-f]*$/.test(value);
}

/** @type {Rule} */
function isKey(value) {
  try {
    return typeof value === "string" && fromBase64(value).length === 32;
  } catch {
    return false;
  }
}

/** @type {Rule} whether sealing to it will work */
function isRecipient(value) {
  try {
    return typeof value === "string" && recipient(value).wrapFileKey(new Uint8Array(16)).length > 0;
  } catch {
    return false;
  }
}

/** @type {(rules: Rules) => Rule} */
const exactly = (rules) => (value) => {
  const names = Object.keys(rules);
  const whole = isObject(value) && Object.keys(value).length === names.length;
  return whole && names.every((name) => Object.hasOwn(value, name) && rules[name](value[name]));
};

const isAttachment = exactly({
  id: hex(32),
  name: text(255),
  type: text(255),
  size: isCount,
  pt: hex(64),
  ct: hex(64),
});
const isAddress = exactly({ body: text(64), recipient: isRecipient, signing: isKey });

/** @type {Rules} */
const COMMON = {
  type: oneOf(...AUTHORS.keys()),
  rid: hex(32),
  thread: oneOf("case", "notes"),
  seq: isCount,
  prev: (value) => value === "" || hex(64)(value),
  fields: isObject,
  attachments: (value) => Array.isArray(value) && value.every(isAttachment),
};

/** @type {Record<string, Rules>} parts beyond the common ones */
const MORE = {
  report: { blind: isKey, reply_to: isRecipient, sig: isKey, to: isAddress },
  transfer: { to: isAddress },
};

/** @param {Body} body */
function isPlaced({ type, thread, seq, prev, attachments }) {
  const opens = seq === 0 && thread === "case";
  return (
    (type === "note") === (thread === "notes") &&
    (type === "report") === opens &&
    (seq === 0) === (prev === "") &&
    new Set(attachments.map(({ id }) => id)).size === attachments.length
  );
}

/**
 * @param {unknown} value of the inner JSON
 * @returns {Body}
 */
export function checkShape(value) {
  const type = isObject(value) ? /** @type {Body} */ (value).type : undefined;
  if (typeof type === "string" && !AUTHORS.has(type)) throw new BindingError("type");
  const whole = exactly({ ...COMMON, ...MORE[type ?? ""] });
  if (!whole(value) || !isPlaced(/** @type {Body} */ (value))) throw new BindingError("format");
  return /** @type {Body} */ (value);
}
