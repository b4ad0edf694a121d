"""A plan over stages as rows for machines and as text for a terminal."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from asmcarbon.factors.tables import FactorTables
from asmcarbon.finance.returns import cost_of_abatement
from asmcarbon.messages import _
from asmcarbon.planning import sentences
from asmcarbon.reports.benefits import benefit_lines, benefits_row, work_lines, work_row
from asmcarbon.reports.financing import financing_answer, financing_lines, financing_row
from asmcarbon.reports.footprint_rows import report_of
from asmcarbon.reports.plan_rows import supply_row
from asmcarbon.reports.rows import Row, provenance
from asmcarbon.reports.terminal import Cells, assumption_lines, data_lines, money, provenance_line, told
from asmcarbon.vocabulary import word

if TYPE_CHECKING:
    from asmcarbon.optimise.assets import Purchase
    from asmcarbon.planning.stage_records import SiteStage, SiteStages

# Less of anything is the solver's remainder and not worth a line.
_LEAST_TOLD = 0.005


def stages_report(result: "SiteStages", tables: FactorTables) -> Row:
    """Return a plan over stages as rows, with the footprint of each."""
    site = result.site
    return {
        **provenance(site, result.stages[0].before.release),
        "gwp_set": result.stages[0].before.gwp_set,
        "currency": "USD",
        "site": {"name": site.name, "country": site.country, "year": site.year},
        "net_present_cost": result.net_present_cost,
        "net_present_value": result.net_present_value,
        "discount_rate": site.finance.discount_rate.to("1"),
        "horizon_years": round(site.finance.horizon.to("year")),
        "gap": result.gap,
        "dispatches": result.dispatches,
        "solved_by": result.solved_by,
        "objective": site.options.objective,
        "today": {
            "running_cost": result.today.running_cost,
            "supply_kwh": supply_row(result.today),
            "fuel_l": dict(result.today.fuel_l),
        },
        "abatement": _abatement_row(result),
        "work": _work_row(result),
        "stages": [_stage_row(one, tables) for one in result.stages],
        "cash_flow": [
            {"year": one.year, "capital": one.capital, "running": one.running, "residual": one.residual,
             "cost": one.cost, "running_today": one.running_today, "saving": one.saving}
            for one in result.cashflow.years
        ],
        "financing": financing_row(result),
        "sun": {
            "yield_kwh_per_kw": result.sun.annual_yield_kwh_per_kw,
            "ghi_kwh_m2_day": result.sun.ghi_kwh_m2_day,
            "source": result.sun.source,
        },
        "assumptions": [asdict(one) for one in result.assets.assumptions],
        "footprint_today": report_of(site, result.stages[0].before, tables),
        "notes": list(result.notes),
    }  # fmt: skip


def _abatement_row(result: "SiteStages") -> Row | None:
    """Return the tonnes that the plan avoids against today's equipment, and what one costs before any product pays."""
    if result.net_present_value is None:
        return None
    horizon = round(result.site.finance.horizon.to("year"))
    tonnes = [0.0]
    for stage, start, end in zip(result.stages, result.starts, (*result.starts[1:], horizon), strict=True):
        assert stage.as_today is not None
        avoided = (stage.as_today.operational_kgco2e - stage.plan.planned.operational_kgco2e) / 1000.0
        tonnes += [avoided] * (end - start)
    cost = cost_of_abatement(-result.net_present_value, tonnes, result.site.finance.discount_rate.to("1"))
    return {
        "tonnes": sum(tonnes),
        "cost_per_tonne": None if cost is None else cost.per_tonne,
        "cost_per_discounted_tonne": None if cost is None else cost.per_discounted_tonne,
    }


def _work_row(result: "SiteStages") -> Row:
    """Return the work of all stages: what is done once, and each year's for the years that its stage stands for."""
    site, years = result.site, round(result.site.finance.horizon.to("year"))
    ends = [*(one.year for one in result.stages[1:]), site.year + years]
    once = sum(one.once for one in result.stages[-1].work)
    yearly = sum(
        sum(one.yearly for one in stage.work) * (end - stage.year)
        for stage, end in zip(result.stages, ends, strict=True)
    )
    return work_row(site, once, yearly / years, years)


