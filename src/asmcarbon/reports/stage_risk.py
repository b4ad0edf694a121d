"""A plan over stages in many scenarios as rows for machines: its ranges, how often it breaks a limit, what matters."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.reports.footprint_rows import report_of
from asmcarbon.reports.risk import spread
from asmcarbon.reports.rows import Row, provenance

if TYPE_CHECKING:
    from asmcarbon.planning.stage_cases import StageCase, StageOutcome
    from asmcarbon.planning.stage_risk import StageRisk
    from asmcarbon.planning.stage_tornado import StageEnd

# Less of anything is the solver's remainder; cover and cash that are short by less are kept.
_LEAST, _ROUNDING = 0.005, 1e-6


def stage_risk_report(result: "StageRisk", tables: FactorTables) -> Row:
    """Return a plan over stages in many scenarios as rows."""
    site, known, first = result.site, result.known, result.cases.middle
    flow = known[0].made.financed
    return {
        **provenance(site, first.case.before.release),
        "gwp_set": first.case.before.gwp_set,
        "currency": "USD",
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "discount_rate": site.finance.discount_rate.to("1"),
        "nominal_discount_rate": None if flow is None else flow.nominal_rate,
        "inflation": None if flow is None else flow.terms.inflation,
        "horizon_years": first.pathway.horizon_years,
        "scenarios": len(result.outcomes),
        "seed": result.seed,
        "uncertain": [
            {"key": one.key, "name": one.name, "low": one.low, "high": one.high, "source": one.source}
            for one in result.inputs
        ],
        "has_days": result.scenarios[0].case.seed is not None,
        "plan": {
            "is_of_middle": result.is_of_middle,
            "reason": result.reason or None,
            "stages": _stage_rows(result),
            "sources": _source_rows(result),
            "minimum_cover": None if flow is None else flow.terms.minimum_cover,
            "own_money": None if flow is None else flow.terms.own_money,
        },
        "fails_in": [number for number, one in enumerate(result.outcomes, start=1) if one is None],
        "broken": _broken_row(result),
        "ranges": _range_rows(known),
        "expected_money": {
            "least_debt_cover": _at_year(result.expected.cover),
            "least_cash": _at_year(result.expected.cash),
        },
        "information": _information_row(result),
        "tornado": _tornado_row(result),
        "outcomes": [
            _outcome_row(number, case, one)
            for number, (case, one) in enumerate(zip(result.scenarios, result.outcomes, strict=True), start=1)
        ],
        "is_switched": result.is_switched,
        "dispatches": 0 if result.sought is None else result.sought.dispatches,
        "assumptions": [asdict(one) for one in result.cases.cases.assets.assumptions],
        "data": report_of(site, first.case.before, tables)["data"],
        "notes": list(result.notes),
    }  # fmt: skip


def stage_risk_table(report: Row) -> list[Row]:
    """Return the scenarios of a report as one table: what is drawn in each, and what the plan comes to."""
    return [
        {
            "scenario": one["scenario"],
            "seed": one["seed"],
            **{f"{key} factor": factor for key, factor in one["factors"].items()},
            **{
                key: value["value"] if isinstance(value, dict) else value
                for key, value in one.items()
                if key not in ("scenario", "seed", "factors", "broken_caps")
            },
        }
        for one in report["outcomes"]
    ]


def _stage_rows(result: "StageRisk") -> list[Row]:
    """Return what is built in each stage, the same in every scenario, and what it costs over them."""
    known, site = result.known, result.site
    rows: list[Row] = []
    for number, start in enumerate(known[0].case.pathway.starts):
        new = [one.made.told[number].new for one in known]
        rows.append(
            {
                "year": site.year + start,
                "capital_cost": _costs([one.made.told[number].capital_cost for one in known]),
                "new": [
                    {"item": one.asset.name, "kind": one.asset.kind, "size": one.size, "unit": one.asset.unit,
                     "kits": one.kits, "capital_cost": _costs([each[place].capital_cost for each in new])}
                    for place, one in enumerate(new[0]) if one.size >= _LEAST
                ],
            }
        )  # fmt: skip
    return rows


def _costs(costs: list[float]) -> Row:
    return {"least": min(costs), "mean": sum(costs) / len(costs), "most": max(costs)}


def _source_rows(result: "StageRisk") -> list[Row]:
    """Return what each product was agreed to pay, and what it comes to; the site's own money last."""
    flow, agreed = result.known[0].made.financed, result.agreed
    if flow is None or agreed is None:
        return []
    kinds = {one.name: one.kind for one in result.site.finance.products}
    paid = [one.financing for one in result.known if one.financing is not None]

    def of(p: int) -> list[float]:
        return [sum(amount for (q, _kind, _s), amount in one.parts.items() if q == p) for one in paid]

    rows = [
        {"name": one.name, "kind": kinds[one.name],
         "agreed": sum(amount for (q, _kind, _s), amount in agreed.parts.items() if q == p), "ceiling": one.ceiling,
         "pays": _costs(of(p))}
        for p, one in enumerate(flow.terms.advances)
    ]  # fmt: skip
    own = [sum(one.own.values()) for one in paid]
    return [
        *rows,
        {"name": "own money", "kind": "own_money", "agreed": sum(agreed.own.values()), "ceiling": None,
         "pays": _costs(own)},
    ]  # fmt: skip


