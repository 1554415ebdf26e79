"""How figures are written: documents, CSV, JSON, XLSX, and descriptions that programs read."""
