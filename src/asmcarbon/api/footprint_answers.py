"""What the answer about a footprint is made of; see `answers.py`."""

from typing import Any, Literal, NotRequired, TypedDict

from asmcarbon.api.answers import Figure, Provenance, SiteRow


class Totals(TypedDict):
    """Sums over the lines, in tCO2e a year."""

    scope_1: Figure
    scope_2: Figure
    scope_3: Figure
    scopes_1_2: Figure
    scopes_1_2_3: Figure


class ContributionRow(TypedDict):
    """What one input adds to the variance of a total."""

    key: str
    basis: str
    variance_percent: float


class IntervalRow(TypedDict):
    """The 95 % interval of a total, the share of it that it covers, and what to measure next."""

    relative_percent: float | None
    covered_percent: float
    without_range: list[str]
    measure_next: list[ContributionRow]


class UncertaintyRow(TypedDict):
    """The 95 % intervals of the totals by error propagation."""

    method: str
    scopes_1_2: IntervalRow
    scopes_1_2_3: IntervalRow
    land_use_change: IntervalRow | None
    removals: IntervalRow | None


class DrawnRow(TypedDict):
    """The 95 % interval of a figure by draws, relative to the figure."""

    mean_percent: float | None
    low_percent: float | None
    high_percent: float | None
    covered_percent: float


class DrawnTotals(TypedDict):
    """The totals that were drawn."""

    scopes_1_2: DrawnRow
    scopes_1_2_3: DrawnRow
    land_use_change: DrawnRow | None
    removals: DrawnRow | None


class DrawnIntensity(DrawnRow):
    """An intensity that was drawn."""

    total: str
    per: str


class MonteCarloRow(TypedDict):
    """The 95 % intervals by seeded Monte Carlo."""

    method: str
    draws: int
    seed: int
    totals: DrawnTotals
    intensities: list[DrawnIntensity]


class SharesRow(TypedDict):
    """The share of the footprint that each product bears, by each method of allocation."""

    none: dict[str, float] | None
    mass: dict[str, float] | None
    economic: dict[str, float] | None


class AllocationRow(TypedDict):
    """How products share the footprint."""

    method: Literal["none", "mass", "economic"]
    shares: SharesRow


class PeopleRow(TypedDict):
    """Who works at the site; a job is one full-time equivalent."""

    workers: float | None
    women: float | None
    jobs: Figure | None


class IntensityRow(Figure):
    """A total over one denominator."""

    total: Literal["scopes_1_2", "scopes_1_2_3", "land_use_change", "land_use_change_amortised"]
    scopes: list[int]
    per: str
    relative_percent: float | None


class ComparisonRow(TypedDict):
    """The site beside a published figure of large-scale mining."""

    benchmark: str
    boundary: str
    site: Figure
    large_scale: Figure
    ratio: float
    factor_id: str
    source: str


class InputRow(Figure):
    """One figure that a line is computed from, with its 95 % range where known."""

    key: str
    name: str
    low: NotRequired[float]
    high: NotRequired[float]
    basis: Literal["measured", "sourced", "assumed", "factor", "convention"]
    source: str


class LineRatingRow(TypedDict):
    """A rating of PACT of one line, from 1, the best, to 5; why; and the key of the input that is rated."""

    rating: int
    reason: str
    key: str


class LineQualityRow(TypedDict):
    """How good the data behind one line are."""

    is_primary: bool
    is_activity_measured: bool
    technological: LineRatingRow
    temporal: LineRatingRow
    geographical: LineRatingRow


class LineRow(TypedDict):
    """One gas of one activity."""

    source: str
    label: str
    scope: int
    gas: str
    emission: Figure
    co2e: Figure
    account: Literal["energy", "market_based", "land_use_change", "land_history", "drained_peat", "removals"]
    uncertainty_percent: float | None
    factor_id: str
    factor_source: str
    release: str
    gwp_set: str
    substituted: bool
    includes_upstream: bool
    inputs: list[InputRow]
    notes: list[str]
    data_quality: LineQualityRow


class RatingReason(TypedDict):
    """Why some share of a total is rated as it is."""

    rating: int
    reason: str
    share_percent: float


class RatingRow(TypedDict):
    """A rating of PACT of a total: the emission-weighted mean of its lines', from 1, the best, to 5."""

    rating: float | None
    reasons: list[RatingReason]


class TotalQualityRow(TypedDict):
    """How good the data of a total are; null where it emits nothing."""

    primary_data_share_percent: float | None
    measured_activity_percent: float | None
    technological: RatingRow
    temporal: RatingRow
    geographical: RatingRow


class QualityRow(TypedDict):
    """How good the data of the totals are."""

    method: str
    scopes_1_2: TotalQualityRow
    scopes_1_2_3: TotalQualityRow
    land_use_change: TotalQualityRow | None
    removals: TotalQualityRow | None


class DataRow(TypedDict):
    """How many of the site's own figures are measured, sourced, assumed, and how good the data of the totals are."""

    measured: int
    sourced: int
    assumed: int
    assumed_figures: list[str]
    quality: QualityRow


class ExclusionRow(TypedDict):
    """A source left out, and why."""

    source: str
    reason: str


class EvidenceFactor(TypedDict):
    """A row of the factor tables as the footprint used it."""

    table: str
    item: str
    region: str
    valid_from: int
    valid_to: int | None
    gas: str
    value: float
    unit: str
    gwp_set: str
    low: float | None
    high: float | None
    distribution: str
    boundary: str
    source_id: str
    locator: str
    checked: str
    checked_on: str
    redistributable: str
    note: str


class EvidenceSource(TypedDict):
    """A publication that rows are from."""

    source_id: str
    citation: str
    publisher: str
    year: int | None
    url: str
    licence: str
    retrieved: str


class EvidenceRow(TypedDict):
    """What the footprint was made of, so that it can be computed again from the report alone."""

    site: dict[str, Any]
    coarsened: list[str]
    default_gwp_set: str
    factors: list[EvidenceFactor]
    sources: list[EvidenceSource]


class EmissionSourceRow(TypedDict):
    """What one thing that a site does emits, over its gases."""

    scope: int
    label: str
    co2e: Figure
    relative_percent: float | None
    covered_percent: float


class PlainFootprint(Provenance):
    """What a site emits in a year."""

    gwp_set: str
    boundary: str
    consolidation: str
    site: SiteRow
    totals: Totals
    scope_2_market_based: Figure | None
    land_use_change: Figure | None
    land_use_change_amortised: Figure | None
    drained_peat: Figure | None
    removals: Figure | None
    uncertainty: UncertaintyRow
    monte_carlo: MonteCarloRow | None
    people: PeopleRow
    mercury: Figure | None
    water: Figure | None
    allocation: AllocationRow
    intensities: list[IntensityRow]
    comparisons: list[ComparisonRow]
    sources: list[EmissionSourceRow]
    lines: list[LineRow]
    data: DataRow
    exclusions: list[ExclusionRow]
    notes: list[str]


class FootprintAnswer(PlainFootprint):
    """What a site emits in a year, with what it was made of."""

    evidence: EvidenceRow
