"""Money: one reporting currency, a real discount rate, a horizon and a budget."""

from pydantic import Field

from asmcarbon.measures import Datum, Lifetime, Money, Share
from asmcarbon.site.model import Part
from asmcarbon.units import quantity


class Finance(Part):
    """What the plan is judged by. All money of a site is in US dollars."""

    discount_rate: Share = Field(
        default_factory=lambda: Datum(quantity(10.0, "%")), description="real, a year; 10 % is assumed where not given"
    )
    horizon: Lifetime = Field(
        default_factory=lambda: Datum(quantity(20.0, "year")),
        description="years that the plan is judged over; 20 assumed",
    )
    royalty: Share | None = Field(default=None, description="share of revenue")
    tax: Share | None = Field(default=None, description="share of profit")
    budget: Money | None = Field(
        default=None, description="most that may be invested up front; no limit where not given"
    )
