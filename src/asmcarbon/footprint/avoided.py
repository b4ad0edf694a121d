"""Avoided emissions: a stated baseline beside the year, per unit of the same product, electricity by operating margin.

A statement of its own. Inventories price electricity by the average of the grid; what less of it avoids is what the
plants would have emitted that answer a change, the operating margin (PCAF 2022, Part A, table 5-11). Neither figure
takes the place of the other.
"""

from collections.abc import Iterator
from typing import Any

import pint
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.errors import FactorNotFound, Problem
from asmcarbon.factors.choose import choose
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import Activity, activities_of
from asmcarbon.footprint.calculate import calculate, lines_of
from asmcarbon.footprint.footprint import LINE_UNIT, Footprint, Line
from asmcarbon.footprint.statement_equations import avoided_emission, baseline_emission
from asmcarbon.messages import _
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

Quantity = pint.Quantity[Any]

GRID = "electricity.grid"
MARGIN = "operating_margin"

# What must be the same of both, or their difference would tell something else than what was done.
_SAME = {
    "country": lambda site: site.country,
    "processing.boundary": lambda site: site.processing.boundary,
    "processing.ore_from": lambda site: site.processing.ore_from,
    "method.consolidation": lambda site: site.method.consolidation,
}  # fmt: skip


class Difference(Struct, frozen=True):
    """One total of the baseline, for the output of the year, beside that of the year.

    name      `scope_1`, `scope_2`, `scope_3`, `land_use_change` or `removals`
    baseline  scaled to the output of the year
    avoided   baseline less actual; of removals, those of the year less those of the baseline
    """

    name: str
    baseline: Quantity
    actual: Quantity
    avoided: Quantity


class Scale(Struct, frozen=True):
    """What both years are told per unit of, and how much of it each made."""

    per: str
    baseline_output: Quantity
    output: Quantity

    @property
    def ratio(self) -> float:
        """Output of the year over that of the baseline."""
        return float((self.output / self.baseline_output).m_as(""))


class AvoidedEmissions(Struct, frozen=True):
    """What a site avoids against a baseline, and by electricity that it gives to the grid.

    differences   by total; empty without a baseline
    electricity   what the electricity given would have emitted, by operating margin
    only          labels of sources that only the baseline, and only the year, has
    incomparable  totals that only one of the two states
    """

    baseline: Site | None
    scale: Scale | None
    differences: tuple[Difference, ...]
    electricity: tuple[Line, ...]
    margin_lines: tuple[Line, ...]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    incomparable: tuple[str, ...]

    def avoided(self, *names: str) -> Quantity:
        """Return the sum of what is avoided in some totals."""
        found = (one.avoided.m_as(LINE_UNIT) for one in self.differences if one.name in names)
        return quantity(sum(found, start=0.0), LINE_UNIT)

    @property
    def by_electricity(self) -> Quantity:
        """Return what the electricity given to the grid avoids."""
        return quantity(sum((line.co2e.magnitude for line in self.electricity), start=0.0), LINE_UNIT)

    @property
    def total(self) -> Quantity:
        """Return what is avoided in the three scopes and by electricity given; land and removals are never in it."""
        total: Any = self.avoided("scope_1", "scope_2", "scope_3") + self.by_electricity
        return total

    @property
    def land(self) -> Quantity | None:
        """Return the land-use change avoided, or None where it is not told."""
        has_land = any(one.name == "land_use_change" for one in self.differences)
        return self.avoided("land_use_change") if has_land else None


def avoided_problems(site: Site, baseline: Site | None) -> Iterator[Problem]:
    """Yield why a site cannot be compared with a baseline."""
    stated, where = site.statements.avoided, "statements.avoided"
    if baseline is None:
        if stated is not None and not stated.electricity:
            what, expected = _("states neither a baseline nor electricity given to the grid"), _("one of them")
            yield Problem(where, what, expected, "baseline: before.yaml, or --baseline before.yaml")
        return
    for name, of in _SAME.items():
        if of(site) != of(baseline):
            what = _("{name} is {own} here and {other} in the baseline").format(
                name=name, own=of(site), other=of(baseline)
            )
            yield Problem(f"{where}.baseline", what, _("the same site, counted the same way"), "")
    yield from _scale_problems(site, baseline)


def _outputs(site: Site) -> dict[str, Quantity]:
    found = {product: output.quantity for product, output in site.processing.products.items()}
    if site.processing.ore is not None:
        found["ore"] = site.processing.ore.quantity
    return found


def _per(site: Site, baseline: Site) -> str | None:
    """Return what both are told per unit of, or None where that is not plain."""
    stated = site.statements.avoided
    if stated is not None and stated.per is not None:
        return stated.per
    products = {*site.processing.products, *baseline.processing.products}
    if len(products) == 1:
        return next(iter(products))
    return "ore" if not products else None


