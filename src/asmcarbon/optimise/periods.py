"""What every technology shares: the hours of the year, a number for each of them, and what it adds to the sums."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from pyomo.core.base.param import IndexedParam


def nothing() -> float:
    """Return the zero of a technology that adds nothing to a sum."""
    return 0.0


class Contribution(Struct, frozen=True):
    """What one technology adds to the sums over all technologies, as Pyomo expressions.

    supply_kw           power it gives to the site in an hour, taken away if below zero; None: never any. [power]
    annual_cost         money it costs in the year. [money]
    capital_cost        money it takes up front. [money]
    operational_kgco2e  emissions of running it in the year. [mass]
    embodied_kgco2e     emissions of making it, the share of one year. [mass]
    person_days         work that it gives once; yearly_person_days that of each year. [time]
    firm_kw             power that stands ready at any hour. [power]

    They are functions and not expressions: Pyomo calls each rule once, with a placeholder for the hour, and a
    function can be written out for the placeholder and, afterwards, for the numbers of the solution.
    """

    supply_kw: Callable[[Any], Any] | None = None
    annual_cost: Callable[[], Any] = nothing
    capital_cost: Callable[[], Any] = nothing
    operational_kgco2e: Callable[[], Any] = nothing
    embodied_kgco2e: Callable[[], Any] = nothing
    person_days: Callable[[], Any] = nothing
    yearly_person_days: Callable[[], Any] = nothing
    firm_kw: Callable[[], Any] = nothing


class HourlyParam(IndexedParam):
    """A number for each hour, handed to the compiler as it is stored.

    Pyomo 6.10.1 copies the numbers through a call that it has itself deprecated, and logs a warning about it.
    """

    def extract_values_sparse(self) -> dict[int, float]:
        """Return the number of each hour."""
        return self._data


def hourly(hours: pyo.Set, numbers: np.ndarray) -> HourlyParam:
    """Return `numbers` as a parameter indexed by `hours`; none of them in a model that has no hours."""
    return HourlyParam(hours, initialize=dict(enumerate(numbers.tolist())) if len(hours) else {})


def size_in_kits(block: pyo.Block, name: str, most: float | None, kit: float | None) -> None:
    """Add a size to a block: a variable `name`; where it is sold in kits, also `name_kits` and `name_is_whole_kits`.

    most  the largest size, or None
    kit   size of one kit, or None: any size
    """
    block.add_component(name, pyo.Var(bounds=(0.0, most), initialize=0.0))
    if kit is not None:
        kits = pyo.Var(domain=pyo.NonNegativeIntegers, initialize=0)
        block.add_component(f"{name}_kits", kits)
        block.add_component(f"{name}_is_whole_kits", pyo.Constraint(expr=block.component(name) == kit * kits))


def total(per_kwh: float, power_kw: pyo.Var) -> Any:
    """Return what the energy of a year of hours comes to at so much per kWh: Σ_t per_kwh * power_kw[t]."""
    # Inside the sum, never `per_kwh * sum(...)`: Pyomo 6.10.1 drops a factor in front of a template that is one sum.
    return sum(per_kwh * power_kw[hour] for hour in power_kw.index_set())
