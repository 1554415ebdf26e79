/** Runs the slow steps beside the page, so that it stays alive. */

/**
 * @param {string} file
 * @returns {Worker | null} nothing where the browser refuses workers
 */
function start(file) {
  try {
    return new Worker(new URL(file, import.meta.url), { type: "module" });
  } catch {
    return null;
  }
}

/**
 * Does one task in a worker of its own; in the page only if no worker can be had.
 * @param {{ WORKER: string, tasks: Record<string, (...args: any[]) => Promise<any>> }} work
 * @param {string} name of the task
 * @param {unknown[]} args
 * @returns {Promise<any>}
 */
export function runInWorker(work, name, args) {
  const inPage = () => work.tasks[name](...args, true);
  const worker = start(work.WORKER);
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
