"""The verbs of review: hold a case, move it, write about it, decide it, give it away."""
