/** The worker of lock.js. */

import { tasks } from "./lock.js";
import { serve } from "./worker.js";

serve(tasks);
