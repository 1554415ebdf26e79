/** Asks before a page is left whose forms hold something that was typed and not sent. */

/** @type {WeakSet<HTMLFormElement>} */
const going = new WeakSet();

/**
 * @param {Element} field
 * @returns {boolean} whether somebody wrote into it, or chose a file
 */
function isFilled(field) {
  if (field instanceof HTMLTextAreaElement) return !field.readOnly && field.value.trim() !== "";
  if (!(field instanceof HTMLInputElement)) return false;
  if (field.type === "file") return (field.files?.length ?? 0) > 0;
  return field.type === "text" && field.value !== field.defaultValue;
}

/**
 * Tells whether something would be lost. A page that was emptied to leave in a hurry holds nothing.
 * @param {string} selector of the forms that are looked at
 */
export function hasUnsent(selector) {
  const forms = [...document.querySelectorAll(selector)];
  return forms.some(
    (form) => form instanceof HTMLFormElement && !going.has(form) && [...form.elements].some(isFilled),
  );
}

/**
 * Says that a form is being sent, so that it holds nothing back.
 * @param {HTMLFormElement} form
 */
export function isGoing(form) {
  going.add(form);
}

/**
 * Lets the browser ask, in its own words.
 * @param {string} selector of the forms that are looked at
 */
export function guardUnsent(selector) {
  window.addEventListener("beforeunload", (event) => {
    if (hasUnsent(selector)) event.preventDefault();
  });
}
