/** Runs the slow steps beside the page, so that it stays alive. */

import { tasks } from "./slow.js";

/** @returns {Worker | null} nothing where the browser refuses workers */
function start() {
  try {
    return new Worker(new URL("./derive-worker.js", import.meta.url), { type: "module" });
  } catch {
    return null;
  }
}

/**
 * Does one task in a worker of its own; in the page only if no worker can be had.
 * @param {"stretch" | "lock" | "unlock"} name
 * @param {unknown[]} args
 * @returns {Promise<any>}
 */
export function offThread(name, args) {
  // @ts-expect-error the arguments belong to the task that was named
  const inPage = () => tasks[name](...args, true);
  const worker = start();
  if (worker === null) return inPage();
  const answer = new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => {
      if (data.error === undefined) resolve(data.result);
      else reject(new Error(data.error));
    });
    // A worker that did not load says so here; one that loaded reports its own errors.
    worker.addEventListener("error", () => resolve(inPage()));
    worker.postMessage({ name, args });
  });
  return answer.finally(() => worker.terminate());
}
