/**
 * Whether the person whom a page was made for is still signed in. Asked before anything is sent,
 * so that what was typed never goes to the page of signing in; a new sign-in is taken over with
 * its tokens, and what was signed and sealed with the page's keys can go.
 */

import { keepAgain } from "./unlock.js";

/** @typedef {"signed-out" | "other-account" | "unreached"} Fault named as in templates/components/keys.html */

const keys = () => /** @type {HTMLElement} */ (document.getElementById("keys"));

/** @returns {Promise<Fault | "">} why nothing can be sent now */
async function fault() {
  let answer;
  try {
    const headers = { Accept: "application/json" };
    answer = await fetch(keys().dataset.standing ?? "", { cache: "no-store", headers });
  } catch {
    return "unreached";
  }
  if (answer.status === 401) return "signed-out";
  if (!answer.ok || answer.redirected) return "unreached";
  const { account, csrf_token: token, tab_key: tabKey } = await answer.json();
  if (account !== keys().dataset.account) return "other-account";
  await takeOver(token, tabKey);
  return "";
}

/**
 * @param {string} token of the forms of this sign-in
 * @param {string} tabKey
 */
async function takeOver(token, tabKey) {
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) {
    /** @type {HTMLInputElement} */ (field).value = token;
  }
  if (keys().dataset.tabKey === tabKey) return;
  keys().dataset.tabKey = tabKey;
  await keepAgain();
}

/**
 * Tells whether something can be sent now; if not, says why at the place where it was pressed.
 * @param {HTMLElement} place
 * @returns {Promise<boolean>}
 */
export async function stands(place) {
  const box = /** @type {HTMLElement} */ (document.getElementById("standing"));
  const found = await fault();
  for (const words of box.querySelectorAll("[data-fault]")) {
    const { fault: names = "" } = /** @type {HTMLElement} */ (words).dataset;
    /** @type {HTMLElement} */ (words).hidden = !names.split(" ").includes(found);
  }
  box.hidden = found === "";
  if (found === "") return true;
  place.append(box);
  box.focus();
  return false;
}
