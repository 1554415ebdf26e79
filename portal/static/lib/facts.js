/** Codes that route and count a case, and its access, as steps of the log tell them and a page shows them. */

/** @typedef {import("./bundle.js").Stated} Stated */
/** @typedef {import("./logcheck.js").Found} Found */

/**
 * A report of the first version says nothing of facts.
 * @param {Stated[]} stated
 * @param {Record<string, any>} shown
 * @param {string} access
 * @returns {Found[]}
 */
export function factFaults(stated, shown, access) {
  /** @type {Record<string, any>} */
  const told = {};
  try {
    for (const { facts } of stated.filter((step) => step.facts !== "")) {
      for (const [name, row] of Object.entries(JSON.parse(facts))) {
        told[name] = row === null ? null : { ...told[name], ...row };
      }
    }
  } catch {
    return [{ fault: "facts", number: null }];
  }
  /** @type {Found[]} */
  const found = [];
  const { access: opened, ...kept } = told.cases ?? {};
  if (opened !== undefined && opened !== access) found.push({ fault: "access", number: 0 });
  const isShown = Object.entries({ verdicts: null, ...told, ...(told.cases ? { cases: kept } : {}) }).every(
    ([name, row]) => {
      const seen = shown[name] ?? null;
      if (row === null || seen === null) return row === seen;
      return Object.entries(row).every(([column, value]) => seen[column] === value);
    },
  );
  const isTold = Object.keys(told).length > 0;
  return isTold && !isShown ? [...found, { fault: "facts", number: null }] : found;
}
