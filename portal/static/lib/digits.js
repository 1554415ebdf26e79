/** Digits as people type them: the twin of crypto/digits.py. */

// Damm, "Total anti-symmetrische Quasigruppen" (thesis, Marburg 2004), the quasigroup of order 10.
const DAMM = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
];

/**
 * Digits of any script come in unbroken runs of ten, so the place in the run is the value.
 * @param {string} character
 */
function digit(character) {
  const start = character.codePointAt(0) ?? 0;
  let point = start;
  while (/\p{Nd}/u.test(String.fromCodePoint(point - 1))) point -= 1;
  return String((start - point) % 10);
}

/**
 * @param {string} text
 * @returns {string} with the digits of any script written as 0 to 9
 */
export function asciiDigits(text) {
  return text.replace(/\p{Nd}/gu, digit);
}

/**
 * @param {string} text as typed
 * @returns {string} its digits as 0 to 9, and its letters: one that looks like a digit is none, and
 *   whoever reads the code can name it
 */
export function plain(text) {
  return asciiDigits(text).replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * @param {string} digits
 * @returns {string} the check digit that completes them; "0" if they end in the right one
 */
export function checkDigit(digits) {
  return Array.from(digits).reduce((state, one) => DAMM[Number(state)][Number(one)], "0");
}

/**
 * @param {string} text
 * @returns {string[][]} for each place with digits, where nothing but separators stands between
 *   them, their unbroken runs
 */
export function chains(text) {
  const found = asciiDigits(text).match(/(?:[0-9][^\p{L}\p{N}]*)+/gu) ?? [];
  return found.map((chain) => chain.match(/[0-9]+/g) ?? []);
}
