"""The trade-off of a site as plain rows: points, near-optimal alternatives, options by what a tonne costs."""

from itertools import pairwise
from typing import TYPE_CHECKING

from asmcarbon.reports.rows import Row, people_row, provenance
from asmcarbon.units import UnitError, quantity_of, unit_of

if TYPE_CHECKING:
    from asmcarbon.finance.financed import FinancedFlow
    from asmcarbon.optimise.financing import Financing
    from asmcarbon.planning.alternatives import Alternative, Effect, Measured
    from asmcarbon.planning.frontier import FrontierPoint, SiteFrontier
    from asmcarbon.planning.judge import Judged

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _, numeral

_PARTS = {"solar": ("solar_kw", "kW"), "battery": ("storage_kwh", "kWh"), "inverter": ("storage_kw", "kW")}
# Tonnes below which two plans emit the same.
_SAME_T = 1e-3
# Money that is the solver's remainder and not worth a word.
_LEAST_PAID = 0.5


def within_of(text: str) -> float:
    """Return a share of the least cost, from how it is written: `2 %`."""
    refused = InputError(
        Problem("within", _("'{text}' is no share").format(text=text), _("a share with its unit"), "'2 %'")
    )
    try:
        share = quantity_of(text)
    except UnitError as error:
        raise refused from error
    if not share.dimensionless:
        raise refused
    return float(share.m_as(unit_of("1")))


def frontier_report(result: "SiteFrontier") -> Row:
    """Return the frontier of a site as rows."""
    ready, site = result.ready, result.ready.stated
    before = ready.before
    return {
        **provenance(site, before.release),
        "gwp_set": before.gwp_set,
        "currency": "USD",
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "people": people_row(site),
        "minerals": [str(name) for name in site.processing.products],
        "emissions_over": "horizon" if result.is_staged else "year",
        "years": _years(result),
        "discount_rate": site.finance.discount_rate.to("1"),
        "horizon_years": round(site.finance.horizon.to("year")),
        "today": None if result.today is None else {
            "net_present_cost": result.today[0],
            "gross_emissions": _tonnes(result, result.today[1]),
            "land_use_change": _tonnes(result, result.judge.land_kgco2e(None)),
        },
        "after_products": result.asks_who_pays,
        "points": _point_rows(result),
        "agreement": _agreement(result),
        "alternatives": [_alternative_row(result, one) for one in result.alternatives],
        "within": result.within,
        "ranges": [
            {"kind": one.kind, "unit": _PARTS[one.kind][1],
             "least": one.least, "planned": one.planned, "most": one.most}
            for one in result.ranges
        ],
        "measures": [_measure_row(result, one) for one in result.measured],
        "dispatches": result.dispatches,
        "rehabilitation_offered": bool(site.options.rehabilitation),
        "notes": list(result.notes),
    }  # fmt: skip


def _years(result: "SiteFrontier") -> list[int]:
    year, pathway = result.ready.stated.year, result.judge.pathway
    return [year] if pathway is None else [year + start for start in pathway.starts]


def _tonnes(result: "SiteFrontier", kilograms: float) -> Row:
    return {"value": kilograms / 1000.0, "unit": "tCO2e" if result.is_staged else "tCO2e/year"}


def _worth(result: "SiteFrontier") -> float:
    """Return what turns net present cost into the money that a tonne is set against: of a year, or of the horizon."""
    return 1.0 if result.is_staged else result.judge.weights[0]


def _point_rows(result: "SiteFrontier") -> list[Row]:
    rows = [_point_row(result, one) for one in result.points]
    for before, after in pairwise(rows):
        lines = before["by_line"], after["by_line"]
        less = lines[0]["gross_emissions"]["value"] - lines[1]["gross_emissions"]["value"]
        more = lines[1]["net_present_cost"] - lines[0]["net_present_cost"]
        after["cost_of_last_tonne"] = more / _worth(result) / less if less > _SAME_T else None
    return rows


def _point_row(result: "SiteFrontier", one: "FrontierPoint") -> Row:
    cap = one.cap_kgco2e
    return {
        "emissions_cap": None if cap is None else _tonnes(result, cap),
        **_plan_row(result, one.plan),
        "cost_of_last_tonne": None,
        "by_line": {
            "net_present_cost": one.line.net_present_cost, "gross_emissions": _tonnes(result, one.line.kgco2e)
        },
        "gap": one.line.point.gap,
        "keeps_cap": one.keeps_cap,
    }  # fmt: skip


