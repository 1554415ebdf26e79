/**
 * Takes over the page of coming back before anything of it is sent. It loads nothing first, so a
 * code that is typed quickly, or a part that does not load, never goes to the portal by itself.
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById("receipt-form"));
const parts = import("./vendor/enter.js");

/**
 * @param {string} selector
 * @returns {HTMLElement}
 */
function find(selector) {
  return /** @type {HTMLElement} */ (document.querySelector(selector));
}

/** Says that this browser cannot do it; the person decides whether the portal shall. */
function complain() {
  const words = /** @type {HTMLTemplateElement} */ (document.getElementById("words")).content;
  find("[data-said]").textContent = words.querySelector('[data-word="broken"]')?.textContent ?? "";
  find("[data-plain]").hidden = false;
  find("[data-trouble]").hidden = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  parts.then(({ enter }) => enter(form)).catch(complain);
});
find("[data-plain] button").addEventListener("click", () => form.submit());
parts.then(() => {
  find("[data-unsealed]").hidden = true;
  find("[data-badge]").hidden = false;
  for (const line of document.querySelectorAll("[data-line]")) line.remove();
}, complain);