def _stage_row(stage: "SiteStage", tables: FactorTables) -> Row:
    plan, cap = stage.plan, stage.site.options.emissions_cap
    report = report_of(stage.site, stage.after, tables)
    land = report["land_use_change"]
    gross = report["totals"]["scopes_1_2"]["value"] + (land["value"] if land is not None else 0.0)
    return {
        "year": stage.year,
        "new": [_purchase_row(one) for one in stage.new],
        # Panels as they have aged; what they cost stands where they were bought.
        "in_service": [
            {"item": one.asset.name, "kind": one.asset.kind, "size": one.size, "unit": one.asset.unit}
            for one in plan.purchases
        ],
        "capital_cost": stage.capital_cost,
        "annual_cost": plan.annual_cost,
        "running_cost": plan.planned.running_cost,
        "running_cost_as_today": None if stage.as_today is None else stage.as_today.running_cost,
        "load_kwh": plan.load_kwh,
        "supply_kwh": supply_row(plan.planned),
        "fuel_l": dict(plan.planned.fuel_l),
        "gross_emissions": {"value": gross, "unit": "tCO2e/year"},
        "emissions_cap": None if cap is None else {"value": cap.to("tCO2e/year"), "unit": "tCO2e/year"},
        "dispatch_gap": None if plan.switched is None else plan.switched.gap,
        "totals": report["totals"],
        "land_use_change": land,
        "removals": report["removals"],
        "intensities": report["intensities"],
        "benefits": benefits_row(stage.site, plan, stage.work, plan.horizon_years),
    }


def _purchase_row(one: "Purchase") -> Row:
    asset = one.asset
    return {"item": asset.name, "kind": asset.kind, "size": one.size, "unit": asset.unit, "kits": one.kits,
            "capital_cost": one.capital_cost, "lifetime_years": asset.lifetime}  # fmt: skip


def stages_text(report: Row) -> str:
    """Return a plan over stages as a page of text: what to build and when, each year, what it costs and emits."""
    site, stages = report["site"], report["stages"]
    lines = [f"{site['name']} ({site['country']}, {site['year']})", *stages_answer(report)]
    lines += ["", _("What to build, and when"), *new_cells(stages).lines(), ""]
    lines += [_("A year of each stage"), *year_cells(report).lines(), ""]
    if told_benefits := _benefit_lines(report):
        lines += [_("Benefits"), *told_benefits, ""]
    lines += [_("Cash flow, USD"), *cash_cells(report).lines(), ""]
    if report["financing"] is not None:
        lines += financing_lines(report["financing"])
    lines += [_("Assumed by asmcarbon, because the site does not say"), *assumption_lines(report), ""]
    lines += [*data_lines(report["footprint_today"]["data"]), ""]
    last = sentences.as_assumed()
    lines += [_("Read this before you sign"), *(f"  - {note}" for note in [*report["notes"], last]), ""]
    gaps = [one["dispatch_gap"] for one in stages if one["dispatch_gap"] is not None]
    if gaps:
        text = _(
            "Generators are switched on and off over all 8,760 hours of each stage; no dispatch of the same equipment"
            " is more than {gap:.2%} cheaper in any."
        )
        lines += [text.format(gap=max(gaps))]
    text = _("No plan of what is offered is more than {gap:.3%} {better}, by {n} {solved_by}{straight}.")
    better = _("cheaper") if report["objective"] == "least_cost" else _("better in what is sought")
    straight = _(", with generators that need not be on or off") if gaps else ""
    lines += [text.format(gap=report["gap"], better=better, n=report["dispatches"], solved_by=report["solved_by"],
                         straight=straight)]  # fmt: skip
    lines += [_("Audited by the footprint calculator, stage by stage, and the cash flow."), provenance_line(report)]
    return "\n".join(lines) + "\n"


def stages_answer(report: Row) -> list[str]:
    """Return what a plan over stages comes to, in a few sentences."""
    text = _("Over {years} years at {rate:.0%} the plan costs {cost} USD today.")
    if report["financing"] is not None:
        text = _("Over {years} years at {rate:.0%} the plan costs {cost} USD today, before any product pays.")
    lines = [
        text.format(years=report["horizon_years"], rate=report["discount_rate"], cost=money(report["net_present_cost"]))
    ]
    sought = {
        "least_emissions": _(
            "It emits the least that the budget of each stage allows; of such plans it is the cheapest."
        ),
        "most_jobs": _(
            "It gives the most work that the budget of each stage allows; of such plans it is the cheapest."
        ),
    }
    lines += [sought[report["objective"]]] if report["objective"] in sought else []
    if report["net_present_value"] is None:
        lines += [_("Today's equipment could not carry the load of every stage: no saving is told.")]
    else:
        value = report["net_present_value"]
        less, more = _("That is {value} USD less than going on as today."), _("That is {value} USD more than today's.")
        lines += [(less if value >= 0 else more).format(value=money(abs(value)))]
    lines += _abatement_lines(report)
    if report["financing"] is not None:
        lines += financing_answer(report["financing"])
    return lines


def _abatement_lines(report: Row) -> list[str]:
    """Return what a tonne avoided costs, of all tonnes and of tonnes discounted as money is."""
    row = report["abatement"]
    if row is None or row["cost_per_tonne"] is None:
        return []
    costs = _("It avoids {tonnes} tCO2e in {years} years: a tonne costs {cost} USD ({discounted} a discounted tonne).")
    saves = _("It avoids {tonnes} tCO2e in {years} years: a tonne saves {cost} USD ({discounted} a discounted tonne).")
    text = costs if row["cost_per_tonne"] > 0 else saves
    keys = {"tonnes": "tonnes", "cost": "cost_per_tonne", "discounted": "cost_per_discounted_tonne"}
    parts = {name: told(abs(row[key])) for name, key in keys.items()}
    return [text.format(years=report["horizon_years"], **parts)]


