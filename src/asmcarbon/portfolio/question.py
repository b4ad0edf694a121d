"""What a fund may choose from, what it asks for, and what a choice comes to, reckoned without a solver."""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

Goal = Literal["most_tonnes_avoided", "most_jobs", "least_cost"]
FloorName = Literal["jobs", "women", "tonnes", "sites"]
# How far a choice may be beyond a limit or below a floor by rounding, as a share of it.
TOLERANCE = 1e-6


class Offer(Struct, frozen=True):
    """One point of the frontier of a site.

    point    its number on the frontier, from 1
    money    that the fund pays on the first day. [money]
    cost     net present cost against going on as today, at the start of the site; below zero it saves. [money]
    tonnes   avoided over the horizon, and `yearly`, in a year: energy and process, land and removals apart. [mass]
    jobs     full-time jobs at the site, and `women`, those of them that women hold
    """

    site: str
    country: str
    minerals: tuple[str, ...]
    point: int
    money: float
    cost: float
    tonnes: float
    yearly: float
    jobs: float = 0.0
    women: float = 0.0


class Limit(Struct, frozen=True):
    """Most money for one country, or for sites that sell one mineral: an amount, or a share of the money spent."""

    kind: Literal["country", "mineral"]
    name: str
    amount: float | None = None
    share: float | None = None

    def counts(self, offer: Offer) -> bool:
        """Whether the money of an offer counts towards the limit."""
        return offer.country == self.name if self.kind == "country" else self.name in offer.minerals


class Floor(Struct, frozen=True):
    """Least jobs, women's jobs, tonnes over the horizon, or sites."""

    name: FloorName
    least: float


class Question(Struct, frozen=True):
    """What a fund asks for.

    budget      of each year; what is left of a year may be spent in a later one where `carry_over`. [money]
    must        sites that have to be funded
    extra       money beyond the budget, in whichever years it does most. [money]
    """

    goal: Goal
    budget: tuple[float, ...]
    carry_over: bool = True
    limits: tuple[Limit, ...] = ()
    floors: tuple[Floor, ...] = ()
    must: tuple[str, ...] = ()
    extra: float = 0.0

    @property
    def money(self) -> float:
        """All the money there is."""
        return sum(self.budget) + self.extra


class Funded(Struct, frozen=True):
    """An offer that is taken, and the number of the year in which it starts, from 0."""

    offer: Offer
    year: int


class Totals(Struct, frozen=True):
    """What a choice comes to."""

    money: float
    cost: float
    tonnes: float
    yearly: float
    jobs: float
    women: float
    sites: int

    def of_goal(self, goal: Goal) -> float:
        """Return what a goal is after."""
        return {"most_tonnes_avoided": self.tonnes, "most_jobs": self.jobs, "least_cost": self.cost}[goal]


def totals_of(chosen: Sequence[Funded]) -> Totals:
    """Return what a choice comes to."""
    sums = {
        name: sum(float(getattr(one.offer, name)) for one in chosen)
        for name in ("money", "cost", "tonnes", "yearly", "jobs", "women")
    }
    return Totals(**sums, sites=len(chosen))


def spent_of(chosen: Sequence[Funded], years: int) -> tuple[float, ...]:
    """Return the money of each year."""
    return tuple(sum(one.offer.money for one in chosen if one.year == year) for year in range(years))


def used_of(limit: Limit, chosen: Sequence[Funded]) -> float:
    """Return the money that counts towards a limit."""
    return sum(one.offer.money for one in chosen if limit.counts(one.offer))


def broken(chosen: Sequence[Funded], question: Question) -> Iterator[tuple[Limit | Floor | int | str, float, float]]:
    """Yield what a choice does not keep: a limit, a floor, the number of a year or a site, what it has and may have."""
    sites = [one.offer.site for one in chosen]
    for site in sorted({*sites, *question.must}):
        if sites.count(site) != 1 if site in question.must else sites.count(site) > 1:
            yield site, sites.count(site), 1
    yield from _overspent(spent_of(chosen, len(question.budget)), question)
    totals = totals_of(chosen)
    for limit in question.limits:
        most = limit.amount if limit.amount is not None else (limit.share or 0.0) * totals.money
        if (used := used_of(limit, chosen)) > most + _close(most, question):
            yield limit, used, most
    for floor in question.floors:
        if (reached := float(getattr(totals, floor.name))) < floor.least - TOLERANCE * max(floor.least, 1.0):
            yield floor, reached, floor.least


def _overspent(spent: Sequence[float], question: Question) -> Iterator[tuple[int, float, float]]:
    left, extra = 0.0, question.extra
    for year, (paid, budget) in enumerate(zip(spent, question.budget, strict=True)):
        has = left + budget
        extra -= max(paid - has, 0.0)
        if extra < -_close(has, question):
            yield year, paid, has
        left = max(has - paid, 0.0) if question.carry_over else 0.0


def _close(most: float, question: Question) -> float:
    return TOLERANCE * max(most, question.money, 1.0)
