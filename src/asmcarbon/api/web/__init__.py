"""The page at `/`: fill in or paste a site, see its footprint while typing, plan it, read the report, fund several."""
