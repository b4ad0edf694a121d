"""Floor 3: the validated description of one site."""
