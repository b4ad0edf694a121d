"""The interval of a total or an intensity by seeded draws (Approach 2), through the equations of the figure itself."""

import hashlib
from collections.abc import Sequence
from math import erf, log
from typing import Any

import numpy as np
from msgspec import Struct

from asmcarbon.footprint.derivation import Input, Node, evaluated
from asmcarbon.footprint.footprint import Line
from asmcarbon.footprint.uncertainty import correlated, lacking_range, uncertain_inputs
from asmcarbon.units import registry

Array = np.ndarray[Any, np.dtype[np.float64]]

MOST_DRAWS, LARGEST_SEED = 1_000_000, 2**31 - 1

# The standard normal deviate below which 97.5 % lie: a 95 % range runs from one on the lower side to one on the upper.
DEVIATE = 1.959963984540054

# From a coefficient of variation of 30 % on, a normal distribution has more than one value in 2,400 below zero:
# lognormal then.
_WIDE = 0.3
# By how much of its width a range may lie off the middle and count as symmetric still.
_SKEWED = 0.05

# Shares that cannot exceed the whole; of a network that lost everything nothing would arrive.
_AT_MOST = {
    "affected_share": 1.0, "buffer": 1.0, "burned_share": 1.0, "combustion_factor": 1.0, "share": 1.0,
    "loss_share": 0.99,
}  # fmt: skip


class Drawn(Struct, frozen=True):
    """What the draws say of a figure, relative to what is computed at the values themselves.

    mean, low, high  the mean, and the ends of the central 95 %, relative: -0.1 is a tenth less; None where no line is
                     covered
    covered          share of the total that stands in lines whose every input has a range
    """

    mean: float | None
    low: float | None
    high: float | None
    covered: float


def drawn_of(
    lines: Sequence[Line], over: Node | None = None, share: Node | None = None, *, draws: int, seed: int
) -> Drawn:
    """Return the 95 % interval of the sum of lines, or of an intensity, by Monte Carlo.

    IPCC 2006 Guidelines, vol. 1, ch. 3, section 3.2.3.2 (Approach 2); JCGM 101:2008, section 7.

    over, share   what the sum is divided by, and the share of it that a product bears
    draws   how many
    seed    of the draws: each input has a stream of its own by its name, so that no line, and no order of lines, moves
            another's draws, and two sites share the draws of a factor
    """
    total = sum(abs(line.co2e.magnitude) for line in lines)
    covered = [line for line in lines if not lacking_range(line.derivation)]
    known = sum(abs(line.co2e.magnitude) for line in covered) / total if total else 0.0
    scaled_by = [(node, power) for node, power in ((over, -1), (share, 1)) if node is not None]
    point = sum(line.co2e.magnitude for line in covered)
    if not point or any(lacking_range(node) for node, _power in scaled_by):
        return Drawn(None, None, None, known)
    streams: dict[str, Array] = {}
    sums: Array = np.zeros(draws)
    for line in covered:
        # A loss of carbon, or a removal, is never less than none.
        sums += np.maximum(draws_of(line.derivation, streams, draws, seed), 0.0)
    for node, power in scaled_by:
        sums *= (draws_of(node, streams, draws, seed) / float(node.quantity.magnitude)) ** power
    low, high = np.quantile(sums, (0.025, 0.975))
    return Drawn(float(sums.mean()) / point - 1, float(low) / point - 1, float(high) / point - 1, known)


def draws_of(node: Node, streams: dict[str, Array], draws: int, seed: int) -> Array:
    """Return the draws of one figure in its unit; `streams` keeps the deviates of each input that was drawn."""
    columns: dict[str, Any] = {}
    for one in uncertain_inputs(node):
        if one.relative_uncertainty:
            key = correlated(one)
            if key not in streams:
                streams[key] = deviates_of(key, draws, seed)
            columns[one.key] = registry().Quantity(values_of(one, streams[key]), one.quantity.units)
    found: Any = evaluated(node, columns).magnitude
    return np.broadcast_to(np.asarray(found, dtype=float), (draws,)).copy()


def deviates_of(key: str, draws: int, seed: int) -> Array:
    """Return the standard normal deviates of an input, by its name."""
    words = np.frombuffer(hashlib.sha256(key.encode()).digest(), dtype=np.uint32)
    return np.random.default_rng([seed, *(int(word) for word in words)]).standard_normal(draws)


def values_of(one: Input, deviates: Array) -> Array:
    """Return an input at standard normal deviates, in its unit, by its distribution and 95 % range.

    Where none is stated: normal about the value where the range is symmetric and narrow; else lognormal, whose 2.5th
    and 97.5th percentiles are the ends of the range, so that no draw is negative. A range from zero has its value as
    the median. Of a uniform or triangular distribution the ends are those of all there is, as JCGM 101 has them.
    """
    value, low, high = _limits(one)
    match one.distribution or _shape(value, low, high):
        case "uniform":
            found = low + (high - low) * _probability(deviates)
        case "triangular":
            found = _triangular(_probability(deviates), value, low, high)
        case "lognormal":
            middle = log(value) if low <= 0 else (log(low) + log(high)) / 2
            found = np.exp(middle + (log(high) - middle) / DEVIATE * deviates)
        case _:
            found = value + (high - low) / 2 / DEVIATE * deviates
    floor = 0.0 if low >= 0 else -np.inf
    return np.clip(found, floor, _AT_MOST.get(one.name, np.inf))


def _limits(one: Input) -> tuple[float, float, float]:
    assert one.limits is not None  # only inputs with a range are drawn
    return float(one.quantity.magnitude), *one.limits


def _shape(value: float, low: float, high: float) -> str:
    if low < 0 or value <= 0:
        return "normal"
    is_symmetric = abs(low + high - 2 * value) <= _SKEWED * (high - low)
    is_narrow = (high - low) / 2 / DEVIATE <= _WIDE * value
    return "normal" if is_symmetric and is_narrow else "lognormal"


def _probability(deviates: Array) -> Array:
    return 0.5 * (1 + np.array([erf(one) for one in deviates / 2**0.5]))


def _triangular(probability: Array, mode: float, low: float, high: float) -> Array:
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(probability * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - probability) * (high - low) * (high - mode))
    return np.where(probability < turn, rising, falling)
