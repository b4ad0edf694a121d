"""What may be built: each option with its cost, life and limits; what is not given comes from the factor tables."""

from pydantic import Field

from asmcarbon.measures import (
    CostPerEnergyCapacity,
    CostPerPower,
    EnergyCapacity,
    EnergyPrice,
    Lifetime,
    Power,
    Share,
    YearlyCostPerEnergyCapacity,
    YearlyCostPerPower,
)
from asmcarbon.site.model import Part


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


class Options(Part):
    """What the plan may choose from."""

    solar: SolarOption = Field(default_factory=SolarOption)
    battery: BatteryOption = Field(default_factory=BatteryOption)
    unserved_energy_price: EnergyPrice | None = Field(
        default=None, description="what a kWh not served costs the site; where not given, every kWh has to be served"
    )
