/** The worker side of offthread.js: does one task and reports. */

import { tasks } from "./slow.js";

addEventListener("message", async ({ data }) => {
  const task = tasks[/** @type {keyof typeof tasks} */ (data.name)];
  try {
    // @ts-expect-error the arguments belong to the task that was named
    postMessage({ result: await task(...data.args, false) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
