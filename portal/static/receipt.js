/** What a page with a receipt can do when scripts run: copy it, compare what was written down. */

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
function find(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${selector}`);
  return found;
}

/**
 * @param {ParentNode} root holds the parts of templates/intake/_parts.html
 * @param {string[]} groups six groups of five digits
 */
export function prepareReceipt(root, groups) {
  const input = /** @type {HTMLInputElement} */ (find(root, "#last-group"));
  find(root, "[data-copying]").hidden = false;
  find(root, "[data-checking]").hidden = false;
  find(root, "[data-copy]").addEventListener("click", async () => {
    await navigator.clipboard.writeText(groups.join(" "));
    find(root, "[data-copied]").hidden = false;
  });
  input.addEventListener("input", () => {
    const typed = input.value.replace(/[^0-9]/g, "");
    const isRight = typed === groups.at(-1);
    find(root, "[data-right]").hidden = !isRight;
    find(root, "[data-wrong]").hidden = isRight || typed.length < 5;
  });
}

for (const page of document.querySelectorAll("[data-receipt]")) {
  const groups = Array.from(page.querySelectorAll("[data-code] li"), (item) => item.textContent ?? "");
  prepareReceipt(page, groups);
}
