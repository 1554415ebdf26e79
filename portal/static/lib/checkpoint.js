/**
 * Checkpoints of the public log, and the lines of its witnesses (twins: crypto/checkpoint.py,
 * crypto/cosignature.py).
 */

import { sha256 } from "../vendor/core.js";
import { fromBase64, toHex, toUtf8 } from "./bytes.js";
import { FormatError, OpenError } from "./errors.js";
import { verify } from "./keys.js";
import { claimed, COSIGNS, COSIGNS_LATTICE, isName, parseNote, verifyNote } from "./note.js";

/** @typedef {import("./note.js").NoteKey} NoteKey */
/** @typedef {{origin: string, size: number, root: Uint8Array}} Checkpoint */
/** @typedef {{log: NoteKey, witnesses: NoteKey[], needed: number}} Policy */

const LONGEST_NAME = 255;
const TIME_BYTES = 8;
const LAST_TIME = 2n ** 63n - 1n;
const EMPTY_ROOT = toHex(sha256(new Uint8Array()));

/**
 * @param {boolean} good
 * @param {string} reason
 */
function demand(good, reason) {
  if (!good) throw new FormatError(reason);
}

/**
 * @param {string} text of a note
 * @returns {Checkpoint}
 */
export function parseCheckpoint(text) {
  const [, origin, count, hash] =
    /^(.+)\n(0|[1-9][0-9]{0,18})\n(.+)\n$/.exec(text) ?? ["", "", "-1", ""];
  const [size, root] = [Number(count), fromBase64(hash)];
  const good = isName(origin) && toUtf8(origin).length <= LONGEST_NAME && root.length === 32;
  demand(good && size >= 0 && Number.isSafeInteger(size), "not a checkpoint");
  demand(size > 0 || toHex(root) === EMPTY_ROOT, "an empty tree has one root only");
  return { origin, size, root };
}

/**
 * Makes sure that a checkpoint is the log's and that enough witnesses saw it.
 * @param {string} content the checkpoint as it is served
 * @param {Policy} policy
 * @param {((found: Checkpoint, value: Uint8Array, key: NoteKey) => boolean) | null} [lattice] checks
 *   lines of lattice keys; without it, who cosigns with such a key alone does not count, and is named
 * @returns {Checkpoint & {witnesses: string[], passedOver: string[]}} and who vouches for it
 */
export function believe(content, { log, witnesses, needed }, lattice = null) {
  const note = parseNote(content);
  const found = parseCheckpoint(note.text);
  if (found.origin !== log.name) throw new OpenError("not this log");
  verifyNote(note, log);
  const [seen, unread] = [new Set(), new Set()];
  for (const key of witnesses) {
    for (const { value } of claimed(note, key)) {
      const isLattice = key.kind === COSIGNS_LATTICE;
      if (isLattice && lattice === null) unread.add(key.name);
      else if (isLattice ? lattice?.(found, value, key) : cosigned(note.text, value, key)) {
        seen.add(key.name);
      } else throw new OpenError("a cosignature is wrong");
    }
  }
  if (seen.size < needed) throw new OpenError("too few witnesses saw this checkpoint");
  const passedOver = [...unread].filter((name) => !seen.has(name));
  return { ...found, witnesses: [...seen], passedOver };
}

/**
 * @param {string} text of the checkpoint
 * @param {Uint8Array} value
 * @param {NoteKey} key of a witness
 */
function cosigned(text, value, { kind, publicKey }) {
  demand(kind === COSIGNS, "a witness cosigns with keys of kind 0x04 or 0x06");
  const time = BigInt(`0x0${toHex(value.slice(0, TIME_BYTES))}`);
  const signed = toUtf8(`cosignature/v1\ntime ${time}\n${text}`);
  return time <= LAST_TIME && verify(publicKey, signed, value.slice(TIME_BYTES));
}
