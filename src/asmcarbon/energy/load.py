"""The machines of a site to an hourly electric load."""

import numpy as np
from msgspec import Struct

from asmcarbon.energy.weather import MONTH_OF_DAY
from asmcarbon.measures import Datum
from asmcarbon.site.energy import WEEKDAYS, Machine

HOURS = 8760
DAYS = 365


class Load(Struct, frozen=True, eq=False):
    """What the machines draw.

    hourly_kw         expected power in each hour of a year of 365 days. [power]
    peak_kw           power with every machine running whose window is open, in the worst hour. [power]
    critical_kw       the part of hourly_kw that critical machines draw. [power]
    critical_peak_kw  the same as peak_kw, of critical machines. [power]
    largest_start_kw  most that one motor takes when it starts, above its running power. [power]
    """

    hourly_kw: np.ndarray
    peak_kw: float
    critical_kw: np.ndarray
    critical_peak_kw: float
    largest_start_kw: float

    @property
    def annual_kwh(self) -> float:
        """Energy of the year, the sum over its hours."""
        return float(self.hourly_kw.sum())


def load_of(machines: list[Machine]) -> Load:
    """Return the load of all machines together; zero everywhere where there are none."""
    expected, critical = np.zeros(HOURS), np.zeros(HOURS)
    running, critical_running = np.zeros(HOURS), np.zeros(HOURS)
    for machine in machines:
        hourly_kw = hourly_load_kw(machine)
        running_kw = running_power_kw(machine) * may_run(machine)
        expected += hourly_kw
        running += running_kw
        if machine.critical:
            critical += hourly_kw
            critical_running += running_kw
    return Load(
        hourly_kw=expected,
        peak_kw=float(running.max(initial=0.0)),
        critical_kw=critical,
        critical_peak_kw=float(critical_running.max(initial=0.0)),
        largest_start_kw=max((start_kw(machine) for machine in machines), default=0.0),
    )


def hourly_load_kw(machine: Machine) -> np.ndarray:
    """Return the expected power of a machine in each hour of the year: its energy of a day spread over its window."""
    open_share = window_share(*machine.window_hours)
    energy_kwh = running_power_kw(machine) * machine.hours.to("h/day") * duty_of_days(machine)
    return (energy_kwh[:, np.newaxis] * (open_share / open_share.sum())).ravel()


def may_run(machine: Machine) -> np.ndarray:
    """Return 1 in each hour of the year in which a machine may run, else 0."""
    works, is_open = duty_of_days(machine) > 0, window_share(*machine.window_hours) > 0
    return (works[:, np.newaxis] * is_open).astype(float).ravel()


def duty_of_days(machine: Machine) -> np.ndarray:
    """Return the share of a full working day that a machine works on each day of the year, (365,)."""
    if machine.weekdays is not None:
        works = np.array([WEEKDAYS[day % 7] in machine.weekdays for day in range(DAYS)], dtype=float)
    else:
        assert machine.days is not None
        works = working_days(machine.days.to("day/year"))
    return works if machine.months is None else works * np.asarray(machine.months)[MONTH_OF_DAY]


def running_power_kw(machine: Machine) -> float:
    """Return the power that the machines of one entry draw while they run.

    count * rated power * load factor / motor efficiency * diversity
    """
    return machine.count * power_of_one_kw(machine) * _share(machine.diversity)


def power_of_one_kw(machine: Machine) -> float:
    """Return the power that one machine draws while it runs: rated power * load factor / motor efficiency."""
    return machine.rated_power.to("kW") * _share(machine.load_factor) / _share(machine.motor_efficiency)


def start_kw(machine: Machine) -> float:
    """Return what the motor of one machine takes when it starts, above its running power."""
    return power_of_one_kw(machine) * ((machine.start_multiplier or 1.0) - 1.0)


def _share(stated: Datum | None) -> float:
    return 1.0 if stated is None else stated.to("1")


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
