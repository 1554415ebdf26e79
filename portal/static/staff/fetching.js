/** Sealed objects as they lie on the server, and which of one's keys opens them. */

import { decrypterFor, headerBytes, opening, STANZAS } from "../lib/age.js";
import { concat } from "../lib/bytes.js";
import { OpenError } from "../lib/errors.js";

/**
 * @typedef {object} Address where a sealed object lies
 * @property {string} object as it was first stored
 * @property {string} header that one's own body opens
 * @property {boolean} replaced whether that header is another than its own
 */

/** @typedef {{identity: string, signing: string, epoch: number}} Bundle */

export const HEADER_BYTES = headerBytes(STANZAS);

/** Something could not be fetched. */
export class FetchError extends Error {}

/**
 * @param {string} address
 * @returns {Promise<Response>}
 */
export async function fetched(address) {
  let response;
  try {
    response = await fetch(address, { cache: "no-store", credentials: "same-origin" });
  } catch {
    throw new FetchError("network");
  }
  if (!response.ok || response.redirected) throw new FetchError(String(response.status));
  return response;
}

/**
 * @param {string} address
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function fetchBytes(address) {
  return new Uint8Array(await (await fetched(address)).arrayBuffer());
}

/**
 * @param {string} address
 * @returns {Promise<any>}
 */
export async function fetchJson(address) {
  return (await fetched(address)).json();
}

/**
 * Finds the key that a header is for.
 * @param {Uint8Array} head
 * @param {Bundle[]} bundles newest epoch first
 * @returns {Promise<string>} its identity
 */
export async function identityFor(head, bundles) {
  for (const { identity } of bundles) {
    try {
      await opening(() => decrypterFor(identity).decryptHeader(head));
      return identity;
    } catch {
      // a header does not say whose it is: the next key may be the one
    }
  }
  throw new OpenError("no key for this object");
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes a sealed object
 * @param {Uint8Array} head what stands in front of its payload instead
 */
export function withHeader(bytes, head) {
  return concat(head, bytes.subarray(HEADER_BYTES));
}
