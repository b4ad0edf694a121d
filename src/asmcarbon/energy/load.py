"""The machines of a site to an hourly electric load."""

from dataclasses import dataclass

import numpy as np

from asmcarbon.energy.weather import MONTH_OF_DAY
from asmcarbon.site.energy import Machine

HOURS = 8760
DAYS = 365


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What the machines draw.

    hourly_kw  expected power in each hour of a year of 365 days. [power]
    peak_kw    power with every machine running whose window is open, in the worst hour. [power]
    """

    hourly_kw: np.ndarray
    peak_kw: float

    @property
    def annual_kwh(self) -> float:
        """Energy of the year, the sum over its hours."""
        return float(self.hourly_kw.sum())


def load_of(machines: list[Machine]) -> Load:
    """Return the load of all machines together; zero everywhere where there are none."""
    expected = np.zeros((DAYS, 24))
    running = np.zeros((DAYS, 24))
    for machine in machines:
        power_kw = running_power_kw(machine)
        open_share = window_share(*machine.window_hours)
        works = working_days(machine.days.to("day/year"))[:, np.newaxis]
        if machine.months is not None:
            works = works * np.asarray(machine.months)[MONTH_OF_DAY][:, np.newaxis]
        expected += power_kw * machine.hours.to("h/day") * works * (open_share / open_share.sum())
        running += power_kw * (works > 0) * (open_share > 0)
    return Load(expected.ravel(), float(running.max(initial=0.0)))


def running_power_kw(machine: Machine) -> float:
    """Return the power that the machines of one entry draw while they run.

    count * rated power * load factor
    """
    load_factor = machine.load_factor.to("1") if machine.load_factor is not None else 1.0
    return machine.count * machine.rated_power.to("kW") * load_factor


def window_share(start: float, end: float) -> np.ndarray:
    """Return the share of each of 24 hours that lies in a window; one that ends before it starts passes midnight.

    >>> window_share(22.5, 1)[[0, 1, 21, 22, 23]].tolist()
    [1.0, 0.0, 0.0, 0.5, 1.0]
    """
    hours = np.arange(24)
    if end <= start:
        return np.minimum(window_share(start, 24) + (window_share(0, end) if end > 0 else 0.0), 1.0)
    return np.clip(np.minimum(hours + 1, end) - np.maximum(hours, start), 0.0, 1.0)


def working_days(days: float) -> np.ndarray:
    """Return 1 for each working day of a year and 0 for the others, spread evenly; one may be a part of a day.

    >>> float(working_days(300).sum())
    300.0
    """
    whole = np.floor(days)
    works = np.diff(np.floor(np.arange(DAYS + 1) * whole / DAYS + 1e-9))
    if days > whole:
        works[np.argmin(works)] = days - whole
    return works
