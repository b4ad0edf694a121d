"""Fuels, machines, generators, grid and weather of a site."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from asmcarbon.measures import (
    CalorificValue,
    DaysPerYear,
    DemandCharge,
    Density,
    Duration,
    Efficiency,
    EmissionPerEnergy,
    EnergyCapacity,
    EnergyPrice,
    EnergyRate,
    FuelPerEnergy,
    FuelPerTime,
    FuelPrice,
    FuelVolume,
    HoursPerDay,
    Lifetime,
    LossShare,
    Money,
    OutageRate,
    Power,
    Share,
    Speed,
    YearlyCost,
)
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, Text, Window, refuse

FuelName = Literal["diesel", "petrol"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Use = Literal["generator", "engines", "machinery", "vehicles"]
EngineUse = Literal["engines", "machinery", "vehicles"]
USES: tuple[Use, ...] = ("generator", "engines", "machinery", "vehicles")


class Fuel(Part):
    """One fuel by what burns it: the methane and nitrous oxide of an engine depend on its kind."""

    generator: FuelVolume | None = Field(default=None, description="burned in generating sets")
    engines: FuelVolume | None = Field(
        default=None, description="burned in stationary engines: pumps, mills, compressors"
    )
    machinery: FuelVolume | None = Field(
        default=None, description="burned in excavators, loaders and other off-road machines"
    )
    vehicles: FuelVolume | None = Field(default=None, description="burned on the road by the site's own vehicles")
    density: Density | None = Field(default=None, description="the site's own; else the default of the factor tables")
    net_calorific_value: CalorificValue | None = Field(
        default=None, description="the site's own; else the IPCC default"
    )
    price: FuelPrice | None = Field(default=None, description="delivered to the site")


class Machine(Part):
    """A machine that runs on electricity, with its duty."""

    name: Name
    rated_power: Power = Field(
        description="electric power of one machine at full load; with motor_efficiency, its shaft's"
    )
    count: int = Field(default=1, ge=1, le=1000)
    load_factor: Share | None = Field(
        default=None, description="share of the rated power while it runs; 100 % where not given"
    )
    motor_efficiency: Efficiency | None = Field(
        default=None,
        description="share of the electricity that reaches the shaft; give it where the plate states the shaft",
    )
    diversity: Share | None = Field(
        default=None, description="share of the machines of one entry that run at a time; 100 % where not given"
    )
    hours: HoursPerDay = Field(description="running hours on a working day")
    days: DaysPerYear | None = Field(default=None, description="working days in a year, spread evenly")
    weekdays: list[Weekday] | None = Field(
        default=None,
        min_length=1,
        max_length=7,
        description="instead of days: which days of the week; 1 January is a Monday",
    )
    window: Window = Field(default="00:00-24:00", description="the part of the day in which the hours fall")
    months: list[Annotated[float, Field(ge=0, le=1)]] | None = Field(
        default=None,
        min_length=12,
        max_length=12,
        description="share of its duty in each month, January first: 0 where it stands still for a season",
    )

    shiftable: bool = Field(
        default=False, description="true: it needs its energy of the day, at whatever hours of its window suit the plan"
    )
    critical: bool = Field(default=False, description="true: it may never stand still for want of power")
    start_multiplier: Annotated[float, Field(ge=1, le=10)] | None = Field(
        default=None, description="what its motor takes when it starts, in multiples of its running power"
    )

    @model_validator(mode="after")
    def _days_are_given_once(self) -> Self:
        if (self.days is None) == (self.weekdays is None):
            what = _("days and weekdays are both given or both missing")
            refuse("days", what, _("one of the two"), "days: 300 day/year")
        if self.shiftable and self.critical:
            what = _("a critical machine cannot wait for the sun")
            refuse("critical", what, _("shiftable or critical, not both"), "critical: true")
        return self

    @model_validator(mode="after")
    def _hours_fit_the_window(self) -> Self:
        start, end = self.window_hours
        length = (end - start) if end > start else 24 - start + end
        if self.hours.to("h/day") > length + 1e-9:
            what = _("{hours:g} hours do not fit the window {window}").format(
                hours=self.hours.to("h/day"), window=self.window
            )
            refuse("window", what, _("a window of at least the running hours"), "window: 06:00-18:00")
        return self

    @property
    def window_hours(self) -> tuple[float, float]:
        """Start and end of the window in hours of the day."""
        start, end = ((int(text[:2]) + int(text[3:]) / 60) for text in self.window.split("-"))
        return start, end


class Engine(Part):
    """A machine with an engine of its own: pump, mill, compressor, excavator, truck.

    What it burns is told by the hour, or by its power, its load and what it burns for each kWh.
    """

    name: Name
    fuel: FuelName = "diesel"
    use: EngineUse = "engines"
    fuel_rate: FuelPerTime | None = Field(default=None, description="litres an hour, as it runs")
    rated_power: Power | None = Field(
        default=None, description="instead of fuel_rate, with load_factor and fuel_use: what its plate says"
    )
    load_factor: Share | None = Field(default=None, description="share of the rated power, on average while it runs")
    fuel_use: FuelPerEnergy | None = Field(default=None, description="litres for each kWh at its shaft")
    hours: HoursPerDay = Field(description="running hours on a working day")
    days: DaysPerYear = Field(description="working days in a year")
    count: int = Field(default=1, ge=1, le=1000)

    @model_validator(mode="after")
    def _burns_in_one_way(self) -> Self:
        by_power = {"rated_power": self.rated_power, "load_factor": self.load_factor, "fuel_use": self.fuel_use}
        given = [name for name, datum in by_power.items() if datum is not None]
        missing = [name for name, datum in by_power.items() if datum is None]
        expected, example = _("litres an hour, or power, load and litres a kWh"), "fuel_rate: 7.5 L/h"
        if self.fuel_rate is not None and given:
            what = _("fuel_rate stands beside {names}").format(names=", ".join(given))
            refuse("fuel", what, expected, example)
        if self.fuel_rate is None and not given:
            refuse("fuel", _("neither fuel_rate nor rated_power is given"), expected, example)
        if self.fuel_rate is None and missing:
            what = _("{names} stands without {missing}").format(names=", ".join(given), missing=", ".join(missing))
            expected = _("all three, the engine's own: the tables have no row for them; its manual may say g/kWh")
            refuse("fuel", what, expected, "{rated_power: 22 kW, load_factor: 60 %, fuel_use: 0.33 L/kWh}")
        return self


class FuelCurve(Part):
    """What a generator burns: litres an hour = slope * output + intercept * rated power, while it runs."""

    slope: FuelPerEnergy = Field(description="litres for each kWh more")
    intercept: FuelPerEnergy = Field(description="litres an hour for each kW of its rating, even when it idles")


class Duty(Part):
    """How a generating set burns fuel: a straight line, or a curve with a minimum load."""

    rated_power: Power = Field(description="what it can give; see rated_at")
    rated_at: Literal["site", "sea_level"] = Field(
        default="site",
        description="where it can give that: sea_level is what the plate states, and is derated by altitude and heat",
    )
    fuel: FuelName = "diesel"
    fuel_use: FuelPerEnergy | None = Field(default=None, description="litres a kWh, on average over its duty")
    fuel_curve: FuelCurve | None = Field(default=None, description="instead: with it, the plan switches it on and off")
    minimum_load: Share | None = Field(default=None, description="share of its rating below which it may not run")

    @model_validator(mode="after")
    def _one_way_to_burn(self) -> Self:
        if (self.fuel_use is None) == (self.fuel_curve is None):
            what = _("fuel_use and fuel_curve are both given or both missing")
            refuse("fuel", what, _("one of the two"), "fuel_use: 0.33 L/kWh")
        return self

    @property
    def is_curved(self) -> bool:
        """Whether a straight line from zero would mislead."""
        return self.fuel_curve is not None or (self.minimum_load is not None and self.minimum_load.to("1") > 0)

    @property
    def curve_l_per_kwh(self) -> tuple[float, float]:
        """Slope and intercept, litres a kWh and litres an hour for each kW of rating."""
        if self.fuel_curve is not None:
            return self.fuel_curve.slope.to("L/kWh"), self.fuel_curve.intercept.to("L/kWh")
        assert self.fuel_use is not None
        return self.fuel_use.to("L/kWh"), 0.0

    @property
    def full_load_l_per_kwh(self) -> float:
        """Litres a kWh at full output."""
        return sum(self.curve_l_per_kwh)


class Generator(Duty):
    """A generating set that stands at the site."""

    name: Name = "generator"
    operation_cost: EnergyPrice | None = Field(
        default=None, description="oil, filters and wear per kWh; none where not given"
    )
    fixed_cost: YearlyCost | None = Field(
        default=None, description="what keeping it costs, whether it runs or not: rent, guard, upkeep"
    )
    may_retire: bool = Field(default=False, description="true: the plan may give it up and save its fixed cost")


class Outages(Part):
    """Failures of the grid: how often, and how long."""

    per_month: OutageRate = Field(description="outages in a month")
    duration: Duration = Field(description="mean length of one")
    seed: int = Field(default=1, ge=0, le=2**31, description="seed of when they fall")


class Contract(Part):
    """An instrument that gives a share of the electricity bought a factor of its own, for market-based scope 2."""

    kind: Literal["certificate", "contract", "supplier", "residual"] = Field(
        description="by rank (GHG Protocol Scope 2 Guidance, ch. 7): certificate, contract with a plant, supplier's own"
        " mix, residual mix of the grid"
    )
    name: Name
    share: Share | None = Field(default=None, description="of the electricity bought; a residual mix takes the rest")
    factor: EmissionPerEnergy = Field(description="as the instrument states it; a factor of 0 needs a source")

    @model_validator(mode="after")
    def _share_is_given(self) -> Self:
        if self.kind == "residual" and self.share is not None:
            what = _("a residual mix has a share")
            refuse("share", what, _("none: it takes the rest"), "{kind: residual, factor: 0.4 kgCO2e/kWh}")
        if self.kind != "residual" and self.share is None:
            refuse("share", _("a {kind} has no share").format(kind=self.kind), _("what it covers"), "share: 60 %")
        if self.factor.to("kgCO2e/kWh") == 0 and not self.factor.source:
            example = "factor: {value: 0 kgCO2e/kWh, basis: sourced, source: I-REC 2024}"
            refuse("factor", _("a factor of 0 has no source"), _("what states it"), example)
        return self


class Grid(Part):
    """A connection to the public grid, today's or on offer."""

    connected: bool = Field(default=True, description="false where it is only on offer")
    purchased: EnergyRate | None = Field(default=None, description="electricity bought today")
    losses: LossShare | None = Field(
        default=None, description="share of what is generated that the network loses; by country where not given"
    )
    contracts: list[Contract] = Field(
        default_factory=list[Contract], max_length=20, description="told beside scope 2 by location, never in its place"
    )
    limit: Power | None = Field(default=None, description="most power it gives; needed for a plan")
    price: EnergyPrice | None = Field(default=None, description="per kWh")
    connection_cost: Money | None = Field(
        default=None, description="what a connection on offer costs up front: line, transformer, fees"
    )
    connection_lifetime: Lifetime | None = Field(default=None, description="years over which that is spread")
    standing_charge: YearlyCost | None = Field(default=None, description="paid whether power is drawn or not")
    demand_charge: DemandCharge | None = Field(default=None, description="paid for the highest power of each month")
    export_price: EnergyPrice | None = Field(
        default=None, description="what is paid for solar power given to the grid; nothing is sold where not given"
    )
    export_limit: Power | None = Field(default=None, description="most that the grid takes; limit where not given")
    firm: bool = Field(default=False, description="true: its power counts as standing ready for critical machines")
    availability: list[Annotated[float, Field(ge=0, le=1)]] | None = Field(
        default=None, description="8,760 hourly values: 1 with supply, 0 without; always 1 where not given"
    )
    outages: Outages | None = Field(default=None, description="instead of a series: seeded outages")

    @model_validator(mode="after")
    def _contracts_fit(self) -> Self:
        if sum(one.kind == "residual" for one in self.contracts) > 1:
            refuse("contracts", _("two residual mixes are given"), _("one"), "kind: residual")
        if self.uncovered < -1e-9:
            what = _("the contracts cover {share:.4g} % of the electricity").format(share=100 * (1 - self.uncovered))
            refuse("contracts", what, _("at most 100 %"), "share: 60 %")
        return self

    @property
    def uncovered(self) -> float:
        """Share of the electricity bought that no certificate, contract or supplier covers."""
        return 1.0 - sum(one.share.to("1") for one in self.contracts if one.share is not None)

    @model_validator(mode="after")
    def _only_a_connection_sells(self) -> Self:
        if not self.connected and self.purchased is not None:
            refuse(
                "connected",
                _("electricity is bought from a grid that is not connected"),
                "connected: true",
                "connected: true",
            )
        if (self.connection_cost is None) != (self.connection_lifetime is None):
            what = _("one of connection_cost and connection_lifetime is missing")
            refuse("connection", what, _("both, or neither"), "connection_lifetime: 20 year")
        if self.connected and self.connection_cost is not None:
            what = _("a connection that stands has its cost behind it")
            refuse("connection", what, _("connection_cost only with connected: false"), "connected: false")
        return self

    @model_validator(mode="after")
    def _availability_is_hourly(self) -> Self:
        if self.availability is not None and len(self.availability) != 8760:
            what = _("availability has {n} values").format(n=len(self.availability))
            refuse("availability", what, _("8,760, one for each hour of the year"), "[1, 1, 0, ...]")
        if self.availability is not None and self.outages is not None:
            refuse("outages", _("both availability and outages are given"), _("one of the two"), "outages: {...}")
        return self


