"""What a fund reads in the frontier report of a site: one offer for each point that it could pay for."""

from typing import Any

import msgspec
from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.portfolio.question import Offer

# Tonnes a year and money below which there is nothing to fund.
_LEAST_T, _LEAST_MONEY = 1e-3, 0.5


class _Figure(Struct, frozen=True):
    value: float
    unit: str


class _Today(Struct, frozen=True):
    net_present_cost: float
    gross_emissions: _Figure
    land_use_change: _Figure


class _Site(Struct, frozen=True):
    name: str
    country: str
    year: int


class _People(Struct, frozen=True):
    workers: float | None
    women: float | None
    jobs: _Figure | None


class _Paid(Struct, frozen=True):
    own_money: float


class Point(Struct, frozen=True):
    """A point of a frontier, as its report tells it."""

    gross_emissions: _Figure
    land_use_change: _Figure
    net_present_cost: float
    capital_cost: float
    solar_kw: float
    storage_kwh: float
    storage_kw: float
    taken: list[str]
    financing: _Paid | None

    @property
    def money(self) -> float:
        """What a fund has to give: the site's own part where products pay the rest."""
        return self.capital_cost if self.financing is None else self.financing.own_money


class FrontierRead(Struct, frozen=True):
    """A frontier report, as far as a fund reads it."""

    asmcarbon: str
    factor_release: str
    input_sha256: str
    gwp_set: str
    currency: str
    site: _Site
    people: _People
    minerals: list[str]
    horizon_years: int
    points: list[Point]
    today: _Today | None = None

    @property
    def jobs(self) -> float:
        """Full-time jobs; none where the site states no hours."""
        return 0.0 if self.people.jobs is None else self.people.jobs.value

    @property
    def women(self) -> float:
        """Jobs that women hold, by their share of the workers; none where it is not stated."""
        workers, women = self.people.workers, self.people.women
        return self.jobs * women / workers if workers and women else 0.0

    def land_avoided(self, point: int) -> float:
        """Return the tonnes a year of land-use change that a point avoids."""
        assert self.today is not None
        return self.today.land_use_change.value - self.points[point - 1].land_use_change.value


def frontier_read(report: Any, name: str) -> FrontierRead:
    """Return a frontier report, from JSON or as rows; InputError where it is none that a fund can use."""
    expected = _("a report of: asmcarbon frontier site.yaml --json")
    try:
        read = (
            msgspec.json.decode(report, type=FrontierRead)
            if isinstance(report, bytes) else msgspec.convert(report, FrontierRead)
        )  # fmt: skip
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        what = _("is no frontier report of this version ({reason})").format(reason=str(error)[:120])
        raise InputError(Problem("", what, expected, file=name)) from error
    if read.currency != "USD":
        what = _("is in {currency}, and a fund has one currency").format(currency=read.currency)
        raise InputError(Problem("", what, _("all money in USD"), file=name))
    if read.today is None:
        what = _("is of a plan over stages, which is not told against today")
        raise InputError(Problem("", what, _("a site without options.stages"), file=name))
    return read


def offers_of(read: FrontierRead) -> list[Offer]:
    """Return the points that a fund could pay for: those that avoid something and need its money.

    yearly = (today - point) of scopes 1 and 2, land-use change apart;  tonnes = yearly * horizon
    cost = net present cost of the point - that of going on as today
    """
    assert read.today is not None
    today, found = read.today, list[Offer]()
    before = today.gross_emissions.value - today.land_use_change.value
    for number, point in enumerate(read.points, start=1):
        yearly = before - (point.gross_emissions.value - point.land_use_change.value)
        if point.money < _LEAST_MONEY or max(yearly, yearly + read.land_avoided(number)) < _LEAST_T:
            continue
        same = (one.money == point.money and one.yearly == yearly for one in found)
        if any(same):
            continue
        found.append(
            Offer(
                read.site.name, read.site.country, tuple(read.minerals), number, point.money,
                point.net_present_cost - today.net_present_cost, yearly * read.horizon_years, yearly, read.jobs,
                read.women,
            )
        )  # fmt: skip
    return found


def check_together(reads: list[tuple[str, FrontierRead]]) -> None:
    """Refuse sites that cannot stand in one fund: of one name, or counted by several sets of GWPs."""
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for name, read in reads:
        if (first := seen.setdefault(read.site.name, name)) != name:
            what = _("is called {site}, as {first} is").format(site=read.site.name, first=first)
            problems.append(Problem("", what, _("each site once, by a name of its own"), file=name))
        if read.gwp_set != reads[0][1].gwp_set:
            what = _("is counted by {own}, {first} by {other}").format(
                own=read.gwp_set, first=reads[0][0], other=reads[0][1].gwp_set
            )
            problems.append(Problem("", what, _("one set of GWPs: method.gwp_set"), file=name))
    if problems:
        raise InputError(problems)
