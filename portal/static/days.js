/** Days in words. Browsers do not know the months of every language; the page brings them along. */

/**
 * @param {string} day YYYY-MM-DD
 * @param {(name: string) => string} word gives a text of the page, "month-3" being 1 March 2000
 * @returns {string} the day as the pages of the portal write it
 */
export function inWords(day, word) {
  const [year, month, date] = day.split("-").map(Number);
  return word(`month-${month}`).replace(/\b1\b/, String(date)).replace("2000", String(year));
}
