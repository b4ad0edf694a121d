"""A fund over many sites as plain rows: what is funded, what binds, what more money buys, a ranking beside it."""

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, SolverStopped
from asmcarbon.factors.tables import FactorTables
from asmcarbon.messages import _
from asmcarbon.portfolio.offers import FrontierRead, check_together, frontier_read, offers_of
from asmcarbon.portfolio.question import Funded, Limit, Offer, Question, Totals, broken, spent_of, totals_of, used_of
from asmcarbon.reports.rows import Row, version_installed
from asmcarbon.site.site import Site

if TYPE_CHECKING:
    from asmcarbon.portfolio.fund import FundTerms

# Most seconds that one choice may take; what is found by then is told with its gap.
_SOLVE_S = 60.0
# A site that has to be funded is tried for each that is left out, as far as so many go.
_MOST_TRIED = 60

# The name of a site, and its frontier report; or why there is none.
Given = tuple[str, Row | bytes | str]


def frontier_rows(
    site: Site, tables: FactorTables, points: int, folder: Path | None, left_s: float | None
) -> Row | str:
    """Return the frontier report of a site; why there is none where no plan meets its limits, or none was in time."""
    from asmcarbon.planning.frontier import frontier_of_site
    from asmcarbon.reports.frontier import frontier_report

    try:
        return frontier_report(frontier_of_site(site, tables, points=points, folder=folder, time_limit_s=left_s))
    except (Infeasible, SolverStopped) as error:
        return str(error).partition("\n")[0]


class Progress:
    """Which site is next, and how long the rest may take by those before."""

    def __init__(self, say: Callable[[str], None], count: int, limit_s: float | None) -> None:
        """Take how many sites there are, and the seconds for all of them."""
        self.say, self.count, self.number, self.since = say, count, 0, time.monotonic()
        self.until = None if limit_s is None else self.since + 0.9 * limit_s

    def next(self, name: str) -> float | None:
        """Say which site is next; return the seconds that it may take."""
        took, done = time.monotonic() - self.since, self.number
        self.number += 1
        text = _("site {n} of {count}: {name}").format(n=self.number, count=self.count, name=name)
        if done:
            left = took / done * (self.count - done)
            text += _(" (about {left} left)").format(left=f"{left:,.0f} s" if left < 100 else f"{left / 60:.0f} min")
        self.say(text)
        if self.until is None:
            return None
        return max((self.until - time.monotonic()) / (self.count - done), 0.5)


def portfolio_report(fund: "FundTerms", given: Sequence[Given], time_limit_s: float | None = None) -> Row:
    """Return what a fund should do, as rows.

    given   each site by its file, with its frontier report, or why it has none
    """
    from asmcarbon.portfolio.allocate import allocate
    from asmcarbon.portfolio.compare import bindings, greedy, left_of

    limit_s = _SOLVE_S if time_limit_s is None else time_limit_s
    reads = [(name, frontier_read(report, name)) for name, report in given if not isinstance(report, str)]
    check_together(reads)
    read_of = {read.site.name: (name, read) for name, read in reads}
    offers = [one for _name, read in reads for one in offers_of(read)]
    question, years = fund.question(), fund.years()
    found = allocate(offers, question, time_limit_s=limit_s)
    money = fund.next.to("USD")
    more = allocate(offers, replace(question, extra=money), time_limit_s=limit_s)
    ranked = greedy(offers, question)
    goal = found.totals.of_goal(question.goal)
    bound = bindings(offers, question, goal, time_limit_s=limit_s)
    spent, left = spent_of(found.funded, len(years)), left_of(found.funded, question)
    return {
        "asmcarbon": version_installed(),
        "factor_release": ", ".join(sorted({read.factor_release for _name, read in reads})),
        "input_sha256": _digest(fund, given),
        "gwp_set": reads[0][1].gwp_set if reads else "",
        "currency": "USD",
        "name": fund.name,
        "goal": question.goal,
        "carry_over": question.carry_over,
        "totals": _totals_row(found.totals, found.funded, read_of),
        "funded": [_funded_row(one, read_of, years) for one in found.funded],
        "left_out": _left_out(given, read_of, offers, question, found.funded, goal, limit_s),
        "by_year": [
            {"year": year, "budget": budget, "spent": paid, "left": rest}
            for year, budget, paid, rest in zip(years, question.budget, spent, left, strict=True)
        ],
        "by_country": _by(found.funded, read_of, lambda one: (one.country,)),
        "by_mineral": _by(found.funded, read_of, lambda one: one.minerals or (_("none stated"),)),
        "limits": [_bound_row(one, found.funded, found.totals, goal) for one in bound],
        "next": {
            "money": money,
            "gain": more.totals.of_goal(question.goal) - goal,
            "totals": _totals_row(more.totals, more.funded, read_of),
            **_changes(found.funded, more.funded),
        },
        "greedy": {
            "totals": _totals_row(totals_of(ranked), ranked, read_of),
            "short": goal - totals_of(ranked).of_goal(question.goal),
            "funded": [_start_row(one, years) for one in ranked],
            "breaks": [_what_text(what) for what, _has, _may in broken(ranked, question)],
        },
        "gap": found.gap,
        "notes": _notes(reads, found.funded, read_of),
    }  # fmt: skip


