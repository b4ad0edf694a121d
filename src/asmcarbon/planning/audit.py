"""The calculator audits the optimiser, on every run: a plan whose figures do not agree is never shown."""

from collections.abc import Callable

from asmcarbon.errors import AuditMismatch
from asmcarbon.finance.cashflow import CashFlow
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.messages import _
from asmcarbon.optimise.plan import Plan
from asmcarbon.optimise.site_parameters import Coefficients

TOLERANCE = 1e-6


def audit(plan: Plan, before: Footprint, after: Footprint, cashflow: CashFlow, coefficients: Coefficients) -> None:
    """Raise AuditMismatch unless the plan's emissions and cost are what calculator and cash flow make of it.

    before, after   the calculator's footprints of the site of today and of the site with the plan applied

    What the plan does not touch must be the same before and after; what it does touch must be what the model counted.
    """
    touched = _is_touched
    untouched = before.sum_of(lambda line: not touched(line)).m_as("kgCO2e/year")
    upstream = sum(coefficients.fuel_supply_kgco2e_per_l[fuel] * litres for fuel, litres in plan.planned.fuel_l.items())
    supply = after.sum_of(lambda line: touched(line) and line.scope < 3).m_as("kgCO2e/year")
    _agree(_("emissions of the electricity supply"), plan.planned.operational_kgco2e, supply)
    counted = untouched + plan.planned.operational_kgco2e + upstream + plan.embodied_kgco2e
    _agree(_("total emissions with the plan"), counted, after.total().m_as("kgCO2e/year"))
    _agree(_("net present cost"), plan.net_present_cost, cashflow.net_present_cost)


_TOUCHED: tuple[Callable[[str], bool], ...] = (
    lambda source: source.startswith("energy.") and source.endswith(".generator"),
    lambda source: source in ("energy.grid.purchased", "energy.solar", "energy.battery"),
)


def _is_touched(line: Line) -> bool:
    return any(belongs(line.source) for belongs in _TOUCHED)


def _agree(figure: str, modelled: float, audited: float) -> None:
    if abs(modelled - audited) > TOLERANCE * max(abs(modelled), abs(audited), 1.0):
        raise AuditMismatch(figure, modelled, audited)
