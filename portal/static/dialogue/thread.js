/**
 * Opens what was written in a case, in this browser, and checks every word of it before it is shown
 * (twin: portal/dialogue/service/thread.py).
 */

import { digest, read } from "../lib/body.js";
import { fromBase64 } from "../lib/bytes.js";
import { BindingError, FormatError, OpenError } from "../lib/errors.js";
import { open } from "../lib/seal.js";
import { dayIn } from "./check.js";
import { drawBody, drawFault } from "./draw.js";
import { get } from "./page.js";

/** @typedef {import("../lib/shape.js").Body} Body */
/** @typedef {import("../lib/shape.js").Address} Address */
/** @typedef {import("./page.js").Keys} Keys */

/**
 * @typedef {object} Thread
 * @property {Address | null} to whom the reporter trusts from here on
 * @property {string} prev digest of the last thing
 * @property {number} seq of the next thing
 * @property {(Body | null)[]} bodies what passed the check, by number
 * @property {import("../lib/displayed.js").Text[]} texts what is shown, the oldest first
 */

/**
 * @param {HTMLElement} root the page of the case, without content
 * @param {Keys} keys of the reporter
 * @returns {Promise<Thread>}
 */
export async function openThread(root, keys) {
  // The page shows the newest first; each is checked against what was written before it.
  const items = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-object]")].reverse());
  const fetched = await Promise.all(items.map((item) => sealed(item)));
  /** @type {Thread} */
  const thread = { to: null, prev: "", seq: 0, bodies: [], texts: [] };
  for (const [index, item] of items.entries()) {
    const { body, fault } = await opened(root, item, fetched[index], keys, thread);
    thread.to = body?.to ?? thread.to;
    thread.prev = digest(fetched[index]);
    thread.seq = Number(item.dataset.seq) + 1;
    thread.bodies[thread.seq - 1] = body;
    thread.texts.push({ kind: item.dataset.kind ?? "", day: dayIn(item), digest: thread.prev });
    if (body === null) drawFault(item, fault);
    else drawBody(root, item, body, keys);
  }
  const untrusted = root.querySelector("[data-untrusted]");
  if (untrusted instanceof HTMLElement) untrusted.hidden = thread.to?.body === root.dataset.body;
  return thread;
}

/** @param {HTMLElement} item */
async function sealed(item) {
  return new Uint8Array(await (await get(item.dataset.object ?? "")).arrayBuffer());
}

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} item
 * @param {Uint8Array} ciphertext
 * @param {Keys} keys
 * @param {Thread} before
 * @returns {Promise<{body: Body | null, fault: string}>}
 */
async function opened(root, item, ciphertext, keys, before) {
  try {
    const author = /** @type {"reporter" | "body"} */ (item.dataset.author);
    const body = read(await open(ciphertext, keys.identity), {
      rid: root.dataset.case ?? "",
      thread: "case",
      seq: Number(item.dataset.seq),
      prev: before.prev,
      signerPublic: signer(author, keys, before.to),
      author,
    });
    if (body.type !== item.dataset.kind) throw new BindingError("type");
    return { body, fault: "" };
  } catch (error) {
    if (error instanceof BindingError) return { body: null, fault: error.kind };
    if (error instanceof OpenError || error instanceof FormatError) {
      return { body: null, fault: "sealed" };
    }
    throw error;
  }
}

/**
 * @param {string} author
 * @param {Keys} keys
 * @param {Address | null} to
 */
function signer(author, keys, to) {
  if (author === "reporter") return keys.signingPublic;
  if (to === null) throw new BindingError("signature");
  return fromBase64(to.signing);
}
