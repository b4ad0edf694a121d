"""Floor 10: HTTP; thin."""