def _digest(fund: "FundTerms", given: Sequence[Given]) -> str:
    plain = fund.model_dump(mode="json", exclude={"sites"})
    reads = [
        [name, report if isinstance(report, str) else frontier_read(report, name).input_sha256]
        for name, report in given
    ]
    text = msgspec.json.encode([plain, sorted(one[1] for one in reads)], order="sorted")
    return hashlib.sha256(text).hexdigest()


_Reads = dict[str, tuple[str, FrontierRead]]


def _totals_row(totals: Totals, funded: Sequence[Funded], read_of: _Reads) -> Row:
    land = sum(read_of[one.offer.site][1].land_avoided(one.offer.point) for one in funded)
    return {
        "sites": totals.sites,
        "money": totals.money,
        "net_present_cost": totals.cost,
        "avoided": {"value": totals.yearly, "unit": "tCO2e/year"},
        "avoided_over_horizon": {"value": totals.tonnes, "unit": "tCO2e"},
        "land_avoided": {"value": land, "unit": "tCO2e/year"},
        **_per_tonne(totals.cost, totals.money, totals.tonnes),
        "jobs": totals.jobs,
        "women": totals.women,
    }


def _per_tonne(cost: float, money: float, tonnes: float) -> Row:
    is_some = tonnes > 1e-3
    return {
        "cost_per_tonne": cost / tonnes if is_some else None, "money_per_tonne": money / tonnes if is_some else None
    }  # fmt: skip


def _start_row(one: Funded, years: Sequence[int]) -> Row:
    return {"site": one.offer.site, "point": one.offer.point, "year": years[one.year]}


def _funded_row(one: Funded, read_of: _Reads, years: Sequence[int]) -> Row:
    offer = one.offer
    file, read = read_of[offer.site]
    point = read.points[offer.point - 1]
    return {
        **_start_row(one, years),
        "file": file,
        "input_sha256": read.input_sha256,
        "country": offer.country,
        "minerals": list(offer.minerals),
        "points": len(read.points),
        "money": offer.money,
        "net_present_cost": offer.cost,
        "horizon_years": read.horizon_years,
        "avoided": {"value": offer.yearly, "unit": "tCO2e/year"},
        "avoided_over_horizon": {"value": offer.tonnes, "unit": "tCO2e"},
        "land_avoided": {"value": read.land_avoided(offer.point), "unit": "tCO2e/year"},
        **_per_tonne(offer.cost, offer.money, offer.tonnes),
        "jobs": offer.jobs,
        "women": offer.women,
        "solar_kw": point.solar_kw,
        "storage_kwh": point.storage_kwh,
        "storage_kw": point.storage_kw,
        "taken": point.taken,
    }


def _by(funded: Sequence[Funded], read_of: _Reads, names: Callable[[Offer], Sequence[str]]) -> list[Row]:
    groups: dict[str, list[Funded]] = {}
    for one in funded:
        for name in names(one.offer):
            groups.setdefault(name, []).append(one)
    return [{"name": name, **_totals_row(totals_of(of), of, read_of)} for name, of in sorted(groups.items())]


def _left_out(
    given: Sequence[Given], read_of: _Reads, offers: Sequence[Offer], question: Question, funded: Sequence[Funded],
    goal: float, limit_s: float,
) -> list[Row]:  # fmt: skip
    """Return each site that is not funded, and why; what the goal would lose with it where it could be."""
    from asmcarbon.portfolio.compare import with_site

    taken = {one.offer.site for one in funded}
    rows: list[Row] = [
        {"site": name, "file": name, "why": _("has no plan: {why}").format(why=report), "loss": None}
        for name, report in given if isinstance(report, str)
    ]  # fmt: skip
    out = [site for site in sorted(read_of) if site not in taken]
    for site in out:
        own, loss = [one for one in offers if one.site == site], None
        least = min((one.money for one in own), default=0.0)
        if not own:
            why = _("none of its plans needs money and avoids emissions")
        elif least > question.money:
            why = _("its smallest plan needs {money:,.0f} USD, more than all the budget").format(money=least)
        elif len(out) > _MOST_TRIED:
            why = _("others do more for the goal")
        else:
            best = with_site(offers, question, site, time_limit_s=limit_s)
            why = _("with it the budget, the limits and the floors cannot all be kept")
            if best is not None:
                loss = abs(goal - best)
                why = _loss_text(question, loss, goal)
        rows.append({"site": site, "file": read_of[site][0], "why": why, "loss": loss})
    return rows


