"""What the optimiser is given: one year of hours, and every technology that may serve them.

Pint has let go here, so each name carries its unit. Money is in the one reporting currency, and a technology that is
not offered is None.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from asmcarbon.errors import Problem
from asmcarbon.messages import _
from asmcarbon.optimise.checks import check
from asmcarbon.optimise.promises import AdequacyParameters, CommunityParameters


class SolarParameters(Struct, frozen=True, eq=False):
    """Solar panels of any size up to a maximum.

    capacity_factor              output per kW installed, each hour. [dimensionless]
    annual_cost_per_kw           annuity of the capital and upkeep, a year. [money / power]
    capital_cost_per_kw          what is paid up front. [money / power]
    embodied_kgco2e_per_kw_year  emissions of making the panels, spread over their life. [mass / power]
    maximum_kw                   the room there is, or None. [power]
    kit_kw                       size of the kits that it is sold in, or None: any size. [power]
    standing_kw                  what the site has already, at no cost that the plan could spare. [power]
    """

    capacity_factor: np.ndarray
    annual_cost_per_kw: float
    capital_cost_per_kw: float
    embodied_kgco2e_per_kw_year: float
    maximum_kw: float | None = None
    kit_kw: float | None = None
    standing_kw: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero."""
        check(self, "solar")


class StorageParameters(Struct, frozen=True, eq=False):
    """A battery whose energy and power are sized apart.

    charge_efficiency     share of the energy taken in that is stored, in (0, 1]. [dimensionless]
    discharge_efficiency  share of the energy drawn that is given out, in (0, 1]. [dimensionless]
    minimum_state         share of the energy capacity that always stays stored, in [0, 1]. [dimensionless]
    cycles_per_year       most full cycles of its usable capacity a year, so that it lives as long as its calendar life;
                          None: as many as pay. [dimensionless]
    may_charge            1 in the hours when it may be charged, else 0 (too cold); None: always. [dimensionless]

    Costs, limits, kits and what stands already are as for solar panels: per kWh of energy capacity and per kW of power
    capacity. What stands shares the efficiencies of what is built.
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
    kit_kwh: float | None = None
    kit_kw: float | None = None
    cycles_per_year: float | None = None
    may_charge: np.ndarray | None = None
    standing_kwh: float = 0.0
    standing_kw: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and shares above one."""
        check(self, "storage", shares=("charge_efficiency", "discharge_efficiency", "minimum_state", "may_charge"))


class GeneratorParameters(Struct, frozen=True):
    """A generator: one that the site has, or whole units of one that it may buy.

    rated_kw                       most that one unit gives. [power]
    price_per_kwh                  fuel and variable upkeep of one kWh. [money / energy]
    emissions_kgco2e_per_kwh       emissions of one kWh. [mass / energy]
    fuel_l_per_kwh                 fuel of one kWh. [volume / energy]
    units_minimum, units_maximum   units that there may be, whole numbers. [dimensionless]
    annual_cost_per_unit           annuity of the capital and fixed upkeep of one unit, a year. [money]
    capital_cost_per_unit          what one unit takes up front. [money]
    embodied_kgco2e_per_unit_year  emissions of making one unit, spread over its life. [mass]

    1 to 1, the default, is a generator that stays; 0 to 1 without capital cost one that may be retired, which saves its
    annual cost; 0 to n with a capital cost one that may be bought.
    """

    name: str
    rated_kw: float
    price_per_kwh: float
    emissions_kgco2e_per_kwh: float
    fuel_l_per_kwh: float
    units_minimum: int = 1
    units_maximum: int = 1
    annual_cost_per_unit: float = 0.0
    capital_cost_per_unit: float = 0.0
    embodied_kgco2e_per_unit_year: float = 0.0

    @property
    def is_fixed(self) -> bool:
        """Whether the site has its units already, so that there is nothing to decide or to pay up front."""
        return self.units_minimum == self.units_maximum and self.capital_cost_per_unit == 0.0

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and units that are not whole numbers from least to most."""
        where = f"generator {self.name}"
        check(self, where, more=self._problems(where))

    def _problems(self, where: str) -> Iterator[Problem]:
        whole = all(float(units).is_integer() for units in (self.units_minimum, self.units_maximum))
        if not whole or self.units_minimum > self.units_maximum:
            what = _("{least:g} to {most:g} units were given").format(least=self.units_minimum, most=self.units_maximum)
            yield Problem(f"{where}.units_maximum", what, _("whole numbers, the least and then the most"))


class GridParameters(Struct, frozen=True, eq=False):
    """A grid connection with outages: one that the site has, or one that it may buy.

    limit_kw                     most the connection gives. [power]
    availability                 share of the limit that is there, each hour, in [0, 1]; an outage is 0. [dimensionless]
    is_connected                 False: the connection is a yes or no at the two costs that follow.
    connection_annual_cost       annuity of the capital and standing charge of a new one, a year. [money]
    connection_capital_cost      what a new one takes up front. [money]
    demand_charge_per_kw_month   price of the peak import of each month. [money / power]
    month                        number of the month of each hour, from 0; None: one peak for all. [dimensionless]
    export_price_per_kwh         what is paid for solar power given to the grid, or None: nothing is. [money / energy]
    export_limit_kw              most that the grid takes; None: limit_kw. [power]
    is_firm                      whether its limit counts as power that stands ready, see AdequacyParameters.
    """

    limit_kw: float
    availability: np.ndarray
    price_per_kwh: float
    emissions_kgco2e_per_kwh: float
    is_connected: bool = True
    connection_annual_cost: float = 0.0
    connection_capital_cost: float = 0.0
    demand_charge_per_kw_month: float = 0.0
    month: np.ndarray | None = None
    export_price_per_kwh: float | None = None
    export_limit_kw: float | None = None
    is_firm: bool = False

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and an availability above one."""
        check(self, "grid", shares=("availability",))


