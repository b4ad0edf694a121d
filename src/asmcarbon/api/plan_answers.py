"""What the answer about a plan is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow
from asmcarbon.api.footprint_answers import PlainFootprint


class Change(TypedDict):
    """A figure of today's equipment and of the plan; null where it does not exist."""

    today: float | None
    plan: float | None


class PurchaseRow(TypedDict):
    """One thing to buy."""

    item: str
    kind: Literal["solar", "battery", "inverter", "generator", "measure", "rehabilitation", "connection"]
    size: float
    unit: str
    capital_cost: float
    operation_cost: float
    lifetime_years: float
    kit_size: float | None
    kits: int | None


class BindingRow(TypedDict):
    """A limit that binds, and what one more unit of it gains of what is sought; below zero it costs that."""

    key: str
    name: str
    unit: str
    limit: float
    worth: float
    gains: str


class SupplyRow(TypedDict):
    """A year of electricity by where it comes from, in kWh."""

    solar: float
    generators: float
    grid: float
    unserved: float
    battery_losses: float
    solar_curtailed: float
    generators_dumped: float
    solar_sold: float


class SupplyChange(TypedDict):
    """The supply of today and of the plan."""

    today: SupplyRow
    plan: SupplyRow


class FuelChange(TypedDict):
    """Litres of each fuel, today and in the plan."""

    today: dict[str, float]
    plan: dict[str, float]


class CashFlowRow(TypedDict):
    """The money of one year; year 0 is the investment."""

    year: int
    capital: float
    running: float
    residual: float
    cost: float
    running_today: float
    saving: float


class SunRow(TypedDict):
    """The sun that the plan counts on."""

    yield_kwh_per_kw: float
    ghi_kwh_m2_day: float
    source: str


class AssumptionRow(TypedDict):
    """A figure that the site did not give, and where it was taken from."""

    name: str
    value: str
    source: str


class CertificateRow(TypedDict):
    """What HiGHS finds on all hours as one program: at the sizes of the plan, and with its sizes free."""

    found: float
    held: float
    least: float


class WorkMeans(TypedDict):
    """Person-days: to do what is done, of each year, and on average over the years; jobs where people are told."""

    once: float
    yearly: float
    mean_yearly: float
    years: float
    full_time_jobs: float | None
    hours_of_a_day: float
    full_time_hours: float | None


class WorkItem(TypedDict):
    """One thing that gives work."""

    item: str
    once: float
    yearly: float


class WorkRow(WorkMeans):
    """The work of a plan, and what gives it."""

    items: list[WorkItem]


class HectaresRow(TypedDict):
    """Hectares rehabilitated in one way."""

    item: str
    ha: float


class CommunityRow(TypedDict):
    """Surplus solar power that neighbours take in a year."""

    demand_kwh: float
    delivered_kwh: float
    price: float
    income: float
    target_kwh: float | None
    beside_generators_kwh: float


class SurplusRow(TypedDict):
    """Solar power that the site does not use in a year."""

    kwh: float
    thrown_away_kwh: float
    community: CommunityRow | None


class BenefitsRow(TypedDict):
    """What a year of a plan gives beside money and emissions."""

    work: WorkRow
    hectares: list[HectaresRow]
    surplus_solar: SurplusRow


class WeekRow(TypedDict):
    """A usual week, hour by hour, in kW; `solar` is what is used at once."""

    first_day: int
    load: list[float]
    solar: list[float]
    charge: list[float]
    discharge: list[float]
    generators: list[float]
    grid: list[float]
    unserved: list[float]


class PlanAnswer(Provenance):
    """What to build at a site, what it costs and saves, and its footprints before and after."""

    gwp_set: str
    currency: str
    site: SiteRow
    purchases: list[PurchaseRow]
    capital_cost: float
    objective: Literal["least_cost", "least_emissions", "most_jobs"]
    gap: float
    dispatch_gap: float | None
    resizing_gain: float | None
    certificate: CertificateRow | None
    person_days: float
    benefits: BenefitsRow
    rehabilitated_ha: float
    annual_cost: Change
    running_cost: Change
    net_present_cost: Change
    net_present_value: float
    payback_years: float | None
    discounted_payback_years: float | None
    levelised_cost_per_kwh: Change
    discount_rate: float
    horizon_years: int
    load_kwh: float
    supply_kwh: SupplyChange
    fuel_l: FuelChange
    fuel_scale: dict[str, float]
    avoided: Figure
    avoided_land_use_change: Figure
    cost_per_tonne_avoided: float | None
    budget_shadow_price: float | None
    bindings: list[BindingRow]
    retired_generators: list[str]
    battery_cycles_a_year: float | None
    standing_ready_kw: float | None
    short_reserve_hours: int | None
    mercury_kg: Change | None
    week: WeekRow | None
    cash_flow: list[CashFlowRow]
    sun: SunRow
    assumptions: list[AssumptionRow]
    solver: str
    footprint_today: PlainFootprint
    footprint_plan: PlainFootprint
    notes: list[str]
