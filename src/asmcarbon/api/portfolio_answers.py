"""What the answer about a fund over many sites is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance
from asmcarbon.portfolio.question import Goal


class PerTonne(TypedDict):
    """Net present cost, and money of the fund, for a tonne avoided over the horizon; null where none is."""

    cost_per_tonne: float | None
    money_per_tonne: float | None


class FundTotals(PerTonne):
    """What a choice comes to; land-use change stands apart, removals are not counted."""

    sites: int
    money: float
    net_present_cost: float
    avoided: Figure
    avoided_over_horizon: Figure
    land_avoided: Figure
    jobs: float
    women: float


class FundGroup(FundTotals):
    """The funded sites of a country, or that sell a mineral."""

    name: str


class StartRow(TypedDict):
    """A site, the point of its frontier, and the year in which it starts."""

    site: str
    point: int
    year: int


class FundedRow(StartRow, PerTonne):
    """A site that is funded."""

    file: str
    input_sha256: str
    country: str
    minerals: list[str]
    points: int
    money: float
    net_present_cost: float
    horizon_years: int
    avoided: Figure
    avoided_over_horizon: Figure
    land_avoided: Figure
    jobs: float
    women: float
    solar_kw: float
    storage_kwh: float
    storage_kw: float
    taken: list[str]


class LeftOutRow(TypedDict):
    """A site that is not funded, and why; loss: by how much the goal would be missed with it; null where unknown."""

    site: str
    file: str
    why: str
    loss: float | None


class FundYearRow(TypedDict):
    """Money of a year."""

    year: int
    budget: float
    spent: float
    left: float


class FundLimitRow(TypedDict):
    """A limit or a floor; it binds where the goal would be reached better without it, by `gain`."""

    kind: Literal["country", "mineral", "floor", "carry_over"]
    name: str
    unit: str
    limit: float | None
    used: float | None
    binds: bool
    gain: float


class MovedPointRow(TypedDict):
    """A site that moves to another point of its frontier."""

    site: str
    from_point: int
    to_point: int


class NextMoneyRow(TypedDict):
    """What more money would buy: the fund solved again."""

    money: float
    gain: float
    totals: FundTotals
    added: list[str]
    dropped: list[str]
    moved: list[MovedPointRow]


class GreedyRow(TypedDict):
    """What a ranking by money for a tonne would do; short: by how much it misses the goal; breaks: what it breaks."""

    totals: FundTotals
    short: float
    funded: list[StartRow]
    breaks: list[str]


class PortfolioAnswer(Provenance):
    """Which sites a fund should pay for."""

    gwp_set: str
    currency: str
    name: str
    goal: Goal
    carry_over: bool
    totals: FundTotals
    funded: list[FundedRow]
    left_out: list[LeftOutRow]
    by_year: list[FundYearRow]
    by_country: list[FundGroup]
    by_mineral: list[FundGroup]
    limits: list[FundLimitRow]
    next: NextMoneyRow
    greedy: GreedyRow
    gap: float
    notes: list[str]
