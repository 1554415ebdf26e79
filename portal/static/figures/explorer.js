/** The explorer: one measure, up to two places, over all releases, out of the published files. */

/**
 * @typedef {object} Row one row of measures.json
 * @property {string} measure
 * @property {string} outcome
 * @property {string} clock
 * @property {string} ref_area
 * @property {string} time_period
 * @property {string} unit
 * @property {string} status
 * @property {number | null} value
 * @property {number | null} ci_low
 * @property {number | null} ci_high
 *
 * @typedef {Row & { value: number }} Shown a row whose number is published
 * @typedef {{ measure: string, one: string, two: string, period: string }} Chosen
 * @typedef {[string, Row | undefined, Row | undefined]} Period one period with both places
 * @typedef {Record<string, string | number>} Attributes
 */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 360;
const HEIGHT = 236;
const PLOT = { left: 52, right: 352, top: 12, bottom: 180 };
const LABELLED = 4; // periods named below the chart, at most
const ROUND = [1, 2, 3, 4, 5, 6, 8, 10];
const SPACE = "\u00a0"; // between thousands, in Kazakh and Russian
/** @type {Record<string, number>} */
const DIGITS = { ratio: 2, per_100000: 1, working_days: 1 };
const FILED = 1e4; // rates in the files have four digits
/** @type {(keyof Chosen)[]} */
const FIELDS = ["measure", "one", "two", "period"];

const form = /** @type {HTMLFormElement} */ (document.getElementById("explorer"));
const result = /** @type {HTMLElement} */ (document.getElementById("result"));
const words = /** @type {Record<string, string>} */ (form.dataset);
const english = document.documentElement.lang === "en";
/** @param {string} name */
const field = (name) => /** @type {HTMLSelectElement} */ (form.elements.namedItem(name));

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string | Node | (string | Node)[]} inside a text or other elements
 * @param {Record<string, string>} attributes
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function made(tag, inside, attributes = {}) {
  const node = document.createElement(tag);
  node.append(...[inside].flat());
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/**
 * @param {string} tag
 * @param {Attributes} attributes
 */
function drawn(tag, attributes, text = "") {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.textContent = text;
  return node;
}

// ------------------------------------------------------------------- numbers

/**
 * @param {number} value
 * @param {string} unit
 * @returns {string} a number as the pages of the release write it
 */
function written(value, unit) {
  if (unit === "share") return `${local((100 * rounded(value, 3)).toFixed(1))}\u00a0%`;
  if (unit in DIGITS) return local(rounded(value, DIGITS[unit]).toFixed(DIGITS[unit]));
  return local(String(Math.round(value)));
}

/**
 * @param {number} value
 * @param {number} digits
 * @returns {number} a number of the files with fewer digits, halves upwards, as the pages do it
 */
function rounded(value, digits) {
  const step = FILED / 10 ** digits;
  return Math.floor((Math.round(value * FILED) + step / 2) / step) / 10 ** digits;
}

/**
 * @param {string} text
 * @returns {string} a number with the separators and the minus sign of the language
 */
function local(text) {
  const [whole, part] = text.replace("-", "\u2212").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, english ? "," : SPACE);
  return part ? grouped + (english ? "." : ",") + part : grouped;
}

/** @param {Row | undefined} row */
function valueOf(row) {
  if (!row) return words.none;
  if (row.value !== null) return written(row.value, row.unit);
  /** @type {Record<string, string>} */
  const reasons = { u: words.few, c: words.hidden, x: words.unavailable, ">": words.long };
  return reasons[row.status] ?? words.none;
}

/** @param {Row | undefined} row */
function rangeOf(row) {
  if (!row || row.value === null || row.ci_low === null || row.ci_high === null) return "–";
  return `${written(row.ci_low, row.unit)} – ${written(row.ci_high, row.unit)}`;
}

// --------------------------------------------------------------------- files

/**
 * @param {string} name
 * @returns {Promise<Row[]>} the measures of one release; none if it cannot be reached
 */
