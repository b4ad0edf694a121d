"""What stands beside the best choice of a fund: a greedy one, what each limit costs, what each site left out would."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.portfolio.allocate import best_of
from asmcarbon.portfolio.question import Floor, Funded, Limit, Offer, Question, broken, spent_of


class Binding(Struct, frozen=True):
    """What the goal could reach without a limit or a floor, or without the rule that money of a year is spent in it."""

    what: Limit | Floor | None
    without: float
    binds: bool


def greedy(offers: Iterable[Offer], question: Question) -> tuple[Funded, ...]:
    """Return what a ranking by the fund's money for a tonne avoided funds, one after the other, while the money lasts.

    The first point of a site that comes up is the one it gets, in the first year that has the money. A limit by a share
    is kept as that share of all the money there is; floors are not looked at.
    """
    worth = [one for one in offers if one.tonnes > 0.0]
    chosen: list[Funded] = []
    for one in sorted(worth, key=lambda one: (one.money / one.tonnes, one.site, one.point)):
        if any(other.offer.site == one.site for other in chosen):
            continue
        for year in range(len(question.budget)):
            with_it = [*chosen, Funded(one, year)]
            if _fits(with_it, question):
                chosen = with_it
                break
    return tuple(sorted(chosen, key=lambda one: one.offer.site))


def _fits(chosen: Sequence[Funded], question: Question) -> bool:
    fixed = [
        one if one.share is None else Limit(one.kind, one.name, amount=one.share * question.money)
        for one in question.limits
    ]
    return not any(broken(chosen, replace(question, limits=tuple(fixed), floors=(), must=())))


def bindings(
    offers: Sequence[Offer], question: Question, reached: float, *, time_limit_s: float | None = None
) -> tuple[Binding, ...]:
    """Return each limit and floor with what the goal could reach without it."""
    found: list[Binding] = []

    def told(what: Limit | Floor | None, asked: Question) -> None:
        without = best_of(offers, asked, time_limit_s=time_limit_s)
        best = reached if without is None else without
        found.append(Binding(what, best, abs(best - reached) > 2e-6 * max(abs(reached), 1.0)))

    for limit in question.limits:
        told(limit, replace(question, limits=tuple(one for one in question.limits if one != limit)))
    for floor in question.floors:
        if question.goal != "least_cost" or floor.name != "tonnes":
            told(floor, replace(question, floors=tuple(one for one in question.floors if one != floor)))
    if not question.carry_over and len(question.budget) > 1:
        told(None, replace(question, carry_over=True))
    return tuple(found)


def with_site(
    offers: Sequence[Offer], question: Question, site: str, *, time_limit_s: float | None = None
) -> float | None:
    """Return what the goal could reach if a site had to be funded; None where that is not possible."""
    return best_of(offers, replace(question, must=(*question.must, site)), time_limit_s=time_limit_s)


def left_of(funded: Sequence[Funded], question: Question) -> tuple[float, ...]:
    """Return the money that is left at the end of each year: what is lost then, or carried over."""
    left, found = 0.0, list[float]()
    for budget, spent in zip(question.budget, spent_of(funded, len(question.budget)), strict=True):
        has = budget + (left if question.carry_over else 0.0)
        left = max(has - spent, 0.0)
        found.append(left)
    return tuple(found)
