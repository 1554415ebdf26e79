/** Signed notes: a text, and a line for each who signed it (twin: crypto/notes.py). */

import { sha256 } from "../vendor/core.js";
import { concat, fromBase64, toHex, toUtf8 } from "./bytes.js";
import { FormatError, OpenError } from "./errors.js";
import { verify } from "./keys.js";

/** @typedef {{name: string, kind: number, id: string, publicKey: Uint8Array}} NoteKey */
/** @typedef {{name: string, id: string, value: Uint8Array}} Signature */
/** @typedef {{text: string, signatures: Signature[]}} Note */

const LONGEST = 1 << 20;
const MOST_SIGNATURES = 100;
const ID_BYTES = 4;
export const [SIGNS, COSIGNS, COSIGNS_LATTICE] = [1, 4, 6];
const PUBLIC_BYTES = new Map([
  [SIGNS, 32],
  [COSIGNS, 32],
  [COSIGNS_LATTICE, 1312],
]);
// What Python calls a space, control characters, and the plus between the parts of a key.
const UNNAMEABLE = /[\p{Z}\0-\x20\x85\p{Surrogate}+]/u;
// Control characters but the newline; \x7f and those above it are allowed.
const UNSEEN = /[\0-\x09\x0b-\x1f]|\p{Surrogate}/u;

/**
 * @param {boolean} good
 * @param {string} reason
 */
function demand(good, reason) {
  if (!good) throw new FormatError(reason);
}

/** @param {string} name of a key or a log */
export function isName(name) {
  return name !== "" && !UNNAMEABLE.test(name);
}

/**
 * @param {string} text "<name>+<id>+<base64>"
 * @returns {NoteKey}
 */
export function parseKey(text) {
  const [, name, id, rest] = /^([^+]+)\+([0-9a-f]{8})\+([^]+)$/.exec(text) ?? ["", "", "", ""];
  const material = fromBase64(rest);
  const [kind, publicKey] = [material[0], material.slice(1)];
  demand(isName(name) && PUBLIC_BYTES.get(kind) === publicKey.length, "not a key that we know");
  const hash = sha256(concat(toUtf8(`${name}\n`), material));
  demand(toHex(hash.slice(0, ID_BYTES)) === id, "the id is another key's");
  return { name, kind, id, publicKey };
}

/**
 * @param {string} content of a note; nothing in it is to be believed yet
 * @returns {Note}
 */
export function parseNote(content) {
  demand(content.length <= LONGEST && toUtf8(content).length <= LONGEST, "the note is too long");
  const end = content.lastIndexOf("\n\n");
  const lines = content.slice(end + 2).split("\n");
  const isClosed = lines.pop() === "";
  const counted = lines.length > 0 && lines.length <= MOST_SIGNATURES;
  demand(end >= 0 && isClosed && counted, "the note has no signatures, or too many");
  demand(!UNSEEN.test(content), "the note has control characters");
  return { text: content.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** @param {string} line */
function parseSignature(line) {
  const [, name, rest] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? ["", "", ""];
  const blob = fromBase64(rest);
  demand(isName(name) && blob.length > ID_BYTES, "a signature line is malformed");
  return { name, id: toHex(blob.slice(0, ID_BYTES)), value: blob.slice(ID_BYTES) };
}

/**
 * @param {Note} note
 * @param {NoteKey} key
 * @returns {Signature[]} those that claim to be by the key
 */
export function claimed({ signatures }, key) {
  return signatures.filter(({ name, id }) => name === key.name && id === key.id);
}

/**
 * Makes sure that a key signed a note.
 * @param {Note} note
 * @param {NoteKey} key of a log
 */
export function verifyNote(note, key) {
  demand(key.kind === SIGNS, "a key that cosigns does not sign notes");
  const found = claimed(note, key);
  const signed = toUtf8(note.text);
  if (found.length === 0 || !found.every(({ value }) => verify(key.publicKey, signed, value))) {
    throw new OpenError("the key did not sign this");
  }
}
