"""The limits of a plan, which of them bind, and what one unit more of each is worth."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from pyomo.repn.plugins.standard_form import LinearStandardFormInfo

from asmcarbon.messages import _
from asmcarbon.optimise.highs import Answer
from asmcarbon.optimise.parameters import Parameters

# What is worth less than this share of the objective, for all of the limit, does not bind but rounds.
_ROUNDING = 1e-7


class Limit(Struct, frozen=True):
    """One limit that was given.

    key    what it is called in the parameters
    name   in words
    unit   of the limit
    limit  as it was given
    worth  what one more unit gains of the objective (money of a year, kgCO2e, person-days), whole numbers held; below
           zero it costs that, as one more hectare owed does; 0 where nothing is there to be limited
    binds  whether that is more than rounding
    """

    key: str
    name: str
    unit: str
    limit: float
    worth: float
    binds: bool


def limits_of(
    model: pyo.ConcreteModel,
    matrix: LinearStandardFormInfo,
    answer: Answer,
    parameters: Parameters,
    grid_worth: float | None = None,
) -> tuple[Limit, ...]:
    """Return the limits that were given, the one whose share of the objective is largest first.

    grid_worth  of one more kW of the grid, where the model has no hours to tell it
    """
    rows = {id(row.constraint): number for number, row in enumerate(matrix.rows)}
    columns = {id(column): number for number, column in enumerate(matrix.columns)}
    least = _ROUNDING * max(abs(answer.objective), 1.0)
    found: list[Limit] = []

    def add(key: str, name: str, unit: str, limit: float | None, worth: float) -> None:
        if limit is not None:
            found.append(Limit(key, name, unit, limit, worth, abs(worth) * max(limit, 1.0) > least))

    for key, name, unit, limit, constraint in _rows(model, parameters):
        number = rows.get(id(constraint))
        add(key, name, unit, limit, 0.0 if number is None else float(answer.row_prices[number]))
    for key, name, unit, limit, variables, weights in _bounds(model, parameters):
        numbers = [columns.get(id(one)) for one in variables]
        # At its lower bound a column has a price of the other sign, which is no worth of the upper.
        prices = [0.0 if number is None else max(float(answer.column_prices[number]), 0.0) for number in numbers]
        add(
            key,
            name,
            unit,
            limit,
            grid_worth if not prices and grid_worth is not None else float(np.dot(prices, weights)),
        )
    community = parameters.community
    if community is not None:
        promised = columns.get(id(model.community.promised_kwh))
        worth = 0.0 if promised is None else float(answer.column_prices[promised])
        name = _("solar power for the community that the site sets itself")
        add("community_target", name, "kWh/year", community.target_kwh, worth)
    return tuple(sorted(found, key=lambda one: -abs(one.worth) * max(one.limit, 1.0)))


def _rows(model: pyo.ConcreteModel, parameters: Parameters) -> Iterator[tuple[str, str, str, float | None, Any]]:
    """Yield the key, name, unit, limit and row of each limit that is a row."""
    yield "budget", _("budget"), "USD", parameters.budget, model.component("budget")
    cap = model.component("emissions_cap")
    yield "emissions_cap", _("emissions cap"), "kgCO2e", parameters.emissions_cap_kgco2e, cap
    unserved = model.demand.component("unserved_maximum")
    yield "unserved_maximum", _("load that may stay unserved"), "kWh", parameters.unserved_maximum_kwh, unserved
    if parameters.adequacy is not None:
        firm = model.adequacy.component("firm_capacity")
        yield "adequacy", _("power that stands ready"), "kW", parameters.adequacy.required_kw, firm
    days, target = model.component("person_days"), parameters.person_days_target
    yield "person_days", _("person-days a year that the site sets itself"), "person-day/year", target, days
    block = model.component("rehabilitation")
    if block is None:
        return
    for name, unit, limit, row in (
        (_("rehabilitation owed"), "ha", parameters.rehabilitation_obligation_ha, "rehabilitation_obligation"),
        (_("rehabilitation that the site sets itself"), "ha", parameters.rehabilitation_target_ha, "hectares_target"),
        (_("removals that the site sets itself"), "kgCO2e", parameters.removals_target_kgco2e_year, "removals_target"),
    ):
        yield row, name, unit, limit, block.component(row)
    classes = [one for one in parameters.land if any(method.land == one.name for method in parameters.rehabilitation)]
    for one, row in zip(classes, block.land_available.values(), strict=True):
        name = _("disturbed land, {land}").format(land=one.name.replace("_", " "))
        yield f"land.{one.name}", name, "ha", one.available_ha, row


def _bounds(
    model: pyo.ConcreteModel, parameters: Parameters
) -> Iterator[tuple[str, str, str, float | None, list[Any], np.ndarray]]:
    """Yield the key, name, unit, limit, columns and their weights of each limit that is a bound of columns."""
    solar, storage, grid = (model.component(name) for name in ("solar", "storage", "grid"))
    one = np.ones(1)
    if parameters.solar is not None:
        yield "solar", _("solar array"), "kW", parameters.solar.maximum_kw, [solar.size_kw], one
    if parameters.storage is not None:
        yield "battery", _("battery"), "kWh", parameters.storage.maximum_kwh, [storage.size_kwh], one
        yield "inverter", _("battery inverter"), "kW", parameters.storage.maximum_kw, [storage.size_kw], one
    if parameters.grid is not None and parameters.grid.is_connected and parameters.grid.limit_kw > 0.0:
        weights = parameters.grid.availability
        yield "grid", _("grid connection"), "kW", parameters.grid.limit_kw, list(grid.import_kw.values()), weights
