"""The 95 % interval of a total by error propagation (Approach 1), with the share of the total that it covers.

A published factor without a range is left out, never given one: its lines count in the total but not in the interval,
and the share of the total that the interval covers is printed beside it.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from asmcarbon.footprint.derivation import Input, Node, evaluated, inputs_of
from asmcarbon.footprint.equations import product_uncertainty, sum_uncertainty
from asmcarbon.footprint.footprint import Line
from asmcarbon.units import registry

# By how much of half its range an input is moved to see what its line does: small, as the propagation is of first
# order, and a power of two, so that the motion itself is not rounded.
_MOVED = 2.0**-8


class Contribution(Struct, frozen=True):
    """What one input adds to the variance of a total.

    key     of the input, as far as lines share it: `diesel carbon` is one figure, whatever engine burns the fuel
    basis   measured, sourced or assumed for the site's own; `factor` for a row of the tables
    share   of the variance
    """

    key: str
    basis: str
    share: float


class Uncertainty(Struct, frozen=True):
    """How well a total is known.

    relative      half of the 95 % interval over the covered lines, relative to their sum; None where none is covered
    covered       share of the total that stands in lines whose every input has a range
    without_range keys of inputs that have none, the largest share of the total first
    contributions of inputs to the variance, the largest first: what to measure next
    """

    relative: float | None
    covered: float
    without_range: tuple[str, ...]
    contributions: tuple[Contribution, ...] = ()


class Spread(Struct, frozen=True):
    """What each input does to a sum of lines: the part of its uncertainty that every intensity of it shares.

    parts     by how much half the range of each input moves the covered lines, by what they share
    bases     of these inputs
    unknown   how much of the total stands in lines that lack a range of an input, by its key
    total, size_covered, sum_covered   absolute sums of all lines and of the covered ones, and their sum
    """

    parts: Mapping[str, float]
    bases: Mapping[str, str]
    unknown: Mapping[str, float]
    total: float
    size_covered: float
    sum_covered: float


def uncertainty_of(lines: Sequence[Line]) -> Uncertainty:
    """Return the uncertainty of the sum of lines. IPCC 2006 Guidelines, vol. 1, ch. 3, section 3.2.3.1."""
    return uncertainty_over(spread_of(lines, moves_by_line(lines)))


# By the identity of a line: what each of its inputs moves it by, or None where one of them has no range.
Moves = Mapping[int, list[tuple[Input, float]] | None]


def moves_by_line(lines: Sequence[Line]) -> Moves:
    """Return what moves each line, for all the totals that it stands in; it holds as long as the lines are kept."""
    return {id(line): None if lacking_range(line.derivation) else moves_of(line.derivation) for line in lines}


def spread_of(lines: Sequence[Line], moves: Moves) -> Spread:
    """Return what each input does to the sum of lines, by what it does to each of them.

    Each input moves the sum by what it moves each of its lines: lines that share an input are fully correlated in it.
    For one line that is a product this is equation 3.1, for lines that share nothing equation 3.2.
    """
    total = sum(abs(line.co2e.magnitude) for line in lines)
    parts: dict[str, float] = {}
    bases: dict[str, str] = {}
    unknown: dict[str, float] = {}
    sum_covered = size_covered = 0.0
    for line in lines:
        value, known = line.co2e.magnitude, moves[id(line)]
        if known is None:
            for key in lacking_range(line.derivation):
                unknown[key] = unknown.get(key, 0.0) + abs(value)
        else:
            sum_covered, size_covered = sum_covered + value, size_covered + abs(value)
            for one, moved in known:
                key = correlated(one)
                parts[key] = parts.get(key, 0.0) + moved
                bases[key] = one.basis
    return Spread(parts, bases, unknown, total, size_covered, sum_covered)


def uncertainty_over(spread: Spread, over: Node | None = None, share: Node | None = None) -> Uncertainty:
    """Return the uncertainty of a sum of lines, or of an intensity.

    over, share   what the sum is divided by, and the share of it that a product bears; no interval where an input of
                  them has no range
    """
    parts, bases, unknown = dict(spread.parts), dict(spread.bases), dict(spread.unknown)
    total, sum_covered = spread.total, spread.sum_covered
    lacking = [key for node in (over, share) if node is not None for key in lacking_range(node)]
    unknown |= dict.fromkeys(lacking, total)
    for one, moved in moves_over(sum_covered, over, share):
        key = correlated(one)
        parts[key] = parts.get(key, 0.0) + moved
        bases[key] = one.basis
    ranked = tuple(sorted(unknown, key=lambda key: (-unknown[key], key)))
    covered = spread.size_covered / total if total else 0.0
    if not sum_covered or lacking:
        return Uncertainty(None, covered, ranked)
    variance = sum(part**2 for part in parts.values())
    found = [Contribution(key, bases[key], part**2 / variance) for key, part in parts.items() if part]
    found.sort(key=lambda one: (-one.share, one.key))
    return Uncertainty(
        sum_uncertainty([part**2 for part in parts.values()], sum_covered), covered, ranked, tuple(found)
    )


def line_uncertainty(line: Line, moves: Moves) -> float | None:
    """Return the relative uncertainty of one line; None where an input has no range."""
    known, value = moves[id(line)], line.co2e.magnitude
    if known is None:
        return None
    return product_uncertainty([(moved / value) ** 2 for _one, moved in known]) if value else 0.0


def moves_of(node: Node) -> list[tuple[Input, float]]:
    """Return by how much half of the 95 % range of each input moves a figure, in its unit, with its sign.

    Of first order, as the propagation of errors is: the slope where the inputs are, times half the range. All inputs
    are moved at once, a column each.
    """
    inputs = [one for one in uncertain_inputs(node) if one.relative_uncertainty]
    if not inputs:
        return []
    columns: dict[str, object] = {}
    for place, one in enumerate(inputs):
        units = one.quantity.units
        column = np.full(2 * len(inputs), one.quantity.magnitude)
        column[2 * place : 2 * place + 2] += np.array([-_MOVED, _MOVED]) * one.half_range
        columns[one.key] = registry().Quantity(column, units)
    found = evaluated(node, columns).magnitude  # type: ignore[arg-type]
    return [(one, float(found[2 * n + 1] - found[2 * n]) / (2 * _MOVED)) for n, one in enumerate(inputs)]


def moves_over(whole: float, over: Node | None, share: Node | None) -> list[tuple[Input, float]]:
    """Return by how much half the range of each input of what a sum is told over moves it, in the unit of the sum.

    whole         the sum
    over, share   what it is divided by, and the share of it that a product bears
    """
    scaled_by = [(node, sign) for node, sign in ((over, -1), (share, 1)) if node is not None]
    return [
        (one, sign * whole * moved / float(node.quantity.magnitude))
        for node, sign in scaled_by
        for one, moved in moves_of(node)
    ]


def correlated(one: Input) -> str:
    """Return what makes two inputs the same figure: the carbon in a fuel is one, whatever engine burns it."""
    item, *_between, gas, boundary = one.key.split(":") if one.key.count(":") == 4 else (one.key, "", "")
    return f"{item.split('.')[0]} carbon" if (gas, boundary) == ("CO2", "combustion") else one.key


def lacking_range(node: Node) -> list[str]:
    """Return the keys of the inputs of a figure that have no range."""
    return [one.key for one in uncertain_inputs(node) if one.relative_uncertainty is None]


def uncertain_inputs(node: Node) -> list[Input]:
    """Return the inputs of a figure that are measured or estimated: a convention has no uncertainty of its own.

    A GWP is one too: it is of the report, and not of the site.
    """
    return [
        one
        for one in inputs_of(node, deep=True)
        if one.basis != "convention" and one.name != "global_warming_potential"
    ]
