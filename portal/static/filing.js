/** Seals a report and its files in the browser, and sends nothing but ciphertext. */

import { compose } from "./lib/body.js";
import { random, sha256, toBase64, toHex } from "./lib/bytes.js";
import { seal, sealFile } from "./lib/seal.js";
import { fileName, mediaType } from "./filename.js";
import { urgency } from "./questions.js";

/** @typedef {import("./questions.js").Question} Question */
/** @typedef {import("./questions.js").Answers} Answers */
/** @typedef {import("./lib/body.js").Attachment} Attachment */
/** @typedef {import("./lib/keys.js").KeyPair & import("./lib/keys.js").Signer} Keys */

/**
 * @typedef {object} Page what the server tells the script; no secret is in it
 * @property {{body: string, recipient: string, signing: string}} to
 * @property {string} recovery
 * @property {import("./keycheck.js").LogPage} log
 * @property {Record<string, unknown>} fields
 * @property {Record<string, unknown>} facts codes of the case that the public log will commit to
 * @property {Answers} chosen
 * @property {Question[]} questions
 * @property {Record<string, Record<string, number>>} urgencies
 * @property {number} max_files
 * @property {string} language
 * @property {import("./lib/work.js").Asked | null} work in times of load
 */

/** @typedef {{lookup: Uint8Array, blind: Uint8Array, secondHalf: Uint8Array} & Keys} Reporter */

/** The portal answered, and filed nothing; the message is its reason. */
export class Refused extends Error {}

/** In a time of load the portal asks for work first; nothing was filed. */
export class WorkAsked extends Refused {
  /** @param {unknown} asked */
  constructor(asked) {
    super("busy");
    this.asked = asked;
  }
}

/** It is not certain whether the report arrived. */
export class Unsure extends Error {}

/**
 * Seals files one after the other.
 * @param {File[]} files
 * @param {string[]} recipients
 * @param {(done: number) => void} onProgress from 0 to 1
 * @returns {Promise<{entries: Attachment[], parts: [Blob, string][]}>}
 */
export async function sealFiles(files, recipients, onProgress) {
  const whole = Math.max(1, files.reduce((sum, { size }) => sum + size, 0));
  /** @type {Attachment[]} */
  const entries = [];
  /** @type {[Blob, string][]} */
  const parts = [];
  let before = 0;
  for (const file of files) {
    const id = toHex(random(16));
    const tell = (/** @type {number} */ done) => onProgress((before + done) / whole);
    const { blob, ct, pt, size } = await sealFile(file, recipients, tell);
    entries.push({ id, name: fileName(file.name), type: mediaType(file.type), size, pt, ct });
    parts.push([blob, id]);
    before += size;
  }
  return { entries, parts };
}

/**
 * Seals a report to its readers and to its reporter.
 * @param {Page} page
 * @param {Reporter} reporter
 * @param {Answers} answers that count
 * @param {File[]} files
 * @param {(done: number) => void} onProgress from 0 to 1
 * @returns {Promise<{data: FormData, digest: Uint8Array}>} ciphertext, and what the portal must know
 *   to keep it; and the SHA-256 of the sealed report
 */
export async function sealReport(page, reporter, answers, files, onProgress) {
  const recipients = [page.to.recipient, page.recovery, reporter.recipient];
  const { entries, parts } = await sealFiles(files, recipients, onProgress);
  const rid = toHex(random(16));
  const body = compose(
    {
      type: "report",
      rid,
      thread: "case",
      seq: 0,
      prev: "",
      fields: { ...page.fields, answers: { ...page.chosen, ...answers } },
      attachments: entries,
      blind: toBase64(reporter.blind),
      reply_to: reporter.recipient,
      sig: toBase64(reporter.signingPublic),
      to: page.to,
    },
    reporter,
  );
  const data = new FormData();
  data.set("rid", rid);
  data.set("lookup", toBase64(reporter.lookup));
  data.set("second_half", toBase64(reporter.secondHalf));
  data.set("blind", toBase64(reporter.blind));
  data.set("urgency", String(urgency(page.urgencies, answers) ?? ""));
  data.set("language", page.language);
  const report = new Uint8Array(await seal(body, recipients));
  data.set("report", new Blob([report]), "report");
  for (const [blob, id] of parts) data.append("attachment", blob, id);
  return { data, digest: sha256(report) };
}

/**
 * Sends a sealed report. The same ticket files one report, however often it is sent.
 * @param {string} address
 * @param {FormData} data from `sealReport`, with `csrf_token` and `ticket`
 * @returns {Promise<{token: string} | ({token: null} & import("./promisecheck.js").Filed)>} once the portal
 *   has it, its promise to put the report into the public log, and what that commits to; a token if it wants the same again with this
 *   one, because the page was open for long
 */
export async function send(address, data) {
  const { status, told } = await post(address, data);
  if (told.filed === true) {
    const [promise, facts, inside] = [told.promise, told.facts, told.inside].map((one) => String(one ?? ""));
    return { token: null, promise, facts, inside };
  }
  if (told.error === "expired" && typeof told.csrf_token === "string") {
    return { token: told.csrf_token };
  }
  if (status === 429) throw new WorkAsked(told);
  if (status === 413) throw new Refused("size");
  if (status === 507) throw new Refused("room");
  if (typeof told.error === "string" && status === 422) {
    throw new Refused(told.error);
  }
  if (told.error === "elsewhere") throw new Refused(told.error);
  throw new Unsure();
}

/**
 * @param {string} address
 * @param {FormData} body
 * @returns {Promise<{status: number, told: Record<string, unknown>}>}
 */
async function post(address, body) {
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", body, headers });
    return { status: answer.status, told: await answer.json().catch(() => ({})) };
  } catch {
    throw new Unsure();
  }
}
