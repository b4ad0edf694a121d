"""What a site states beside its footprint: avoided emissions, who finances it, credits sold, what it does for people.

Nothing of it moves a total of the footprint.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import (
    AreaRate,
    Datum,
    EmissionPerEnergy,
    EnergyRate,
    MassRate,
    Measure,
    Money,
    Share,
    YearlyCost,
)
from asmcarbon.messages import _, marked
from asmcarbon.site.model import Form, Name, Part, Text, refuse
from asmcarbon.site.processing import Mineral

# May be below zero: losses that are larger than what was paid in.
Equity = Annotated[Datum, Measure("USD", "80000 USD", minimum=None)]
Credit = Literal["removal", "avoided", "avoided_land_use_change"]
CreditRate = Annotated[Datum, Measure("tCO2e/year", "10 tCO2e/year", above_minimum=True)]
Day = Annotated[
    str, Form("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", marked("a day, YYYY-MM-DD"), "2024-12-31")
]


class Supplied(Part):
    """Electricity that the site gives to the grid, or to others who would draw it from there."""

    name: Name
    amount: EnergyRate


class Avoided(Part):
    """What the site is compared with, to tell what it avoids."""

    baseline: Name | None = Field(
        default=None,
        description="a site file beside this one: the same site as it would be without what was done; or --baseline",
    )
    why: Text = Field(default="", description="why the baseline is what would have happened")
    per: Mineral | Literal["ore"] | None = Field(
        default=None, description="what both years are told per unit of; the one product, or else the ore, if not given"
    )
    operating_margin: EmissionPerEnergy | None = Field(
        default=None, description="of the grid, your own with its source; else that of the country from the tables"
    )
    electricity: list[Supplied] = Field(
        default_factory=list[Supplied],
        max_length=20,
        description="given to the grid or to others on it; less electricity bought is told by the baseline, not here",
    )

    @model_validator(mode="after")
    def _own_margin_is_cited(self) -> Self:
        if self.operating_margin is not None and not self.operating_margin.source.strip():
            what, expected = _("operating_margin has no source"), _("what states it")
            example = "operating_margin: {value: 0.473 kgCO2e/kWh, basis: sourced, source: IFI 2021}"
            refuse("operating_margin", what, expected, example)
        return self


class Investor(Part):
    """One who lends to the site or holds a part of it."""

    name: Name
    kind: Literal["loan", "equity"]
    outstanding: Money | None = Field(
        default=None, description="of a loan: disbursed and not repaid; of equity: its value on the balance sheet"
    )
    share: Share | None = Field(default=None, description="instead, of equity: the share of it that is held")

    @model_validator(mode="after")
    def _held_once(self) -> Self:
        if self.kind == "loan" and self.share is not None:
            refuse("share", _("a loan has a share"), _("what is outstanding of it"), "outstanding: 40000 USD")
        if (self.outstanding is None) == (self.share is None):
            what = (
                _("neither outstanding nor share is given")
                if self.share is None
                else _("outstanding and share are both given")
            )
            refuse("outstanding", what, _("one of the two"), "outstanding: 40000 USD")
        return self


class Financing(Part):
    """The balance sheet of the site, or of a project that is the site, and who holds how much of it."""

    asset_class: Literal["business_loans_and_unlisted_equity", "project_finance"] = Field(
        default="business_loans_and_unlisted_equity",
        description="of the PCAF standard; shares that are traded need the enterprise value and are not computed",
    )
    as_of: Day = Field(description="day of the balance sheet, in the year of the site")
    equity: Equity = Field(description="total equity of the balance sheet; below zero it counts as none")
    debt: Money = Field(description="total debt of the balance sheet, current and long-term")
    verified: Name | None = Field(
        default=None, description="who has verified the footprint, and to which standard; left out where nobody has"
    )
    investors: list[Investor] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _day_exists(self) -> Self:
        try:
            date.fromisoformat(self.as_of)
        except ValueError:
            refuse("as_of", _("as_of {day} is no day").format(day=self.as_of), _("a day, YYYY-MM-DD"), "2024-12-31")
        return self


class Sold(Part):
    """Credits of one vintage that were issued to the site and sold."""

    kind: Credit
    amount: CreditRate = Field(description="of the vintage, sold by now")
    programme: Name = Field(description="the standard that they were issued under")
    registry: Name | None = None
    vintage: Annotated[int, Field(ge=1990, le=2100)] = Field(description="year of the removal or the emission avoided")


class Purpose(Part):
    """One thing that a premium was spent on."""

    purpose: Name
    amount: YearlyCost


class Premium(Part):
    """A premium received above the price of the metal, and how it was spent."""

    received: YearlyCost
    spent: list[Purpose] = Field(default_factory=list[Purpose], max_length=50)

    @model_validator(mode="after")
    def _no_more_is_spent(self) -> Self:
        spent, received = sum(one.amount.to("USD/year") for one in self.spent), self.received.to("USD/year")
        if spent > received * (1 + 1e-9):
            what = _("{spent:,.0f} USD a year are spent of a premium of {received:,.0f}")
            expected = _("at most what was received")
            example = "spent: [{purpose: school, amount: 2000 USD/year}]"
            refuse("premium", what.format(spent=spent, received=received), expected, example)
        return self


class Social(Part):
    """What the site does for people and places, beside jobs and wages (`people`) and mercury used (`processing`)."""

    local_spending: YearlyCost | None = Field(default=None, description="paid to suppliers of the region")
    taxes: YearlyCost | None = Field(default=None, description="paid in the year")
    royalties: YearlyCost | None = Field(default=None, description="paid in the year")
    mercury_released: MassRate | None = Field(default=None, description="to air, water and soil")
    rehabilitated: AreaRate | None = Field(
        default=None, description="land whose rehabilitation was finished in the year"
    )
    premium: Premium | None = None
    standard: Name | None = Field(default=None, description="Fairmined, Fairmined Ecological, Fairtrade, CRAFT ...")
    formalisation: Text = Field(default="", description="title, permit, registration, with their dates")


class Generated(Part):
    """Electricity that the site made and used itself, by its meters."""

    renewable: EnergyRate | None = Field(default=None, description="from sun, water or wind")
    non_renewable: EnergyRate | None = Field(default=None, description="from fuels")


class Statements(Part):
    """Statements of their own, never merged with the footprint or netted against it."""

    avoided: Avoided | None = None
    finance: Financing | None = None
    credits_sold: list[Sold] = Field(default_factory=list[Sold], max_length=50)
    social: Social = Field(default_factory=Social)
    electricity_generated: Generated = Field(default_factory=Generated)
