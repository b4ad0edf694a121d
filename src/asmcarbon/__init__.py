"""Emissions per tonne and per job of artisanal and small-scale mines, and the investments that lower them."""
