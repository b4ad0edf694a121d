"""A plan as plain rows, with the footprints before and after it."""

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from asmcarbon.factors.tables import FactorTables
from asmcarbon.site.site import Site

if TYPE_CHECKING:
    from asmcarbon.optimise.plan import Year
    from asmcarbon.optimise.solve import Solution
    from asmcarbon.planning.plan_site import SitePlan

from asmcarbon.reports.benefits import benefits_row
from asmcarbon.reports.footprint_rows import report_of
from asmcarbon.reports.rows import Row, provenance

# What a year's objective is counted in.
GAINS = {"least_cost": "USD/year", "least_emissions": "kgCO2e/year", "most_jobs": "person-days"}


def plan_report(result: "SitePlan", tables: FactorTables) -> Row:
    """Return a plan as rows, with the footprints before and after it."""
    from asmcarbon.optimise.benefits import work_of

    plan, cashflow = result.plan, result.cashflow
    before, after = result.before.total().to("tCO2e/year"), result.after.total().to("tCO2e/year")
    avoided = (before - after).magnitude
    land = [one.account_total("land_use_change") for one in (result.before, result.after)]
    land_avoided = (land[0] - land[1]).m_as("tCO2e/year") if land[0] is not None and land[1] is not None else 0.0
    saving = plan.today.running_cost - plan.annual_cost
    return {
        **provenance(result.site, result.before.release),
        "gwp_set": result.before.gwp_set,
        "currency": "USD",
        "site": {"name": result.site.name, "country": result.site.country, "year": result.site.year},
        "purchases": [
            {
                "item": one.asset.name,
                "kind": one.asset.kind,
                "size": one.size,
                "unit": one.asset.unit,
                "capital_cost": one.capital_cost,
                "operation_cost": one.asset.operation_cost * one.size,
                "lifetime_years": one.asset.lifetime,
                "kit_size": one.asset.kit,
                "kits": one.kits,
            }
            for one in plan.purchases
        ],
        "capital_cost": plan.capital_cost,
        "objective": result.site.options.objective,
        "gap": plan.gap,
        "dispatch_gap": None if plan.switched is None else plan.switched.gap,
        "resizing_gain": None if plan.switched is None else plan.switched.saving,
        "certificate": None if result.certificate is None else asdict(result.certificate),
        "person_days": plan.person_days,
        "benefits": benefits_row(result.site, plan, work_of(plan.purchases), plan.horizon_years),
        "rehabilitated_ha": sum(one.size for one in plan.bought("rehabilitation")),
        "annual_cost": {"today": plan.today.running_cost, "plan": plan.annual_cost},
        "running_cost": {"today": plan.today.running_cost, "plan": plan.planned.running_cost},
        "net_present_cost": {"today": plan.net_present_cost_today, "plan": plan.net_present_cost},
        "net_present_value": cashflow.net_present_value,
        "payback_years": plan.payback_years,
        "discounted_payback_years": plan.discounted_payback_years,
        "levelised_cost_per_kwh": {"today": plan.levelised_cost_today, "plan": plan.levelised_cost},
        "discount_rate": plan.discount_rate,
        "horizon_years": plan.horizon_years,
        "load_kwh": plan.load_kwh,
        "supply_kwh": {"today": supply_row(plan.today), "plan": supply_row(plan.planned)},
        "fuel_l": {"today": dict(plan.today.fuel_l), "plan": dict(plan.planned.fuel_l)},
        "fuel_scale": dict(plan.fuel_scale),
        "avoided": {"value": avoided, "unit": "tCO2e/year"},
        "avoided_land_use_change": {"value": land_avoided, "unit": "tCO2e/year"},
        "cost_per_tonne_avoided": -saving / (avoided + land_avoided) if avoided + land_avoided > 0 else None,
        "budget_shadow_price": plan.budget_shadow_price,
        "bindings": [
            {"key": one.key, "name": one.name, "unit": one.unit, "limit": one.limit, "worth": one.worth,
             "gains": GAINS[result.site.options.objective]} for one in plan.bindings
        ],
        "retired_generators": list(plan.retired),
        "battery_cycles_a_year": plan.battery_cycles,
        "standing_ready_kw": plan.standing_ready_kw,
        "short_reserve_hours": plan.short_reserve_hours,
        "mercury_kg": {
            "today": _mercury(result.site), "plan": _mercury(result.site_after)
        } if result.site.processing.mercury is not None else None,
        "week": _week_row(result.solution),
        "cash_flow": [
            {"year": one.year, "capital": one.capital, "running": one.running, "residual": one.residual,
             "cost": one.cost, "running_today": one.running_today, "saving": one.saving}
            for one in cashflow.years
        ],
        "sun": {
            "yield_kwh_per_kw": result.sun.annual_yield_kwh_per_kw,
            "ghi_kwh_m2_day": result.sun.ghi_kwh_m2_day,
            "source": result.sun.source,
        },
        "assumptions": [asdict(one) for one in result.assets.assumptions],
        "solver": plan.solver,
        "footprint_today": report_of(result.site, result.before, tables),
        "footprint_plan": report_of(result.site_after, result.after, tables),
        "notes": list(result.notes),
    }  # fmt: skip


def _week_row(solution: "Solution") -> Row | None:
    """Return the hours of a usual week, in kW: that whose sun is nearest the mean; None where nothing is drawn.

    What the battery takes is taken from the sun first: `solar` is what is used at once.
    """
    import numpy as np

    if not solution.load_kw.any():
        return None
    sun = solution.solar_available_kw[: _WEEKS * _WEEK].reshape(_WEEKS, _WEEK).sum(axis=1)
    number = int(np.argmin(np.abs(sun - sun.mean())))
    hours = slice(number * _WEEK, (number + 1) * _WEEK)
    generators = sum(solution.generators_kw, np.zeros_like(solution.load_kw))
    series = {
        "load": solution.load_kw,
        "solar": np.maximum(solution.solar_used_kw - solution.charge_kw, 0.0),
        "charge": solution.charge_kw,
        "discharge": solution.discharge_kw,
        "generators": generators,
        "grid": solution.grid_kw,
        "unserved": solution.unserved_kw,
    }
    return {"first_day": 7 * number + 1, **{name: column[hours].tolist() for name, column in series.items()}}


_WEEK, _WEEKS = 168, 52


def _mercury(site: Site) -> float:
    return site.processing.mercury.to("kg/year") if site.processing.mercury is not None else 0.0


def supply_row(year: "Year") -> Row:
    """Return a year of electricity by where it comes from and goes, in kWh."""
    supply = year.supply
    return {
        "solar": supply.solar,
        "generators": supply.generators,
        "grid": supply.grid,
        "unserved": supply.unserved,
        "battery_losses": supply.battery_losses,
        "solar_curtailed": supply.curtailed,
        "generators_dumped": supply.dumped,
        "solar_sold": supply.exported,
    }
