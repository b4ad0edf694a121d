"""How a site's footprint changed between two years, split by cause: additive LMDI-I over the lines of both years.

A line is output x (amount / output) x (CO2e / amount): activity, intensity and factor; what only one of the two
accounts covers is boundary. The terms sum to the change.

The logarithmic mean stands here and not in `equations.py`: it takes logarithms and branches on its values (equal ones,
zeros), and the equations there do neither, so that they serve columns and quantities alike.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, log1p
from typing import Literal, NamedTuple

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
    """What makes the lines of two years the same one; places in a list count for nothing.

    dimension   of the activity amount: what was counted in money and is now weighed is another line
    """

    source: str
    label: str
    scope: int
    dimension: str
    gas: str

    @property
    def activity(self) -> tuple[str, str, int]:
        """The activity, however it is counted and whichever gases it has a factor of."""
        return self.source, self.label, self.scope


@dataclass(frozen=True, slots=True)
class Flow:
    """An activity amount in base units, and its CO2e of one gas in kg a year."""

    amount: float
    co2e: float


@dataclass(frozen=True, slots=True)
class Year:
    """One year's site and its footprint."""

    site: Site
    footprint: Footprint

    def flows(self) -> dict[Key, Flow]:
        """Return the lines of the account, land and removals apart; what is listed in several entries is one."""
        found: dict[Key, Flow] = {}
        for line in self.footprint.lines:
            if line.account == "energy":
                key, old = key_of(line), found.get(key_of(line), Flow(0.0, 0.0))
                amount = float(line.inputs[0].quantity.to_base_units().magnitude)
                found[key] = Flow(old.amount + amount, old.co2e + float(line.co2e.m_as(LINE_UNIT)))
        return found

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
    return Key(source, line.label, line.scope, dimension, line.gas)


def names_activity(exclusion: str, key: Key) -> bool:
    """Tell whether an exclusion names an activity: by its place in the file or one above, or by how its label begins.

    >>> key = Key("energy.diesel.vehicles", "diesel, vehicles", 1, "", "CO2")
    >>> [names_activity(one, key) for one in ("energy.diesel", "Diesel", "diesel, vehicles", "die", "vehicles")]
    [True, True, True, False, False]
    """
    wanted = exclusion.strip().casefold()
    for name in (key.source, key.label):
        known = name.casefold()
        if known == wanted or (known.startswith(wanted) and not known[len(wanted)].isalnum()):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of one line, in kgCO2e a year, and the parts of its causes.

    before, after   None where the line is not in the year's account
    recalculated    `before` with the second year's CO2e for each unit of activity; None where no such figure exists
    """

    key: Key
    before: Flow | None
    after: Flow | None
    activity: float
    intensity: float
    factor: float
    boundary: float
    recalculated: float | None

    @property
    def change(self) -> float:
        """The change itself, from the lines and not from its parts."""
        return (self.after.co2e if self.after else 0.0) - (self.before.co2e if self.before else 0.0)


@dataclass(frozen=True, slots=True)
class Change:
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

    def recalculated(self, total: str) -> float:
        """Return a total of the first year with the second year's factors and boundary, in kgCO2e a year.

        A line that the second year has no factor for keeps its own figure; one outside its boundary is left out.
        """
        return sum(one.recalculated or 0.0 for one in self.of(total))


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
    found = flows[0].get(key), flows[1].get(key)
    change = (found[1].co2e if found[1] else 0.0) - (found[0].co2e if found[0] else 0.0)
    parts: dict[str, float] = dict.fromkeys(CAUSES, 0.0)
    absent = next((n for n in (0, 1) if found[n] is None), None)
    own = found[0].co2e if found[0] else 0.0
    if absent is not None and years[absent].leaves_out(key):
        parts["boundary"], recalculated = change, 0.0 if absent == 1 else None
    elif absent is not None and _counted_otherwise(key, flows):
        parts["factor"], recalculated = change, own
    else:
        # A gas that the tables of one year have no factor of, where the activity itself is there, has the factor zero.
        amounts = tuple(_amount(key, one) for one in flows)
        rates = [_rate(one, amount) for one, amount in zip(found, amounts, strict=True)]
        known = tuple(rate if rate is not None else other for rate, other in zip(rates, rates[::-1], strict=True))
        x0, x1 = ((outputs[n], amounts[n] / outputs[n], known[n] or 0.0) for n in (0, 1))
        parts |= dict(zip(CAUSES, lmdi_effects(x0, x1), strict=False))
        recalculated = own if rates[1] is None else amounts[0] * rates[1]
    return Effect(key, *found, parts["activity"], parts["intensity"], parts["factor"], parts["boundary"], recalculated)


def _amount(key: Key, flows: dict[Key, Flow]) -> float:
    """Return the activity amount of a line; where the line is absent, that of the activity's other gases."""
    if key in flows:
        return flows[key].amount
    return max((flow.amount for one, flow in flows.items() if one[:-1] == key[:-1]), default=0.0)


def _rate(flow: Flow | None, amount: float) -> float | None:
    """Return CO2e for each unit of activity; None where nothing was done, so that it is not known."""
    if amount == 0:
        return None
    return flow.co2e / amount if flow else 0.0


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
