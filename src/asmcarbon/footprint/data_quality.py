"""How good the data of a footprint are: the share from primary data, and the ratings of PACT, each with its reason.

Seen of PACT: the Technical Specifications 3.0 themselves (primaryDataShare, DataQualityIndicators: three ratings from 1
to 5, each a weighted average of all inputs); the text of Pathfinder Framework 2.0, section 4.2.2, in a transcription;
and the matrix of ratings of the Methodology 3.0, p. 66, in a transcription that calls its wording simplified. Not seen:
the Methodology itself, and so its definition of primary data and what it may say of the cases that are ours alone.
Where what was seen has no rule for a case, the worse rating is taken, and the docstring says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from asmcarbon.factors.choose import ANYWHERE, WORLD
from asmcarbon.factors.countries import regions_of
from asmcarbon.factors.rows import Factor, FactorTables
from asmcarbon.footprint.derivation import Input, inputs_of
from asmcarbon.footprint.equations import data_quality_rating, primary_data_share
from asmcarbon.footprint.footprint import Line
from asmcarbon.messages import _
from asmcarbon.site.site import Site

Criterion = Literal["technological", "temporal", "geographical"]
CRITERIA: tuple[Criterion, ...] = ("technological", "temporal", "geographical")

BEST, WORST = 1, 5

# What an emission factor is multiplied with, and what leads from there to the unit of the factor. Every other input of
# a line is data on its emissions, and is rated.
_ACTIVITY = {"amount", "area", "share", "affected_share", "burned_share", "buffer", "fuel", "lifetime"}
_CONVERSIONS = {"density", "net_calorific_value", "loss_share"}

# A row that begins in it describes a substance, a machine or an ecosystem, and no year (emission_factors/README.md).
_NO_YEAR = 1990
# Its rows of region `any` are defaults for every country. Other publishers' are of one place, and taken elsewhere too.
_OF_ALL_COUNTRIES = "IPCC"


class Rating(Struct, frozen=True):
    """One rating of one figure.

    score   from 1, the best, to 5
    reason  in words
    key     of the input that is rated
    """

    score: int
    reason: str
    key: str


class LineQuality(Struct, frozen=True):
    """What is known of the data behind one line.

    is_primary            activity and emission factor are both primary data
    is_activity_measured  the activity is, whatever the factor is
    ratings               of its data on emissions; of several figures the worst
    """

    is_primary: bool
    is_activity_measured: bool
    ratings: dict[Criterion, Rating]


class Reason(Struct, frozen=True):
    """Why some share of a total is rated as it is."""

    score: int
    reason: str
    share: float


class Quality(Struct, frozen=True):
    """How good the data of a total are; None where it emits nothing.

    primary   share of it, in CO2e, from primary data
    measured  share of it whose activity is measured, whatever the factor is
    ratings   emission-weighted means, from 1, the best, to 5
    reasons   of each rating, the largest share of the total first
    """

    primary: float | None
    measured: float | None
    ratings: dict[Criterion, float] | None
    reasons: dict[Criterion, tuple[Reason, ...]]


def quality_of(lines: Sequence[Line], known: Mapping[int, LineQuality]) -> Quality:
    """Return how good the data of the sum of lines are.

    known   what is known of each line, by its identity (`quality_by_line`)

    Every line counts by what it emits, however little. (The Pathfinder Framework 2.0 rated only inputs above 5 % of the
    total; the specification 3.0 has all of them.) A line that is negative counts by its size.
    """
    sizes = [abs(float(line.co2e.magnitude)) for line in lines]
    total = sum(sizes)
    if not total:
        return Quality(None, None, None, dict.fromkeys(CRITERIA, ()))
    found = [known[id(line)] for line in lines]
    rated = list(zip(found, sizes, strict=True))
    return Quality(
        primary_data_share(sum(size for one, size in rated if one.is_primary), total),
        sum(size for one, size in rated if one.is_activity_measured) / total,
        {name: data_quality_rating([one.ratings[name].score for one in found], sizes) for name in CRITERIA},
        {name: _reasons(((one.ratings[name], size) for one, size in rated), total) for name in CRITERIA},
    )


def quality_by_line(lines: Sequence[Line], site: Site, tables: FactorTables) -> dict[int, LineQuality]:
    """Return what is known of each line, for all the totals that it stands in; it holds as long as they are kept."""
    return {id(line): line_quality(line, site, tables) for line in lines}


def _reasons(rated: Iterable[tuple[Rating, float]], total: float) -> tuple[Reason, ...]:
    sums: dict[tuple[int, str], float] = {}
    for rating, size in rated:
        key = (rating.score, rating.reason)
        sums[key] = sums.get(key, 0.0) + size
    found = [Reason(score, reason, size / total) for (score, reason), size in sums.items()]
    return tuple(sorted(found, key=lambda one: (-one.share, one.score, one.reason)))


def line_quality(line: Line, site: Site, tables: FactorTables) -> LineQuality:
    """Return what is known of the data behind one line.

    The data on its emissions are rated, as PACT's matrix rates a "dataset": the emission factor, the carbon stocks, the
    rate of a removal. How the activity is known is told by the two flags. Density, calorific value and the loss of a
    network belong to the activity. No rule was seen for a line that rests on several such figures: the worst counts.
    """
    inputs = [one for one in line.inputs if _is_datum(one)]
    rated = [one for one in inputs if one.name not in _ACTIVITY | _CONVERSIONS]
    found = [_ratings(one, site, tables) for one in rated] or [_all(WORST, _("no data on its emissions"), line.source)]
    worst: dict[Criterion, Rating] = {
        name: max((one[name] for one in found), key=lambda one: one.score) for name in CRITERIA
    }
    return LineQuality(is_primary(line), _are_measured(one for one in inputs if one.name in _ACTIVITY), worst)


def is_primary(line: Line) -> bool:
    """Whether a line is derived from primary data.

    "In order for an input to be considered primary data, both the activity and emission factor shall be compliant with
    the primary data definitions" (Pathfinder Framework 2.0, section 4.2.2; the definitions, its table 5, were not
    seen). Our reading: every figure that the line is computed from is the site's own and `measured`. So a line that
    takes a row of the tables is not primary, however well its fuel is measured; nor one that takes a row of the user's
    own, of which nobody says that it is measured; nor a supplier's footprint that the site cites (`sourced`), which
    would count by its own share of primary data: the site has no place to state it.
    """
    return _are_measured(inputs_of(line.derivation))


def _are_measured(inputs: Iterable[Input]) -> bool:
    """Whether there is a datum, and each is measured; of one that the site has computed, each that it comes from."""
    found = [leaf for one in inputs for leaf in inputs_of(one, deep=True) if _is_datum(leaf)]
    return bool(found) and all(leaf.basis == "measured" for leaf in found)


def _is_datum(one: Input) -> bool:
    """Whether an input is data: not what is so by definition or rule, nor a GWP, for which PACT has another field."""
    return one.basis != "convention" and one.name != "global_warming_potential"


def _ratings(one: Input, site: Site, tables: FactorTables) -> dict[Criterion, Rating]:
    """Return the ratings of one figure.

    The site's own measurement is of its plant, its year (`year` is "the year that the figures are of") and its place.
    Of a figure that it cites or assumes nothing is known, which the matrix rates 5 in time and place; technology, 5
    where it is unknown.
    """
    if one.basis == "factor":
        row = tables.by_id[one.key]
        scores = (technological(row), temporal(row, site.year, tables), geographical(row, site.country, tables))
        return {name: Rating(*score, one.key) for name, score in zip(CRITERIA, scores, strict=True)}
    if one.basis == "measured":
        return _all(BEST, _("measured at the site"), one.key)
    words = _("cited by the site, of unknown origin") if one.basis == "sourced" else _("assumed by the site")
    return _all(WORST, words, one.key)


def _all(score: int, reason: str, key: str) -> dict[Criterion, Rating]:
    return dict.fromkeys(CRITERIA, Rating(score, reason, key))


def technological(row: Factor) -> tuple[int, str]:
    """Return how well a row represents the technology, and why.

        1  the exact technology, plant-specific     4  a proxy: similar, but not the same
        2  the same technology of the company       5  different or unknown
        3  average of an equivalent technology

    A row names what it is for, and is an average of that: 3. No row is of the company's own plant. No rule was seen for
    three cases. By money spent: a whole group of products, so that the technology is unknown, 5. A world average in
    place of a country's mix of power plants: a proxy, 4. The making of solar arrays and batteries: one system stands
    for all, 4.

    Source: WBCSD, PACT (2025), Methodology 3.0, p. 66 (in a transcription with simplified wording).
    """
    if row.boundary == "cradle_to_shelf":
        return WORST, _("by money spent, whatever the technology")
    if row.region == WORLD:
        return 4, _("a world average stands in")
    if row.table == "embodied":
        return 4, _("one product stands for all of its kind")
    return 3, _("an average of its kind")


def temporal(row: Factor, year: int, tables: FactorTables) -> tuple[int, str]:
    """Return how well a row represents a year, and why: by the years between its data and the year of the site.

        up to 1 year: 1    up to 2: 2    up to 3: 3    up to 4: 4    more, or unknown: 5

    A row's data are of the year that it begins in; where it describes no year, of the year that its source was
    published, which is the latest that they can be of: no rule was seen for those. Data after the site's year differ
    from it as those before do.

    Source: WBCSD, PACT (2025), Methodology 3.0, p. 66 (in a transcription with simplified wording).
    """
    source = tables.sources.get(row.source_id)
    published = source.year if source is not None else None
    is_dated = row.valid_from > _NO_YEAR
    known = row.valid_from if is_dated else published
    if known is None:
        return WORST, _("of an unknown year")
    text = _("data of {known} for {year}") if is_dated else _("published in {known}, for {year}")
    return min(max(abs(year - known), BEST), WORST), text.format(known=known, year=year)


def geographical(row: Factor, country: str, tables: FactorTables) -> tuple[int, str]:
    """Return how well a row represents a country, and why.

        1  the part of the country where the site is    4  global average
        2  average of the country                       5  unknown, or a place without the site
        3  average of a region with the site

    No row is of a part of a country. No rule was seen for rows of region `any`: the IPCC's are its defaults for all
    countries, as a global average is, 4; other publishers' are figures of some place, the United Kingdom for one, that
    the tables take anywhere, 5.

    Source: WBCSD, PACT (2025), Methodology 3.0, p. 66 (in a transcription with simplified wording).
    """
    if row.region == country:
        return 2, _("of the country")
    if row.region in regions_of(country):
        return 3, _("of a region with the country")
    if row.region == WORLD:
        return 4, _("a world average")
    source = tables.sources.get(row.source_id)
    if row.region == ANYWHERE and source is not None and source.publisher == _OF_ALL_COUNTRIES:
        return 4, _("a default for all countries")
    return WORST, _("of another place, or of an unknown one")
