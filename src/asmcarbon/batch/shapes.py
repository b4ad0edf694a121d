"""Sites that are computed alike, and the coefficients by which they are: one's lines, for one unit of each figure.

The calculator itself makes the lines, of a site that states everything its table has. A line is a product in what the
site states (tried here, by the line's own equations), so that its coefficient and what another site states give that
site's line: no equation is written twice, and the factors, the notes of what is missing, the ratings and the ranges are
the calculator's.
"""

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from math import isclose
from typing import Any, NamedTuple

from msgspec import Struct, field

from asmcarbon.batch.columns import WORDS, Item, items, placed, word_of
from asmcarbon.errors import FactorError, InputError, Problem
from asmcarbon.factors.choose import ANYWHERE, WORLD
from asmcarbon.factors.countries import regions_of
from asmcarbon.factors.rows import FactorTables
from asmcarbon.footprint.activities import LAND_ACCOUNTS, Activity, activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.data_quality import CRITERIA, line_quality
from asmcarbon.footprint.derivation import Input, Step, evaluated, inputs_of
from asmcarbon.footprint.footprint import Line
from asmcarbon.footprint.intensity import Denominator, denominators_of
from asmcarbon.footprint.uncertainty import correlated, lacking_range, moves_of
from asmcarbon.site.read import site_of
from asmcarbon.site.site import Site

# What a line is proportional to: items, each with its power.
Powers = tuple[tuple[str, int], ...]
# Of the site that is read for a shape, before its places are known: nothing of that reading depends on them.
_YEAR, _COUNTRY = 2020, "PER"


class Shape(NamedTuple):
    """What sites of one table have in common that are computed alike.

    basis   of their figures
    words   what they tell in words, by item
    stated  the items that they state, of those that are no amounts
    """

    basis: str
    words: tuple[tuple[str, str], ...]
    stated: frozenset[str]


class Place(NamedTuple):
    """Where and when a site is."""

    country: str
    year: int


class Moves(Struct, frozen=True):
    """How far a term is known.

    is_covered  every factor in it has a range
    moved       by how much half the range of each of them moves it, by what terms share, relative to the term
    """

    is_covered: bool
    moved: tuple[tuple[str, float], ...]


class Term(Struct, frozen=True, dict=True):
    """A line of every site of a shape at a place.

    line         of the site that states one example of everything
    powers       what it is proportional to
    coefficient  kgCO2e a year for one of each, in the units of the items
    """

    line: Line
    powers: Powers
    coefficient: float

    @cached_property
    def moves(self) -> Moves:
        """How far the line is known, whatever a site states."""
        known = by_key()
        if any(key not in known for key in lacking_range(self.line.derivation)):
            return Moves(False, ())
        whole = float(self.line.co2e.magnitude)
        moved = moves_of(self.line.derivation) if whole else []
        return Moves(True, tuple((correlated(one), half / whole) for one, half in moved))


class Rated(Struct, frozen=True):
    """What is known of the data behind a term, as numbers.

    primary, measured  1 where its data, or those of its activity, are primary, or 0
    scores             by criterion
    """

    primary: float
    measured: float
    scores: tuple[float, ...]


class Placed(Struct, frozen=True):
    """A shape at a place: its terms, and the items that cannot be computed there, with the reason."""

    terms: tuple[Term, ...]
    rated: tuple[Rated, ...]
    refused: dict[str, str]


class ShapeError(Exception):
    """A line is no product in what the site states: a fault of ours."""


