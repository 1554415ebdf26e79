/** The form of a body: which parts each type has, and what each part may be. */

import { recipient } from "./age.js";
import { BindingError } from "./errors.js";
import { bytes, exactly, hex, isCount, isObject, oneOf, text } from "./rules.js";

/** @typedef {import("./rules.js").Rule} Rule */
/** @typedef {import("./rules.js").Rules} Rules */

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
 * @property {string} [by] base64 of 220 bytes: who of the body wrote it, see writer.js
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

const isKey = bytes(32);

/** @type {Rule} whether sealing to it will work */
function isRecipient(value) {
  try {
    return typeof value === "string" && recipient(value).wrapFileKey(new Uint8Array(16)).length > 0;
  } catch {
    return false;
  }
}

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

/**
 * @param {string} type
 * @param {object} value
 * @returns {Rules} a writer may be named in what a body wrote, and nowhere else
 */
function moreOf(type, value) {
  const named = AUTHORS.get(type) === "body" && Object.hasOwn(value, "by");
  return { ...MORE[type], ...(named ? { by: bytes(220) } : {}) };
}

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
  const more = typeof type === "string" ? moreOf(type, /** @type {object} */ (value)) : {};
  const whole = exactly({ ...COMMON, ...more });
  if (!whole(value) || !isPlaced(/** @type {Body} */ (value))) throw new BindingError("format");
  return /** @type {Body} */ (value);
}
