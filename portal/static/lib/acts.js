/** Acts of staff: a statement in one line of JSON, and its signature (twin: crypto/acts.py). */

import { random, sha256Hex, toBase64, toHex, toUtf8 } from "./bytes.js";
import { signerFromSeed } from "./keys.js";

const FORMAT = "pmp/v1/act";
const LONGEST_VALUE = 256;
const SHORTENED = "sha256:";
const ID_BYTES = 16;

/**
 * @typedef {object} Act what somebody does
 * @property {string} origin name of the public log of the installation
 * @property {string} act a code
 * @property {string} body code of the body of who acts
 * @property {string} signer id of the account
 * @property {string} subject what it is done to
 * @property {Record<string, string[]>} fields what the form says: each name with its values
 * @property {string[]} sealed SHA-256 in hex of each sealed part that goes with it
 * @property {string} day YYYY-MM-DD
 * @property {string} [id] 32 hex digits; fresh ones if none are given
 */

/** @param {string} given */
function shortened(given) {
  const text = given.replaceAll("\r\n", "\n");
  const bytes = toUtf8(text);
  const words = /[ \t\n]/.test(text);
  const long = bytes.length > LONGEST_VALUE || text.startsWith(SHORTENED);
  return long || words ? SHORTENED + sha256Hex(bytes) : text;
}

/** @param {string[]} values */
function valueOf(values) {
  const short = values.map(shortened);
  return short.length === 1 ? short[0] : short;
}

/**
 * @param {Act} act
 * @param {Uint8Array} seed 32 secret bytes: the personal signing key
 * @returns {{statement: string, signature: string}} the line that was signed, and base64
 */
export function signAct(act, seed) {
  const signer = signerFromSeed(seed);
  const names = Object.keys(act.fields).sort();
  const statement = JSON.stringify({
    format: FORMAT,
    origin: act.origin,
    act: act.act,
    body: act.body,
    signer: act.signer,
    key: toHex(signer.signingPublic),
    subject: act.subject,
    fields: Object.fromEntries(names.map((name) => [name, valueOf(act.fields[name])])),
    sealed: [...act.sealed].sort(),
    day: act.day,
    id: act.id ?? toHex(random(ID_BYTES)),
  });
  return { statement, signature: toBase64(signer.sign(toUtf8(statement))) };
}
