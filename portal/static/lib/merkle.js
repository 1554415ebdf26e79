/** The tree of the public log: hashes and proofs of RFC 9162 (twin: crypto/merkle.py). */

import { sha256 } from "../vendor/core.js";
import { concat, equal } from "./bytes.js";
import { OpenError } from "./errors.js";

const HASH_BYTES = 32;
const EMPTY_ROOT = sha256(new Uint8Array());

/**
 * @param {Uint8Array} entry of the log
 * @returns {Uint8Array} 32 bytes
 */
export function leafHash(entry) {
  return sha256(concat(Uint8Array.of(0), entry));
}

/**
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 * @returns {Uint8Array} 32 bytes
 */
export function nodeHash(left, right) {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/**
 * @param {boolean} good
 * @param {string} reason
 */
function demand(good, reason) {
  if (!good) throw new OpenError(reason);
}

/** @param {Uint8Array[]} hashes */
function demandHashes(hashes) {
  demand(hashes.every(({ length }) => length === HASH_BYTES), "a hash is 32 bytes");
}

/** @param {number} number */
function half(number) {
  return Math.floor(number / 2);
}

/**
 * Goes one level up, and on past those on which the place has no sibling.
 * @param {number} here
 * @param {number} last the last place of this level
 * @returns {{isRight: boolean, next: [number, number]}}
 */
function up(here, last) {
  const isRight = here % 2 === 1 || here === last;
  if (isRight) while (here > 0 && here % 2 === 0) [here, last] = [here / 2, half(last)];
  return { isRight, next: [half(here), half(last)] };
}

/**
 * Makes sure that an entry stands in a tree. Places beyond 2^53 are refused: no number has them.
 * @param {Uint8Array} leaf hash of the entry
 * @param {number} index from 0
 * @param {number} size of the tree
 * @param {Uint8Array[]} proof from the leaf's sibling up
 * @param {Uint8Array} root
 */
export function verifyInclusion(leaf, index, size, proof, root) {
  demandHashes([leaf, root, ...proof]);
  const whole = Number.isSafeInteger(index) && Number.isSafeInteger(size);
  demand(whole && index >= 0 && index < size, "the tree has no such entry");
  let [here, last, found] = [index, size - 1, leaf];
  for (const sibling of proof) {
    demand(last > 0, "the proof is too long");
    const { isRight, next } = up(here, last);
    found = isRight ? nodeHash(sibling, found) : nodeHash(found, sibling);
    [here, last] = next;
  }
  demand(last === 0 && equal(found, root), "the entry does not stand there");
}

/**
 * Makes sure that a tree was only added to since an earlier state.
 * @param {number} old size then
 * @param {number} size now
 * @param {Uint8Array[]} proof
 * @param {Uint8Array} oldRoot
 * @param {Uint8Array} root
 */
export function verifyConsistency(old, size, proof, oldRoot, root) {
  demandHashes([oldRoot, root, ...proof]);
  const whole = Number.isSafeInteger(old) && Number.isSafeInteger(size);
  demand(whole && old >= 0 && old <= size, "an earlier state is not larger");
  if (old === 0 || old === size) {
    const isSame = equal(oldRoot, old === 0 ? EMPTY_ROOT : root);
    const isEmpty = size > 0 || equal(root, EMPTY_ROOT);
    demand(proof.length === 0 && isSame && isEmpty, "the tree is not the same");
    return;
  }
  walk(old, size, proof, oldRoot, root);
}

/**
 * Goes up both trees at once. Where the earlier one is full, its root is the first hash.
 * @param {number} old
 * @param {number} size
 * @param {Uint8Array[]} proof
 * @param {Uint8Array} oldRoot
 * @param {Uint8Array} root
 */
function walk(old, size, proof, oldRoot, root) {
  demand(proof.length > 0, "the proof is too short");
  let [here, last] = [old - 1, size - 1];
  while (here % 2 === 1) [here, last] = [half(here), half(last)];
  const [first, ...steps] = here === 0 ? [oldRoot, ...proof] : proof;
  let [before, after] = [first, first];
  for (const step of steps) {
    demand(last > 0, "the proof is too long");
    const { isRight, next } = up(here, last);
    if (isRight) before = nodeHash(step, before);
    after = isRight ? nodeHash(step, after) : nodeHash(after, step);
    [here, last] = next;
  }
  demand(last === 0 && equal(before, oldRoot) && equal(after, root), "not only added to");
}
