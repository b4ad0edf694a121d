"""What a plan gives beside money and emissions: work, hectares, and surplus solar power for a community."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from asmcarbon.footprint.equations import full_time_jobs
from asmcarbon.optimise.assets import Purchase
from asmcarbon.optimise.site_equipment import community_kw, community_price
from asmcarbon.optimise.solve import Solution
from asmcarbon.site.people import PERSON_DAY_HOURS
from asmcarbon.site.site import Site


class Work(Struct, frozen=True):
    """Person-days that what is bought gives.

    item, once, yearly   what gives them; those to do it, those of each year
    """

    item: str
    once: float
    yearly: float


class Delivery(Struct, frozen=True):
    """Surplus solar power for a community in a year, in kWh.

    demand      what it would take, if it were there
    delivered   of that, what is left over by the site in the same hour
    price       for each kWh; 0: given away
    target      that the site sets itself and the plan holds; None: none
    beside_generators   of what is delivered, in hours when generators gave the site as much
    """

    demand: float
    delivered: float
    price: float
    target: float | None
    beside_generators: float = 0.0


def work_of(purchases: Sequence[Purchase]) -> tuple[Work, ...]:
    """Return the person-days of all that states them: rehabilitation, measures, the upkeep of panels."""
    found = (Work(one.asset.name, one.asset.person_days * one.size, one.asset.yearly_person_days * one.size)
             for one in purchases)  # fmt: skip
    return tuple(one for one in found if one.once or one.yearly)


def jobs_of(site: Site, person_days_a_year: float) -> float | None:
    """Return person-days a year as full-time jobs; None where the site says nothing of its people."""
    people = site.people
    if people is None:
        return None
    return full_time_jobs(person_days_a_year, hours_of_a_day(site), people.full_time.to("h/year"), 1.0)


def hours_of_a_day(site: Site) -> float:
    """Return the hours of a person-day: the site's own, or those of the convention."""
    stated = site.people.person_day if site.people is not None else None
    return PERSON_DAY_HOURS if stated is None else stated.to("h/day")


def delivery_of(site: Site, solution: Solution) -> Delivery | None:
    """Return what a community gets in the year of a solution; None where none is named.

        given away   Σ_t min(solar_curtailed_kw[t], demand_kw[t])
        sold         Σ_t export_kw[t]

    What is given away is what the dispatch leaves over in that hour: without a target it moves nothing in the plan.
    """
    community = site.options.community
    if community is None:
        return None
    demand_kw, price = community_kw(site), community_price(site)
    delivered_kw = solution.export_kw if price > 0.0 else np.minimum(solution.solar_curtailed_kw, demand_kw)
    burned_kw = np.minimum(sum(solution.generators_kw, start=np.zeros(len(demand_kw))), delivered_kw)
    return Delivery(
        demand=float(demand_kw.sum()),
        delivered=float(np.sum(delivered_kw)),
        price=price,
        target=community.target.to("kWh/year") if community.target is not None else None,
        beside_generators=float(np.sum(burned_kw)),
    )
