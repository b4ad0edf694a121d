"""Years of investment, and how load and prices move until each."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from asmcarbon.measures import EmissionRate, Growth, Money, Share
from asmcarbon.messages import _
from asmcarbon.site.model import Part, refuse

MOST_STAGES = 8


class Stages(Part):
    """Instead of one year: what to build in which year, each stage standing for the years until the next."""

    years: list[Annotated[int, Field(ge=0, le=60)]] = Field(
        description="years after the site's in which may be invested, from 0", min_length=1, max_length=MOST_STAGES
    )
    load_growth: Growth | None = Field(default=None, description="of what machines draw, a year; 0 where not given")
    fuel_price_growth: Growth | None = Field(default=None, description="real, a year")
    grid_price_growth: Growth | None = Field(default=None, description="real, a year")
    solar_cost_growth: Growth | None = Field(
        default=None, description="real, a year; negative where panels get cheaper"
    )
    battery_cost_growth: Growth | None = Field(default=None, description="of cells and inverter; real, a year")
    solar_degradation: Share | None = Field(default=None, description="of their first output that panels lose a year")
    emissions_caps: list[EmissionRate] | None = Field(
        default=None, description="most gross emissions a year in each stage; options.emissions_cap where not given"
    )
    supply_caps: list[Share] | None = Field(
        default=None,
        description="most gross emissions of electricity supply a year in each stage, as a share of today's; what"
        " measures change counts with it",
    )
    budgets: list[Money] | None = Field(
        default=None, description="most to invest in each stage; finance.budget in each where not given"
    )

    @model_validator(mode="after")
    def _one_for_each(self) -> Self:
        if self.years[0] != 0 or any(later <= earlier for earlier, later in pairwise(self.years)):
            what = _("{years} does not rise from 0").format(years=self.years)
            refuse("years", what, _("years after the site's, rising, the first 0"), "years: [0, 5, 10, 15]")
        for name in ("emissions_caps", "supply_caps", "budgets"):
            given = getattr(self, name)
            if given is not None and len(given) != len(self.years):
                what = _("{name} has {given} figures for {years} years").format(
                    name=name, given=len(given), years=len(self.years)
                )
                refuse(name, what, _("one for each"), f"{name}: [..., ...]")
        return self

    def share(self, name: str, year: int) -> float:
        """Return what something has grown to by a year, for 1 in the first."""
        growth = getattr(self, name)
        return 1.0 if growth is None else (1.0 + growth.to("1")) ** year


def stages_of(stated: Stages | None) -> Stages:
    """Return the stages of a plan: one, where none are stated."""
    return stated if stated is not None else Stages(years=[0])
