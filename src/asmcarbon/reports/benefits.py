"""What a plan gives beside money and emissions, as rows and as text: work, hectares, surplus solar power."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asmcarbon.messages import _
from asmcarbon.reports.rows import Row
from asmcarbon.reports.terminal import money, told

if TYPE_CHECKING:
    from asmcarbon.optimise.assets import Purchase
    from asmcarbon.optimise.benefits import Work
    from asmcarbon.optimise.plan import Plan
    from asmcarbon.site.site import Site


def work_row(site: "Site", once: float, yearly: float, years: float) -> Row:
    """Return person-days: those to do what is done, of each year, on average over so many years and as jobs."""
    from asmcarbon.optimise.benefits import hours_of_a_day, jobs_of

    mean = once / years + yearly
    return {
        "once": once,
        "yearly": yearly,
        "mean_yearly": mean,
        "years": years,
        "full_time_jobs": jobs_of(site, mean),
        "hours_of_a_day": hours_of_a_day(site),
        "full_time_hours": site.people.full_time.to("h/year") if site.people is not None else None,
    }


def benefits_row(site: "Site", plan: "Plan", work: Sequence["Work"], years: float) -> Row:
    """Return the benefits of a year of a plan; work that is done once is spread over so many years."""
    supply, delivery = plan.planned.supply, plan.delivery
    given = delivery.delivered if delivery is not None and delivery.price == 0.0 else 0.0
    return {
        "work": {
            **work_row(site, sum(one.once for one in work), sum(one.yearly for one in work), years),
            "items": [{"item": one.item, "once": one.once, "yearly": one.yearly} for one in work],
        },
        "hectares": hectares(plan.bought("rehabilitation")),
        "surplus_solar": {
            "kwh": supply.curtailed + supply.exported,
            "thrown_away_kwh": supply.curtailed - given,
            "community": None
            if delivery is None
            else {
                "demand_kwh": delivery.demand,
                "delivered_kwh": delivery.delivered,
                "price": delivery.price,
                "income": delivery.price * delivery.delivered,
                "target_kwh": delivery.target,
                "beside_generators_kwh": delivery.beside_generators,
            },
        },
    }


def hectares(ways: Sequence["Purchase"]) -> list[Row]:
    """Return hectares by the way in which they are rehabilitated."""
    return [{"item": one.asset.name, "ha": one.size} for one in ways]


def benefit_lines(row: Row) -> list[str]:
    """Return the benefits of a year as lines of text; none where there is nothing to tell."""
    surplus = row["surplus_solar"]
    lines = [*work_lines(row["work"]), *(f"{one['item']}: {told(one['ha'])} ha" for one in row["hectares"])]
    if surplus["kwh"] > 0.5:
        text = _("surplus solar power: {all} kWh a year, {lost} of them thrown away")
        lines.append(text.format(all=money(surplus["kwh"]), lost=money(surplus["thrown_away_kwh"])))
    if surplus["community"] is not None:
        lines += _community_lines(surplus["community"])
    return [f"  {line}" for line in lines]


def work_lines(work: Row) -> list[str]:
    """Return person-days and the full-time jobs that they come to."""
    if not work["once"] and not work["yearly"]:
        return []
    text = _("work: {once} person-days once and {yearly} a year; on average {mean} a year over {years:,g} years")
    lines = [text.format(once=told(work["once"]), yearly=told(work["yearly"]), mean=told(work["mean_yearly"]),
                         years=work["years"])]  # fmt: skip
    if work["full_time_jobs"] is not None:
        text = _("which is {jobs} full-time jobs of {full:,.0f} h a year, at {day:,g} h for a person-day")
        lines.append(
            text.format(jobs=told(work["full_time_jobs"]), full=work["full_time_hours"], day=work["hours_of_a_day"])
        )
    return lines


def _community_lines(one: Row) -> list[str]:
    share = one["delivered_kwh"] / one["demand_kwh"] if one["demand_kwh"] > 0.0 else 0.0
    given = _("given to the community: {kwh} kWh a year, {share:.0%} of what it would take")
    sold = _("sold to the community: {kwh} kWh a year, {share:.0%} of what it would take, for {income} USD")
    text = sold if one["price"] > 0.0 else given
    lines = [text.format(kwh=money(one["delivered_kwh"]), share=share, income=money(one["income"]))]
    target = one["target_kwh"]
    if target is not None:
        text = _("the plan holds the target of {target} kWh a year")
        beside = _("; while generators ran, {kwh} kWh of it: sun that the site could have used itself")
        held = text.format(target=money(target))
        if one["beside_generators_kwh"] >= 0.5:
            held += beside.format(kwh=money(one["beside_generators_kwh"]))
        lines.append(held)
    return lines