class ShiftableParameters(Struct, frozen=True, eq=False):
    """A machine that must get its energy each day, at whatever hours of its window.

    power_kw          most it takes. [power]
    window            1 in the hours when it may run, else 0. [dimensionless]
    daily_energy_kwh  energy of each day, the hours being counted off in days of 24, the last may be shorter. [energy]
    measure           number of the measure that brings it, so that it runs as far as that is adopted; None: it is there
    """

    name: str
    power_kw: float
    window: np.ndarray
    daily_energy_kwh: np.ndarray
    measure: int | None = None

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and days that their window cannot serve."""
        where = f"shiftable {self.name}"
        check(self, where, shares=("window",), more=self._problems(where))

    def _problems(self, where: str) -> Iterator[Problem]:
        if np.ndim(self.window) != 1 or np.ndim(self.daily_energy_kwh) != 1:
            return
        starts = np.arange(0, np.size(self.window), 24)
        if np.size(self.daily_energy_kwh) != len(starts):
            what = _("{days} days were given").format(days=np.size(self.daily_energy_kwh))
            expected = _("as many as the window has, {days}").format(days=len(starts))
            yield Problem(f"{where}.daily_energy_kwh", what, expected)
            return
        most_kwh = self.power_kw * np.add.reduceat(self.window, starts)
        short = np.flatnonzero(self.daily_energy_kwh > most_kwh * (1.0 + 1e-9))
        if short.size:
            day = int(short[0])
            what = _("day {day} needs {energy:g} kWh").format(day=day + 1, energy=self.daily_energy_kwh[day])
            expected = _("at most the power in the hours of the window, {energy:g} kWh").format(energy=most_kwh[day])
            yield Problem(f"{where}.daily_energy_kwh", what, expected)


class MeasureParameters(Struct, frozen=True, eq=False):
    """Something that may be done once, wholly or in part: a pump made electric, a retort, an efficient motor.

    annual_cost                a year, less what is saved: below zero it saves more than it costs. [money]
    capital_cost               what it takes up front. [money]
    operational_kgco2e_change  what it adds to the operational emissions of the year; below zero it lowers them. [mass]
    embodied_kgco2e_year       emissions of making it, spread over its life. [mass]
    extra_load_kw              what it adds to the load of each hour, below zero: what it spares; or None. [power]
    is_whole                   True: adopted in whole numbers, 0 or 1 if maximum is 1; False: any share.
    maximum                    how much of it there can be. [dimensionless]
    person_days                work to do it; yearly_person_days that of each year. [time]
    """

    name: str
    annual_cost: float
    capital_cost: float
    operational_kgco2e_change: float
    embodied_kgco2e_year: float = 0.0
    extra_load_kw: np.ndarray | None = None
    is_whole: bool = True
    maximum: float = 1.0
    person_days: float = 0.0
    yearly_person_days: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero where it may not be."""
        check(self, f"measure {self.name}")


