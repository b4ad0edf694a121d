"""Floor 9: many sites at once."""
