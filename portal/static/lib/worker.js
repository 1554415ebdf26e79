/** The worker side of worker-client.js: does one task and reports. */

/** @param {Record<string, (...args: any[]) => Promise<any>>} tasks */
export function serve(tasks) {
  addEventListener("message", async ({ data }) => {
    try {
      postMessage({ result: await tasks[data.name](...data.args, false) });
    } catch (error) {
      postMessage({ error: String(error) });
    }
  });
}
