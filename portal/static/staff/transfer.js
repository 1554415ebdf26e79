/** Opens a case for the next body: a new header for everything sealed in it. */

import { toBase64 } from "../lib/bytes.js";
import { rewrapHeader } from "../lib/seal.js";
import { fetchBytes, fetchJson, identityFor } from "./fetching.js";
import { readers, Refusal } from "./reply.js";

/** @typedef {import("./reply.js").State} State */

/**
 * @param {State} state
 * @returns {[string, import("./fetching.js").Address][]} everything but notes, which stay behind
 */
function objectsOf({ listed }) {
  return listed.entries
    .filter(({ thread }) => thread === "case")
    .flatMap((entry) => [[entry.id, entry], ...Object.entries(entry.files)]);
}

/**
 * @param {string} address where the public keys of the next body are
 * @returns {Promise<import("../lib/shape.js").Address>}
 */
export async function receiverAt(address) {
  try {
    return await fetchJson(address);
  } catch {
    throw new Refusal("work.receiver");
  }
}

/**
 * @param {State} state
 * @param {string} recipient of the next body
 * @param {(done: number, total: number) => void} progress
 * @returns {Promise<string>} JSON: the new headers by id
 */
export async function headersFor(state, recipient, progress) {
  const recipients = readers(state, "case", recipient);
  const objects = objectsOf(state);
  /** @type {Record<string, string>} */
  const headers = {};
  for (const [index, [id, address]] of objects.entries()) {
    progress(index, objects.length);
    const head = await fetchBytes(address.header);
    const identity = await identityFor(head, state.bundles);
    headers[id] = toBase64(await rewrapHeader(head, identity, recipients));
  }
  return JSON.stringify(headers);
}