def _loss_text(question: Question, loss: float, goal: float) -> str:
    if loss <= 2e-6 * max(abs(goal), 1.0):
        return _("it would add nothing to the goal, and cost more or need more money")
    unit = {"most_tonnes_avoided": _("tCO2e fewer avoided"), "most_jobs": _("jobs fewer"),
            "least_cost": _("USD dearer")}[question.goal]  # fmt: skip
    return _("to fund it takes the money of others: {loss:,.0f} {unit}").format(loss=loss, unit=unit)


def _what_text(what: Any) -> str:
    if isinstance(what, int):
        return _("the budget of a year")
    return str(what.name) if not isinstance(what, str) else what


def _bound_row(one: Any, funded: Sequence[Funded], totals: Totals, goal: float) -> Row:
    """Return a limit or floor with what is used of it; binding: without it the goal would be reached better."""
    what = one.what
    row = {"binds": one.binds, "gain": abs(one.without - goal) if one.binds else 0.0}
    if what is None:
        return {"kind": "carry_over", "name": "carry_over", "unit": "", "limit": None, "used": None, **row}
    if isinstance(what, Limit):
        most = what.amount if what.amount is not None else (what.share or 0.0) * totals.money
        return {
            "kind": what.kind,
            "name": what.name,
            "unit": "USD",
            "limit": most,
            "used": used_of(what, funded),
            **row,
        }
    unit = {"jobs": "job", "women": "job", "tonnes": "tCO2e", "sites": ""}[what.name]
    used = float(getattr(totals, what.name))
    return {"kind": "floor", "name": what.name, "unit": unit, "limit": what.least, "used": used, **row}


def _changes(before: Sequence[Funded], after: Sequence[Funded]) -> Row:
    points = [{one.offer.site: one.offer.point for one in chosen} for chosen in (before, after)]
    return {
        "added": sorted(points[1].keys() - points[0].keys()),
        "dropped": sorted(points[0].keys() - points[1].keys()),
        "moved": [
            {"site": site, "from_point": points[0][site], "to_point": points[1][site]}
            for site in sorted(points[0].keys() & points[1].keys()) if points[0][site] != points[1][site]
        ],
    }  # fmt: skip


def _notes(reads: Sequence[tuple[str, FrontierRead]], funded: Sequence[Funded], read_of: _Reads) -> list[str]:
    notes: list[str] = []
    without = sorted(read.site.name for _name, read in reads if read.people.jobs is None)
    if without:
        text = _("no jobs are counted at {sites}: people.workers or people.hours is not stated")
        notes.append(text.format(sites="; ".join(without)))
    women = sorted(read.site.name for _name, read in reads if read.people.jobs and read.people.women is None)
    if women:
        notes.append(_("no women are counted at {sites}: people.women is not stated").format(sites="; ".join(women)))
    if len({read.horizon_years for _name, read in reads}) > 1:
        notes.append(_("sites have different horizons: tonnes over the horizon are of each site's own years"))
    if len({(read.factor_release, read.asmcarbon) for _name, read in reads}) > 1:
        notes.append(_("frontiers are of different releases of factors or versions of asmcarbon"))
    for one in funded:
        read = read_of[one.offer.site][1]
        most = max(range(1, len(read.points) + 1), key=read.land_avoided)
        more = read.land_avoided(most) - read.land_avoided(one.offer.point)
        if more >= 1.0:
            text = _(
                "{site}: point {n} avoids {tonnes:,.1f} tCO2e a year more of land-use change, which the goal leaves out"
            )
            notes.append(text.format(site=one.offer.site, n=most, tonnes=more))
    if any(read_of[one.offer.site][1].points[one.offer.point - 1].financing is not None for one in funded):
        notes.append(_("where products pay for a site, the fund's money is what the site would pay itself"))
    return notes


def portfolio_table(report: Row) -> list[Row]:
    """Return the funded sites of a report as one table."""
    return [
        {
            **{name: one[name] for name in ("site", "file", "country")},
            "minerals": "; ".join(one["minerals"]),
            **{name: one[name] for name in ("point", "year", "money", "net_present_cost")},
            **{f"{name}_{'t' if 'horizon' in name else 't_a_year'}": one[name]["value"]
               for name in ("avoided", "avoided_over_horizon", "land_avoided")},
            **{name: one[name] for name in ("cost_per_tonne", "money_per_tonne", "jobs", "women", "solar_kw",
                                            "storage_kwh", "storage_kw")},
            "taken": "; ".join(one["taken"]),
        }
        for one in report["funded"]
    ]  # fmt: skip
