"""How a site's footprint changed between two years, split by cause: additive LMDI-I over the activities of both years.

An activity is output x (amount / output) x (CO2e / amount), all its gases together: activity, intensity and factor;
what only one of the two accounts covers is boundary. The terms sum to the change.

The logarithmic mean stands here and not in `equations.py`: it takes logarithms and branches on its values (equal ones,
zeros), and the equations there do neither, so that they serve columns and quantities alike.
"""

import re
from collections.abc import Iterable, Sequence
from math import fsum, log, log1p
from typing import Literal, NamedTuple

from msgspec import Struct

from asmcarbon.footprint.figures import ChangedFigure, changed_figures
from asmcarbon.footprint.footprint import LINE_UNIT, SCOPE_GROUPS, Footprint, Line
from asmcarbon.footprint.intensity import Denominator, denominators_of
from asmcarbon.site.site import Site

Cause = Literal["activity", "intensity", "factor", "boundary"]
CAUSES: tuple[Cause, ...] = ("activity", "intensity", "factor", "boundary")


def logarithmic_mean(one: float, other: float) -> float:
    """Logarithmic mean of two numbers that are not negative.

        (a - b) / (ln a - ln b)

    one, other  a and b, of one dimension

    Two equal numbers have themselves as their mean, and a zero gives zero, both as limits.

    Source: Ang 2005, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33:867-871, below
    equation 5; limits: Ang, Zhang and Choi 1998, Energy 23:489-495.

    >>> round(logarithmic_mean(20, 60), 6), logarithmic_mean(5, 5), logarithmic_mean(0, 5)
    (36.409569, 5, 0.0)
    """
    if one == other:
        return one
    if one == 0 or other == 0:
        return 0.0
    return (one - other) / _log_ratio(other, one)


def _log_ratio(before: float, after: float) -> float:
    """Return ln(after / before), without loss where the two are close."""
    if 0.5 < after / before < 2:
        return log1p((after - before) / before)
    return log(after) - log(before)


def lmdi_effects(before: Sequence[float], after: Sequence[float]) -> tuple[float, ...]:
    """Part of each factor in the change of a product of factors, by additive LMDI-I.

        L(v1, v0) * ln(x1 / x0),  v = product of x

    before, after  x0 and x1: the factors in the first and in the second year, none negative

    Where a factor is zero in one of the years, the limit gives it the whole change (several such: equal parts), and the
    others nothing. The parts sum to the change.

    Source: Ang 2005, Energy Policy 33:867-871, equation 5; zeros: Ang and Liu 2007, Handling zero values in the
    logarithmic mean Divisia index decomposition approach, Energy Policy 35:238-246 (analytical limits).

    >>> lmdi_effects((0.0, 10.0, 2.0), (4.0, 5.0, 3.0))
    (60.0, 0.0, 0.0)
    """
    first, second = _product(before), _product(after)
    if first == 0 or second == 0:
        vanish = [(x0 == 0) != (x1 == 0) for x0, x1 in zip(before, after, strict=True)]
        return tuple((second - first) / sum(vanish) if one and first != second else 0.0 for one in vanish)
    weight = logarithmic_mean(second, first)
    return tuple(weight * _log_ratio(x0, x1) if x0 != x1 else 0.0 for x0, x1 in zip(before, after, strict=True))


def _product(factors: Iterable[float]) -> float:
    whole = 1.0
    for one in factors:
        whole *= one
    return whole


class Key(NamedTuple):
    """What makes an activity of two years the same one; places in a list count for nothing.

    dimension   of the activity amount: what was counted in money and is now weighed is another activity
    """

    source: str
    label: str
    scope: int
    dimension: str

    @property
    def activity(self) -> tuple[str, str, int]:
        """The activity, however it is counted."""
        return self.source, self.label, self.scope


class Flow(Struct, frozen=True):
    """What was done of an activity, in base units, and its CO2e in kg a year, with the lines behind it.

    All gases together: a factor of other gases, or one in CO2e, is another factor and no other activity.
    """

    amount: float
    co2e: float
    lines: tuple[Line, ...]


class Year(Struct, frozen=True):
    """One year's site and its footprint."""

    site: Site
    footprint: Footprint

    def flows(self) -> dict[Key, Flow]:
        """Return the activities of the account, land and removals apart; what is listed in several entries is one."""
        lines: dict[Key, list[Line]] = {}
        for line in self.footprint.lines:
            if line.account == "energy":
                lines.setdefault(key_of(line), []).append(line)
        return {key: _flow(found) for key, found in lines.items()}

    def output(self, per: str) -> Denominator:
        """Return what the activities are told over, by its name."""
        return next(one for one in denominators_of(self.site) if one.name == per)

    def leaves_out(self, key: Key) -> bool:
        """Tell whether the account of the year leaves an activity out: by its exclusions, or for want of a figure."""
        excluded = any(names_activity(one.source, key) for one in self.site.method.exclusions)
        return excluded or key.label in self.footprint.left_out


def key_of(line: Line) -> Key:
    """Return the key of a line."""
    source = re.sub(r"\.\d+(?=\.|$)", "", line.source)
    dimension = str(line.inputs[0].quantity.dimensionality)
    return Key(source, line.label, line.scope, dimension)


def _flow(lines: list[Line]) -> Flow:
    # The gases of an entry share its amount.
    amounts = {line.inputs[0].key: float(line.inputs[0].quantity.to_base_units().magnitude) for line in lines}
    co2e = (float(line.co2e.m_as(LINE_UNIT)) for line in lines)
    return Flow(fsum(amounts.values()), fsum(co2e), tuple(lines))


