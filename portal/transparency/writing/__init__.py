"""What writes the log: steps, batches, announcements, promises, signatures; and its keys."""
