"""What a plan promises beyond the load of its year: power that stands ready, energy for a community."""

import numpy as np
from msgspec import Struct

from asmcarbon.optimise.checks import check


class AdequacyParameters(Struct, frozen=True):
    """What must stand ready beyond the year that the model foresees.

    critical_peak_kw        highest load that must never fail. [power]
    reserve                 what is kept above it, as a share of it. [dimensionless]
    largest_motor_start_kw  what the largest motor takes when it starts, above its running load. [power]
    carried_kwh             energy that the battery can always give: critical load times stated time. [energy]
    hourly_load             share of each hour's load that should stand ready; counted, not held. [dimensionless]
    hourly_solar            the same, of the sun's power. [dimensionless]
    """

    critical_peak_kw: float
    reserve: float = 0.0
    largest_motor_start_kw: float = 0.0
    carried_kwh: float = 0.0
    hourly_load: float = 0.0
    hourly_solar: float = 0.0

    @property
    def required_kw(self) -> float:
        """Power that must stand ready: critical_peak_kw * (1 + reserve) + largest_motor_start_kw."""
        return self.critical_peak_kw * (1.0 + self.reserve) + self.largest_motor_start_kw

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero."""
        check(self, "adequacy")


class CommunityParameters(Struct, frozen=True, eq=False):
    """Solar power that is promised to a community in a year, of what the site leaves over.

    demand_kw            what the community would take in each hour. [power]
    target_kwh           least that it is given in the year. [energy]
    is_sold              whether it is what the grid takes, at a price, so that `export_kw` counts; False: given away
    short_price_per_kwh  price of what the target is missed by; None: it is met. [money / energy]
    """

    demand_kw: np.ndarray
    target_kwh: float
    is_sold: bool = False
    short_price_per_kwh: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero."""
        check(self, "community")
