"""What the answer about the statements of a site is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow
from asmcarbon.api.footprint_answers import ComparisonRow


class CodeRow(TypedDict):
    """A code of a standard that asks for a figure; not verified where it was seen second-hand only."""

    standard: Literal["IRIS+", "GRI", "SASB", "ESRS"]
    code: str
    verified: bool


class IndicatorRow(Figure):
    """One figure, what stands behind it and the codes of standards; the basis is blank where it follows from others."""

    key: str
    label: str
    basis: Literal["measured", "sourced", "assumed", ""]
    source: str
    codes: list[CodeRow]


class BaselineOutputRow(TypedDict):
    """What both years are told per unit of."""

    per: str
    baseline: Figure
    year: Figure
    ratio: float


class DifferenceRow(TypedDict):
    """One total of the baseline, for the output of the year, beside that of the year; of removals what was added."""

    total: Literal["scope_1", "scope_2", "scope_3", "land_use_change", "removals"]
    baseline: Figure
    year: Figure
    avoided: Figure


class ElectricityRow(TypedDict):
    """What electricity given to the grid avoids."""

    label: str
    avoided: Figure
    factor_id: str


class MarginRow(Figure):
    """The operating margin of the grid."""

    factor_id: str
    source: str


class BaselineRow(SiteRow):
    """The site as it would be without what was done; the same digest is the same baseline."""

    input_sha256: str


class AvoidedRow(TypedDict):
    """What is avoided against a stated baseline; `avoided` is of the three scopes, land apart."""

    baseline: BaselineRow | None
    why: str
    output: BaselineOutputRow | None
    differences: list[DifferenceRow]
    electricity: list[ElectricityRow]
    avoided: Figure
    avoided_land_use_change: Figure | None
    operating_margin: MarginRow | None
    only_in_baseline: list[str]
    only_in_year: list[str]
    codes: list[CodeRow]


class DataQualityRow(TypedDict):
    """The data quality score of PCAF, 1 (best) to 5; None where no row of its table fits."""

    score: int | None
    option: str
    table: str


class InvestorRow(TypedDict):
    """What one investor answers for; removals without regard to credits, and those apart."""

    name: str
    kind: Literal["loan", "equity"]
    outstanding: Figure
    attribution_percent: float
    scope_1: Figure
    scope_2: Figure
    scopes_1_2: Figure
    scope_2_market_based: Figure | None
    scope_3: Figure
    land_use_change: Figure | None
    removals: Figure | None
    credits_generated: Figure | None


class FinancedRow(TypedDict):
    """The footprint among those who finance the site; equity as it counts, none where it is below zero."""

    asset_class: Literal["business_loans_and_unlisted_equity", "project_finance"]
    as_of: str
    equity: Figure
    debt: Figure
    data_quality: DataQualityRow
    investors: list[InvestorRow]
    unattributed_percent: float


class SaleRow(TypedDict):
    """One sale of credits."""

    amount: Figure
    programme: str
    registry: str | None
    vintage: int


class ClaimRow(TypedDict):
    """What the site may still claim of one kind after its sales."""

    kind: Literal["removal", "avoided", "avoided_land_use_change"]
    total: Figure
    sold: Figure
    own_claim: Figure
    sales: list[SaleRow]


class PurposeRow(TypedDict):
    """One thing that the premium was spent on."""

    purpose: str
    amount: Figure


class JobIntensityRow(Figure):
    """A total over direct and indirect jobs."""

    total: Literal["scopes_1_2", "scopes_1_2_3", "land_use_change", "land_use_change_amortised"]
    scopes: list[int]
    per: str


class StatementsAnswer(Provenance):
    """What a site states beside its footprint; none of it is in a total of the footprint."""

    gwp_set: str
    boundary: str
    consolidation: str
    site: SiteRow
    emissions: list[IndicatorRow]
    avoided: AvoidedRow | None
    financed: FinancedRow | None
    credits: list[ClaimRow]
    social: list[IndicatorRow]
    premium_spent_on: list[PurposeRow]
    standard: str | None
    formalisation: str
    energy: list[IndicatorRow]
    intensities: list[JobIntensityRow]
    comparisons: list[ComparisonRow]
    notes: list[str]
