/** Complaints beside their fields, tied to them for people who listen, as components/fields.html draws them. */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/**
 * @param {Element} box around a question
 * @param {Iterable<Control>} controls
 * @param {string} id of the complaint
 * @param {string} text
 */
export function mark(box, controls, id, text) {
  const note = document.createElement("p");
  note.className = "error";
  note.id = id;
  note.textContent = text;
  box.classList.add("wrong");
  box.querySelector(".asked")?.after(note);
  const part = box.closest("details");
  if (part !== null) part.open = true;
  for (const control of controls) {
    control.setAttribute("aria-invalid", "true");
    const notes = control.getAttribute("aria-describedby") ?? "";
    control.setAttribute("aria-describedby", `${note.id} ${notes}`.trim());
  }
}

/** @param {Element} box around a question that was marked */
export function unmark(box) {
  box.classList.remove("wrong");
  const note = box.querySelector(".error");
  note?.remove();
  for (const control of box.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    const notes = (control.getAttribute("aria-describedby") ?? "").split(" ");
    const rest = notes.filter((id) => id !== "" && id !== note?.id);
    if (rest.length > 0) control.setAttribute("aria-describedby", rest.join(" "));
    else control.removeAttribute("aria-describedby");
  }
}
