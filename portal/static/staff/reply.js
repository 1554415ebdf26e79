/** Seals and signs what a body writes, and sends it together with its coded act. */

import { sealFiles } from "../filing.js";
import { compose } from "../lib/body.js";
import { equal, fromBase64, toBase64 } from "../lib/bytes.js";
import { recipientOf, signerFromSeed } from "../lib/keys.js";
import { seal, throwawayRecipient } from "../lib/seal.js";
import { hide } from "../lib/writer.js";
import { signData } from "./sign.js";

/** @typedef {import("./thread.js").Listed} Listed */
/** @typedef {Awaited<ReturnType<typeof import("./thread.js").openThread>>} Thread */
/** @typedef {import("./fetching.js").Bundle} Bundle */
/** @typedef {import("../lib/writer.js").Writer} Writer */
/** @typedef {{listed: Listed, thread: Thread, bundles: Bundle[], writer: Writer}} State */

const TRIES = 3;

/** A reason why nothing was sent; `word` names the text that says so. */
export class Refusal extends Error {
  /**
   * @param {string} word
   * @param {Record<string, string>} [fields] what is wrong with each field
   */
  constructor(word, fields = {}) {
    super(word);
    this.word = word;
    this.fields = fields;
  }
}

/**
 * The key whose signature the reporter trusts, which may be of an earlier epoch.
 * @param {State} state
 * @param {"case" | "notes"} thread
 */
function signerFor({ thread: { trust }, bundles }, thread) {
  const signers = bundles.map(({ signing }) => {
    const seed = fromBase64(signing);
    return { ...signerFromSeed(seed), seed };
  });
  if (thread === "notes") return signers[0];
  const found = signers.find(
    ({ signingPublic }) => trust.signing !== null && equal(signingPublic, trust.signing),
  );
  if (found === undefined) throw new Refusal("work.no_key");
  return found;
}

/**
 * @param {State} state
 * @param {"case" | "notes"} thread
 * @param {string} [unit] recipient of the body that reads it, if not one's own
 * @returns {string[]}
 */
export function readers({ listed, thread: { trust }, bundles }, thread, unit) {
  const own = unit ?? recipientOf(bundles[0].identity);
  if (thread === "notes") return [own, listed.recovery, throwawayRecipient()];
  if (trust.replyTo === null) throw new Refusal("work.no_report");
  return [own, listed.recovery, trust.replyTo];
}

/**
 * @param {State} state
 * @param {object} letter
 * @param {string} letter.type
 * @param {Record<string, unknown>} letter.fields
 * @param {File[]} [letter.files]
 * @param {import("../lib/shape.js").Address} [letter.to] the next body, in a transfer
 * @returns {Promise<{seq: number, sealed: Blob, parts: [Blob, string][]}>}
 */
export async function sealLetter(state, { type, fields, files = [], to }) {
  const thread = type === "note" ? "notes" : "case";
  const recipients = readers(state, thread, to?.recipient);
  const { entries, parts } = await sealFiles(files, recipients, () => undefined);
  const place = {
    rid: state.listed.rid,
    thread: /** @type {"case" | "notes"} */ (thread),
    ...state.thread.end[thread],
  };
  const signer = signerFor(state, place.thread);
  const body = {
    type,
    ...place,
    fields,
    attachments: entries,
    ...(to === undefined ? {} : { to }),
    by: toBase64(hide(state.writer, signer.seed, place)),
  };
  const sealed = await seal(compose(body, signer), recipients);
  return { seq: body.seq, sealed: new Blob([new Uint8Array(sealed)]), parts };
}

/**
 * @param {HTMLFormElement} form
 * @param {Awaited<ReturnType<typeof sealLetter>>} letter
 * @param {Record<string, string>} more further coded fields
 */
async function post(form, { seq, sealed, parts }, more) {
  const data = new FormData(form);
  for (const [name, value] of Object.entries({ ...more, seq: String(seq) })) data.set(name, value);
  data.set("sealed", sealed, "sealed");
  for (const [blob, id] of parts) data.append("attachment", blob, id);
  await signData(form, data);
  try {
    return await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json" },
    });
  } catch {
    throw new Refusal("work.failed");
  }
}

/**
 * @param {Response} response
 * @param {HTMLFormElement} form
 */
async function refusalOf(response, form) {
  const told = await response.json().catch(() => ({}));
  const { error = "", fields = {}, words = "" } = told;
  if (error === "unsigned") return new Refusal("work.unsigned", { signature: words });
  if (error === "expired" || response.status === 401) return new Refusal("work.expired");
  if (response.status === 422) return new Refusal("work.refused", fields);
  const refused = response.status === 403 && form.dataset.type === "transfer";
  if (refused) return new Refusal("work.receiver");
  // Somebody else holds the case by now, or it went to another body.
  return new Refusal(response.status < 500 ? "work.changed" : "work.failed");
}

/**
 * Seals and sends; if somebody wrote in between, seals again behind what they wrote.
 * @param {HTMLFormElement} form
 * @param {() => Promise<State>} load the thread as it is now
 * @param {(state: State) => Promise<[Parameters<typeof sealLetter>[1], Record<string, string>]>}
 *   write what to seal, and further coded fields
 */
export async function send(form, load, write) {
  let before = -1;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const state = await load();
    const [letter, more] = await write(state);
    const sealed = await sealLetter(state, letter);
    const response = await post(form, sealed, more);
    if (response.ok && !response.redirected) return;
    // A number that was taken is a reason to try again; the same one twice is another reason.
    if (response.status !== 409 || sealed.seq === before) throw await refusalOf(response, form);
    before = sealed.seq;
  }
  throw new Refusal("work.changed");
}
