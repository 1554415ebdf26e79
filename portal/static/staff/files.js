/** Attachments: fetched, checked and opened in the browser, then saved; never shown in a page. */

import { sha256 } from "../vendor/core.js";
import { checkAttachment } from "../lib/body.js";
import { toHex } from "../lib/bytes.js";
import { openFile } from "../lib/seal.js";
import { tapTransform } from "../lib/streams.js";
import { fetchBytes, fetched, HEADER_BYTES, identityFor } from "./fetching.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]/gu;
const LONGEST_NAME = 120;
const A_MINUTE = 60_000;

/**
 * Puts another header in front of a payload that flows by.
 * @param {Bytes} head
 * @returns {TransformStream<Bytes, Bytes>}
 */
function replaceHeader(head) {
  let dropped = 0;
  return new TransformStream({
    start: (controller) => controller.enqueue(head),
    transform(chunk, controller) {
      const rest = chunk.subarray(Math.min(HEADER_BYTES - dropped, chunk.length));
      dropped += chunk.length - rest.length;
      if (rest.length > 0) controller.enqueue(rest);
    },
  });
}

/**
 * @param {string} name as a stranger's device had it
 * @param {string} otherwise
 * @returns {string} one that cannot lie about where it goes or how it ends
 */
export function safeName(name, otherwise) {
  const clean = name.normalize("NFC").replace(HIDDEN, "_").replace(/^\.+/, "").trim();
  if (clean === "") return otherwise;
  const dot = clean.lastIndexOf(".");
  const ending = dot > 0 ? clean.slice(dot).slice(0, 12) : "";
  return clean.slice(0, Math.min(LONGEST_NAME, dot > 0 ? dot : clean.length)) + ending;
}

/**
 * Opens a file and checks it against what the signed body says of it.
 * @param {import("../lib/shape.js").Attachment} manifest
 * @param {import("./fetching.js").Address} address
 * @param {import("./fetching.js").Bundle[]} bundles
 * @returns {Promise<Blob>}
 */
export async function openAttachment(manifest, address, bundles) {
  const head = await fetchBytes(address.header);
  const identity = await identityFor(head, bundles);
  const stored = sha256.create();
  const stream = /** @type {ReadableStream<Bytes>} */ ((await fetched(address.object)).body)
    .pipeThrough(tapTransform((chunk) => stored.update(chunk)))
    .pipeThrough(replaceHeader(head));
  const { blob, pt } = await openFile(stream, identity, manifest.size);
  checkAttachment(manifest, { ct: toHex(stored.digest()), pt });
  return blob;
}

/**
 * Hands a file to the browser's own saving; its type says nothing, so nothing renders it.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), A_MINUTE);
}
