"""What the answer about a plan over stages in many scenarios is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow
from asmcarbon.api.footprint_answers import DataRow
from asmcarbon.api.plan_answers import AssumptionRow
from asmcarbon.api.risk_answers import CostRange, SpreadRow, UncertainRow


class AtYear(TypedDict):
    """A figure, and the year of the plan in which it is that."""

    year: int
    value: float


class StageRiskPurchaseRow(TypedDict):
    """One thing that is bought in a stage, in every scenario the same."""

    item: str
    kind: Literal["solar", "battery", "inverter", "generator", "measure", "rehabilitation", "connection"]
    size: float
    unit: str
    kits: int | None
    capital_cost: CostRange


class StageRiskStageRow(TypedDict):
    """What is built in a stage, and what it costs over the scenarios, in money of the first day."""

    year: int
    capital_cost: CostRange
    new: list[StageRiskPurchaseRow]


class StageRiskSourceRow(TypedDict):
    """What a source was agreed to pay, and what it comes to over the scenarios, nominal."""

    name: str
    kind: str
    agreed: float
    ceiling: float | None
    pays: CostRange


class StageRiskPlanRow(TypedDict):
    """The plan that is held in every scenario; `reason` says why it is the one for the site as it is stated."""

    is_of_middle: bool
    reason: str | None
    stages: list[StageRiskStageRow]
    sources: list[StageRiskSourceRow]
    minimum_cover: float | None
    own_money: float | None


class BrokenRow(TypedDict):
    """In how many scenarios something is so, and in which."""

    count: int
    share: float
    scenarios: list[int]


class BrokenRows(TypedDict):
    """How often each limit is broken; null where there is no such limit."""

    cover_below_minimum: BrokenRow | None
    cover_below_one: BrokenRow | None
    cash_below_zero: BrokenRow | None
    loses_money: BrokenRow | None
    emissions_above_cap: BrokenRow | None


class StageRiskRangeRow(SpreadRow):
    """A figure over the scenarios in which it is known, of which there are so many."""

    of: int


class ExpectedMoneyRow(TypedDict):
    """The least cover and cash of the mean of the scenarios' money."""

    least_debt_cover: AtYear | None
    least_cash: AtYear | None


class StageInformationRow(TypedDict):
    """What it is worth to plan for all scenarios, net present (Birge 1982).

    The first three are dispatched as the plan is; recourse and what follows with generators that need not be on or off.
    """

    expected_cost: float | None
    of_middle: float | None
    of_sought: float | None
    regret: float | None
    middle_fails_in: list[int]
    middle_keeps_money: bool
    recourse: float | None
    wait_and_see: float | None
    of_average: float | None
    expected_value_of_perfect_information: float | None
    value_of_the_stochastic_solution: float | None
    gap: float | None


class StageFigures(TypedDict):
    """What the plan comes to at one end of a range."""

    net_present_cost: float
    net_present_value: float | None
    least_debt_cover: AtYear | None
    least_cash: AtYear | None
    gross_emissions: Figure


class StageEndRow(TypedDict):
    """One end of a range; null where the plan breaks a limit there."""

    share: float | None
    figures: StageFigures | None


class StageSwingRow(TypedDict):
    """What one input does alone to the plan that is held."""

    key: str
    name: str
    source: str
    low: StageEndRow
    high: StageEndRow


class StageTornadoRow(TypedDict):
    """The plan with all inputs as the site states them, and the swings of its cost about it, the widest first."""

    middle: StageFigures | None
    swings: list[StageSwingRow]


class StageOutcomeRow(TypedDict):
    """A scenario, and what the plan comes to in it; null where it fails, or where there is no such figure."""

    scenario: int
    fails: bool
    factors: dict[str, float]
    seed: int | None
    sun_kwh_per_kw: float
    load_kwh: float
    capital_cost: float | None
    project_net_present_cost: float | None
    project_net_present_value: float | None
    net_present_cost: float | None
    net_present_value: float | None
    project_internal_rate: float | None
    own_internal_rate: float | None
    own_payback_years: float | None
    least_debt_cover: AtYear | None
    least_cash: AtYear | None
    fuel_l_per_year: float | None
    gross_emissions: Figure | None
    scopes_1_2_3: Figure | None
    avoided_tonnes: float | None
    broken_caps: list[int]


class StageRiskAnswer(Provenance):
    """One plan over stages for many scenarios, and what it risks."""

    gwp_set: str
    currency: str
    site: SiteRow
    discount_rate: float
    nominal_discount_rate: float | None
    inflation: float | None
    horizon_years: int
    scenarios: int
    seed: int
    uncertain: list[UncertainRow]
    has_days: bool
    plan: StageRiskPlanRow
    fails_in: list[int]
    broken: BrokenRows
    ranges: list[StageRiskRangeRow]
    expected_money: ExpectedMoneyRow
    information: StageInformationRow
    tornado: StageTornadoRow
    outcomes: list[StageOutcomeRow]
    is_switched: bool
    dispatches: int
    assumptions: list[AssumptionRow]
    data: DataRow
    notes: list[str]
