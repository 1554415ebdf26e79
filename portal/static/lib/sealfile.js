/** Attachments: sealed and opened as they flow, never whole in memory. */

import { sha256 } from "../vendor/core.js";
import { decrypterFor, encrypterFor, header, headerBytes, opening, STANZAS } from "./age.js";
import { toHex } from "./bytes.js";
import { FormatError } from "./errors.js";
import { padme } from "./padding.js";
import { gateTransform, padTransform, tapTransform, trimTransform } from "./streams.js";

/** @typedef {{ct: string, pt: string}} Hashes SHA-256 in hex: sealed file, content */

/**
 * Seals a file piece by piece, filled with zeros to its Padmé size.
 * @param {Blob} blob
 * @param {string[]} recipients three of "age1pq1…"
 * @param {(done: number, total: number) => void} [onProgress]
 * @returns {Promise<{blob: Blob, size: number} & Hashes>}
 */
export async function sealFile(blob, recipients, onProgress = () => undefined) {
  const [plain, sealed] = [sha256.create(), sha256.create()];
  let done = 0;
  const count = tapTransform((chunk) => {
    plain.update(chunk);
    done += chunk.length;
    onProgress(done, blob.size);
  });
  const source = blob.stream().pipeThrough(count).pipeThrough(padTransform(padme(blob.size)));
  const file = await encrypterFor(recipients, STANZAS).encrypt(source);
  const tap = tapTransform((chunk) => sealed.update(chunk));
  const result = await new Response(file.pipeThrough(tap)).blob();
  if (done !== blob.size) throw new FormatError("the file changed while it was read");
  return { blob: result, ct: toHex(sealed.digest()), pt: toHex(plain.digest()), size: done };
}

/**
 * Opens a file piece by piece. The result is what a stranger sent: offer it as a download,
 * never show it inside a page.
 * @param {Blob | ReadableStream<Uint8Array<ArrayBuffer>>} source
 * @param {string} identity
 * @param {number} size true size from the manifest
 * @returns {Promise<{blob: Blob} & Hashes>}
 */
export function openFile(source, identity, size) {
  const [plain, sealed] = [sha256.create(), sha256.create()];
  return opening(async () => {
    const file = (source instanceof Blob ? source.stream() : source)
      .pipeThrough(tapTransform((chunk) => sealed.update(chunk)))
      .pipeThrough(gateTransform(headerBytes(STANZAS), header));
    const content = (await decrypterFor(identity).decrypt(file))
      .pipeThrough(trimTransform(size, padme(size)))
      .pipeThrough(tapTransform((chunk) => plain.update(chunk)));
    const blob = await new Response(content).blob();
    return { blob, ct: toHex(sealed.digest()), pt: toHex(plain.digest()) };
  });
}
