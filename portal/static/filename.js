/** Names and types of files as a manifest keeps them: the twin of portal/core/clean_text.py. */

import { readable } from "./questions.js";

const NAME_BYTES = 255;
const ENDING_BYTES = 16;
// What Python calls a space; \s of JavaScript has one more.
const SPACES = /[\p{Zs}\t\n\u2028\u2029]+/gu;
const MEDIA_TYPE = /^[a-z]{1,20}\/[a-z0-9.+-]{1,100}$/;

/** @param {string} text */
function bytesIn(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * @param {string} text
 * @param {number} room bytes
 * @returns {string} as many whole characters of the text as fit
 */
function cut(text, room) {
  let kept = "";
  for (const character of text) {
    if (bytesIn(kept + character) > room) break;
    kept += character;
  }
  return kept;
}

/**
 * @param {string} name what the device says
 * @returns {string} no folders, nothing invisible, at most 255 bytes; a long name keeps its ending
 */
export function fileName(name) {
  const composed = name.replace(/\r\n?/g, "\n").normalize("NFC");
  const last = readable(composed).replace(/\\/g, "/").split("/").at(-1) ?? "";
  const plain = last.replace(SPACES, " ").replace(/^[. ]+|[. ]+$/g, "") || "file";
  const dot = plain.lastIndexOf(".");
  const ending = dot > 0 && bytesIn(plain.slice(dot + 1)) <= ENDING_BYTES ? plain.slice(dot) : "";
  const stem = ending === "" ? plain : plain.slice(0, -ending.length);
  return cut(stem, NAME_BYTES - bytesIn(ending)) + ending;
}

/**
 * @param {string} type
 * @returns {string} the type, or the unknown one
 */
export function mediaType(type) {
  const plain = type.split(";")[0].trim().toLowerCase();
  return MEDIA_TYPE.test(plain) ? plain : "application/octet-stream";
}