async function measuresOf(name) {
  const answer = await fetch(`../../../${name}/measures.json`);
  if (!answer.ok) throw new Error(name);
  /** @type {{ columns: string[], rows: unknown[][] }} */
  const { columns, rows } = await answer.json();
  const named = rows.map((row) => Object.fromEntries(columns.map((column, rank) => [column, row[rank]])));
  return /** @type {Row[]} */ (/** @type {unknown} */ (named));
}

/** @param {Row} row */
const keyOf = (row) => [row.measure, row.outcome, row.clock].join("|");

/**
 * @param {Row[]} rows
 * @param {Chosen} choice
 * @returns {Period[]} periods in order, with both places
 */
function picked(rows, { measure, one, two, period }) {
  const wanted = rows.filter((row) => keyOf(row) === measure && (!period || row.time_period === period));
  /** @type {(area: string, time: string) => Row | undefined} */
  const at = (area, time) => wanted.find((row) => row.ref_area === area && row.time_period === time);
  const known = wanted.filter((row) => row.ref_area === one || row.ref_area === two);
  const times = [...new Set(known.map((row) => row.time_period))].sort();
  return times.map((time) => [time, at(one, time), two ? at(two, time) : undefined]);
}

// ---------------------------------------------------------------------- page

/** @param {string} area */
function nameOf(area) {
  return [...field("one").options].find((option) => option.value === area)?.text ?? area;
}

/**
 * @param {Period[]} found
 * @param {Chosen} choice
 * @param {string} title
 */
function table(found, choice, title) {
  const places = [choice.one, choice.two].filter(Boolean);
  const heads = places.flatMap((area) => [nameOf(area), `${nameOf(area)}: ${words.range}`]);
  const lines = found.map(([time, ...rows]) => {
    const cells = places.flatMap((_, rank) => [valueOf(rows[rank]), rangeOf(rows[rank])]);
    return made("tr", [made("th", shortened(time), { scope: "row" }), ...cells.map((text) => made("td", text))]);
  });
  const head = made("tr", [words.period, ...heads].map((text) => made("th", text, { scope: "col" })));
  const caption = made("caption", title, { id: "explored" });
  const whole = made("table", [caption, made("thead", head), made("tbody", lines)], { class: "measures" });
  return made("div", whole, { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": "explored" });
}

/**
 * @param {string} time
 * @returns {string} a period of the files in words: 2026-Q3, 2026, or 2025-07-01/P1Y
 */
function shortened(time) {
  if (time.endsWith("/P1Y")) return `${time.slice(0, 4)}/${String(Number(time.slice(0, 4)) + 1).slice(2)}`;
  const [year, quarter] = time.split("-Q");
  return quarter ? words.quarter.replace("{number}", quarter).replace("{year}", year.slice(2)) : time;
}

/** @param {number} value */
function nice(value) {
  const step = 10 ** Math.floor(Math.log10(value || 1));
  return step * (ROUND.find((size) => step * size >= value) ?? 10);
}

/**
 * @param {Row | undefined} row
 * @returns {row is Shown}
 */
const isShown = (row) => row !== undefined && row.value !== null;

/**
 * @param {Period[]} found
 * @param {Chosen} choice
 * @param {string} title
 */
function chart(found, choice, title) {
  const rows = found.flatMap(([, ...both]) => both).filter(isShown);
  if (rows.length === 0) return [];
  const most = nice(Math.max(...rows.map((row) => Math.max(row.value, row.ci_high ?? 0))));
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart explored", role: "img", "aria-labelledby": "chart-title" });
  svg.append(drawn("title", { id: "chart-title" }, `${title}. ${words.below}`));
  /** @param {number} value */
  const height = (value) => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / most;
  for (const share of [0, 0.5, 1]) {
    const y = height(most * share);
    svg.append(drawn("path", { d: `M${PLOT.left} ${y}H${PLOT.right}`, class: "axis" }));
    svg.append(drawn("text", { x: PLOT.left - 6, y: y + 4, "text-anchor": "end" }, written(most * share, rows[0].unit)));
  }
  const places = found.map((_, rank) => PLOT.left + ((PLOT.right - PLOT.left) * (rank + 0.5)) / found.length);
  const every = Math.ceil(found.length / LABELLED);
  found.forEach(([time], rank) => {
    if ((found.length - 1 - rank) % every) return;
    svg.append(drawn("text", { x: places[rank], y: PLOT.bottom + 18, "text-anchor": "middle" }, shortened(time)));
  });
  [choice.one, choice.two].filter(Boolean).forEach((area, series) => {
    svg.append(...line(found.map(([, ...both]) => both[series]), places, height, series));
    svg.append(...legend(area, series));
  });
  return [svg];
}

/**
 * A line with its dots and likely ranges; whoever sees no colours sees dashes and squares.
 * @param {(Row | undefined)[]} rows
 * @param {number[]} places
 * @param {(value: number) => number} height
 * @param {number} series
 */
function* line(rows, places, height, series) {
  const shift = series ? 5 : -5;
  const shown = rows.flatMap((row, rank) => (isShown(row) ? [{ x: places[rank] + shift, row }] : []));
  const points = shown.map(({ x, row }) => `${x},${height(row.value)}`).join(" ");
  yield drawn("polyline", { points, class: `line-${series}`, fill: "none" });
  for (const { x, row } of shown) {
    if (row.ci_low !== null && row.ci_high !== null) {
      const [low, high] = [height(row.ci_low), height(row.ci_high)];
      yield drawn("path", { d: `M${x} ${low}V${high}M${x - 3} ${low}h6M${x - 3} ${high}h6`, class: `line-${series} range-line` });
    }
    yield mark(x, height(row.value), series);
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} series
 */
function mark(x, y, series) {
  if (series) return drawn("rect", { x: x - 4, y: y - 4, width: 8, height: 8, class: "dot-1" });
  return drawn("circle", { cx: x, cy: y, r: 4, class: "dot-0" });
}

/**
 * @param {string} area
 * @param {number} series
 */
function* legend(area, series) {
  const y = HEIGHT - 22 + series * 16;
  yield mark(6, y - 4, series);
  yield drawn("text", { x: 16, y }, nameOf(area));
}

/** @param {Row[]} rows */
function download(rows) {
  const columns = /** @type {(keyof Row)[]} */ (Object.keys(rows[0]));
  /** @param {string} value */
  const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = rows.map((row) => columns.map((column) => quoted(String(row[column] ?? ""))).join(","));
  const file = new Blob([[columns.join(","), ...lines].join("\n"), "\n"], { type: "text/csv" });
  return made("a", words.download, { href: URL.createObjectURL(file), download: "figures.csv", class: "button quiet" });
}

// --------------------------------------------------------------------- state

/** @returns {Chosen} */
function chosen() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, field(name).value]));
  return /** @type {Chosen} */ (values);
}

function fromAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of FIELDS) {
    const value = given.get(name);
    const known = [...field(name).options].some((option) => option.value === value);
    if (known && value !== null) field(name).value = value;
  }
}

/** @param {Row[]} rows */
function show(rows) {
  const choice = chosen();
  const found = picked(rows, choice);
  const title = field("measure").selectedOptions[0].text;
  history.replaceState(null, "", `#${new URLSearchParams(choice)}`);
  const shown = found.flatMap(([, ...both]) => both).filter((row) => row !== undefined);
  const parts = shown.length
    ? [...chart(found, choice, title), table(found, choice, title), download(shown)]
    : [made("p", words.none)];
  result.replaceChildren(made("h2", title), ...parts);
}

/**
 * Offers the periods in which the measure was published.
 * @param {Row[]} rows
 */
function offerPeriods(rows) {
  const before = field("period").value;
  const times = new Set(rows.filter((row) => keyOf(row) === field("measure").value).map((row) => row.time_period));
  const options = [...times].sort().map((time) => made("option", shortened(time), { value: time }));
  field("period").replaceChildren(field("period").options[0], ...options);
  field("period").value = times.has(before) ? before : "";
}

async function start() {
  result.replaceChildren(made("p", words.loading));
  const releases = await Promise.allSettled(words.releases.split(" ").map(measuresOf));
  const rows = releases.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const update = () => {
    offerPeriods(rows);
    fromAddress();
    show(rows);
  };
  fromAddress();
  update();
  form.addEventListener("change", () => {
    offerPeriods(rows);
    show(rows);
  });
  addEventListener("hashchange", update);
}

form.hidden = false;
await start();
