"""A community that is promised solar power: so much a year of what the site leaves over, in hours when it has a use."""

from typing import Any

import pyomo.environ as pyo

from asmcarbon.optimise.periods import Contribution
from asmcarbon.optimise.promises import CommunityParameters


def add_community(model: pyo.ConcreteModel, parameters: CommunityParameters) -> Contribution:
    """Add what is promised to a community as the block `community`.

        supply_kw[t] = -given_kw[t]
        annual_cost  = short_price_per_kwh * short_kwh

        0 <= given_kw[t] <= demand_kw[t],   0 <= short_kwh,   target_kwh <= promised_kwh <= target_kwh

        given_solar       given_kw[t] + export_kw[t] <= capacity_factor[t] * (solar size_kw + standing_kw)
        community_target  Σ_t given_kw[t] + short_kwh >= promised_kwh

    Where it is sold there is no given_kw: `export_kw` of the grid is in its place. Without a price of what the target
    is missed by there is no short_kwh. That `promised_kwh` is a variable, of one value, makes it one of the decisions
    that dispatched years are asked about: its price is that of the target, sizes and all.
    """
    community = model.community = pyo.Block()
    target_kwh, price = parameters.target_kwh, parameters.short_price_per_kwh
    community.promised_kwh = pyo.Var(bounds=(target_kwh, target_kwh), initialize=target_kwh)
    if not len(model.hours):
        return Contribution()
    grid = model.component("grid")
    export_kw: Any = grid.component("export_kw") if grid is not None else None
    given_kw = export_kw if parameters.is_sold else _add_given(model, parameters, export_kw)
    delivered = pyo.quicksum(given_kw.values()) - community.promised_kwh
    if price is not None:
        community.short_kwh = pyo.Var(bounds=(0.0, None), initialize=0.0)
        delivered = delivered + community.short_kwh
    community.community_target = pyo.Constraint(expr=delivered >= 0.0)
    return Contribution(
        supply_kw=None if parameters.is_sold else lambda hour: -given_kw[hour],
        annual_cost=lambda: 0.0 if price is None else price * community.short_kwh,
    )


def _add_given(model: pyo.ConcreteModel, parameters: CommunityParameters, export_kw: Any) -> pyo.Var:
    """Add what is given away of the sun's power, of which the grid may be sold another part."""
    community, most_kw = model.community, parameters.demand_kw.tolist()
    community.given_kw = pyo.Var(model.hours, bounds=lambda _, hour: (0.0, most_kw[hour]))

    @community.Constraint(model.hours)
    def given_solar(community, hour):
        solar, taken_kw = model.solar, community.given_kw[hour]
        if export_kw is not None:
            taken_kw = taken_kw + export_kw[hour]
        return taken_kw - solar.capacity_factor[hour] * (solar.size_kw + solar.standing_kw) <= 0.0

    return community.given_kw
