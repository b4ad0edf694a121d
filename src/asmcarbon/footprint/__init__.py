"""Floor 4: site to activities to result lines to intensities."""