def _scale_problems(site: Site, baseline: Site) -> Iterator[Problem]:
    where, per = "statements.avoided.per", _per(site, baseline)
    if per is None:
        names = ", ".join(sorted({*site.processing.products, *baseline.processing.products}))
        what = _("several products ({names}): what both years are told per unit of is not plain").format(names=names)
        yield Problem(where, what, _("one of them, or ore"), "per: gold")
        return
    outputs = {_("this year"): _outputs(site), _("the baseline"): _outputs(baseline)}
    for who, found in outputs.items():
        if per not in found:
            what = _("{who} does not state how much {per} it made: less work cannot be told from cleaner work")
            key = _("a product, or processing.ore,") if per == "ore" else f"processing.products.{per}"
            yield Problem(where, what.format(who=who, per=per), _("{key} in both files").format(key=key), "")
        elif found[per].magnitude <= 0:
            what = _("{who} made no {per}").format(who=who, per=per)
            yield Problem(where, what, _("an output above zero in both files"), "")


def avoided_of(site: Site, baseline: Site | None, tables: FactorTables) -> AvoidedEmissions | None:
    """Return what a site avoids, or None where it states nothing of it.

    Both years take the factors of this year's country, year, GWP set and tables, so that a change of them never looks
    like an emission avoided. `avoided_problems` has to have found nothing.
    """
    if baseline is None and site.statements.avoided is None:
        return None
    gwp_set = site.method.gwp_set or tables.default_gwp_set
    supplied = [line for one in _supplied(site, tables) for line in lines_of(one, site, tables, gwp_set)]
    if baseline is None:
        return AvoidedEmissions(None, None, (), tuple(supplied), tuple(supplied), ((), ()), ())
    per = _per(site, baseline)
    assert per is not None
    scale = Scale(per, _outputs(baseline)[per], _outputs(site)[per])
    actual = calculate(_by_margin(site, site, tables), site, tables)
    same = {"year": site.year, "country": site.country, "method": site.method}
    try:
        before = calculate(_by_margin(baseline, site, tables), baseline.model_copy(update=same), tables)
    except FactorNotFound as error:
        error.args = (_("the baseline: {what}").format(what=error),)
        raise
    differences, incomparable = _differences(before, actual, scale)
    margin_lines = [line for line in (*before.lines, *actual.lines) if _is_grid(line)]
    return AvoidedEmissions(
        baseline, scale, differences, tuple(supplied), (*margin_lines, *supplied), _only(before, actual), incomparable
    )


def _supplied(site: Site, tables: FactorTables) -> Iterator[Activity]:
    stated = site.statements.avoided
    for number, one in enumerate(stated.electricity if stated is not None else ()):
        source, label = f"statements.avoided.electricity.{number}", _("electricity given, {name}").format(name=one.name)
        yield _priced_by_margin(Activity(source, label, 2, one.amount, GRID), site, tables)


def _by_margin(of: Site, site: Site, tables: FactorTables) -> list[Activity]:
    """Return the activities of one year, its electricity from the grid to be priced by operating margin."""
    counted = [one for one in activities_of(of) if one.account != "market_based"]
    return [_priced_by_margin(one, site, tables) if one.item == GRID else one for one in counted]


def _priced_by_margin(activity: Activity, site: Site, tables: FactorTables) -> Activity:
    stated = site.statements.avoided
    if stated is not None and stated.operating_margin is not None:
        return replace(activity, own_factor=stated.operating_margin)
    try:
        choose(tables, GRID, site.country, site.year, boundary=MARGIN)
    except FactorNotFound as error:
        text = _("{what}; or give your own: statements.avoided.operating_margin, for example 0.473 kgCO2e/kWh")
        error.args = (text.format(what=error),)
        raise
    return replace(activity, boundaries=(MARGIN,))


def _is_grid(line: Line) -> bool:
    return line.source == "energy.grid.purchased"


def _differences(before: Footprint, actual: Footprint, scale: Scale) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    pairs: dict[str, tuple[Quantity | None, Quantity | None]] = {
        f"scope_{scope}": (before.total([scope]), actual.total([scope])) for scope in (1, 2, 3)
    }
    pairs["land_use_change"] = before.account_total("land_use_change"), actual.account_total("land_use_change")
    pairs["removals"] = before.account_total("removals"), actual.account_total("removals")
    found: list[Difference] = []
    incomparable: list[str] = []
    for name, (first, second) in pairs.items():
        if first is not None and second is not None:
            scaled: Any = baseline_emission(first, scale.baseline_output, scale.output).to(first.units)
            sides = (second, scaled) if name == "removals" else (scaled, second)
            found.append(Difference(name, scaled, second, avoided_emission(*sides)))
        elif first is not second:
            incomparable.append(name)
    return tuple(found), tuple(incomparable)


def _only(before: Footprint, actual: Footprint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    labels = [list(dict.fromkeys(line.label for line in one.lines)) for one in (before, actual)]
    return (
        tuple(label for label in labels[0] if label not in labels[1]),
        tuple(label for label in labels[1] if label not in labels[0]),
    )
