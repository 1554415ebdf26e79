/** What the page of a case shows, against the steps that the log vouches for. */

import { factFaults } from "./facts.js";

/** @typedef {import("./bundle.js").Stated} Stated */
/** @typedef {import("./logcheck.js").Found} Found */

/** @typedef {{kind: string, day: string, digest: string}} Text with the SHA-256 of its ciphertext */
/** @typedef {{subcategory: string, outcome: string, sanctions: string[]}} Finding */

/**
 * @typedef {object} Shown
 * @property {Text[]} texts the oldest first
 * @property {[string, string][]} states and the day of each, the oldest first
 * @property {Finding[]} findings what was decided; none: nothing was
 * @property {Record<string, any>} facts codes that route and count the case, by the name of a row
 * @property {string} access of the receipt and the second half by which it was opened
 */

const UNDECIDED = "undecided";
const RECEIVED = "received";
// Kinds of objects; whatever else a step says is a state.
const KINDS = new Set(["report", "message", "verdict", "question", "reply", "transfer", "facts"]);

/**
 * @param {Stated[]} stated
 * @param {Shown} shown
 * @returns {Found[]}
 */
export function compareDisplayed(stated, { texts, states, findings, facts, access }) {
  return [
    ...textFaults(stated, texts),
    ...stateFaults(stated, states),
    ...outcome(stated, findings),
    ...factFaults(stated, facts, access),
  ];
}

/**
 * @param {Stated[]} stated
 * @param {Text[]} texts
 * @returns {Found[]}
 */
function textFaults(stated, texts) {
  /** @type {Found[]} */
  const found = [];
  const here = new Map(texts.map((text) => [text.digest, text]));
  const logged = stated.filter(({ digest }) => digest !== "");
  for (const step of logged) {
    const [text, number] = [here.get(step.digest), stated.indexOf(step)];
    if (text === undefined) {
      if (!step.erased) found.push({ fault: "missing", number });
    } else if (text.kind !== kindOf(step) || text.day !== step.day) {
      found.push({ fault: "different", number });
    }
  }
  const known = logged.map(({ digest }) => digest);
  if (texts.some(({ digest }) => !known.includes(digest))) {
    found.push({ fault: "unlogged", number: null });
  }
  const both = known.filter((digest) => here.has(digest)).join();
  const seen = [...here.keys()].filter((digest) => known.includes(digest)).join();
  if (both !== seen) found.push({ fault: "order", number: null });
  return found;
}

/** @param {Stated} step whose object comes with its state if it is a decision */
function kindOf({ what }) {
  return KINDS.has(what) ? what : "decision";
}

/**
 * One that comes back after a hidden one is shown once.
 * @param {Stated[]} stated
 * @param {[string, string][]} states
 * @returns {Found[]} the first that is shown otherwise
 */
function stateFaults(stated, states) {
  /** @type {[string, string, number][]} */
  const told = [];
  for (const [number, step] of stated.entries()) {
    const what = step.type === "R" ? RECEIVED : step.what;
    if (!KINDS.has(what) && told.at(-1)?.[0] !== what) told.push([what, step.day, number]);
  }
  for (let place = 0; place < Math.max(told.length, states.length); place += 1) {
    const [what, day, number] = told[place] ?? ["", "", null];
    const [state, since] = states[place] ?? ["", ""];
    if (what !== state || day !== since) return [{ fault: "different", number }];
  }
  return [];
}

/**
 * @param {Stated[]} stated
 * @param {Finding[]} findings
 * @returns {Found[]}
 */
function outcome(stated, findings) {
  const decided = stated.filter(({ record }) => record !== "");
  try {
    /** @type {{findings: Finding[], quarter: string}[]} */
    const records = decided.map(({ record }) => JSON.parse(record));
    const last = records.at(-1)?.findings ?? [];
    const counted = last.filter((one) => one.outcome !== UNDECIDED).map(spelled);
    if (counted.join() !== findings.map(spelled).join()) {
      return [{ fault: "outcome", number: null }];
    }
    const place = records.findIndex(({ quarter }, number) => quarter !== quarterOf(decided[number]));
    return place < 0 ? [] : [{ fault: "outcome", number: stated.indexOf(decided[place]) }];
  } catch {
    return [{ fault: "outcome", number: null }];
  }
}

/** @param {Finding} finding */
function spelled({ subcategory, outcome: code, sanctions }) {
  return JSON.stringify([subcategory, code, [...sanctions].sort()]);
}

/** @param {Stated} step */
function quarterOf({ day }) {
  return `${day.slice(0, 4)}-q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}
