"""Pictures of published figures, on whole numbers: the same bytes on every machine."""
