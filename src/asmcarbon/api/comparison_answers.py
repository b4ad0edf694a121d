"""What the answer about sites side by side is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure, SiteRow
from asmcarbon.api.footprint_answers import ComparisonRow, DataRow, ExclusionRow, IntensityRow, PeopleRow, Totals


class StandingRow(TypedDict):
    """Where a site stands among all large-scale figures over one denominator."""

    per: str
    position: Literal["lower", "higher", "among"]
    site: Figure
    low: Figure
    high: Figure
    lower_than: int
    number: int


class ArtisanalRow(TypedDict):
    """A site's energy beside a published figure of artisanal mines, which is of energy alone."""

    figure: str
    boundary: str
    gas: str
    site: Figure
    published: Figure
    ratio: float
    factor_id: str
    source: str


class ComparedSite(TypedDict):
    """One of the sites, and what stands beside it."""

    file: str
    site: SiteRow
    factor_release: str
    input_sha256: str
    people: PeopleRow
    totals: Totals
    land_use_change: Figure | None
    land_use_change_amortised: Figure | None
    removals: Figure | None
    intensities: list[IntensityRow]
    comparisons: list[ComparisonRow]
    data: DataRow
    exclusions: list[ExclusionRow]
    standings: list[StandingRow]
    not_compared: str | None
    artisanal: list[ArtisanalRow]
    without_jobs: str | None


class ComparisonAnswer(TypedDict):
    """Sites of one boundary, set of GWPs and product."""

    asmcarbon: str
    boundary: Literal["mine_gate", "processing_gate", "refined"]
    consolidation: str
    gwp_set: str
    products: list[str]
    sites: list[ComparedSite]
    notes: list[str]