def names_activity(exclusion: str, key: Key) -> bool:
    """Tell whether an exclusion names an activity: by its place in the file or one above, or by how its label begins.

    >>> key = Key("energy.diesel.vehicles", "diesel, vehicles", 1, "")
    >>> [names_activity(one, key) for one in ("energy.diesel", "Diesel", "diesel, vehicles", "die", "vehicles")]
    [True, True, True, False, False]
    """
    wanted = exclusion.strip().casefold()
    for name in (key.source, key.label):
        known = name.casefold()
        if known == wanted or (known.startswith(wanted) and not known[len(wanted)].isalnum()):
            return True
    return False


class Effect(Struct, frozen=True):
    """The change of one activity, in kgCO2e a year, and the parts of its causes.

    before, after   None where the activity is not in the year's account
    recalculated    `before` by the second year's CO2e for each unit of activity; None where no such figure exists
    changed         the figures behind its factor that are not the same
    """

    key: Key
    before: Flow | None
    after: Flow | None
    activity: float
    intensity: float
    factor: float
    boundary: float
    recalculated: float | None
    changed: tuple[ChangedFigure, ...] = ()

    @property
    def change(self) -> float:
        """The change itself, from the lines and not from its parts."""
        return _co2e(self.after) - _co2e(self.before)

    @property
    def is_of_year(self) -> bool:
        """Whether its factor moved because the tables have a row for each of the years, and for nothing else."""
        return bool(self.changed) and all(one.of_year for one in self.changed)

    @property
    def is_in_one_file(self) -> bool:
        """Whether one year's file has none of it, and does not say that it leaves it out: begun, ended or forgotten."""
        return (self.before is None) != (self.after is None) and not self.boundary and not self.factor


class Change(Struct, frozen=True):
    """The change of a footprint between two years of a site, line by line.

    per     the name of the output that the activities are told over
    """

    before: Year
    after: Year
    per: str
    effects: tuple[Effect, ...]

    def of(self, total: str) -> tuple[Effect, ...]:
        """Return the effects of the lines of a total over scopes, by its name."""
        return tuple(one for one in self.effects if one.key.scope in SCOPE_GROUPS[total])

    def sum_of(self, cause: Cause, total: str) -> float:
        """Return the part of a cause in a total, in kgCO2e a year."""
        return sum(float(getattr(one, cause)) for one in self.of(total))


def change_of(before: Year, after: Year, per: str) -> Change:
    """Return the change between two years, activities told over the output of a name."""
    flows = before.flows(), after.flows()
    outputs = tuple(float(one.output(per).amount.to_base_units().magnitude) for one in (before, after))
    keys = dict.fromkeys([*flows[0], *flows[1]])
    effects = tuple(_effect(key, (before, after), flows, outputs) for key in keys)
    return Change(before, after, per, effects)


def _effect(
    key: Key, years: tuple[Year, Year], flows: tuple[dict[Key, Flow], dict[Key, Flow]], outputs: tuple[float, ...]
) -> Effect:
    before, after = flows[0].get(key), flows[1].get(key)
    own, change = _co2e(before), _co2e(after) - _co2e(before)
    absent = 0 if before is None else 1 if after is None else None
    if absent is not None and years[absent].leaves_out(key):
        return Effect(key, before, after, 0.0, 0.0, 0.0, change, 0.0 if absent == 1 else None)
    if absent is not None and _counted_otherwise(key, flows):
        return Effect(key, before, after, 0.0, 0.0, change, 0.0, own)
    changed = changed_figures(*(one.lines if one is not None else () for one in (before, after)))
    # Where no figure behind a factor changed, it moves only as the entries of an activity are mixed otherwise: that is
    # the site's doing, and stands in what is done for each unit of output.
    is_same = absent is None and not changed
    amounts = [(_co2e(one) if is_same else one.amount) if one is not None else 0.0 for one in (before, after)]
    rates = (1.0, 1.0) if is_same else _rates(before, after)
    factors = [(output, amount / output, rate) for output, amount, rate in zip(outputs, amounts, rates, strict=True)]
    activity, intensity, factor = lmdi_effects(*factors)
    recalculated = amounts[0] * rates[1] if changed else own
    return Effect(key, before, after, activity, intensity, factor, 0.0, recalculated, changed)


def _co2e(flow: Flow | None) -> float:
    return flow.co2e if flow is not None else 0.0


def _rates(before: Flow | None, after: Flow | None) -> tuple[float, float]:
    """Return CO2e for each unit of activity in both years.

    A year in which nothing was done has the other's: what a unit would have emitted is not known to be another figure.
    """
    first, second = (one.co2e / one.amount if one is not None and one.amount else None for one in (before, after))
    return (first if first is not None else second or 0.0), (second if second is not None else first or 0.0)


def _counted_otherwise(key: Key, flows: tuple[dict[Key, Flow], dict[Key, Flow]]) -> bool:
    """Tell whether the two years count an activity in other dimensions: by weight and by money."""
    first, second = ({one.dimension for one in flow if one.activity == key.activity} for flow in flows)
    return bool(first) and bool(second) and not first & second


def outputs_of(years: Sequence[Year]) -> list[str]:
    """Return the names of what every year's figures can be told over, the best first.

    The product where the site has one alone, then ore, then jobs; of several products none stands for the others.
    """
    names = [[one.name for one in denominators_of(year.site) if not one.name.endswith("(troy oz)")] for year in years]
    common = [name for name in names[0] if all(name in one for one in names)]
    products = [name for name in common if name not in ("ore", "job")]
    others = [name for name in ("ore", "job") if name in common]
    return [*products, *others] if len(products) == 1 else [*others, *products]
