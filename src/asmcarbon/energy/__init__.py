"""Hourly sun and load of a site, anywhere, offline."""
