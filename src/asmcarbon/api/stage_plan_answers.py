"""What the answer about a plan over stages is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow
from asmcarbon.api.footprint_answers import IntensityRow, PlainFootprint, Totals
from asmcarbon.api.plan_answers import AssumptionRow, BenefitsRow, CashFlowRow, SunRow, SupplyRow, WorkMeans


class ServiceRow(TypedDict):
    """One thing in service that a stage of the plan has added; panels as they have aged."""

    item: str
    kind: Literal["solar", "battery", "inverter", "generator", "measure", "rehabilitation", "connection"]
    size: float
    unit: str


class StagePurchaseRow(ServiceRow):
    """One thing that is bought."""

    kits: int | None
    capital_cost: float
    lifetime_years: float


class StageRow(TypedDict):
    """One stage: what is bought then, what is in service, and a year of it."""

    year: int
    new: list[StagePurchaseRow]
    in_service: list[ServiceRow]
    capital_cost: float
    annual_cost: float
    running_cost: float
    running_cost_as_today: float | None
    load_kwh: float
    supply_kwh: SupplyRow
    fuel_l: dict[str, float]
    gross_emissions: Figure
    emissions_cap: Figure | None
    dispatch_gap: float | None
    totals: Totals
    land_use_change: Figure | None
    removals: Figure | None
    intensities: list[IntensityRow]
    benefits: BenefitsRow


class TodayRow(TypedDict):
    """A year of today's equipment."""

    running_cost: float
    supply_kwh: SupplyRow
    fuel_l: dict[str, float]


class PaidRow(TypedDict):
    """What a source pays in a stage, by what for."""

    year: int
    pays_for: dict[str, float]


class SourceRow(TypedDict):
    """A product that gives money, or the site's own."""

    name: str
    kind: str
    amount: float
    ceiling: float | None
    stages: list[PaidRow]


class SoldRow(TypedDict):
    """Tonnes that are sold in a stage, or a premium that is taken."""

    name: str
    kind: str
    year: int
    is_taken: bool
    avoided_tonnes: float | None
    removed_tonnes: float | None


class FinancedYearRow(TypedDict):
    """One year of the plan's money, nominal; `given`, `interest` and `principal` by each source but the last."""

    year: int
    invested: float
    own_money: float
    given: list[float]
    fees: float
    replaced: float
    running: float
    running_today: float | None
    saving: float | None
    income: float
    up_front: float
    interest: list[float]
    principal: list[float]
    debt_service: float
    tax: float
    cash_available_for_debt_service: float | None
    debt_cover: float | None
    cash: float | None
    owed: float


class LeastRow(TypedDict):
    """The least of a series of years, and its year."""

    year: int
    value: float


class WorthRow(TypedDict):
    """What a financed plan comes to."""

    net_present_cost: float
    net_present_value: float | None
    least_debt_cover: LeastRow | None
    least_cash: LeastRow | None


class StressRow(WorthRow):
    """The same at another price, everything that was decided being held."""

    price: Literal["fuel_price", "metal_price"]
    change: float


class AffordabilityRow(TypedDict):
    """What is saved and due for each worker and week, in the year in which most is due."""

    year: int
    saving: float | None
    earned: float
    debt_service: float


class AbatementRow(TypedDict):
    """Tonnes avoided over the horizon against today's equipment, and what one costs before any product pays."""

    tonnes: float
    cost_per_tonne: float | None
    cost_per_discounted_tonne: float | None


class FinancingRow(WorthRow):
    """Who pays for a plan, what it sells, and its money by year."""

    inflation: float
    nominal_discount_rate: float
    covered_from: Literal["savings", "mine"]
    sources: list[SourceRow]
    sold: list[SoldRow]
    years: list[FinancedYearRow]
    outstanding_at_horizon: float
    residual_value_at_horizon: float
    project_internal_rate: float | None
    own_internal_rate: float | None
    own_payback_years: float | None
    stress: list[StressRow]
    per_worker_and_week: AffordabilityRow | None


class StagePlanAnswer(Provenance):
    """What to build at a site and when, and a year of each stage."""

    gwp_set: str
    currency: str
    site: SiteRow
    net_present_cost: float
    net_present_value: float | None
    discount_rate: float
    horizon_years: int
    gap: float
    dispatches: int
    solved_by: str
    objective: str
    today: TodayRow
    abatement: AbatementRow | None
    work: WorkMeans
    stages: list[StageRow]
    cash_flow: list[CashFlowRow]
    financing: FinancingRow | None
    sun: SunRow
    assumptions: list[AssumptionRow]
    footprint_today: PlainFootprint
    notes: list[str]