def new_cells(stages: list[Row]) -> Cells:
    """Return what is to be built, and when."""
    worth_telling = [new for stage in stages for new in stage["new"] if new["size"] >= _LEAST_TOLD]
    items = list(dict.fromkeys((new["item"], new["unit"]) for new in worth_telling))
    if not items:
        return Cells([[_("nothing")]], is_headed=False)
    rows = [["", "", *(str(stage["year"]) for stage in stages)]]
    for item, unit in items:
        sizes = [
            sum(new["size"] for new in stage["new"] if (new["item"], new["unit"]) == (item, unit)) for stage in stages
        ]
        rows.append([word(item), unit.strip("-"), *(_size(size, unit) for size in sizes)])
    rows.append([_("in all"), "USD", *(money(stage["capital_cost"]) if stage["new"] else "" for stage in stages)])
    return Cells(rows, range(2, len(stages) + 2))


def _benefit_lines(report: Row) -> list[str]:
    """Return the work over the horizon, and what each stage gives of hectares and surplus solar power."""
    lines = [f"  {line}" for line in work_lines(report["work"])]
    for stage in report["stages"]:
        others = benefit_lines({**stage["benefits"], "work": {"once": 0.0, "yearly": 0.0}})
        lines += [f"  {stage['year']}: {line.strip()}" for line in others]
    return lines


def _size(size: float, unit: str) -> str:
    if size == 0.0:
        return ""
    return _("yes") if unit == "-" and size > 1 - 1e-6 else told(size)


def year_cells(report: Row) -> Cells:
    """Return a year of each stage beside today."""
    stages, today = report["stages"], report["today"]
    rows = [["", "", _("today"), *(str(stage["year"]) for stage in stages)]]

    def add(name: str, unit: str, now: float | None, later: Callable[[Row], Any], form: Callable[[Any], str]) -> None:
        values = [later(stage) for stage in stages]
        if any(value for value in [now, *values]):
            rows.append([name, unit, form(now), *(form(value) for value in values)])

    add(_("running cost"), "USD", today["running_cost"], lambda one: one["running_cost"], money)
    add(_("with annuities"), "USD", None, lambda one: one["annual_cost"], money)
    add(_("as today"), "USD", None, lambda one: one["running_cost_as_today"], money)
    add(_("load"), "kWh", None, lambda one: one["load_kwh"], money)
    names = {
        "solar": _("solar, used"), "generators": _("generators"), "grid": _("grid"), "unserved": _("not served"),
        "solar_curtailed": _("solar, not usable"),
    }  # fmt: skip
    for key, name in names.items():
        add(name, "kWh", today["supply_kwh"][key], lambda one, key=key: one["supply_kwh"][key], money)
    for fuel in dict.fromkeys(name for one in [today, *stages] for name in one["fuel_l"]):
        text = _("{fuel} in generators").format(fuel=fuel)
        add(text, "L", today["fuel_l"].get(fuel), lambda one, fuel=fuel: one["fuel_l"].get(fuel), money)
    before = report["footprint_today"]
    land = before["land_use_change"]
    gross = before["totals"]["scopes_1_2"]["value"] + (land["value"] if land is not None else 0.0)
    add(_("gross emissions"), "tCO2e", gross, lambda one: one["gross_emissions"]["value"], told)
    add(_("cap on them"), "tCO2e", None, lambda one: one["emissions_cap"] and one["emissions_cap"]["value"], told)
    whole = before["totals"]["scopes_1_2_3"]["value"]
    add(_("scopes 1+2+3"), "tCO2e", whole, lambda one: one["totals"]["scopes_1_2_3"]["value"], told)
    per_job = [one["value"] for one in before["intensities"] if (one["total"], one["per"]) == ("scopes_1_2_3", "job")]
    if per_job:
        add(_("the same per job"), "tCO2e", per_job[0], _per_job, told)
    return Cells(rows, range(2, len(stages) + 3))


def _per_job(stage: Row) -> float | None:
    found = [one["value"] for one in stage["intensities"] if (one["total"], one["per"]) == ("scopes_1_2_3", "job")]
    return found[0] if found else None


def cash_cells(report: Row) -> Cells:
    """Return what is paid each year."""
    rows = [[_("end of year"), _("to invest"), _("to run"), _("left over"), _("in all")]]
    for one in report["cash_flow"]:
        rows.append([str(one["year"]), *(money(one[name]) for name in ("capital", "running", "residual", "cost"))])
    return Cells(rows, range(1, 5))
