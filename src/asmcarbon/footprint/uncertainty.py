"""The 95 % interval of a total by error propagation (Approach 1), with the share of the total that it covers.

A published factor without a range is left out, never given one: its lines count in the total but not in the interval,
and the share of the total that the interval covers is printed beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asmcarbon.footprint.equations import product_uncertainty, sum_uncertainty
from asmcarbon.footprint.footprint import Input, Line

# A GWP is a convention of the report and not a measurement of the site: its own uncertainty stays out.
_CONVENTIONS = {"global_warming_potential"}
# An input by whose difference or share a line is reckoned: the rule for products does not hold of it.
_NOT_IN_PRODUCTS = {"carbon_after", "loss_share"}


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How well a total is known.

    relative      half of the 95 % interval over the covered lines, relative to their sum; None where none is covered
    covered       share of the total that stands in lines whose every input has a range
    without_range names of inputs that have none, the largest share of the total first
    """

    relative: float | None
    covered: float
    without_range: tuple[str, ...]


def uncertainty_of(lines: Sequence[Line]) -> Uncertainty:
    """Return the uncertainty of the sum of lines. IPCC 2006 Guidelines, vol. 1, ch. 3, section 3.2.3.1.

    Each line is a product of inputs, so an input moves the sum in proportion to the lines that it stands in: lines
    that share an input are fully correlated in it. For one line alone this is equation 3.1.
    """
    values = [(line, abs(line.co2e.magnitude)) for line in lines if line.account == "energy"]
    total = sum(value for _line, value in values)
    covered = [(line, value) for line, value in values if line_uncertainty(line) is not None]
    parts: dict[str, float] = {}
    unknown: dict[str, float] = {}
    for line, value in values:
        for one in _measured(line):
            if one.relative_uncertainty is None:
                unknown[one.key] = unknown.get(one.key, 0.0) + value
    for line, value in covered:
        for one in _measured(line):
            key = _correlated(one)
            parts[key] = parts.get(key, 0.0) + (one.relative_uncertainty or 0.0) * value
    sum_covered = sum(value for _line, value in covered)
    relative = sum_uncertainty([part**2 for part in parts.values()], sum_covered) if sum_covered else None
    ranked = sorted(unknown, key=lambda key: (-unknown[key], key))
    return Uncertainty(relative, sum_covered / total if total else 0.0, tuple(ranked))


def line_uncertainty(line: Line) -> float | None:
    """Return the relative uncertainty of one line; None where an input has no range, or the line is no product."""
    if any(one.name in _NOT_IN_PRODUCTS for one in line.inputs):
        return None
    shares = [one.relative_uncertainty for one in _measured(line)]
    known = [share for share in shares if share is not None]
    return product_uncertainty([share**2 for share in known]) if len(known) == len(shares) else None


def _correlated(one: Input) -> str:
    """Return what makes two inputs the same figure: the carbon in a fuel is one, whatever engine burns it."""
    item, *_between, gas, boundary = one.key.split(":") if one.key.count(":") == 4 else (one.key, "", "")
    return f"{item.split('.')[0]} carbon" if (gas, boundary) == ("CO2", "combustion") else one.key


def _measured(line: Line) -> list[Input]:
    return [one for one in line.inputs if one.name not in _CONVENTIONS]
