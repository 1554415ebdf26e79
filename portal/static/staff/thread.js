/** Opens the sealed objects of a case, and checks that each is the one its writer put there. */

import { digest, read } from "../lib/body.js";
import { fromBase64 } from "../lib/bytes.js";
import { BindingError } from "../lib/errors.js";
import { recipientOf, signerFromSeed } from "../lib/keys.js";
import { open } from "../lib/seal.js";
import { reveal } from "../lib/writer.js";
import { fetchBytes, FetchError, HEADER_BYTES, identityFor, withHeader } from "./fetching.js";

/** @typedef {import("./fetching.js").Address} Address */
/** @typedef {import("./fetching.js").Bundle} Bundle */
/** @typedef {import("../lib/shape.js").Body} Body */

/**
 * @typedef {Address & {id: string, thread: "case" | "notes", seq: number, kind: string,
 *   author: "reporter" | "body", prev: string, files: Record<string, Address>}} Entry
 */

/**
 * @typedef {object} Listed what the server says of a case
 * @property {string} rid
 * @property {number} version
 * @property {string} body code of the body responsible
 * @property {string} recovery recipient
 * @property {Record<string, {seq: number, prev: string}>} end of each thread
 * @property {Entry[]} entries
 */

/**
 * @typedef {object} Trust what the opened objects say of keys, not the server
 * @property {Uint8Array | null} reporter who signs the reporter's objects
 * @property {Uint8Array | null} signing who signs those of the body responsible
 * @property {string | null} replyTo the reporter's recipient
 * @property {import("../lib/shape.js").Address | null} to whom the reporter writes to
 */

/**
 * @typedef {object} Opened
 * @property {Entry} entry
 * @property {Body | null} body
 * @property {string} fault
 * @property {string} writer login of who wrote it, "" if that is not for us or nobody is named
 */

/** @type {Map<string, Uint8Array<ArrayBuffer>>} sealed objects never change */
const known = new Map();

/** @param {string} address */
async function bytesOf(address) {
  const bytes = known.get(address) ?? (await fetchBytes(address));
  known.set(address, bytes);
  return bytes;
}

/**
 * @param {Entry} entry
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {Bundle[]} bundles
 */
async function unsealed(entry, bytes, bundles) {
  const head = entry.replaced ? await bytesOf(entry.header) : bytes.subarray(0, HEADER_BYTES);
  return open(withHeader(bytes, head), await identityFor(head, bundles));
}

/**
 * Whose signatures an object may bear.
 * @param {Entry} entry
 * @param {Trust} trust
 * @param {Bundle[]} bundles
 * @returns {(Uint8Array | null)[]}
 */
function signersOf(entry, trust, bundles) {
  if (entry.thread === "notes") {
    return bundles.map(({ signing }) => signerFromSeed(fromBase64(signing)).signingPublic);
  }
  if (entry.seq === 0) return [null];
  const key = entry.author === "reporter" ? trust.reporter : trust.signing;
  return key === null ? [] : [key];
}

/**
 * @param {Uint8Array} plain
 * @param {import("../lib/body.js").Place} place
 * @param {Entry} entry whose author and kind the body must have
 * @param {(Uint8Array | null)[]} signers
 * @returns {Body}
 */
function readBy(plain, place, { author, kind }, signers) {
  let fault = new BindingError("signature");
  for (const signerPublic of signers) {
    try {
      const body = read(plain, { ...place, signerPublic, author });
      if (body.type !== kind) throw new BindingError("type");
      return body;
    } catch (error) {
      if (!(error instanceof BindingError) || error.kind !== "signature") throw error;
      fault = error;
    }
  }
  throw fault;
}

/**
 * @param {Body} body
 * @param {Bundle[]} bundles
 * @returns {string} login of its writer; "" without one, and for what another body wrote
 */
function writerOf(body, bundles) {
  if (body.by === undefined) return "";
  const hidden = fromBase64(body.by);
  for (const { signing } of bundles) {
    const found = reveal(hidden, fromBase64(signing), body);
    if (found !== null) return found.login;
  }
  return "";
}

/**
 * @param {Body} body
 * @param {Trust} trust
 */
function learn(body, trust) {
  if (body.type === "report") {
    trust.reporter = fromBase64(/** @type {string} */ (body.sig));
    trust.replyTo = body.reply_to ?? null;
  }
  if (body.to !== undefined) {
    trust.to = body.to;
    trust.signing = fromBase64(body.to.signing);
  }
}

/**
 * Compares whom the reporter was told to write to with one's own keys.
 * @param {Trust} trust of an opened thread
 * @param {string} body code of one's own body
 * @param {Bundle[]} bundles
 * @returns {boolean} whether somebody exchanged the keys on the reporter's page
 */
export function isMisdirected({ to }, body, bundles) {
  if (to === null) return false;
  const isOurs = bundles.some(({ identity }) => recipientOf(identity) === to.recipient);
  return to.body !== body || !isOurs;
}

/** @param {unknown} error */
function faultOf(error) {
  if (error instanceof BindingError) return error.kind;
  if (error instanceof FetchError) return "fetch";
  return "open";
}

/**
 * Opens everything that was listed, in the order in which it was written.
 * @param {Listed} listed
 * @param {Bundle[]} bundles of one's own body, newest epoch first
 * @returns {Promise<{opened: Opened[], trust: Trust, end: Listed["end"]}>} `end` is where each
 *   thread goes on: the digest is that of the bytes that were read here
 */
export async function openThread(listed, bundles) {
  /** @type {Trust} */
  const trust = { reporter: null, signing: null, replyTo: null, to: null };
  /** @type {Opened[]} */
  const opened = [];
  const end = structuredClone(listed.end);
  /** @type {Record<string, {seq: number, name: string}>} */
  const last = { case: { seq: -1, name: "" }, notes: { seq: -1, name: "" } };
  for (const entry of listed.entries) {
    const { thread } = entry;
    const before = last[thread];
    // Notes of other bodies are not for us, so the thread of notes may have gaps.
    const follows = thread === "case" || before.seq === entry.seq - 1;
    const prev = follows ? before.name : entry.prev;
    const seq = thread === "case" ? before.seq + 1 : entry.seq;
    /** @type {Opened} */
    const result = { entry, body: null, fault: "", writer: "" };
    last[thread] = { seq, name: entry.prev };
    try {
      const bytes = await bytesOf(entry.object);
      last[thread].name = digest(bytes);
      const place = { rid: listed.rid, thread, seq, prev };
      const plain = await unsealed(entry, bytes, bundles);
      const body = readBy(plain, place, entry, signersOf(entry, trust, bundles));
      learn(body, trust);
      result.body = body;
      result.writer = writerOf(body, bundles);
    } catch (error) {
      result.fault = faultOf(error);
    }
    opened.push(result);
    if (seq === end[thread].seq - 1) end[thread].prev = last[thread].name;
  }
  return { opened, trust, end };
}
