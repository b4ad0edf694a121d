"""How far what a plan rests on may turn out otherwise: what the scenarios of `asmcarbon risk` are drawn from."""

from pydantic import Field

from asmcarbon.measures import Spread
from asmcarbon.site.model import Part

# How many scenarios may be asked for.
FEWEST_SCENARIOS, MOST_SCENARIOS = 2, 50


class Uncertainty(Part):
    """Relative 95 % ranges about the site's figures, in place of the ranges that these state themselves."""

    fuel_price: Spread | None = Field(
        default=None, description="of every fuel, together; the range of energy.diesel.price where not given"
    )
    grid_price: Spread | None = Field(default=None, description="per kWh; the range of energy.grid.price if not given")
    solar_cost: Spread | None = Field(
        default=None, description="to build; the range of options.solar.capital_cost where not given"
    )
    battery_cost: Spread | None = Field(
        default=None, description="to build, cells and inverter together; the ranges of their costs where not given"
    )
    load: Spread | None = Field(default=None, description="of what all machines draw, together; certain if not given")
    sun: Spread | None = Field(
        default=None,
        description="of the sun of every month, one error for all of them; certain, but for its days, where not given",
    )