class Compiled(Struct, dict=True):
    """A shape, read once, with what was found for its places.

    refused   why no site of this shape can be read; empty where it can
    """

    shape: Shape
    amounts: tuple[str, ...]
    tables: FactorTables
    refused: tuple[Problem, ...] = ()
    site: Site | None = None
    activities: tuple[Activity, ...] = ()
    _terms: dict[object, tuple[Term, ...]] = field(default_factory=dict)
    _rated: dict[tuple[int, Place | int], Rated] = field(default_factory=dict)
    _powers: dict[object, tuple[Powers, float]] = field(default_factory=dict)
    _consulted: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _rows: dict[tuple[str, Place], tuple[str, ...]] = field(default_factory=dict)

    def at(self, place: Place) -> Placed:
        """Return the terms of the shape's sites at a place."""
        assert self.site is not None
        site = self.site.model_copy(update={"country": place.country, "year": place.year})
        terms: list[Term] = []
        refused: dict[str, str] = {}
        for number, activity in enumerate(self.activities):
            try:
                terms += self._terms_of(number, activity, site, place)
            except FactorError as error:
                refused[self._item_of(activity)] = str(error)
        return Placed(tuple(terms), tuple(self._rated_at(term, site, place) for term in terms), refused)

    @cached_property
    def denominators(self) -> tuple[Denominator, ...]:
        """What the totals of a site of this shape that states everything are divided by."""
        assert self.site is not None
        return denominators_of(self.site)

    def _terms_of(self, number: int, activity: Activity, site: Site, place: Place) -> tuple[Term, ...]:
        """Return the terms of an activity at a place: those of another place where the same rows answer there."""
        consulted = self._consulted.get(number)
        rows = None if consulted is None else (number, *(self._rows_for(item, place) for item in consulted))
        known = self._terms.get(rows)
        if known is not None:
            return known
        lines = calculate([activity], site, self.tables).lines
        found = tuple(self._term(line) for line in lines)
        # What has no row is left out in silence by the losses of a network and by the pools of a forest: elsewhere it
        # may have one.
        if lines and activity.account not in LAND_ACCOUNTS:
            keys = {one.key for line in lines for one in inputs_of(line.derivation, deep=True) if one.basis == "factor"}
            self._consulted[number] = its = tuple(sorted({key.split(":")[0] for key in keys}))
            self._terms[number, *(self._rows_for(item, place) for item in its)] = found
        return found

    def _rows_for(self, item: str, place: Place) -> tuple[str, ...]:
        """Return the rows of an item that may be chosen at a place: where they are the same, so is the choice."""
        if (item, place) not in self._rows:
            regions = {*regions_of(place.country), ANYWHERE, WORLD}
            found = (row for row in self.tables.by_item[item] if row.region in regions and row.is_valid_in(place.year))
            self._rows[item, place] = tuple(row.factor_id for row in found)
        return self._rows[item, place]

    def _term(self, line: Line) -> Term:
        powers, base = self._powers_of(line)
        return Term(line, powers, float(line.co2e.magnitude) / base)

    def _powers_of(self, line: Line) -> tuple[Powers, float]:
        """Return what a line is proportional to, and the product of its examples; ShapeError where it is not."""
        form = form_of(line.derivation)
        if form not in self._powers:
            found: list[tuple[str, int]] = []
            base, whole = 1.0, float(line.co2e.magnitude)
            if not whole:
                return (), 1.0  # its factor is zero, and so is the line of every site
            for one in inputs_of(line.derivation, deep=True):
                item = by_key().get(one.key)
                if item is not None:
                    power = _power_of(line, one, whole)
                    base *= float(one.quantity.m_as(item.measure.unit)) ** power
                    found.append((item.name, power))
            self._powers[form] = tuple(sorted(found)), base
        return self._powers[form]

    def _rated_at(self, term: Term, site: Site, place: Place) -> Rated:
        rows = [self.tables.by_id[one.key] for one in term.line.inputs if one.basis == "factor"]
        where = place if any(row.region != ANYWHERE for row in rows) else place.year
        known = self._rated.get((id(term.line), where))
        if known is None:
            found = line_quality(term.line, site, self.tables)
            known = Rated(
                float(found.is_primary),
                float(found.is_activity_measured),
                tuple(float(found.ratings[name].score) for name in CRITERIA),
            )
            self._rated[id(term.line), where] = known
        return known

    def _item_of(self, activity: Activity) -> str:
        """Return the item whose figure an activity is of."""
        return next(one.name for one in items().values() if one.key in (activity.source, f"{activity.source}.area"))


def _power_of(line: Line, stated: Input, whole: float) -> int:
    """Return the power of a figure of the site in a line, by the line's equations."""
    for power in (1, -1):
        moved = {times: evaluated(line.derivation, {stated.key: stated.quantity * times}) for times in (2.0, 0.25, 3.0)}
        if all(isclose(found.magnitude, whole * times**power) for times, found in moved.items()):
            return power
    told = f"{line.label} is no product in {stated.key}"
    raise ShapeError(told)


@cache
def by_key() -> dict[str, Item]:
    """Return the items by the keys of the inputs that they are."""
    return {one.key: one for one in items().values()}


def form_of(step: Step) -> object:
    """Return the equations of a derivation and the site's figures in them: lines of one form have the same powers."""
    return step.equation.__name__, tuple(
        (name, form_of(one) if isinstance(one, Step) else one.key if one.key in by_key() else "")
        for name, one in step.arguments
    )


def compiled(shape: Shape, amounts: Sequence[str], method: Mapping[str, str], tables: FactorTables) -> Compiled:
    """Return a shape, read as a site that states an example of everything.

    amounts   items that the table may state beside those of the shape
    method    of the account, as a site states it
    """
    content: dict[str, Any] = {
        "name": "a site of the table", "country": _COUNTRY, "year": _YEAR, "method": dict(method)
    }  # fmt: skip
    known = items()
    for name in (*amounts, *sorted(shape.stated)):
        placed(content, known[name].path, {"value": known[name].measure.example, "basis": shape.basis})
    for name, text in shape.words:
        placed(content, WORDS[name], word_of(name, text))
    try:
        site = site_of(content)
    except InputError as error:
        return Compiled(shape, tuple(amounts), tables, error.problems)
    return Compiled(shape, tuple(amounts), tables, (), site, activities_of(site))
