"""One plan in all scenarios: held where it is given, sought where it is not, each year with generators on and off."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from asmcarbon.errors import Infeasible
from asmcarbon.messages import _
from asmcarbon.optimise.on_off import redrawn
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.scenarios import ScenarioPlan, solve_scenarios, year_at
from asmcarbon.optimise.solve import Solution
from asmcarbon.planning.cases import Case, Cases
from asmcarbon.planning.lines import ATTEMPTS, dispatched, is_switched, relined
from asmcarbon.planning.prepare import cap_of
from asmcarbon.planning.time_limit import TimeLimit

# The search for the plan ends where no other is cheaper by this share.
GAP = 1e-5
# How far on/off years may cost from what the lines say, as a share, before these are drawn anew.
_NEAR = 0.01


class Fixed(Struct, frozen=True, eq=False):
    """A plan in every scenario.

    lines   of the generators in each, drawn through the plan's year there
    years   None where the plan breaks a limit
    """

    lines: tuple[Parameters, ...]
    years: tuple[Solution | None, ...]

    @property
    def cost(self) -> float | None:
        """The mean of the annual costs; None where the plan breaks a limit in a scenario."""
        costs = [year.annual_cost for year in self.years if year is not None]
        return sum(costs) / len(costs) if len(costs) == len(self.years) else None


def held_in_all(
    cases: Cases, scenarios: Sequence[Case], plan: Solution, shares: tuple[float, ...], progress: Callable[[str], None]
) -> Fixed:
    """Return a plan as it runs in every scenario.

    shares   what the lines of generators are of their plates before they are drawn through these years
    """
    lines: list[Parameters] = []
    years: list[Solution | None] = []
    for number, case in enumerate(scenarios, start=1):
        progress(_("the plan for the average in scenario {n}").format(n=number))
        line = relined(case.parameters, shares)
        linear = year_at(line, plan)
        try:
            year = None if linear is None else dispatched(case, line, linear, cases.fuel_scale)
        except Infeasible:
            year = None
        if year is not None and is_switched(case.site, year):
            line = redrawn(line, year, 0.0)
            year = year if year.operational_kgco2e <= cap_of(case.parameters) else None
        lines.append(line)
        years.append(year)
    return Fixed(tuple(lines), tuple(years))


def planned_for_all(
    cases: Cases,
    scenarios: Sequence[Case],
    lines: Sequence[Parameters],
    limit: TimeLimit,
    progress: Callable[[str], None],
) -> tuple[ScenarioPlan, Fixed]:
    """Return the plan that is best over all scenarios, and its year on and off in each.

    lines   of the generators in each scenario. Where on/off years break a cap, they are drawn through these years and
            their caps tightened by as much, and the plan is sought again; so too where they cost something else.
    """
    best: tuple[ScenarioPlan, Fixed, float] | None = None
    for _attempt in range(ATTEMPTS):
        progress(_("one plan for all scenarios"))
        found = solve_scenarios(lines, time_limit_s=limit.left_s(), gap=GAP)
        years = [
            _on_and_off(cases, number, case, line, year, progress)
            for number, (case, line, year) in enumerate(zip(scenarios, lines, found.years, strict=True), start=1)
        ]
        if not is_switched(scenarios[0].site, years[0]):
            return found, Fixed(tuple(lines), tuple(years))
        cost = sum(year.annual_cost for year in years) / len(years)
        excess = [
            year.operational_kgco2e - cap_of(case.parameters) for year, case in zip(years, scenarios, strict=True)
        ]
        if max(excess) <= 0 and (best is None or cost < best[2]):
            best = found, Fixed(tuple(lines), tuple(years)), cost
        if best is not None and abs(cost - found.expected_cost) <= _NEAR * cost:
            break
        lines = [redrawn(line, year, over) for line, year, over in zip(lines, years, excess, strict=True)]
    if best is None:
        raise Infeasible(
            _("no plan was found whose generators, on and off, keep the cap in every scenario; allow a looser one")
        )
    return best[0], best[1]


def _on_and_off(
    cases: Cases, number: int, case: Case, line: Parameters, year: Solution, progress: Callable[[str], None]
) -> Solution:
    progress(_("the plan in scenario {n}").format(n=number))
    try:
        return dispatched(case, line, year, cases.fuel_scale)
    except Infeasible as error:
        raise Infeasible(_("in scenario {n}, {why}").format(n=number, why=error)) from None
