// Leaves at once: the link without a way back, or Escape pressed three times.
const link = /** @type {HTMLAnchorElement} */ (document.getElementById("exit"));
let presses = 0;

function leave() {
  document.title = " ";
  document.body.replaceChildren(); // the other page may take a while to come
  location.replace(link.href);
}

link.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
document.addEventListener("keydown", (event) => {
  presses = event.key === "Escape" ? presses + 1 : 0;
  if (presses === 3) leave();
});
