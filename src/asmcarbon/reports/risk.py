"""A plan over scenarios as rows for machines: what varies, what it comes to, what it is worth, what matters."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import asdict

from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import report_of
from asmcarbon.reports.rows import Row, provenance

if TYPE_CHECKING:
    from asmcarbon.optimise.solve import Solution
    from asmcarbon.planning.cases import Outcome
    from asmcarbon.planning.risk import SiteRisk
    from asmcarbon.planning.tornado import End

QUANTILES = {"least": 0.0, "p5": 0.05, "median": 0.5, "p95": 0.95, "most": 1.0}


def risk_report(result: "SiteRisk", tables: FactorTables) -> Row:
    """Return a plan over scenarios as rows."""
    site, outcomes = result.site, result.outcomes
    npvs = [one.net_present_value for one in outcomes]
    value, middle = result.value, result.tornado.middle
    return {
        **provenance(site, result.cases.middle.before.release),
        "gwp_set": result.cases.middle.before.gwp_set,
        "currency": "USD",
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "discount_rate": site.finance.discount_rate.to("1"),
        "horizon_years": round(site.finance.horizon.to("year")),
        "scenarios": len(outcomes),
        "seed": result.seed,
        "uncertain": [
            {"key": one.key, "name": one.name, "low": one.low, "high": one.high, "source": one.source}
            for one in result.inputs
        ],
        "has_days": outcomes[0].case.seed is not None,
        "purchases": _purchase_rows(outcomes),
        "retired_generators": list(outcomes[0].plan.retired),
        "loses_money": sum(npv is not None and npv < 0 for npv in npvs),
        "never_paid_back": sum(one.case.today is not None and one.payback_years is None for one in outcomes),
        "without_comparison": [number for number, npv in enumerate(npvs, start=1) if npv is None],
        "ranges": _range_rows(outcomes),
        "information": {
            "recourse": value.recourse,
            "wait_and_see": value.wait_and_see,
            "of_average": value.of_average,
            "expected_value_of_perfect_information": value.of_perfect_information,
            "value_of_the_stochastic_solution": value.of_stochastic_solution,
            "gap": result.gap,
        },
        "average_plan": {
            **_sizes(result.average),
            "expected_cost": result.cost_of_average,
            "regret": None if result.cost_of_average is None else result.cost_of_average - _mean_cost(outcomes),
            "is_the_plan": result.is_of_average,
            "fails_in": list(result.failing),
        },
        "tornado": {
            "annual_cost": None if middle is None else middle.plan.annual_cost,
            "net_present_value": None if middle is None else middle.net_present_value,
            "swings": [
                {"key": one.key, "name": one.name, "source": one.source, "low": _end_row(one.low),
                 "high": _end_row(one.high)} for one in result.tornado.swings
            ],
        },
        "outcomes": [_outcome_row(number, one) for number, one in enumerate(outcomes, start=1)],
        "is_switched": result.is_switched,
        "dispatches": result.dispatches,
        "assumptions": [asdict(one) for one in result.cases.assets.assumptions],
        "data": report_of(site, result.cases.middle.before, tables)["data"],
        "notes": list(result.notes),
    }  # fmt: skip


def risk_table(report: Row) -> list[Row]:
    """Return the scenarios of a report as one table: what is drawn in each, and what the plan comes to."""
    return [
        {
            "scenario": one["scenario"],
            "seed": one["seed"],
            **{f"{key} factor": factor for key, factor in one["factors"].items()},
            **{
                key: value
                for key, value in one.items()
                if not isinstance(value, dict) and key not in ("scenario", "seed")
            },
            **{f"{fuel}_l": litres for fuel, litres in one["fuel_l"].items()},
            "gross_tco2e": one["gross_emissions"]["value"],
            "scopes_1_2_3_tco2e": one["scopes_1_2_3"]["value"],
        }
        for one in report["outcomes"]
    ]


def _mean_cost(outcomes: "tuple[Outcome, ...]") -> float:
    return sum(one.plan.annual_cost for one in outcomes) / len(outcomes)


def _purchase_rows(outcomes: "tuple[Outcome, ...]") -> list[Row]:
    """Return what is bought, with what it costs in the scenarios."""
    rows: list[Row] = []
    for one in outcomes[0].plan.purchases:
        asset = one.asset
        costs = [
            sum(
                other.capital_cost
                for other in outcome.plan.bought(asset.kind)
                if (other.asset.name, other.asset.number) == (asset.name, asset.number)
            )
            for outcome in outcomes
        ]
        rows.append(
            {"item": asset.name, "kind": asset.kind, "size": one.size, "unit": asset.unit, "kits": one.kits,
             "lifetime_years": asset.lifetime,
             "capital_cost": {"least": min(costs), "mean": sum(costs) / len(costs), "most": max(costs)}}
        )  # fmt: skip
    return rows


def _range_rows(outcomes: "tuple[Outcome, ...]") -> list[Row]:
    """Return the range over the scenarios of each figure that there is."""
    found: list[Row] = []

    def add(key: str, name: str, unit: str, of: "Callable[[Outcome], float | None]") -> None:
        values = [value for one in outcomes if (value := of(one)) is not None]
        if values:
            found.append({"key": key, "name": name, "unit": unit, **spread(values)})

    add("capital_cost", _("to invest"), "USD", lambda one: one.plan.capital_cost)
    add("annual_cost", _("annual cost, capital as annuities"), "USD/year", lambda one: one.plan.annual_cost)
    add("annual_cost_today", _("the same, going on as today"), "USD/year", _cost_today)
    add("net_present_cost", _("net present cost"), "USD", lambda one: one.plan.net_present_cost)
    add("net_present_value", _("net present value against today"), "USD", lambda one: one.net_present_value)
    add("payback_years", _("payback"), "year", _payback)
    for fuel in dict.fromkeys(name for one in outcomes for name in one.plan.planned.fuel_l):
        name = _("{fuel} in generators").format(fuel=fuel)
        add(f"fuel_l.{fuel}", name, "L/year", lambda one, fuel=fuel: _litres(one, fuel))
    if any(one.plan.planned.supply.grid for one in outcomes):
        add("grid_kwh", _("from the grid"), "kWh/year", lambda one: one.plan.planned.supply.grid)
    add("gross_emissions", _("gross emissions: scopes 1+2, land"), "tCO2e/year", _gross)
    add("scopes_1_2_3", _("emissions, scopes 1+2+3"), "tCO2e/year", _whole)
    if any(one.case.parameters.unserved_price_per_kwh is not None for one in outcomes):
        add("unserved_kwh", _("load not served"), "kWh/year", lambda one: one.plan.planned.supply.unserved)
    return found


def spread(values: list[float]) -> Row:
    """Return the least, the 5th, 50th and 95th percentile, the most and the mean of equally likely values.

    Between two values the percentile is interpolated. What is without end is None, as is then the mean.

    >>> spread([1.0, 2.0, 3.0, 4.0, 5.0])["p95"]
    4.8
    """
    is_finite = all(math.isfinite(value) for value in values)
    method: Any = "linear" if is_finite else "higher"
    found = {name: float(np.quantile(values, share, method=method)) for name, share in QUANTILES.items()}
    mean = sum(values) / len(values)
    return {name: value if math.isfinite(value) else None for name, value in {**found, "mean": mean}.items()}


def _cost_today(one: "Outcome") -> float | None:
    return None if one.case.today is None else one.case.today.running_cost


def _payback(one: "Outcome") -> float | None:
    if one.case.today is None or not one.plan.purchases:
        return None
    return math.inf if one.payback_years is None else one.payback_years


def _litres(one: "Outcome", fuel: str) -> float:
    return sum(litres for name, litres in one.plan.planned.fuel_l.items() if name == fuel)


def _gross(one: "Outcome") -> float:
    return one.solution.operational_kgco2e / 1000.0


def _whole(one: "Outcome") -> float:
    return one.after.total((1, 2, 3)).m_as("tCO2e/year")


def _outcome_row(number: int, one: "Outcome") -> Row:
    plan = one.plan
    return {
        "scenario": number,
        "factors": dict(one.case.factors),
        "seed": one.case.seed,
        "sun_kwh_per_kw": one.case.sun.annual_yield_kwh_per_kw,
        "load_kwh": plan.load_kwh,
        "capital_cost": plan.capital_cost,
        "annual_cost": plan.annual_cost,
        "annual_cost_today": _cost_today(one),
        "net_present_cost": plan.net_present_cost,
        "net_present_value": one.net_present_value,
        "payback_years": one.payback_years,
        "unserved_kwh": plan.planned.supply.unserved,
        "fuel_l": dict(plan.planned.fuel_l),
        "gross_emissions": {"value": _gross(one), "unit": "tCO2e/year"},
        "scopes_1_2_3": {"value": _whole(one), "unit": "tCO2e/year"},
    }


def _end_row(end: "End") -> Row:
    outcome = end.outcome
    return {
        "share": end.share,
        "annual_cost": None if outcome is None else outcome.plan.annual_cost,
        "net_present_value": None if outcome is None else outcome.net_present_value,
        "planned_anew": None if end.anew is None else {**_sizes(end.anew), "gain": end.gain},
    }


def _sizes(solution: "Solution") -> Row:
    return {
        "solar_kw": solution.solar_kw,
        "battery_kwh": solution.storage_kwh,
        "inverter_kw": solution.storage_kw,
        "generator_units": list(solution.generator_units),
        "measures": list(solution.measures),
    }
