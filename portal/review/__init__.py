"""The work of investigators: queue, case page, dialogue, decisions."""
