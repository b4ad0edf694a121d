"""Many sites and one fund: which of them, at which point of its frontier, started in which year."""
