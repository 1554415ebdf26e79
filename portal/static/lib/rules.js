/** What a value that came out of JSON may be: small rules, and records made of them. */

import { fromBase64 } from "./bytes.js";

/** @typedef {(value: any) => boolean} Rule */
/** @typedef {Record<string, Rule>} Rules */

/** @type {(longest: number) => Rule} */
export const text = (longest) => (value) => typeof value === "string" && [...value].length <= longest;
/** @type {(digits: number) => Rule} */
export const hex = (digits) => (value) => typeof value === "string" && isHex(value, digits);
/** @type {(...words: string[]) => Rule} */
export const oneOf = (...words) => (value) => words.includes(value);
/** @type {Rule} */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @type {Rule} */
export const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

/**
 * @param {string} value
 * @param {number} digits
 */
function isHex(value, digits) {
  return value.length === digits && /^[0-9a-f]*$/.test(value);
}

/** @type {(length: number) => Rule} */
export const bytes = (length) => (value) => {
  try {
    return typeof value === "string" && fromBase64(value).length === length;
  } catch {
    return false;
  }
};

/** @type {(rules: Rules) => Rule} */
export const exactly = (rules) => (value) => {
  const names = Object.keys(rules);
  const whole = isObject(value) && Object.keys(value).length === names.length;
  return whole && names.every((name) => Object.hasOwn(value, name) && rules[name](value[name]));
};
