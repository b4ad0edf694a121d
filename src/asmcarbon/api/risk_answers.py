"""What the answer about a plan over scenarios is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow
from asmcarbon.api.footprint_answers import DataRow
from asmcarbon.api.plan_answers import AssumptionRow


class UncertainRow(TypedDict):
    """An input that varies: its 95 % range relative to the site's figure, and where that is stated."""

    key: str
    name: str
    low: float
    high: float
    source: str


class CostRange(TypedDict):
    """What something costs over the scenarios."""

    least: float
    mean: float
    most: float


class RiskPurchaseRow(TypedDict):
    """One thing to buy, in every scenario the same."""

    item: str
    kind: Literal["solar", "battery", "inverter", "generator", "measure", "rehabilitation", "connection"]
    size: float
    unit: str
    kits: int | None
    lifetime_years: float
    capital_cost: CostRange


class SpreadRow(TypedDict):
    """A figure over the scenarios: percentiles of equally likely values; null where a payback never comes."""

    key: str
    name: str
    unit: str
    least: float | None
    p5: float | None
    median: float | None
    p95: float | None
    most: float | None
    mean: float | None


class InformationRow(TypedDict):
    """What information is worth, a year, with generators that need not be on or off (Birge 1982)."""

    recourse: float
    wait_and_see: float
    of_average: float | None
    expected_value_of_perfect_information: float
    value_of_the_stochastic_solution: float | None
    gap: float


class SizesRow(TypedDict):
    """What a plan builds and takes."""

    solar_kw: float
    battery_kwh: float
    inverter_kw: float
    generator_units: list[int]
    measures: list[float]


class AveragePlanRow(SizesRow):
    """The plan for the average: its expected cost dispatched as the plan is, and how much more that is."""

    expected_cost: float | None
    regret: float | None
    is_the_plan: bool
    fails_in: list[int]


class AnewRow(SizesRow):
    """The plan that is best at an end, and what it costs less than the one that is held."""

    gain: float | None


class EndRow(TypedDict):
    """The plan at one end of a range; null where it breaks a limit."""

    share: float | None
    annual_cost: float | None
    net_present_value: float | None
    planned_anew: AnewRow | None


class SwingRow(TypedDict):
    """What one input does alone."""

    key: str
    name: str
    source: str
    low: EndRow
    high: EndRow


class TornadoRow(TypedDict):
    """The plan with all inputs as the site states them, and the swings about it, the widest first."""

    annual_cost: float | None
    net_present_value: float | None
    swings: list[SwingRow]


class OutcomeRow(TypedDict):
    """A scenario, and what the plan comes to in it; null where there is no today to compare with."""

    scenario: int
    factors: dict[str, float]
    seed: int | None
    sun_kwh_per_kw: float
    load_kwh: float
    capital_cost: float
    annual_cost: float
    annual_cost_today: float | None
    net_present_cost: float
    net_present_value: float | None
    payback_years: float | None
    unserved_kwh: float
    fuel_l: dict[str, float]
    gross_emissions: Figure
    scopes_1_2_3: Figure


class RiskAnswer(Provenance):
    """One plan for many scenarios, and what it risks."""

    gwp_set: str
    currency: str
    site: SiteRow
    discount_rate: float
    horizon_years: int
    scenarios: int
    seed: int
    uncertain: list[UncertainRow]
    has_days: bool
    purchases: list[RiskPurchaseRow]
    retired_generators: list[str]
    loses_money: int
    never_paid_back: int
    without_comparison: list[int]
    ranges: list[SpreadRow]
    information: InformationRow
    average_plan: AveragePlanRow
    tornado: TornadoRow
    outcomes: list[OutcomeRow]
    is_switched: bool
    dispatches: int
    assumptions: list[AssumptionRow]
    data: DataRow
    notes: list[str]
