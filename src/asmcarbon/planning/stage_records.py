"""A stage of a site before and after it is planned, and the plan as a whole."""

from msgspec import Struct

from asmcarbon.energy.sun import Sun
from asmcarbon.finance.cashflow import CashFlow, Placed
from asmcarbon.finance.financed import FinancedFlow, RealYears
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.optimise.assets import Assets, Purchase
from asmcarbon.optimise.benefits import Work
from asmcarbon.optimise.coefficients import Coefficients
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import (
    Plan,
    Year,
)
from asmcarbon.site.site import Site


class SiteStage(Struct, frozen=True, eq=False):
    """One stage of a site's plan.

    year      calendar year in which it begins
    site      the site by then, before anything is built
    plan      what is in service, and the year of it; `today` in it is idle
    new       what is bought then
    work      person-days of all that is in service
    as_today  the year of today's equipment by then; None where it could not carry the load
    before    footprint of the site by then, were nothing built and today's fuel burned
    after     footprint with what is in service
    """

    year: int
    site: Site
    plan: Plan
    new: tuple[Purchase, ...]
    work: tuple[Work, ...]
    as_today: Year | None
    before: Footprint
    after: Footprint

    @property
    def capital_cost(self) -> float:
        """What is paid up front then."""
        return sum(one.capital_cost for one in self.new)


class SiteStages(Struct, frozen=True, eq=False):
    """A plan over stages; it has passed its audit.

    net_present_value   against going on as today; None where today's equipment could not
    financed, financing   who pays, by year and by stage; None where nothing was asked of money
    starts, real, placed   what they were reckoned from
    """

    site: Site
    stages: tuple[SiteStage, ...]
    cashflow: CashFlow
    net_present_cost: float
    net_present_value: float | None
    gap: float
    dispatches: int
    solved_by: str
    sun: Sun
    assets: Assets
    today: Year
    notes: tuple[str, ...]
    financed: FinancedFlow | None
    financing: Financing | None
    starts: tuple[int, ...]
    real: RealYears | None
    placed: tuple[Placed, ...]


class ReadyStage(Struct, frozen=True, eq=False):
    """A stage before it is planned: the derated site, its equipment, and what the calculator makes of it."""

    stated: Site
    site: Site
    assets: Assets
    before: Footprint
    coefficients: Coefficients
    parameters: Parameters
    as_today: Year | None
