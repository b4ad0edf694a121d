"""The calculator audits the optimiser, on every run: a plan whose figures do not agree is never shown."""

from asmcarbon.errors import AuditMismatch
from asmcarbon.finance.cashflow import CashFlow
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.optimise.benefits import work_of
from asmcarbon.optimise.coefficients import Coefficients, is_gross, is_supply
from asmcarbon.optimise.plan import Plan
from asmcarbon.optimise.site_measures import reduced_lines, removals_kgco2e_per_ha_year
from asmcarbon.site.site import Site

TOLERANCE = 1e-6


def audit(
    plan: Plan, site: Site, before: Footprint, after: Footprint, cashflow: CashFlow, coefficients: Coefficients
) -> None:
    """Raise AuditMismatch unless the plan's emissions and cost are what calculator and cash flow make of it."""
    audit_emissions(plan, site, before, after, coefficients)
    agree_or_raise(_("net present cost"), plan.net_present_cost, cashflow.net_present_cost)


def audit_emissions(plan: Plan, site: Site, before: Footprint, after: Footprint, coefficients: Coefficients) -> None:
    """Raise AuditMismatch unless the plan's emissions are what the calculator makes of it.

    before, after   the calculator's footprints of the site of today and of the site with the plan applied

    What the plan does not decide must be the same before and after; what it decides must be what the model counted:
    gross emissions (scopes 1 and 2, land-use change), scope 3, removals, person-days.
    """
    kept = before.sum_of(lambda line: is_gross(line) and not is_supply(line)).m_as("kgCO2e/year")
    gross = after.sum_of(is_gross).m_as("kgCO2e/year")
    agree_or_raise(_("gross emissions with the plan"), kept + plan.planned.operational_kgco2e, gross)

    upstream = before.sum_of(lambda line: line.scope == 3 and not is_supply(line)).m_as("kgCO2e/year")
    upstream += sum(
        coefficients.fuel_supply_kgco2e_per_l[fuel] * litres for fuel, litres in plan.planned.fuel_l.items()
    )
    upstream += coefficients.electricity_supply_kgco2e_per_kwh * plan.planned.supply.grid
    for taken in plan.bought("measure"):
        lines = reduced_lines(site.options.measures[taken.asset.number], before)
        upstream -= taken.size * sum(share * line.co2e.magnitude for line, share in lines if line.scope == 3)
    whole = after.total((3,)).m_as("kgCO2e/year")
    agree_or_raise(_("scope 3 with the plan"), upstream + plan.embodied_kgco2e, whole)

    works = [one for one in plan.purchases if one.asset.kind in ("measure", "rehabilitation")]
    days = sum(one.once + plan.horizon_years * one.yearly for one in work_of(works))
    agree_or_raise(_("person-days"), plan.person_days, days)

    ways = [(site.options.rehabilitation[one.asset.number], one.size) for one in plan.bought("rehabilitation")]
    removed = sum(removals_kgco2e_per_ha_year(way) * area for way, area in ways)
    removed += before.sum_of(lambda line: line.account == "removals").m_as("kgCO2e/year")
    agree_or_raise(_("removals"), removed, after.sum_of(lambda line: line.account == "removals").m_as("kgCO2e/year"))


def agree_or_raise(figure: str, modelled: float, audited: float) -> None:
    """Raise AuditMismatch unless both are the same, to a millionth."""
    if abs(modelled - audited) > TOLERANCE * max(abs(modelled), abs(audited), 1.0):
        raise AuditMismatch(figure, modelled, audited)
