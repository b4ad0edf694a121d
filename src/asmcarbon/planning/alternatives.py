"""What else is nearly as good: plans without an option or with one imposed, each option alone, ranges of sizes."""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from asmcarbon.errors import Infeasible
from asmcarbon.optimise.assets import Kind
from asmcarbon.optimise.frontier import Frontier, Point
from asmcarbon.optimise.frontier_ranges import extreme
from asmcarbon.optimise.offers import Offer, offers_of, sizes_in_service
from asmcarbon.planning.judge import Judge, Judged


class Alternative(Struct, frozen=True, eq=False):
    """The least-cost plan without an option that the best takes, or with one that it does not.

    is_imposed  whether the option is imposed; left out where not
    plan        None where no plan meets all the limits
    """

    offer: Offer
    is_imposed: bool
    plan: Judged | None


class Effect(Struct, frozen=True):
    """What an option changes.

    net_present_cost  what it costs over the horizon, below zero saves. [money]
    avoided_kgco2e    that it avoids: a year, or in all years of the stages; below zero adds. [mass]
    """

    net_present_cost: float
    avoided_kgco2e: float


class Measured(Struct, frozen=True, eq=False):
    """An option by what it changes.

    is_taken   whether the least-cost plan takes it
    in_plan    against the least-cost plan without it; where it is not taken, of that plan with it
    alone      against today, with nothing else bought; None where that is not told or cannot be
    """

    offer: Offer
    is_taken: bool
    in_plan: Effect | None
    alone: Effect | None


class Range(Struct, frozen=True):
    """Sizes in service in the last stage, of plans within a share of the least cost; None where not found."""

    kind: Kind
    least: float | None
    planned: float
    most: float | None


class Plans:
    """What finds plans of least cost with other bounds, without debt where cover lets no plan with any be."""

    def __init__(self, frontier: Frontier, judge: Judge, borrows_nothing: Callable[[], tuple[Frontier, Judge]]) -> None:
        """Take the frontier and its judge, and what makes those of a site that borrows nothing, once it is asked."""
        self.frontier, self.judge = frontier, judge
        self._borrows_nothing, self._debtless = borrows_nothing, None

    def least(self, bounds: Sequence[tuple[np.ndarray, float | None, float | None]]) -> Judged | None:
        """Return the plan of least cost whose columns lie within bounds; None where none meets all the limits."""
        try:
            self.frontier.bound_columns(bounds)
            return self.judge.judged(self.frontier.point())
        except Infeasible:
            if self.judge.terms is None or not self.judge.terms.asks_cover:
                return None
        if self._debtless is None:
            self._debtless = Plans(*self._borrows_nothing(), self._borrows_nothing)
        return self._debtless.least(bounds)


def alternatives_of(plans: Plans, best: Point) -> tuple[Alternative, ...]:
    """Return the plan without each option that the best takes, and with each that it does not, in order of cost."""
    found: list[Alternative] = []
    for offer in offers_of(plans.frontier):
        if offer.taken(best.columns):
            plan = plans.least([(offer.columns, None, 0.0)])
        elif offer.whole is not None:
            plan = plans.least([(offer.columns, offer.whole, None)])
        else:
            continue
        found.append(Alternative(offer, not offer.taken(best.columns), plan))
    plans.frontier.bound_columns([])
    return tuple(sorted(found, key=lambda one: float("inf") if one.plan is None else one.plan.net_present_cost))


def measured_of(
    plans: Plans,
    best: Judged,
    alternatives: tuple[Alternative, ...],
    today: tuple[float, float] | None,
    said: Callable[[str], None],
) -> tuple[Measured, ...]:
    """Return what each option changes in the plan and alone, the cheapest tonne in the plan first.

    today   net present cost and emissions of going on as today, None where options alone are not told
    """
    offers = offers_of(plans.frontier)
    told = {one.offer.name: one for one in alternatives}
    found: list[Measured] = []
    for offer in offers:
        other = told.get(offer.name)
        in_plan = None
        if other is not None and other.plan is not None:
            without, with_it = (best, other.plan) if other.is_imposed else (other.plan, best)
            in_plan = Effect(with_it.net_present_cost - without.net_present_cost, without.kgco2e - with_it.kgco2e)
        alone = None
        if today is not None:
            said(offer.name)
            alone = _alone(plans, offer, offers, today)
        found.append(Measured(offer, offer.taken(best.point.columns), in_plan, alone))
    plans.frontier.bound_columns([])
    return tuple(sorted(found, key=_by_cost))


def _alone(plans: Plans, offer: Offer, offers: tuple[Offer, ...], today: tuple[float, float]) -> Effect | None:
    own = set(offer.columns.tolist())
    others = [(one.columns, None, 0.0) for one in offers if own.isdisjoint(one.columns.tolist())]
    others += [
        (one.columns, None, 0.0) for one in offers if len(one.kinds) == 1 and len(offer.kinds) == 1 and one is not offer
    ]
    plan = plans.least(others)
    if plan is not None and not offer.taken(plan.point.columns):
        if offer.whole is None:
            return None
        plan = plans.least([*others, (offer.columns, offer.whole, None)])
    if plan is None:
        return None
    return Effect(plan.net_present_cost - today[0], today[1] - plan.kgco2e)


def _by_cost(one: Measured) -> tuple[bool, float]:
    effect = one.in_plan or one.alone
    if effect is None or effect.avoided_kgco2e <= 0.0:
        return True, 0.0 if effect is None else effect.net_present_cost
    return False, effect.net_present_cost / effect.avoided_kgco2e


def ranges_of(frontier: Frontier, best: Point, spare: float) -> tuple[Range, ...]:
    """Return how small and how large panels and battery may be in plans that cost at most so much more than the best.

    By the lines of the generators, each size by itself, all others free.
    """
    frontier.bound_columns([])
    most = best.cost + spare
    found: list[Range] = []
    for kind, columns in sizes_in_service(frontier).items():
        least, largest = (extreme(frontier, best, columns, most, largest=way) for way in (False, True))
        found.append(Range(kind, least, float(best.columns[columns[0]]), largest))
    return tuple(found)
