"""Floor 9: results as rows, tables and text."""
