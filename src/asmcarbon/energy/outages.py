"""A weak grid: when it fails, from how often and how long, seeded."""

import numpy as np

from asmcarbon.site.energy import Grid, Outages

HOURS = 8760
MINUTES = 60 * HOURS


def availability_of(grid: Grid) -> np.ndarray:
    """Return the share of each hour of the year in which a grid gives power, (8760,). [dimensionless]

    The site's own series, else seeded outages, else always 1.
    """
    if grid.availability is not None:
        return np.asarray(grid.availability, dtype=float)
    return np.ones(HOURS) if grid.outages is None else outage_series(grid.outages)


def outage_series(outages: Outages) -> np.ndarray:
    """Return the availability of a grid with seeded outages, (8760,). [dimensionless]

    Their number in the year is the stated one, rounded; they start at any minute alike; their lengths are exponential,
    scaled so that their mean is the stated one. What overlaps counts once, so the total is a little less than
    number * duration.
    """
    random = np.random.Generator(np.random.PCG64(outages.seed))
    number = round(outages.per_month.to("1/year"))
    starts = random.integers(0, MINUTES, size=number)
    lengths = random.exponential(size=number)
    minutes = np.rint(lengths * outages.duration.to("min") * number / lengths.sum()).astype(int) if number else lengths
    down = np.zeros(MINUTES, dtype=bool)
    for start, length in zip(starts, minutes, strict=True):
        down[np.arange(start, start + int(length)) % MINUTES] = True
    return 1.0 - down.reshape(HOURS, 60).mean(axis=1)
