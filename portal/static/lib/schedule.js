/** By when the log has what happened on a day (twin: portal/transparency/writing/schedule.py). */

/** @typedef {import("./bundle.js").Stated} Stated */
/** @typedef {import("./logcheck.js").Found} Found */

const DAY = 86_400_000;
const SLACK = 3;
const KAZAKHSTAN = 5 * 3_600_000;

/**
 * @param {number} now
 * @returns {string} the day in Kazakhstan, YYYY-MM-DD
 */
export function today(now) {
  return new Date(now + KAZAKHSTAN).toISOString().slice(0, 10);
}

/**
 * @param {string} day YYYY-MM-DD
 * @returns {string} the day by which the log has what happened then: the Sunday after, and slack
 */
export function promisedBy(day) {
  const start = new Date(`${day}T00:00:00Z`);
  const later = ((7 - start.getUTCDay()) % 7) + SLACK;
  return new Date(start.valueOf() + later * DAY).toISOString().slice(0, 10);
}

/**
 * @param {Stated[]} stated
 * @param {string} day today
 * @returns {Found[]} steps that are late, or moved, or dated back
 */
export function timely(stated, day) {
  return stated.slice(1).flatMap((step, place) => {
    const [before, number] = [stated[place], place + 1];
    /** @type {Found[]} */
    const found = [];
    const isOutOfTurn = before.index === null && step.index !== null;
    if (before.day > step.day || isOutOfTurn) found.push({ fault: "order", number });
    if (step.index === null && promisedBy(step.day) < day) found.push({ fault: "late", number });
    return found;
  });
}
