"""What may pay for a plan, and how its money is reckoned: the terms of financing, in plain numbers."""

from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

# What the money of a product may be spent on.
PayableKind = Literal["solar", "battery", "generator", "measure", "rehabilitation", "connection"]
PAYABLE: tuple[PayableKind, ...] = get_args(PayableKind)


class Advance(Struct, frozen=True):
    """Money that is given for what is bought: a grant, a loan, a lease.

    pays_for   kinds of what it may be spent on
    share      most that it pays of them. [dimensionless]
    ceiling    most that it gives in all, None: no limit; minimum: least at a time, 0: any. [money]
    fee        share of the amount that is kept when it is given. [dimensionless]
    interest   of one unit given, in years 1, 2 ... after; principal the same. [dimensionless]
    left       what is still owed after each of those years. [dimensionless]
    early      what is paid within each of those years is worth more at its end than it adds up to. [dimensionless]
    """

    name: str
    pays_for: tuple[str, ...] = PAYABLE
    share: float = 1.0
    ceiling: float | None = None
    minimum: float = 0.0
    fee: float = 0.0
    interest: tuple[float, ...] = ()
    principal: tuple[float, ...] = ()
    left: tuple[float, ...] = ()
    early: tuple[float, ...] = ()

    def due(self, age: int) -> tuple[float, float]:
        """Return interest and principal due at an age in years, of one unit given."""
        within = 0 < age <= len(self.principal)
        return (self.interest[age - 1], self.principal[age - 1]) if within else (0.0, 0.0)

    def paid_early(self, age: int) -> float:
        """Return what payments within the year at an age are worth more at its end, of one unit given."""
        return self.early[age - 1] if 0 < age <= len(self.early) else 0.0

    def owed(self, age: int) -> float:
        """Return what is still owed at an age, of one unit given; a grant is never owed."""
        return self.left[age - 1] if 0 < age <= len(self.left) else 0.0


class Tonnes(Struct, frozen=True):
    """A buyer of tonnes that the plan avoids, or takes up: results-based payment, carbon credits.

    prices          for a tonne in years 0, 1, 2 ... [money / mass]
    kept            share of the tonnes that is paid, after the buffer. [dimensionless]
    with_removals   whether what rehabilitation takes up is bought too
    ceiling         most that is paid in all, or None. [money]
    yearly_cost     of monitoring; up_front_cost: of validation; in the money of the first day, if it is taken. [money]
    """

    name: str
    prices: tuple[float, ...]
    kept: float = 1.0
    with_removals: bool = False
    ceiling: float | None = None
    yearly_cost: float = 0.0
    up_front_cost: float = 0.0


class Premium(Struct, frozen=True):
    """What is paid for the metal above its price, if its conditions are met: mineral credits, Fairmined.

    income          in years 0, 1, 2 ... [money]
    measure         number of the measure without which it is not paid, or None
    yearly_cost, up_front_cost   as in Tonnes
    """

    name: str
    income: tuple[float, ...]
    measure: int | None = None
    yearly_cost: float = 0.0
    up_front_cost: float = 0.0


class Terms(Struct, frozen=True):
    """What a plan's money is reckoned by. Costs of the pathway are real; here all flows are nominal.

    inflation       i, of all prices, a year. [dimensionless]
    lifetimes       whole years of each generator on offer, connection, measure, way of rehabilitation, by kind. [time]
    today_cost      of running the site with today's equipment in a year of each stage, real; what no plan changes left
                    out of both sides; None where today's equipment cannot carry the load. [money]
    today_kgco2e    gross operational emissions of the same year, with what nothing changes. [mass]
    own_money       cash on the first day; None: cash is not watched. [money]
    minimum_cover   least debt service cover of each year, or None. [dimensionless]
    mine_income     of each stage a year, real: revenue less royalty, wages and other costs; None: debt is paid from
                    savings. [money]
    tax_rate        of profit; 0 where debt is paid from savings. [dimensionless]
    """

    inflation: float
    lifetimes: dict[str, tuple[int, ...]]
    today_cost: tuple[float | None, ...]
    today_kgco2e: tuple[float | None, ...]
    advances: tuple[Advance, ...] = ()
    tonnes: tuple[Tonnes, ...] = ()
    premiums: tuple[Premium, ...] = ()
    own_money: float | None = None
    minimum_cover: float | None = None
    mine_income: tuple[float, ...] | None = None
    tax_rate: float = 0.0

    def price_level(self, year: int) -> float:
        """Return what a real unit of money is in a year: (1 + i) ** t."""
        return (1.0 + self.inflation) ** year

    @property
    def asks_cover(self) -> bool:
        """Whether debt that is on offer has to be covered."""
        return self.minimum_cover is not None and any(one.principal for one in self.advances)

    def without_debt(self) -> "Terms":
        """Return the same terms with nothing to borrow."""
        advances = [
            replace(one, ceiling=0.0, minimum=0.0, interest=(), principal=(), left=(), early=())
            if one.principal
            else one
            for one in self.advances
        ]
        return replace(self, advances=tuple(advances))

    @property
    def watches_flows(self) -> bool:
        """Whether a limit or a tax asks what each year's running cost leaves."""
        return self.own_money is not None or self.minimum_cover is not None or self.tax_rate > 0.0
