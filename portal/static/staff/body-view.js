/** Draws what was opened. Everything a person wrote goes into text nodes, and nowhere else. */

/** @typedef {import("../lib/shape.js").Body} Body */

/**
 * @typedef {object} Labels
 * @property {Record<string, string>} words
 * @property {Record<string, {label: string, options: Record<string, string>}>} questions
 * @property {Record<string, string>} categories
 * @property {Record<string, string>} subcategories
 * @property {Record<string, string>} regions
 * @property {Record<string, string>} agencies
 * @property {Record<string, string>} outcomes
 * @property {Record<string, string>} bodies
 */

// Fields of letters that hold a code, not words.
const CODED = new Set(["answer", "respect", "act", "reason"]);

/**
 * @param {string} tag
 * @param {string} [text]
 * @param {string} [kind] class
 * @returns {HTMLElement}
 */
export function element(tag, text = "", kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind !== "") made.className = kind;
  return made;
}

/**
 * Reads a table of words; a name that is not in it stands for itself.
 * @param {Record<string, string> | undefined} table
 * @param {unknown} name
 * @returns {string}
 */
function worded(table, name) {
  const text = typeof name === "string" ? name : String(name ?? "");
  return table !== undefined && Object.hasOwn(table, text) ? table[text] : text;
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 * @param {string} text
 */
function add(list, name, text) {
  list.append(element("dt", name), element("dd", text, "said"));
}

/**
 * @param {unknown} value
 * @param {Record<string, string> | undefined} table
 * @returns {string}
 */
function shown(value, table) {
  if (Array.isArray(value)) return value.map((one) => worded(table, one)).join("; ");
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return worded(table, value);
}

/**
 * @param {unknown} answers
 * @param {Labels} labels
 */
function drawAnswers(answers, labels) {
  const list = element("dl", "", "answers");
  if (typeof answers !== "object" || answers === null) return list;
  for (const [name, value] of Object.entries(answers)) {
    const known = Object.hasOwn(labels.questions, name) ? labels.questions[name] : undefined;
    const unsaid = { unknown: labels.words["value.unknown"], skip: labels.words["value.skip"] };
    add(list, known?.label ?? name, shown(value, { ...unsaid, ...known?.options }));
  }
  return list;
}

/**
 * @param {unknown} outcomes
 * @param {Labels} labels
 */
function drawOutcomes(outcomes, labels) {
  const list = element("ul");
  if (!Array.isArray(outcomes)) return list;
  for (const one of outcomes) {
    const what = worded(labels.subcategories, one?.subcategory);
    list.append(element("li", `${what}: ${worded(labels.outcomes, one?.outcome)}`));
  }
  return list;
}

/**
 * @param {Body} body that passed the check
 * @param {Labels} labels
 * @returns {DocumentFragment}
 */
export function drawBody(body, labels) {
  const tables = {
    category: labels.categories,
    subcategory: labels.subcategories,
    region: labels.regions,
    agency: labels.agencies,
  };
  const words = { true: labels.words["value.true"], false: labels.words["value.false"] };
  const drawn = new DocumentFragment();
  const list = element("dl", "", "facts");
  const only = Object.keys(body.fields).length === 1 && typeof body.fields.text === "string";
  for (const [name, value] of Object.entries(body.fields)) {
    if (only) drawn.append(element("p", String(value), "said"));
    else if (name !== "answers" && name !== "outcomes") {
      const table = Object.hasOwn(tables, name) ? tables[/** @type {"region"} */ (name)] : undefined;
      const text = CODED.has(name) ? worded(labels.words, `value.${value}`) : "";
      const plain = text.replace(/^value\./, "") || shown(value ?? "", table ?? words);
      add(list, worded(labels.words, `field.${name}`).replace(/^field\./, ""), plain);
    }
  }
  if (body.type === "transfer") {
    add(list, labels.words["transfer.to"], worded(labels.bodies, body.to?.body));
  }
  if (list.hasChildNodes()) drawn.append(list);
  if ("answers" in body.fields) drawn.append(drawAnswers(body.fields.answers, labels));
  if ("outcomes" in body.fields) drawn.append(drawOutcomes(body.fields.outcomes, labels));
  return drawn;
}

/**
 * @param {string} fault
 * @param {Labels} labels
 */
export function drawFault(fault, labels) {
  const box = element("div", "", "warning");
  box.append(element("p", labels.words.fault), element("p", labels.words[`fault.${fault}`] ?? fault));
  return box;
}
