/** The log's signed word that a step will stand in it by a day (twin: crypto/promise.py). */

import { fromBase64 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { parseNote, verifyNote } from "./note.js";

const LINES = /^pmp\/v1\/promise\n(.+)\n([0-9]{4}-[0-9]{2}-[0-9]{2})\n(.+)\n$/;
const STEP_BYTES = 50;
const VERSIONS = [1, 2];

/**
 * @param {string} content the promise as it was given
 * @param {import("./note.js").NoteKey} key of the log
 * @returns {{day: string, entry: Uint8Array}} by when (inclusive) which step stands in the log
 */
export function readPromise(content, key) {
  const note = parseNote(content);
  verifyNote(note, key);
  const [, origin, day, step] = LINES.exec(note.text) ?? ["", "", "", ""];
  const entry = fromBase64(step);
  const isStep = entry.length === STEP_BYTES && VERSIONS.includes(entry[0]) && "RSO".includes(letter(entry));
  if (origin !== key.name || !isDay(day) || !isStep) throw new FormatError("not a promise");
  return { day, entry };
}

/** @param {Uint8Array} entry */
function letter(entry) {
  return String.fromCharCode(entry[1]);
}

/** @param {string} text YYYY-MM-DD */
function isDay(text) {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text);
}
