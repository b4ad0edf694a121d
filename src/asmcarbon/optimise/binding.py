"""What binds a plan, and what one unit more of it is worth."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormInfo

from asmcarbon.messages import _
from asmcarbon.optimise.highs import Answer
from asmcarbon.optimise.parameters import Parameters

# What is worth less than this share of the objective, for all of the limit, does not bind but rounds.
_ROUNDING = 1e-7


@dataclass(frozen=True, slots=True)
class Binding:
    """One limit that binds.

    name   in words
    unit   of the limit
    limit  as it was given
    worth  what one more unit gains of the objective (money of a year, kgCO2e, person-days), whole numbers held; below
           zero it costs that, as one more hectare owed does
    """

    name: str
    unit: str
    limit: float
    worth: float


def bindings_of(
    model: pyo.ConcreteModel, matrix: LinearStandardFormInfo, answer: Answer, parameters: Parameters
) -> tuple[Binding, ...]:
    """Return the limits that bind, the one whose share of the objective is largest first."""
    rows = {id(row.constraint): number for number, row in enumerate(matrix.rows)}
    columns = {id(column): number for number, column in enumerate(matrix.columns)}
    found: list[Binding] = []
    for name, unit, limit, constraint in _limits(model, parameters):
        if constraint is not None and limit is not None and id(constraint) in rows:
            found.append(Binding(name, unit, limit, float(answer.row_prices[rows[id(constraint)]])))
    for name, unit, limit, variables, weights in _bounds(model, parameters):
        # At its lower bound a column has a price of the other sign, which is no worth of the upper.
        prices = np.maximum(answer.column_prices[[columns[id(one)] for one in variables if id(one) in columns]], 0.0)
        if limit is not None and len(prices) == len(weights):
            found.append(Binding(name, unit, limit, float(prices @ weights)))
    least = _ROUNDING * max(abs(answer.objective), 1.0)
    bind = [one for one in found if abs(one.worth) * max(one.limit, 1.0) > least]
    return tuple(sorted(bind, key=lambda one: -abs(one.worth) * max(one.limit, 1.0)))


def _limits(model: pyo.ConcreteModel, parameters: Parameters) -> Iterator[tuple[str, str, float | None, Any]]:
    """Yield the name, unit, limit and row of each limit that is a row."""
    yield _("budget"), "USD", parameters.budget, model.component("budget")
    yield _("emissions cap"), "kgCO2e", parameters.emissions_cap_kgco2e, model.component("emissions_cap")
    unserved = model.demand.component("unserved_maximum")
    yield _("load that may stay unserved"), "kWh", parameters.unserved_maximum_kwh, unserved
    if parameters.adequacy is not None:
        firm = model.adequacy.component("firm_capacity")
        yield _("power that stands ready"), "kW", parameters.adequacy.required_kw, firm
    block = model.component("rehabilitation")
    if block is None:
        return
    for name, area_ha, row in (
        (_("rehabilitation owed"), parameters.rehabilitation_obligation_ha, "rehabilitation_obligation"),
        (_("rehabilitation that the site sets itself"), parameters.rehabilitation_target_ha, "hectares_target"),
    ):
        yield name, "ha", area_ha, block.component(row)
    removals = parameters.removals_target_kgco2e_year
    yield _("removals that the site sets itself"), "kgCO2e", removals, block.component("removals_target")
    classes = [one for one in parameters.land if any(method.land == one.name for method in parameters.rehabilitation)]
    for one, row in zip(classes, block.land_available.values(), strict=True):
        yield _("disturbed land, {land}").format(land=one.name.replace("_", " ")), "ha", one.available_ha, row


def _bounds(
    model: pyo.ConcreteModel, parameters: Parameters
) -> Iterator[tuple[str, str, float | None, list[Any], np.ndarray]]:
    """Yield the name, unit, limit, columns and their weights of each limit that is a bound of columns."""
    solar, storage, grid = (model.component(name) for name in ("solar", "storage", "grid"))
    one = np.ones(1)
    if parameters.solar is not None:
        yield _("solar array"), "kW", parameters.solar.maximum_kw, [solar.size_kw], one
    if parameters.storage is not None:
        yield _("battery"), "kWh", parameters.storage.maximum_kwh, [storage.size_kwh], one
        yield _("battery inverter"), "kW", parameters.storage.maximum_kw, [storage.size_kw], one
    if parameters.grid is not None and parameters.grid.is_connected:
        weights = parameters.grid.availability
        yield _("grid connection"), "kW", parameters.grid.limit_kw, list(grid.import_kw.values()), weights
