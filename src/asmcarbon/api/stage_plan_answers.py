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
    today: TodayRow
    work: WorkMeans
    stages: list[StageRow]
    cash_flow: list[CashFlowRow]
    sun: SunRow
    assumptions: list[AssumptionRow]
    footprint_today: PlainFootprint
    notes: list[str]