def _plan_row(result: "SiteFrontier", plan: "Judged") -> Row:
    last = plan.stages[-1]
    return {
        "gross_emissions": _tonnes(result, plan.kgco2e),
        "land_use_change": _tonnes(result, result.judge.land_kgco2e(plan.stages)),
        "net_present_cost": plan.net_present_cost,
        "capital_cost": plan.point.stages[0].capital_cost,
        "generators": "on_off" if plan.is_switched else "line",
        **{name: getattr(last, name) for name, _unit in _PARTS.values()},
        "taken": _taken(result, plan),
        "fuel_l": _fuel(result, plan),
        "grid_kwh": sum(
            years * float(one.grid_kw.sum()) for years, one in zip(result.judge.years, plan.stages, strict=True)
        ),
        "unserved_kwh": sum(
            years * float(one.unserved_kw.sum()) for years, one in zip(result.judge.years, plan.stages, strict=True)
        ),
        "person_days": last.person_days,
        "rehabilitated_ha": sum(last.hectares),
        "financing": _financing_row(result, plan),
        "stages": [
            {
                "year": year,
                "new_solar_kw": stage.new[0],
                "new_storage_kwh": stage.new[1],
                "new_storage_kw": stage.new[2],
                "capital_cost": stage.capital_cost,
                "gross_emissions": {"value": solution.operational_kgco2e / 1000.0, "unit": "tCO2e/year"},
            }
            for year, stage, solution in zip(_years(result), plan.point.stages, plan.stages, strict=True)
        ],
    }


def _financing_row(result: "SiteFrontier", plan: "Judged") -> Row | None:
    """Return who pays for a plan, nominal and over all its years; None where nothing was asked of money."""
    flow = result.judge.money(plan)
    if flow is None or plan.financing is None:
        return None
    products, cover, cash = _product_rows(result, flow, plan.financing), flow.least_cover, flow.least_cash
    owes = any(sum(year.given[p] for year in flow.years) > _LEAST_PAID
               for p, one in enumerate(flow.terms.advances) if one.principal)  # fmt: skip
    return {
        "cost_before_products": plan.net_present_cost - plan.financing.net_present_cost,
        "own_money": sum(one.own for one in flow.years),
        "products": products,
        "least_debt_cover": None if cover is None or not owes else {"year": cover[0], "value": cover[1]},
        "least_cash": None if cash is None else {"year": cash[0], "value": cash[1]},
    }


def _product_rows(result: "SiteFrontier", flow: "FinancedFlow", financing: "Financing") -> list[Row]:
    """Return the products that a plan takes, with what each gives or pays in all, before what taking them costs."""
    kinds = {one.name: one.kind for one in result.ready.stated.finance.products}
    terms, starts = flow.terms, [0] if result.judge.pathway is None else result.judge.pathway.starts
    stages = [max(s for s, start in enumerate(starts) if start < one.year) for one in flow.years[1:]]
    paid: list[tuple[str, float, float | None]] = [
        (one.name, sum(year.given[p] for year in flow.years), None) for p, one in enumerate(terms.advances)
    ]
    for c, one in enumerate(terms.tonnes):
        sold = [financing.avoided.get((c, s), 0.0) + financing.removed.get((c, s), 0.0) for s in stages]
        earned = sum(one.prices[year] * tonnes for year, tonnes in enumerate(sold, start=1))
        paid.append((one.name, earned, sum(sold)))
    for m, one in enumerate(terms.premiums):
        agreed = [bool(financing.agreed.get((m, s))) for s in stages]
        paid.append((one.name, sum(one.income[year] for year, so in enumerate(agreed, start=1) if so), None))
    return [
        {"name": name, "kind": kinds[name], "amount": amount, "tonnes": tonnes}
        for name, amount, tonnes in paid
        if amount > _LEAST_PAID
    ]


