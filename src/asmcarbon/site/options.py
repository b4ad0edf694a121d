"""What may be built: each option with its cost, life and limits; what is not given comes from the factor tables."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import (
    Area,
    AreaPerPower,
    CostPerEnergyCapacity,
    CostPerPower,
    CriticalTime,
    EmissionRate,
    EnergyCapacity,
    EnergyPrice,
    EnergyRate,
    KitEnergy,
    KitPower,
    Labour,
    LabourPerArea,
    LabourRate,
    LabourRatePerArea,
    LabourRatePerPower,
    Lifetime,
    Money,
    MoneyPerArea,
    MoneyRate,
    MoneyRatePerArea,
    Payback,
    Power,
    RemovalRate,
    Share,
    YearlyCostPerEnergyCapacity,
    YearlyCostPerPower,
)
from asmcarbon.messages import _
from asmcarbon.site.community import Community
from asmcarbon.site.energy import Duty, Machine
from asmcarbon.site.model import Name, Part, refuse
from asmcarbon.site.rehabilitated import LandClass
from asmcarbon.site.stages import Stages
from asmcarbon.site.uncertainty import Uncertainty


class SolarOption(Part):
    """A solar array that may be built."""

    offered: bool = Field(default=True, description="false: not to be considered")
    capital_cost: CostPerPower | None = Field(default=None, description="per kWp, installed at the site")
    operation_cost: YearlyCostPerPower | None = Field(default=None, description="per kWp and year")
    lifetime: Lifetime | None = None
    maximum: Power | None = Field(default=None, description="most that may be built")
    area: Area | None = Field(default=None, description="roof or ground that there is for it")
    area_per_power: AreaPerPower | None = Field(
        default=None, description="what a kWp takes up, rows and paths included"
    )
    kit: KitPower | None = Field(
        default=None, description="size of the kits that it is sold in; any size where not given"
    )
    person_days: LabourRatePerPower | None = Field(default=None, description="of upkeep, per kWp and year")
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
    maximum_power: Power | None = Field(default=None, description="most inverter power that may be built")
    kit: KitEnergy | None = Field(default=None, description="size of the kits that its cells are sold in")
    inverter_kit: KitPower | None = Field(default=None, description="size of the inverters that are sold")
    cycle_life: Annotated[float, Field(gt=0, le=1e6)] | None = Field(
        default=None, description="full cycles of its usable capacity that it lives through; the plan keeps within them"
    )
    coldest_charge: Annotated[float, Field(ge=-60, le=40)] | None = Field(
        default=None, description="air temperature in °C below which it may not be charged: 0 for LFP cells in the open"
    )


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
    person_days: LabourRate | None = Field(default=None, description="of work in each year, once it is done")
    person_days_once: Labour | None = Field(default=None, description="of work to do it")


class RehabilitationOption(Part):
    """A way to rehabilitate one class of land, by the hectare."""

    method: Name
    land: LandClass
    capital_cost: MoneyPerArea
    yearly_cost: MoneyRatePerArea | None = Field(default=None, description="upkeep less income")
    lifetime: Lifetime = Field(description="years over which its cost is spread")
    person_days: LabourPerArea | None = Field(default=None, description="of work for a hectare, once")
    yearly_person_days: LabourRatePerArea | None = Field(default=None, description="of upkeep, each year")
    uptake: RemovalRate | None = Field(default=None, description="mean a year over its lifetime, before losses")
    survival: Share | None = Field(default=None, description="share of the uptake that survives; 100 % where not given")
    buffer: Share | None = Field(default=None, description="share held back against reversal; none where not given")
    minimum: Area | None = Field(default=None, description="hectares that a contract or standard asks of this method")
    maximum: Area | None = None


class Adequacy(Part):
    """What must stand ready for the critical machines, beyond the year that the plan foresees."""

    reserve: Share | None = Field(default=None, description="power above the critical peak, as a share of it")
    carry: CriticalTime | None = Field(
        default=None, description="time for which the battery can always carry the critical peak"
    )
    hourly_load: Share | None = Field(
        default=None, description="share of each hour's load that should stand ready: hours that fall short are counted"
    )
    hourly_solar: Share | None = Field(default=None, description="the same, of each hour's solar power")


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
    unserved_maximum: EnergyRate | None = Field(default=None, description="most that may stay unserved at that price")
    adequacy: Adequacy | None = Field(default=None, description="what stands ready for the critical machines")
    rehabilitation_target: Area | None = Field(
        default=None, description="hectares that the site sets itself, beyond what land.obligation requires"
    )
    removals_target: EmissionRate | None = Field(
        default=None, description="removals a year that the site sets itself; they are never set against emissions"
    )
    person_days_target: LabourRate | None = Field(
        default=None,
        description="person-days a year of rehabilitation and measures that the site sets itself, on average over"
        " finance.horizon",
    )
    community: Community | None = Field(default=None, description="neighbours who could use surplus solar power")
    stages: Stages | None = Field(default=None, description="years of investment; one year alone where not given")
    uncertainty: Uncertainty | None = Field(
        default=None, description="how far prices, load and sun may turn out otherwise, for `asmcarbon risk`"
    )
    claimed_payback: Payback | None = Field(
        default=None, description="payback that a supplier promises: the plan says if the figures do not give it"
    )

    @model_validator(mode="after")
    def _a_maximum_has_a_price(self) -> Self:
        if self.unserved_maximum is not None and self.unserved_energy_price is None:
            what = _("unserved_maximum is given without unserved_energy_price")
            refuse("unserved", what, _("the price as well"), "unserved_energy_price: 1 USD/kWh")
        return self
