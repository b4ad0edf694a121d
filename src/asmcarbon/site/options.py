"""What may be built: each option with its cost, life and limits; what is not given comes from the factor tables."""

from typing import Literal

from pydantic import Field

from asmcarbon.measures import (
    Area,
    CostPerEnergyCapacity,
    CostPerPower,
    EmissionRate,
    EnergyCapacity,
    EnergyPrice,
    LabourPerArea,
    Lifetime,
    Money,
    MoneyPerArea,
    MoneyRate,
    MoneyRatePerArea,
    Power,
    RemovalRate,
    Share,
    YearlyCostPerEnergyCapacity,
    YearlyCostPerPower,
)
from asmcarbon.site.energy import Duty, Machine
from asmcarbon.site.land import LandClass
from asmcarbon.site.model import Name, Part


class SolarOption(Part):
    """A solar array that may be built."""

    offered: bool = Field(default=True, description="false: not to be considered")
    capital_cost: CostPerPower | None = Field(default=None, description="per kWp, installed at the site")
    operation_cost: YearlyCostPerPower | None = Field(default=None, description="per kWp and year")
    lifetime: Lifetime | None = None
    maximum: Power | None = Field(default=None, description="most that may be built")
    losses: Share | None = Field(
        default=None, description="soiling, wiring, mismatch and the like; PVWatts's 14 % where not given"
    )


class BatteryOption(Part):
    """A battery that may be built: energy and power are chosen apart."""

    offered: bool = Field(default=True, description="false: not to be considered")
    energy_capital_cost: CostPerEnergyCapacity | None = Field(
        default=None, description="per kWh of capacity, installed"
    )
    power_capital_cost: CostPerPower | None = Field(default=None, description="per kW of its inverter, installed")
    operation_cost: YearlyCostPerEnergyCapacity | None = Field(default=None, description="per kWh of capacity and year")
    power_operation_cost: YearlyCostPerPower | None = Field(default=None, description="per kW of its inverter and year")
    lifetime: Lifetime | None = Field(default=None, description="of the cells")
    inverter_lifetime: Lifetime | None = None
    charge_efficiency: Share | None = None
    discharge_efficiency: Share | None = None
    minimum_state: Share | None = Field(default=None, description="share of the capacity that is never drawn")
    maximum: EnergyCapacity | None = Field(default=None, description="most that may be built")


class GeneratorOption(Duty):
    """A generating set that may be bought, in whole units."""

    name: Name = "new generator"
    operation_cost: EnergyPrice | None = Field(default=None, description="oil, filters and wear per kWh")
    capital_cost: CostPerPower = Field(description="per kW of its rating, installed")
    lifetime: Lifetime
    maximum: int = Field(default=1, ge=1, le=20, description="units that may be bought")


class Reduction(Part):
    """What a measure takes away from one activity of today."""

    activity: Name = Field(
        description="where it stands in the site: energy.diesel.engines, land.opened.0, explosives.anfo"
    )
    share: Share = Field(description="of today's amount")


class MeasureOption(Part):
    """Something that changes activities: an electric pump for an engine, targeted prospecting, backfilling at once."""

    name: Name
    capital_cost: Money = Field(description="up front, installed")
    yearly_cost: MoneyRate | None = Field(default=None, description="each year; negative where it earns")
    lifetime: Lifetime
    reduces: list[Reduction] = Field(default_factory=list[Reduction], max_length=20)
    adds: list[Machine] = Field(
        default_factory=list[Machine], max_length=20, description="machines that then run on electricity"
    )
    whole: bool = Field(default=True, description="false where a part of it may be done")


class RehabilitationOption(Part):
    """A way to rehabilitate one class of land, by the hectare."""

    method: Name
    land: LandClass
    capital_cost: MoneyPerArea
    yearly_cost: MoneyRatePerArea | None = Field(default=None, description="upkeep less income")
    lifetime: Lifetime = Field(description="years over which its cost is spread")
    person_days: LabourPerArea | None = Field(default=None, description="of work for a hectare")
    uptake: RemovalRate | None = Field(default=None, description="mean a year over its lifetime, before losses")
    survival: Share | None = Field(default=None, description="share of the uptake that survives; 100 % where not given")
    buffer: Share | None = Field(default=None, description="share held back against reversal; none where not given")
    minimum: Area | None = Field(default=None, description="hectares that a contract or standard asks of this method")
    maximum: Area | None = None


class Options(Part):
    """What the plan may choose from."""

    objective: Literal["least_cost", "least_emissions", "most_jobs"] = Field(
        default="least_cost", description="least emissions and most jobs need a budget"
    )
    emissions_cap: EmissionRate | None = Field(
        default=None,
        description="most gross emissions a year, scopes 1 and 2 and land; removals never count towards it",
    )
    generators: list[GeneratorOption] = Field(default_factory=list[GeneratorOption], max_length=5)
    measures: list[MeasureOption] = Field(default_factory=list[MeasureOption], max_length=12)
    rehabilitation: list[RehabilitationOption] = Field(default_factory=list[RehabilitationOption], max_length=20)

    solar: SolarOption = Field(default_factory=SolarOption)
    battery: BatteryOption = Field(default_factory=BatteryOption)
    unserved_energy_price: EnergyPrice | None = Field(
        default=None, description="what a kWh not served costs the site; where not given, every kWh has to be served"
    )
