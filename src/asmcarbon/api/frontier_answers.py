"""What the answer about what fewer emissions cost is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow
from asmcarbon.api.footprint_answers import PeopleRow
from asmcarbon.api.stage_plan_answers import LeastRow
from asmcarbon.site.finance import ProductKind

OptionKind = Literal["solar", "battery", "inverter", "generator", "measure", "rehabilitation", "connection"]


class CostAndEmissions(TypedDict):
    """Net present cost and gross emissions of a plan, or of going on as today."""

    net_present_cost: float
    gross_emissions: Figure


class FrontierTodayRow(CostAndEmissions):
    """Going on as today; land-use change is in its gross emissions."""

    land_use_change: Figure


class BuiltRow(TypedDict):
    """What is built in one stage, and what its year emits."""

    year: int
    new_solar_kw: float
    new_storage_kwh: float
    new_storage_kw: float
    capital_cost: float
    gross_emissions: Figure


class PaidProductRow(TypedDict):
    """A product that a plan takes: what it gives or pays in all its years, nominal; tonnes, where it buys them."""

    name: str
    kind: ProductKind
    amount: float
    tonnes: float | None


class PointFinancingRow(TypedDict):
    """Who pays for a plan: the site itself, and the products that are taken."""

    cost_before_products: float
    own_money: float
    products: list[PaidProductRow]
    least_debt_cover: LeastRow | None
    least_cash: LeastRow | None


class TradeOffPlan(CostAndEmissions):
    """A plan; over stages, what serves in the last of them, and litres, kWh and emissions of all years."""

    land_use_change: Figure
    capital_cost: float
    generators: Literal["on_off", "line"]
    solar_kw: float
    storage_kwh: float
    storage_kw: float
    taken: list[str]
    fuel_l: dict[str, float]
    grid_kwh: float
    unserved_kwh: float
    person_days: float
    rehabilitated_ha: float
    financing: PointFinancingRow | None
    stages: list[BuiltRow]


class PointRow(TradeOffPlan):
    """The cheapest plan under a cap; null at both ends. By the line of each generator its gap is proven."""

    emissions_cap: Figure | None
    cost_of_last_tonne: float | None
    by_line: CostAndEmissions
    gap: float
    keeps_cap: bool | None


class AgreementRow(TypedDict):
    """How far plans by line are from their years with generators on and off, at most, as shares."""

    points: int
    net_present_cost: float
    gross_emissions: float


class AlternativeRow(TypedDict):
    """The plan without an option, or with one imposed, and how much dearer it is, as a share; null: there is none."""

    option: str
    kinds: list[OptionKind]
    is_imposed: bool
    dearer: float | None
    plan: TradeOffPlan | None


class RangeRow(TypedDict):
    """Sizes of plans within a share of the least cost; null where not found."""

    kind: OptionKind
    unit: str
    least: float | None
    planned: float
    most: float | None


class EffectRow(TypedDict):
    """What an option costs and avoids; a cost below zero saves."""

    net_present_cost: float
    avoided: Figure
    cost_per_tonne: float | None


class MeasureRow(TypedDict):
    """An option in the plan, and alone against today."""

    option: str
    kinds: list[OptionKind]
    is_taken: bool
    in_plan: EffectRow | None
    alone: EffectRow | None


class FrontierAnswer(Provenance):
    """What fewer emissions cost at a site."""

    gwp_set: str
    currency: str
    site: SiteRow
    people: PeopleRow
    minerals: list[str]
    emissions_over: Literal["year", "horizon"]
    years: list[int]
    discount_rate: float
    horizon_years: int
    today: FrontierTodayRow | None
    after_products: bool
    points: list[PointRow]
    agreement: AgreementRow | None
    alternatives: list[AlternativeRow]
    within: float
    ranges: list[RangeRow]
    measures: list[MeasureRow]
    dispatches: int
    rehabilitation_offered: bool
    notes: list[str]
