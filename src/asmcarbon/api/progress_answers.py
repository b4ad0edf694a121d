"""What the answer about a site over years is made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Figure


class NamedSite(TypedDict):
    """Which site, over all its years."""

    name: str
    country: str


class OutputRow(Figure):
    """What a year's activities are told over."""

    per: str


class YearIntensity(Figure):
    """A total of a year over one denominator."""

    total: str
    per: str


class YearRow(TypedDict):
    """One year of the site, and what repeats its figures."""

    year: int
    factor_release: str
    input_sha256: str
    gwp_set: str
    output: OutputRow
    scopes_1_2: Figure
    scopes_1_2_3: Figure
    land_use_change: Figure | None
    removals: Figure | None
    intensities: list[YearIntensity]


class Moved(TypedDict):
    """A figure in two years."""

    before: Figure
    after: Figure
    change: Figure


class Causes(Moved):
    """A change split by cause; the four sum to it."""

    activity: Figure
    intensity: Figure
    factor: Figure
    boundary: Figure


class SplitTotals(TypedDict):
    """The totals whose change is split; land-use change and removals stand apart."""

    scopes_1_2: Causes
    scopes_1_2_3: Causes


class SourceCauses(Causes):
    """The change of one source."""

    source: str
    label: str
    scope: int


class KeyedFigure(TypedDict):
    """A figure behind a factor; without a value where several entries have one each."""

    key: str
    value: float | None
    unit: str | None


class FactorChanged(TypedDict):
    """A figure behind factors that is another one in the later year; `of_year` where each year has a row of its own."""

    name: str
    before: KeyedFigure | None
    after: KeyedFigure | None
    of_year: bool
    lines: list[str]


class BoundaryChanged(TypedDict):
    """What one of the two accounts leaves out, and why."""

    source: str
    label: str
    left_out_in: int
    reason: str


# The functional form is for keys that Python reserves: `in`, `from`.
InOneFile = TypedDict("InOneFile", {"source": str, "label": str, "scope": int, "in": int, "intensity": Figure})
InOneFile.__doc__ = "What one year's file has none of, and does not say that it leaves out."

Span = TypedDict(
    "Span",
    {
        "from": int,
        "to": int,
        "totals": SplitTotals,
        "land_use_change": Moved | None,
        "removals": Moved | None,
        "sources": list[SourceCauses],
        "factors_changed": list[FactorChanged],
        "boundary_changed": list[BoundaryChanged],
        "in_one_file": list[InOneFile],
    },
)
Span.__doc__ = "The change between two years."


class RestatedTotal(TypedDict):
    """A total of the base year, and what it is worth to count it as the latest year is."""

    stated: Figure
    method: Figure
    boundary: Figure
    percent: float | None
    rows_of_the_year: Figure
    recalculate: bool | None
    recalculated: Figure | None


class RestatedTotals(TypedDict):
    """The totals of the base year."""

    scopes_1_2: RestatedTotal
    scopes_1_2_3: RestatedTotal


class BaseYear(TypedDict):
    """Whether the base year is to be recalculated; not judged without a threshold."""

    year: int
    by_factors_of: int
    threshold_percent: float | None
    totals: RestatedTotals
    not_recalculated: list[str]


class ProgressAnswer(TypedDict):
    """A site's years, and what changed from each to the next."""

    asmcarbon: str
    method: str
    site: NamedSite
    boundary: Literal["mine_gate", "processing_gate", "refined"]
    consolidation: str
    per: str
    years: list[YearRow]
    changes: list[Span]
    since_base_year: Span
    base_year: BaseYear
    notes: list[str]
