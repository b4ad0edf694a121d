"""Floor 7: build, solve, apply, audit: the one call that every edge makes for a plan."""