def _broken_row(result: "StageRisk") -> Row:
    """Return in how many of the scenarios, and in which, each limit is broken; None where there is no such limit."""
    count = len(result.outcomes)

    def row(is_so: "Callable[[StageOutcome], bool]") -> Row:
        numbers = [number for number, one in enumerate(result.outcomes, 1) if one is not None and is_so(one)]
        return {"count": len(numbers), "share": len(numbers) / count, "scenarios": numbers}

    flow = result.known[0].made.financed
    terms = None if flow is None else flow.terms
    in_debt = any(_cover(one) is not None for one in result.known)
    asked = terms is not None and terms.minimum_cover is not None and in_debt
    least = terms.minimum_cover or 0.0 if terms is not None else 0.0
    money = terms.own_money if terms is not None else None
    has_value = any(one.net_present_value is not None for one in result.known)
    return {
        "cover_below_minimum": row(lambda one: _below(_cover(one), least)) if asked else None,
        "cover_below_one": row(lambda one: _below(_cover(one), 1.0)) if in_debt else None,
        "cash_below_zero": None if money is None else row(lambda one: _below(_cash(one), 0.0, max(money, 1.0))),
        "loses_money": row(lambda one: (one.net_present_value or 0.0) < 0.0) if has_value else None,
        "emissions_above_cap": row(lambda one: bool(one.broken_caps)),
    }


def _below(value: float | None, least: float, scale: float = 1.0) -> bool:
    return value is not None and value < least - _ROUNDING * scale


def _cover(one: "StageOutcome") -> float | None:
    flow = one.made.financed
    return None if flow is None or flow.least_cover is None else flow.least_cover[1]


def _cash(one: "StageOutcome") -> float | None:
    flow = one.made.financed
    return None if flow is None or flow.least_cash is None else flow.least_cash[1]


def _range_rows(known: "tuple[StageOutcome, ...]") -> list[Row]:
    """Return the range over the scenarios of each figure that there is."""
    found: list[Row] = []

    def add(key: str, name: str, unit: str, of: "Callable[[StageOutcome], float | None]") -> None:
        values = [value for one in known if (value := of(one)) is not None]
        if values:
            found.append({"key": key, "name": name, "unit": unit, "of": len(values), **spread(values)})

    has_money = known[0].made.financed is not None
    add("capital_cost", _("to invest, in all stages"), "USD", _capital)
    add("project_net_present_cost", _("net present cost, before any product"), "USD", _project_cost)
    add("project_net_present_value", _("net present value, before any product"), "USD", _project_value)
    if has_money:
        add("net_present_cost", _("net present cost, with who pays"), "USD", lambda one: one.net_present_cost)
        add("net_present_value", _("net present value for the site"), "USD", lambda one: one.net_present_value)
        add("project_internal_rate", _("internal rate of the project, nominal"), "%", _project_rate)
        add("own_internal_rate", _("internal rate of own money, nominal"), "%", _own_rate)
        add("own_payback_years", _("own money paid back after"), "year", _own_payback)
        if any(_earned(one) for one in known):
            add("earned", _("earned by tonnes and premiums, less their cost"), "USD", _earned)
        add("least_debt_cover", _("least debt cover"), "-", _cover)
        add("least_cash", _("least cash"), "USD", _cash)
    add("fuel_l", _("fuel in generators, a mean year"), "L/year", _litres)
    add("gross_emissions", _("gross emissions: scopes 1+2, land, a mean year"), "tCO2e/year", _gross)
    add("scopes_1_2_3", _("emissions, scopes 1+2+3, a mean year"), "tCO2e/year", _whole)
    add("avoided_tonnes", _("avoided against today's equipment, in all"), "tCO2e", _avoided)
    return found


def _spans(one: "StageOutcome") -> list[int]:
    pathway = one.case.pathway
    return [end - start for start, end in pairwise((*pathway.starts, pathway.horizon_years))]


def _mean_year(one: "StageOutcome", values: list[float]) -> float:
    """Return the mean over the years of the horizon of what a year of each stage is."""
    return sum(span * value for span, value in zip(_spans(one), values, strict=True)) / one.case.pathway.horizon_years


def _capital(one: "StageOutcome") -> float:
    return sum(stage.capital_cost for stage in one.made.told)


def _project_cost(one: "StageOutcome") -> float:
    return one.made.net_present_cost


def _project_value(one: "StageOutcome") -> float | None:
    return one.made.net_present_value


def _project_rate(one: "StageOutcome") -> float | None:
    flow = one.made.financed
    return None if flow is None or flow.project_rate is None else 100.0 * flow.project_rate


