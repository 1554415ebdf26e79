"""The verbs of coming back: enter, read what was written, write, leave."""
