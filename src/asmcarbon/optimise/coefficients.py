"""What one unit of each decision emits, and which lines of a footprint a plan decides: from the calculator alone."""

from msgspec import Struct

from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import (
    Activity,
    battery_built,
    electricity_bought,
    electricity_lost,
    fuel_burned,
    fuel_supplied,
    solar_built,
)
from asmcarbon.footprint.calculate import emission_factor_of
from asmcarbon.footprint.footprint import Line
from asmcarbon.measures import Datum
from asmcarbon.optimise.assets import Assets
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site
from asmcarbon.units import quantity


class Coefficients(Struct, frozen=True):
    """Emissions of one unit of what the plan decides, from the calculator's own equations.

    fuel_kgco2e_per_l            burning a litre in a generator, by fuel: scope 1
    fuel_supply_kgco2e_per_l     supplying it: scope 3
    electricity_kgco2e_per_kwh   buying a kWh: scope 2
    electricity_supply_kgco2e_per_kwh  what the grid loses on its way: scope 3
    solar_kgco2e_per_kw_year     making a kW, spread over its life: scope 3
    battery_kgco2e_per_kwh_year  making a kWh, spread over its life: scope 3
    """

    fuel_kgco2e_per_l: dict[FuelName, float]
    fuel_supply_kgco2e_per_l: dict[FuelName, float]
    electricity_kgco2e_per_kwh: float
    electricity_supply_kgco2e_per_kwh: float
    solar_kgco2e_per_kw_year: float
    battery_kgco2e_per_kwh_year: float


def coefficients_of(site: Site, assets: Assets, tables: FactorTables) -> Coefficients:
    """Return what one unit of each decision emits."""

    def one(value: float, unit: str) -> Datum:
        return Datum(quantity(value, unit))

    def factor(activity: Activity, unit: str) -> float:
        return float(emission_factor_of(activity, site, tables).m_as(quantity(1.0, unit).units))

    every = (*site.energy.generators, *site.options.generators)
    fuels: list[FuelName] = sorted({generator.fuel for generator in every})
    litre, solar_life, battery_life = one(1.0, "L/year"), assets.solar.lifetime, assets.battery.lifetime
    kwh, grid = one(1.0, "kWh/year"), site.energy.grid
    solar = solar_built(one(1.0, "kW"), one(solar_life, "year"))
    battery = battery_built(one(1.0, "kWh"), one(battery_life, "year"))
    return Coefficients(
        fuel_kgco2e_per_l={fuel: factor(fuel_burned(fuel, "generator", litre), "kgCO2e/L") for fuel in fuels},
        fuel_supply_kgco2e_per_l={fuel: factor(fuel_supplied(fuel, "generator", litre), "kgCO2e/L") for fuel in fuels},
        electricity_kgco2e_per_kwh=factor(electricity_bought(kwh), "kgCO2e/kWh") if grid else 0.0,
        electricity_supply_kgco2e_per_kwh=factor(electricity_lost(kwh, grid.losses), "kgCO2e/kWh") if grid else 0.0,
        solar_kgco2e_per_kw_year=factor(solar, "kgCO2e/kW/year"),
        battery_kgco2e_per_kwh_year=factor(battery, "kgCO2e/kWh/year"),
    )


def is_gross(line: Line) -> bool:
    """Whether a line counts as gross operational emissions: scopes 1 and 2, and land; never removals."""
    return line.scope < 3 and line.account in ("energy", "land_use_change", "drained_peat")


def is_land(line: Line) -> bool:
    """Whether a line of the gross emissions is of land: what is told apart from energy and process."""
    return is_gross(line) and line.account != "energy"


def is_supply(line: Line) -> bool:
    """Whether a line belongs to the electricity supply, which the plan decides hour by hour."""
    supply = ("energy.grid.purchased", "energy.new_solar", "energy.new_battery")
    return line.source in supply or (line.source.startswith("energy.") and line.source.endswith(".generator"))