def _taken(result: "SiteFrontier", plan: "Judged") -> list[str]:
    """Return what else a plan has in its last stage: generators that are bought or given up, measures, a connection."""
    last, line, site = plan.stages[-1], result.judge.lines[-1], result.judge.sites[-1]
    own = len(site.energy.generators)
    found: list[str] = []
    for number, (one, units) in enumerate(zip(line.generators, last.generator_units, strict=True)):
        if number >= own and units > 0:
            found.append(f"{units} x {one.name}")
        if number < own and units == 0:
            found.append(_("without the {name}").format(name=one.name))
    if line.grid is not None and not line.grid.is_connected and last.is_connected:
        found.append(_("connection to the grid"))
    for one, adopted in zip(line.measures, last.measures, strict=True):
        if adopted > 1e-6:
            found.append(one.name if adopted > 1.0 - 1e-6 else f"{numeral(adopted, '.0%')} {one.name}")
    return found


def _fuel(result: "SiteFrontier", plan: "Judged") -> dict[str, float]:
    litres: dict[str, float] = {}
    for years, site, one in zip(result.judge.years, result.judge.sites, plan.stages, strict=True):
        every = (*site.energy.generators, *site.options.generators)
        for generator, burned in zip(every, one.fuel_l, strict=False):
            litres[generator.fuel] = litres.get(generator.fuel, 0.0) + years * burned
    return litres


def _agreement(result: "SiteFrontier") -> Row | None:
    """Return how far plans by line are from their years with generators on and off, at most; None: none were judged."""
    found = result.agreement
    return None if found is None else {
        "points": sum(one.plan.is_switched for one in result.points),
        "net_present_cost": found[0],
        "gross_emissions": found[1],
    }  # fmt: skip


def _alternative_row(result: "SiteFrontier", one: "Alternative") -> Row:
    best = result.points[0].plan
    dearer = None
    if one.plan is not None:
        dearer = (one.plan.net_present_cost - best.net_present_cost) / max(abs(best.net_present_cost), 1.0)
    return {
        "option": one.offer.name,
        "kinds": list(one.offer.kinds),
        "is_imposed": one.is_imposed,
        "dearer": dearer,
        "plan": None if one.plan is None else _plan_row(result, one.plan),
    }


def _measure_row(result: "SiteFrontier", one: "Measured") -> Row:
    return {
        "option": one.offer.name,
        "kinds": list(one.offer.kinds),
        "is_taken": one.is_taken,
        "in_plan": _effect_row(result, one.in_plan),
        "alone": _effect_row(result, one.alone),
    }


def _effect_row(result: "SiteFrontier", effect: "Effect | None") -> Row | None:
    if effect is None:
        return None
    avoided = effect.avoided_kgco2e / 1000.0
    return {
        "net_present_cost": effect.net_present_cost,
        "avoided": _tonnes(result, effect.avoided_kgco2e),
        "cost_per_tonne": effect.net_present_cost / _worth(result) / avoided if avoided > _SAME_T else None,
    }


def frontier_table(report: Row) -> list[Row]:
    """Return the points of a report as one table."""
    return [
        {
            "point": number,
            "emissions_cap": None if one["emissions_cap"] is None else one["emissions_cap"]["value"],
            "gross_emissions": one["gross_emissions"]["value"],
            "unit": one["gross_emissions"]["unit"],
            **{name: one[name] for name in ("net_present_cost", "capital_cost", "cost_of_last_tonne")},
            **_paid_columns(one["financing"]),
            **{name: one[name] for name, _unit in _PARTS.values()},
            **{f"{fuel}_l": litres for fuel, litres in one["fuel_l"].items()},
            **{name: one[name] for name in ("grid_kwh", "unserved_kwh", "person_days", "rehabilitated_ha")},
            "taken": "; ".join(one["taken"]),
            **{name: one[name] for name in ("generators", "gap")},
            "line_gross_emissions": one["by_line"]["gross_emissions"]["value"],
            "line_net_present_cost": one["by_line"]["net_present_cost"],
        }
        for number, one in enumerate(report["points"], start=1)
    ]


def _paid_columns(financing: Row | None) -> Row:
    """Return who pays as columns of a table; none where nothing was asked of money."""
    if financing is None:
        return {}
    cover = financing["least_debt_cover"]
    return {
        "cost_before_products": financing["cost_before_products"],
        "own_money": financing["own_money"],
        "products": "; ".join(f"{one['name']} {one['amount']:.0f}" for one in financing["products"]),
        "least_debt_cover": None if cover is None else cover["value"],
    }
