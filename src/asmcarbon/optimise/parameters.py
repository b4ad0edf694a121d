"""What the optimiser is given: one year of hours, and every technology that may serve them.

Pint has let go here, so each name carries its unit. Money is in the one reporting currency, and a technology that is
not offered is None.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any

import numpy as np

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _


@dataclass(frozen=True, slots=True, eq=False)
class SolarParameters:
    """Solar panels of any size up to a maximum.

    capacity_factor              output per kW installed, each hour. [dimensionless]
    annual_cost_per_kw           annuity of the capital and upkeep, a year. [money / power]
    capital_cost_per_kw          what is paid up front. [money / power]
    embodied_kgco2e_per_kw_year  emissions of making the panels, spread over their life. [mass / power]
    maximum_kw                   the room there is, or None. [power]
    """

    capacity_factor: np.ndarray
    annual_cost_per_kw: float
    capital_cost_per_kw: float
    embodied_kgco2e_per_kw_year: float
    maximum_kw: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero."""
        _check(self, "solar")


@dataclass(frozen=True, slots=True)
class StorageParameters:
    """A battery whose energy and power are sized apart.

    charge_efficiency     share of the energy taken in that is stored, in (0, 1]. [dimensionless]
    discharge_efficiency  share of the energy drawn that is given out, in (0, 1]. [dimensionless]
    minimum_state         share of the energy capacity that always stays stored, in [0, 1]. [dimensionless]

    Costs and limits are as for solar panels: per kWh of energy capacity and per kW of power capacity.
    """

    energy_annual_cost_per_kwh: float
    power_annual_cost_per_kw: float
    energy_capital_cost_per_kwh: float
    power_capital_cost_per_kw: float
    charge_efficiency: float
    discharge_efficiency: float
    minimum_state: float
    embodied_kgco2e_per_kwh_year: float
    maximum_kwh: float | None = None
    maximum_kw: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and shares above one."""
        _check(self, "storage", shares=("charge_efficiency", "discharge_efficiency", "minimum_state"))


@dataclass(frozen=True, slots=True)
class GeneratorParameters:
    """A generator the site has.

    rated_kw                 most it gives. [power]
    price_per_kwh            fuel and variable upkeep of one kWh. [money / energy]
    emissions_kgco2e_per_kwh emissions of one kWh. [mass / energy]
    fuel_l_per_kwh           fuel of one kWh. [volume / energy]
    """

    name: str
    rated_kw: float
    price_per_kwh: float
    emissions_kgco2e_per_kwh: float
    fuel_l_per_kwh: float

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero."""
        _check(self, f"generator {self.name}")


@dataclass(frozen=True, slots=True, eq=False)
class GridParameters:
    """A grid connection with outages.

    limit_kw      most the connection gives. [power]
    availability  share of the limit that is there, each hour, in [0, 1]; an outage is 0. [dimensionless]
    """

    limit_kw: float
    availability: np.ndarray
    price_per_kwh: float
    emissions_kgco2e_per_kwh: float

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and an availability above one."""
        _check(self, "grid", shares=("availability",))


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """One year of hours, what may serve them, and the limits on the whole.

    load_kw                 load of each hour. [power]
    unserved_price_per_kwh  price of load that is not served; None: all of it must be served. [money / energy]
    budget                  most that may be paid up front, or None. [money]
    emissions_cap_kgco2e    most operational emissions of the year, or None. [mass]
    """

    load_kw: np.ndarray
    unserved_price_per_kwh: float | None
    solar: SolarParameters | None = None
    storage: StorageParameters | None = None
    generators: tuple[GeneratorParameters, ...] = ()
    grid: GridParameters | None = None
    budget: float | None = None
    emissions_cap_kgco2e: float | None = None

    def __post_init__(self) -> None:
        """Refuse series of unequal length, and a load that nothing offered could serve."""
        _check(self, "parameters", more=self._problems())

    def _problems(self) -> Iterator[Problem]:
        expected = _("as many hours as load_kw has, {hours}").format(hours=np.size(self.load_kw))
        if np.size(self.load_kw) == 0:
            yield Problem("parameters.load_kw", _("no hours were given"), _("at least one hour"))
        for where, series in (
            ("solar.capacity_factor", self.solar and self.solar.capacity_factor),
            ("grid.availability", self.grid and self.grid.availability),
        ):
            if series is not None and np.shape(series) != np.shape(self.load_kw):
                yield Problem(where, _("{hours} hours were given").format(hours=np.size(series)), expected)
        if self.unserved_price_per_kwh is None and not (self.solar or self.storage or self.generators or self.grid):
            what = _("nothing is offered that could serve the load, and unserved load has no price")
            yield Problem("parameters", what, _("a generator, a grid, solar panels, or a price of unserved load"))


_MAY_BE_NEGATIVE = {"price_per_kwh"}
_MUST_BE_POSITIVE = {"charge_efficiency", "discharge_efficiency"}


def _check(parameters: Any, where: str, *, shares: tuple[str, ...] = (), more: Iterable[Problem] = ()) -> None:
    """Collect every number or series of `parameters` outside its range, and refuse them together."""
    problems: list[Problem] = []
    for field in fields(parameters):
        given = getattr(parameters, field.name)
        if field.type is np.ndarray and (not isinstance(given, np.ndarray) or given.ndim != 1):
            expected = _("a NumPy array with one number for each hour")
            problems.append(Problem(f"{where}.{field.name}", _("not a series of hours"), expected))
            continue
        is_number = isinstance(given, Real | np.ndarray)
        if not is_number:
            continue
        numbers: np.ndarray = np.atleast_1d(np.asarray(given, dtype=float))
        lowest = -np.inf if field.name in _MAY_BE_NEGATIVE else 0.0
        highest = 1.0 if field.name in shares else np.inf
        wrong = ~np.isfinite(numbers) | (numbers < lowest) | (numbers > highest)
        if field.name in _MUST_BE_POSITIVE:
            wrong |= numbers == 0.0
        if wrong.any():
            above = _("above 0") if field.name in _MUST_BE_POSITIVE else _("0 or more")
            expected = _("any finite number") if np.isinf(lowest) else above
            expected += _(", at most 1") if field.name in shares else ""
            what = _("{number:g} cannot be used").format(number=numbers[wrong][0])
            problems.append(Problem(f"{where}.{field.name}", what, expected))
    problems.extend(more)
    if problems:
        raise InputError(problems)
