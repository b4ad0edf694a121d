"""A report as one page that a board, an investor or a standards desk reads: HTML with its charts in it."""
