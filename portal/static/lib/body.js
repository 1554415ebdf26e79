/** The sealed body: what was written, what it belongs to, and which files go with it. */

import { equal, fromBase64, fromUtf8, sha256Hex, toBase64, toUtf8 } from "./bytes.js";
import { BindingError } from "./errors.js";
import { parseJson } from "./json.js";
import { verify } from "./keys.js";
import { padBody, stripBody } from "./padding.js";
import { AUTHORS, checkShape } from "./shape.js";

/** @typedef {import("./shape.js").Body} Body */
/** @typedef {import("./shape.js").Attachment} Attachment */
/** @typedef {import("./keys.js").Signer} Signer */

const VERSION = 1;
const SIGNATURE_BYTES = 64;
const CONTEXT = "pmp/v1/body\0";

/**
 * @typedef {object} Place
 * @property {string} rid
 * @property {"case" | "notes"} thread
 * @property {number} seq
 * @property {string} prev
 */

/** @param {string} text the inner JSON */
function signed(text) {
  return toUtf8(CONTEXT + text);
}

/**
 * Writes, signs and pads a body; seal the result.
 * @param {Body} body
 * @param {Signer} signer
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function compose(body, signer) {
  const text = JSON.stringify(body);
  checkShape(parseJson(text));
  if (body.sig !== undefined && body.sig !== toBase64(signer.signingPublic)) {
    throw new BindingError("signature");
  }
  const signature = toBase64(signer.sign(signed(text)));
  return padBody(toUtf8(JSON.stringify({ v: VERSION, body: text, signature })));
}

/**
 * @param {Uint8Array} bytes
 * @returns {{body: Body, text: string, signature: Uint8Array}}
 */
function decode(bytes) {
  const outer = /** @type {Record<string, unknown>} */ (parseJson(fromUtf8(stripBody(bytes))));
  const { v, body: text, signature, ...rest } = outer ?? {};
  const good = v === VERSION && typeof text === "string" && typeof signature === "string";
  if (!good || Object.keys(rest).length > 0) throw new BindingError("format");
  const found = fromBase64(signature);
  if (found.length !== SIGNATURE_BYTES) throw new BindingError("format");
  return { body: checkShape(parseJson(text)), text, signature: found };
}

/** @param {Uint8Array} bytes */
function decoded(bytes) {
  try {
    return decode(bytes);
  } catch (cause) {
    throw cause instanceof BindingError ? cause : new BindingError("format");
  }
}

/**
 * @param {Body} body
 * @param {Uint8Array | null} expected
 * @returns {Uint8Array} the key that must have signed
 */
function signerOf(body, expected) {
  const announced = body.sig === undefined ? null : fromBase64(body.sig);
  const key = expected ?? announced;
  if (key === null || (announced !== null && !equal(announced, key))) {
    throw new BindingError("signature");
  }
  return key;
}

/**
 * Reads an opened body and checks that it is the one that was asked for.
 * @param {Uint8Array} bytes what `open` gave
 * @param {Place & {signerPublic: Uint8Array | null, author?: "reporter" | "body"}} expected
 *   no signer only for a report, which is then checked with the key it announces itself; give
 *   the author wherever it is known, so that no key signs for the other side
 * @returns {Body}
 */
export function read(bytes, { signerPublic, author, ...place }) {
  const { body, text, signature } = decoded(bytes);
  if (!verify(signerOf(body, signerPublic), signed(text), signature)) {
    throw new BindingError("signature");
  }
  for (const name of /** @type {const} */ (["rid", "thread", "seq", "prev"])) {
    if (body[name] !== place[name]) throw new BindingError(name);
  }
  if (author !== undefined && author !== AUTHORS.get(body.type)) throw new BindingError("author");
  return body;
}

/**
 * Checks a file that `openFile` gave against its entry in the signed body.
 * @param {Attachment} entry
 * @param {{ct: string, pt: string}} hashes
 */
export function checkAttachment(entry, { ct, pt }) {
  if (entry.ct !== ct || entry.pt !== pt) throw new BindingError("attachment");
}

/**
 * @param {Uint8Array} ciphertext a sealed body
 * @returns {string} what the next body of the thread names as `prev`, in hex
 */
export function digest(ciphertext) {
  return sha256Hex(ciphertext);
}