class Weather(Part):
    """Where the sun of the plan comes from: a file, twelve monthly means, or the embedded climatology."""

    file: Text | None = Field(default=None, description="EPW, TMY or PVGIS file, beside the site file")
    monthly_irradiation: list[Annotated[float, Field(ge=0, le=12)]] | None = Field(
        default=None,
        description="twelve means of global horizontal irradiation, kWh/m2/day",
        min_length=12,
        max_length=12,
    )
    wind: Speed | None = Field(
        default=None, description="mean wind speed 10 m above ground, which cools the panels; without it 2.67 m/s"
    )
    seed: int = Field(default=1, ge=0, le=2**31, description="seed of the synthetic day-to-day weather")


class Solar(Part):
    """A solar array that stands at the site; its making counts as capital goods, spread over its life."""

    power: Power = Field(description="peak power")
    lifetime: Lifetime
    remaining: Lifetime | None = Field(
        default=None, description="years it still serves; for as long as the plan if not given"
    )


class Battery(Part):
    """A battery that stands at the site; its making counts as capital goods, spread over its life."""

    capacity: EnergyCapacity
    power: Power
    lifetime: Lifetime
    remaining: Lifetime | None = Field(
        default=None, description="years it still serves; for as long as the plan if not given"
    )


class Energy(Part):
    """Everything that burns, runs or supplies."""

    diesel: Fuel | None = None
    petrol: Fuel | None = None
    machines: list[Machine] = Field(default_factory=list[Machine], max_length=500)
    engines: list[Engine] = Field(default_factory=list[Engine], max_length=200)
    generators: list[Generator] = Field(default_factory=list[Generator], max_length=20)
    grid: Grid | None = None
    weather: Weather = Field(default_factory=Weather)
    solar: Solar | None = None
    battery: Battery | None = None
    new_solar: Solar | None = Field(default=None, description="what a plan has added")
    new_battery: Battery | None = Field(default=None, description="what a plan has added")

    def fuels(self) -> dict[FuelName, Fuel]:
        """Return the fuels that the site burns, by name."""
        found: dict[FuelName, Fuel | None] = {"diesel": self.diesel, "petrol": self.petrol}
        return {name: fuel for name, fuel in found.items() if fuel is not None}

    def fuel_price(self, name: FuelName) -> float:
        """Return what a litre of a fuel costs, in USD; 0 where the site gives no price."""
        fuel = self.fuels().get(name)
        return fuel.price.to("USD/L") if fuel is not None and fuel.price is not None else 0.0
