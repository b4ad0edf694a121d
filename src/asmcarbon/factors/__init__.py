"""Emission factors and defaults: every number that came from outside, with its source."""