def _own_rate(one: "StageOutcome") -> float | None:
    flow = one.made.financed
    return None if flow is None or flow.own_rate is None else 100.0 * flow.own_rate


def _own_payback(one: "StageOutcome") -> float | None:
    flow = one.made.financed
    if flow is None or flow.own_flows is None:
        return None
    return math.inf if flow.own_payback is None else flow.own_payback


def _earned(one: "StageOutcome") -> float:
    """Return what buyers of tonnes and premiums pay over all years, nominal, less what they cost."""
    flow = one.made.financed
    return 0.0 if flow is None else sum(year.income - year.up_front for year in flow.years)


def _litres(one: "StageOutcome") -> float:
    return _mean_year(one, [sum(stage.plan.planned.fuel_l.values()) for stage in one.made.told])


def _gross(one: "StageOutcome") -> float:
    return _mean_year(one, [stage.solution.operational_kgco2e / 1000.0 for stage in one.found.stages])


def _whole(one: "StageOutcome") -> float:
    return _mean_year(one, [stage.after.total((1, 2, 3)).m_as("tCO2e/year") for stage in one.made.told])


def _avoided(one: "StageOutcome") -> float | None:
    total = 0.0
    for span, stage in zip(_spans(one), one.made.told, strict=True):
        if stage.as_today is None:
            return None
        total += span * (stage.as_today.operational_kgco2e - stage.plan.planned.operational_kgco2e) / 1000.0
    return total


def _at_year(found: tuple[int, float] | None) -> Row | None:
    return None if found is None else {"year": found[0], "value": found[1]}


def _information_row(result: "StageRisk") -> Row:
    """Return what it is worth to plan for all scenarios, net present; the first three as dispatched."""
    value, costs = result.value, [one.net_present_cost for one in result.known]
    expected = sum(costs) / len(costs) if len(costs) == len(result.outcomes) else None
    middle = result.middle_cost
    return {
        "expected_cost": expected,
        "of_middle": middle,
        "of_sought": result.sought_cost,
        "regret": None if middle is None or expected is None else middle - expected,
        "middle_fails_in": [number for number, one in enumerate(result.middle_outcomes, start=1) if one is None],
        "middle_keeps_money": result.middle_keeps_money,
        "recourse": None if value is None else value.recourse,
        "wait_and_see": None if value is None else value.wait_and_see,
        "of_average": None if value is None else value.of_average,
        "expected_value_of_perfect_information": None if value is None else value.of_perfect_information,
        "value_of_the_stochastic_solution": None if value is None else value.of_stochastic_solution,
        "gap": None if result.sought is None else result.sought.gap,
    }


def _tornado_row(result: "StageRisk") -> Row:
    tornado = result.tornado
    return {
        "middle": None if tornado.middle is None else _figures(tornado.middle),
        "swings": [
            {"key": one.key, "name": one.name, "source": one.source, "low": _end_row(one.low),
             "high": _end_row(one.high)}
            for one in tornado.swings
        ],
    }  # fmt: skip


def _figures(one: "StageOutcome") -> Row:
    flow = one.made.financed
    return {
        "net_present_cost": one.net_present_cost,
        "net_present_value": one.net_present_value,
        "least_debt_cover": None if flow is None else _at_year(flow.least_cover),
        "least_cash": None if flow is None else _at_year(flow.least_cash),
        "gross_emissions": {"value": _gross(one), "unit": "tCO2e/year"},
    }


def _end_row(end: "StageEnd") -> Row:
    return {"share": end.share, "figures": None if end.outcome is None else _figures(end.outcome)}


def _outcome_row(number: int, case: "StageCase", one: "StageOutcome | None") -> Row:
    """Return a scenario, and what the plan comes to in it; nothing of that where it breaks a limit."""
    flow = None if one is None else one.made.financed
    payback = None if one is None else _own_payback(one)
    return {
        "scenario": number,
        "fails": one is None,
        "factors": dict(case.case.factors),
        "seed": case.case.seed,
        "sun_kwh_per_kw": case.case.sun.annual_yield_kwh_per_kw,
        "load_kwh": case.case.load.annual_kwh,
        "capital_cost": one and _capital(one),
        "project_net_present_cost": one and one.made.net_present_cost,
        "project_net_present_value": one and one.made.net_present_value,
        "net_present_cost": one and one.net_present_cost,
        "net_present_value": one and one.net_present_value,
        "project_internal_rate": flow and flow.project_rate,
        "own_internal_rate": flow and flow.own_rate,
        "own_payback_years": None if payback is None or not math.isfinite(payback) else payback,
        "least_debt_cover": flow and _at_year(flow.least_cover),
        "least_cash": flow and _at_year(flow.least_cash),
        "fuel_l_per_year": one and _litres(one),
        "gross_emissions": one and {"value": _gross(one), "unit": "tCO2e/year"},
        "scopes_1_2_3": one and {"value": _whole(one), "unit": "tCO2e/year"},
        "avoided_tonnes": one and _avoided(one),
        "broken_caps": [] if one is None else [case.case.site.year + start for start in one.broken_caps],
    }
