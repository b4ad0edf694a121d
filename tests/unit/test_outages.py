"""A weak grid by its statistics: the stated number and length of outages, the same for the same seed."""

import numpy as np
import pytest

from asmcarbon.energy.outages import availability_of, outage_series
from asmcarbon.measures import Datum
from asmcarbon.site.energy import Grid, Outages
from asmcarbon.units import quantity


def outages(per_month: float, hours: float, seed: int = 1) -> Outages:
    return Outages(per_month=Datum(quantity(per_month, "1/month")), duration=Datum(quantity(hours, "h")), seed=seed)


def test_hours_without_supply_are_number_times_length():
    # 130 a year of 2.5 h: 325 hours, less what overlaps by chance (expected share about 130 * 2.5 / 8760 = 3.7 %).
    lost = [8760 - outage_series(outages(130 / 12, 2.5, seed)).sum() for seed in range(20)]
    assert np.mean(lost) == pytest.approx(325, rel=0.05)
    assert max(lost) <= 325 + 1


def test_the_same_seed_gives_the_same_hours():
    assert (outage_series(outages(10, 3.0, 7)) == outage_series(outages(10, 3.0, 7))).all()
    assert (outage_series(outages(10, 3.0, 7)) != outage_series(outages(10, 3.0, 8))).any()


def test_a_grid_without_outages_is_always_there():
    assert availability_of(Grid()).tolist() == [1.0] * 8760
    assert outage_series(outages(0.0, 2.0)).tolist() == [1.0] * 8760


def test_the_sites_own_series_comes_first():
    own = [0.0] + [1.0] * 8759
    assert availability_of(Grid(availability=own)).tolist() == own
