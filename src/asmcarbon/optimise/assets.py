"""What may be bought, priced: the site's own figures first, the defaults of the factor tables where it has none."""

from typing import Any, Literal

from msgspec import Struct

from asmcarbon.factors.choose import choose
from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.discounting import annuity
from asmcarbon.measures import Datum
from asmcarbon.site.site import Site

Kind = Literal["solar", "battery", "inverter", "generator", "measure", "rehabilitation", "connection"]


class Asset(Struct, frozen=True):
    """One thing that money may be spent on, by its unit, in the reporting currency.

    name            what a buyer asks for
    unit            kW, kWh, ha, units; `-` for a measure, of which there is one
    capital_cost    up front, for each unit
    operation_cost  each year, for each unit; below zero it saves more than it costs
    lifetime        years of service
    kind            what it is in the site
    number          of a measure or a way of rehabilitation, its place in the site's options
    kit             size of the kits that it is sold in, or None
    person_days     of work for each unit, once; yearly_person_days those of each year
    """

    name: str
    unit: str
    capital_cost: float
    operation_cost: float
    lifetime: float
    kind: Kind
    number: int = 0
    kit: float | None = None
    person_days: float = 0.0
    yearly_person_days: float = 0.0

    def annual_cost(self, discount_rate: float) -> float:
        """Return the cost of one unit in each year: the annuity of its capital, and its operation.

            annuity(r, lifetime) * capital_cost + operation_cost

        discount_rate  r, real, per year. [dimensionless]
        """
        return annuity(discount_rate, self.lifetime) * self.capital_cost + self.operation_cost


class Purchase(Struct, frozen=True):
    """One thing to buy, in its unit, and what it costs up front."""

    asset: Asset
    size: float

    @property
    def capital_cost(self) -> float:
        """What it costs up front."""
        return self.asset.capital_cost * self.size

    @property
    def kits(self) -> int | None:
        """How many kits that is; None where it is not sold in kits."""
        return None if self.asset.kit is None else round(self.size / self.asset.kit)


class Assumption(Struct, frozen=True):
    """One figure that the plan rests on and that the site did not state: which, how much, from where."""

    name: str
    value: str
    source: str


class Assets(Struct, frozen=True):
    """The equipment that a plan may choose from, the shares that describe the battery, the room that an array takes."""

    solar: Asset
    battery: Asset
    inverter: Asset
    charge_efficiency: float
    discharge_efficiency: float
    minimum_state: float
    area_m2_per_kw: float
    assumptions: tuple[Assumption, ...]


def assets_of(site: Site, tables: FactorTables) -> Assets:
    """Return the priced equipment of a site; every default that was taken is listed in `assumptions`."""
    taken: list[Assumption] = []

    def figure(own: Datum | None, item: str, unit: str) -> float:
        if own is not None:
            return own.to(unit)
        factor = choose(tables, item, site.country, site.year, None, None).factor
        datum: Any = Datum(factor.quantity)
        taken.append(Assumption(item, f"{factor.value:g} {factor.unit}", citation(tables, factor)))
        return datum.to(unit)

    solar, battery = site.options.solar, site.options.battery
    return Assets(
        solar=Asset(
            "solar array", "kW",
            figure(solar.capital_cost, "solar.capital_cost", "USD/kW"),
            figure(solar.operation_cost, "solar.operation_cost", "USD/kW/year"),
            figure(solar.lifetime, "solar.lifetime", "year"),
            "solar", kit=solar.kit.to("kW") if solar.kit is not None else None,
            yearly_person_days=solar.person_days.to("day/kW/year") if solar.person_days is not None else 0.0,
        ),
        battery=Asset(
            "battery", "kWh",
            figure(battery.energy_capital_cost, "battery.energy_capital_cost", "USD/kWh"),
            figure(battery.operation_cost, "battery.energy_operation_cost", "USD/kWh/year"),
            figure(battery.lifetime, "battery.lifetime", "year"),
            "battery", kit=battery.kit.to("kWh") if battery.kit is not None else None,
        ),
        inverter=Asset(
            "battery inverter", "kW",
            figure(battery.power_capital_cost, "battery.power_capital_cost", "USD/kW"),
            figure(battery.power_operation_cost, "battery.power_operation_cost", "USD/kW/year"),
            figure(battery.inverter_lifetime, "inverter.lifetime", "year"),
            "inverter", kit=battery.inverter_kit.to("kW") if battery.inverter_kit is not None else None,
        ),
        charge_efficiency=figure(battery.charge_efficiency, "battery.charge_efficiency", "1"),
        discharge_efficiency=figure(battery.discharge_efficiency, "battery.discharge_efficiency", "1"),
        minimum_state=figure(battery.minimum_state, "battery.minimum_state", "1"),
        area_m2_per_kw=(
            figure(solar.area_per_power, "solar.area_per_power", "m2/kW") if solar.area is not None else 0.0
        ),
        assumptions=tuple(taken),
    )  # fmt: skip