class LandParameters(Struct, frozen=True):
    """Disturbed land of one class.

    available_ha  how much of it there is. [area]
    """

    name: str
    available_ha: float

    def __post_init__(self) -> None:
        """Refuse an area that is not finite or below zero."""
        check(self, f"land {self.name}")


class RehabilitationParameters(Struct, frozen=True):
    """One method of rehabilitation on land of one class; a method that suits three classes is given three times.

    land                          name of the class of land.
    annual_cost_per_ha            annuity of the capital and upkeep less income, a year. [money / area]
    capital_cost_per_ha           what is paid up front. [money / area]
    person_days_per_ha            work, once; yearly_person_days_per_ha that of each year. [time / area]
    removals_kgco2e_per_ha_year   carbon taken up, after survival and buffer. [mass / area]
    minimum_ha, maximum_ha        least and most of it, None: as much as there is land. [area]
    """

    name: str
    land: str
    annual_cost_per_ha: float
    capital_cost_per_ha: float
    person_days_per_ha: float
    removals_kgco2e_per_ha_year: float
    minimum_ha: float = 0.0
    maximum_ha: float | None = None
    yearly_person_days_per_ha: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero where it may not be."""
        check(self, f"rehabilitation {self.name} of {self.land}")


Goal = Literal["cost", "emissions", "jobs"]


class Parameters(Struct, frozen=True, eq=False):
    """One year of hours, what may serve them, and the limits on the whole.

    load_kw                      load of each hour. [power]
    unserved_price_per_kwh       price of load that is not served; None: all of it must be served. [money / energy]
    budget                       most that may be paid up front, or None. [money]
    emissions_cap_kgco2e         most operational emissions of the year, or None. [mass]
    rehabilitation_obligation_ha least area that must be rehabilitated, or None. [area]
    rehabilitation_target_ha     least area that the site sets itself, or None. [area]
    removals_target_kgco2e_year  least removals that the site sets itself, or None. [mass]
    objective                    'cost': least annual cost; 'emissions': least operational emissions; 'jobs': most
                                 person-days of rehabilitation and measures over work_years; of equals, the one of
                                 least annual cost.
    work_years                   years over which work is counted: that of each year as often, that done once once.
    person_days_target           least person-days a year, on average over work_years, or None. [time]
    community                    energy that is promised to a community, or None: what it gets moves nothing.
    other_kgco2e                 operational emissions that nothing here changes; they count under the cap. [mass]
    unserved_maximum_kwh         most load that may stay unserved, at its price, or None. [energy]
    critical_kw                  part of the load of each hour that may never stay unserved, or None. [power]
    """

    load_kw: np.ndarray
    unserved_price_per_kwh: float | None
    solar: SolarParameters | None = None
    storage: StorageParameters | None = None
    generators: tuple[GeneratorParameters, ...] = ()
    grid: GridParameters | None = None
    budget: float | None = None
    emissions_cap_kgco2e: float | None = None
    shiftable: tuple[ShiftableParameters, ...] = ()
    measures: tuple[MeasureParameters, ...] = ()
    land: tuple[LandParameters, ...] = ()
    rehabilitation: tuple[RehabilitationParameters, ...] = ()
    rehabilitation_obligation_ha: float | None = None
    rehabilitation_target_ha: float | None = None
    removals_target_kgco2e_year: float | None = None
    adequacy: AdequacyParameters | None = None
    objective: Goal = "cost"
    other_kgco2e: float = 0.0
    unserved_maximum_kwh: float | None = None
    critical_kw: np.ndarray | None = None
    work_years: float = 1.0
    person_days_target: float | None = None
    community: CommunityParameters | None = None

    @property
    def offer(self) -> tuple[object, ...]:
        """What is offered, by name: the same in all stages or scenarios of a plan."""
        return (
            *(one is None for one in (self.solar, self.storage, self.grid)),
            *((generator.name, generator.is_fixed) for generator in self.generators),
            *(measure.name for measure in self.measures),
            *((method.name, method.land) for method in self.rehabilitation),
        )

    @property
    def gives_work(self) -> bool:
        """Whether anything that is offered gives work."""
        ways = any(one.person_days_per_ha or one.yearly_person_days_per_ha for one in self.rehabilitation)
        return ways or any(one.person_days or one.yearly_person_days for one in self.measures)

    @property
    def may_stay_unserved_kw(self) -> np.ndarray:
        """Load of each hour that may stay unserved at its price: all but what is critical. [power]"""
        return self.load_kw if self.critical_kw is None else np.maximum(self.load_kw - self.critical_kw, 0.0)

    def __post_init__(self) -> None:
        """Refuse series of unequal length, and a load that nothing offered could serve."""
        check(self, "parameters", more=[*self._problems(), *self._problems_of_land(), *self._problems_of_goal()])

    def _series(self) -> Iterator[tuple[str, np.ndarray | None]]:
        """Give every hourly series and its name."""
        yield "solar.capacity_factor", self.solar and self.solar.capacity_factor
        yield "grid.availability", self.grid and self.grid.availability
        yield "grid.month", self.grid and self.grid.month
        yield "storage.may_charge", self.storage and self.storage.may_charge
        yield "critical_kw", self.critical_kw
        yield "community.demand_kw", self.community and self.community.demand_kw
        for shiftable in self.shiftable:
            yield f"shiftable {shiftable.name}.window", shiftable.window
        for measure in self.measures:
            yield f"measure {measure.name}.extra_load_kw", measure.extra_load_kw

    def _problems(self) -> Iterator[Problem]:
        expected = _("as many hours as load_kw has, {hours}").format(hours=np.size(self.load_kw))
        if np.size(self.load_kw) == 0:
            yield Problem("parameters.load_kw", _("no hours were given"), _("at least one hour"))
        for where, series in self._series():
            if series is not None and np.shape(series) != np.shape(self.load_kw):
                yield Problem(where, _("{hours} hours were given").format(hours=np.size(series)), expected)
        if self.unserved_price_per_kwh is None and not (self.solar or self.storage or self.generators or self.grid):
            what = _("nothing is offered that could serve the load, and unserved load has no price")
            yield Problem("parameters", what, _("a generator, a grid, solar panels, or a price of unserved load"))
        for shiftable in self.shiftable:
            if shiftable.measure is not None and not 0 <= shiftable.measure < len(self.measures):
                where, what = f"shiftable {shiftable.name}.measure", _("no such measure was given")
                yield Problem(where, what, _("the number of a measure, from 0"))
        if self.adequacy is not None and self.adequacy.carried_kwh > 0.0 and self.storage is None:
            yield Problem("adequacy.carried_kwh", _("no battery is offered that could carry it"), _("a battery, or 0"))
        if self.community is not None and self.solar is None:
            yield Problem("community.target_kwh", _("nothing is offered that gives solar power"), _("solar panels"))
        if (
            self.community is not None
            and self.community.is_sold
            and (self.grid is None or self.grid.export_price_per_kwh is None)
        ):
            yield Problem("community.is_sold", _("nothing is paid for solar power"), _("a price of it, or False"))

    def _problems_of_land(self) -> Iterator[Problem]:
        names = [land.name for land in self.land]
        if len(set(names)) < len(names):
            yield Problem("parameters.land", _("a class of land is given twice"), _("each class once"))
        for method in self.rehabilitation:
            if method.land not in names:
                where = f"rehabilitation {method.name} of {method.land}.land"
                yield Problem(where, _("no such class of land was given"), _("one of: {names}").format(names=names))
        for name in ("rehabilitation_obligation_ha", "rehabilitation_target_ha", "removals_target_kgco2e_year"):
            if getattr(self, name) and not self.rehabilitation:
                yield Problem(f"parameters.{name}", _("no method of rehabilitation is offered"), _("a method, or None"))

    def _problems_of_goal(self) -> Iterator[Problem]:
        if self.objective not in ("cost", "emissions", "jobs"):
            what = _("{goal!r} is not known").format(goal=self.objective)
            yield Problem("parameters.objective", what, _("cost, emissions or jobs"))
        elif self.objective != "cost" and self.unserved_price_per_kwh is not None and self.unserved_maximum_kwh is None:
            # Serving nothing emits least, and leaves most money for work.
            what = _("load may stay unserved without limit, and serving it is not what is sought")
            yield Problem("parameters.unserved_maximum_kwh", what, _("a limit, or no price of unserved load"))
        for where, is_asked in (
            ("objective", self.objective == "jobs"),
            ("person_days_target", self.person_days_target),
        ):
            if is_asked and not self.gives_work:
                what = _("nothing is offered that gives person-days")
                yield Problem(f"parameters.{where}", what, _("a method of rehabilitation, or a measure, that does"))
