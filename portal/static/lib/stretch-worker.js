/** The worker of stretch.js. */

import { tasks } from "./stretch.js";
import { serve } from "./worker.js";

serve(tasks);
