"""Money: one reporting currency, a real discount rate, a horizon, a budget, and who may pay for what."""

from typing import Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import (
    Datum,
    Growth,
    InterestRate,
    Lifetime,
    Money,
    MoneyPerEmission,
    MoneyPerMass,
    MoneyRate,
    Share,
    Tenor,
)
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, refuse
from asmcarbon.site.processing import Mineral
from asmcarbon.units import quantity

ProductKind = Literal[
    "grant", "concessional_loan", "commercial_loan", "lease_to_own", "pay_as_you_go", "results_based",
    "carbon_credits", "mineral_credits", "premium",
]  # fmt: skip
Payable = Literal["solar", "battery", "generator", "measure", "rehabilitation", "connection"]

MOST_PRODUCTS = 8
_MONEY = {"share", "ceiling", "minimum", "pays_for", "fee"}
_DEBT = _MONEY | {"tenor", "grace", "depreciation", "currency"}
_LOAN = _DEBT | {"rate", "balloon", "repayment"}
_OUTPUT = {"price", "of", "share", "yearly_cost", "up_front_cost", "requires"}
# What each kind of product may state, and what it must.
_KEYS: dict[ProductKind, tuple[set[str], set[str]]] = {
    "grant": (_MONEY, set()),
    "concessional_loan": (_LOAN, {"rate", "tenor"}),
    "commercial_loan": (_LOAN, {"rate", "tenor"}),
    "lease_to_own": (_DEBT | {"rate", "deposit"}, {"rate", "tenor", "deposit"}),
    "pay_as_you_go": (_DEBT | {"markup", "deposit"}, {"tenor", "markup"}),
    "results_based": ({"price_per_tonne", "years", "ceiling"}, {"price_per_tonne"}),
    "carbon_credits": (
        {"price_per_tonne", "price_growth", "years", "buffer", "removals", "yearly_cost", "up_front_cost"},
        {"price_per_tonne"},
    ),
    "mineral_credits": (_OUTPUT, {"price", "of"}),
    "premium": (_OUTPUT, {"price", "of"}),
}
_EXAMPLE = "{name: bank loan, kind: commercial_loan, rate: 18 %, tenor: 48 month}"
_EXAMPLES: dict[ProductKind, str] = {
    "grant": "{name: programme grant, kind: grant, share: 20 %, pays_for: [solar]}",
    "concessional_loan": "{name: green loan, kind: concessional_loan, rate: 7 %, tenor: 60 month}",
    "commercial_loan": _EXAMPLE,
    "lease_to_own": "{name: battery lease, kind: lease_to_own, rate: 10 %, tenor: 24 month, deposit: 10 %}",
    "pay_as_you_go": "{name: pumps, kind: pay_as_you_go, tenor: 24 month, markup: 25 %}",
    "results_based": "{name: results, kind: results_based, price_per_tonne: 15 USD/tCO2e}",
    "carbon_credits": "{name: credits, kind: carbon_credits, price_per_tonne: 8 USD/tCO2e}",
    "mineral_credits": "{name: cobalt credits, kind: mineral_credits, of: cobalt, price: 5000 USD/t}",
    "premium": "{name: fair gold, kind: premium, of: gold, price: 6000 USD/kg}",
}


class Product(Part):
    """Something that pays for the plan, or pays for what it does: which keys it takes depends on its kind."""

    name: Name
    kind: ProductKind
    pays_for: list[Payable] | None = Field(default=None, description="what it may be spent on; anything if not given")
    share: Share | None = Field(
        default=None,
        description="most that it pays of that, of a metal's output: what is paid for; all of it if not given",
    )
    ceiling: Money | None = Field(default=None, description="most that it gives in all, in the money of the day")
    minimum: Money | None = Field(default=None, description="least that it gives at a time; needs a ceiling")
    fee: Share | None = Field(default=None, description="share of the amount, kept when it is given")
    rate: InterestRate | None = Field(default=None, description="nominal, a year, due with each monthly payment")
    tenor: Tenor | None = Field(default=None, description="from the day it is given to the last payment")
    grace: Tenor | None = Field(default=None, description="first part of the tenor, in which interest alone is paid")
    balloon: Share | None = Field(default=None, description="share of the amount that is due with the last payment")
    repayment: Literal["annuity", "equal_principal", "bullet"] | None = Field(
        default=None, description="equal payments where not given"
    )
    deposit: Share | None = Field(default=None, description="share of the price that the site pays itself")
    markup: InterestRate | None = Field(default=None, description="what payments add up to above what was advanced")
    currency: Name | None = Field(default=None, description="in which it is repaid, where that is not the US dollar")
    depreciation: Growth | None = Field(default=None, description="of that currency against the US dollar, a year")
    price_per_tonne: MoneyPerEmission | None = Field(
        default=None, description="paid for a tonne that the plan avoids, against today's equipment; in today's money"
    )
    price_growth: Growth | None = Field(default=None, description="of that price, real, a year")
    years: Lifetime | None = Field(default=None, description="how long it pays; to the horizon where not given")
    buffer: Share | None = Field(default=None, description="share of the tonnes that is held back and not paid")
    removals: bool | None = Field(default=None, description="true: what rehabilitation takes up is sold as well")
    yearly_cost: MoneyRate | None = Field(default=None, description="of monitoring, audits, membership, if it is taken")
    up_front_cost: Money | None = Field(default=None, description="of validation or certification, if it is taken")
    price: MoneyPerMass | None = Field(default=None, description="paid for the metal above its price")
    of: Mineral | None = Field(default=None, description="the metal")
    requires: Name | None = Field(default=None, description="name of the measure without which it is not paid")

    @model_validator(mode="after")
    def _keys_are_of_its_kind(self) -> Self:
        may, must = _KEYS[self.kind]
        given = self.model_fields_set - {"name", "kind"}
        example = _EXAMPLES[self.kind]
        foreign, lacking = sorted(given - may), sorted(must - given)
        if foreign:
            what = _("a {kind} has no {names}").format(kind=self.kind, names=", ".join(foreign))
            refuse("product", what, _("keys of its kind: {names}").format(names=", ".join(sorted(may))), example)
        if lacking:
            what = _("a {kind} needs {names}").format(kind=self.kind, names=", ".join(lacking))
            refuse("product", what, _("these too"), example)
        if self.grace is not None and self.tenor is not None and self.grace.to("month") >= self.tenor.to("month"):
            what = _("a grace of {grace:g} months in a tenor of {tenor:g}")
            what = what.format(grace=self.grace.to("month"), tenor=self.tenor.to("month"))
            refuse("grace", what, _("a grace shorter than the tenor"), "grace: 6 month, tenor: 36 month")
        if self.balloon is not None and self.balloon.to("1") > 0 and self.repayment == "bullet":
            refuse("balloon", _("a bullet is repaid at the end as it is"), _("a balloon or a bullet"), "balloon: 30 %")
        if self.minimum is not None and (self.ceiling is None or self.ceiling.quantity < self.minimum.quantity):
            what, expected = _("a minimum without a ceiling above it"), _("both, the minimum first")
            refuse("minimum", what, expected, "minimum: 5000 USD, ceiling: 20000 USD")
        if self.buffer is not None and self.buffer.to("1") >= 1:
            refuse("buffer", _("a buffer of 100 % leaves nothing to sell"), _("less than 100 %"), "buffer: 20 %")
        if self.depreciation is not None and self.currency is None:
            what, expected = _("depreciation is given without currency"), _("the currency as well")
            refuse("currency", what, expected, "currency: PEN, depreciation: 3 %")
        return self


class Finance(Part):
    """What the plan is judged by, and what may pay for it. All money of a site is in US dollars."""

    discount_rate: Share = Field(
        default_factory=lambda: Datum(quantity(10.0, "%")), description="real, a year; 10 % is assumed where not given"
    )
    horizon: Lifetime = Field(
        default_factory=lambda: Datum(quantity(20.0, "year")),
        description="years that the plan is judged over; 20 assumed",
    )
    inflation: Growth = Field(
        default_factory=lambda: Datum(quantity(0.0, "%")),
        description="of all prices, a year: what turns real money into nominal; 0 is assumed where not given",
    )
    royalty: Share | None = Field(default=None, description="share of revenue")
    tax: Share | None = Field(default=None, description="share of profit, after interest and straight depreciation")
    other_costs: MoneyRate | None = Field(
        default=None, description="of running the mine in a year, beside wages and what the plan decides"
    )
    budget: Money | None = Field(
        default=None, description="most that may be invested up front; no limit where not given"
    )
    own_money: Money | None = Field(
        default=None, description="that the site has on the first day; cash is not watched where not given"
    )
    minimum_cover: float | None = Field(
        default=None, ge=0, le=10, description="least debt service cover (DSCR) in each year with debt"
    )
    cover_from: Literal["savings", "mine"] = Field(
        default="savings",
        description="what debt is paid from: what the plan saves, or all that the mine earns (revenue less royalty,"
        " wages, other_costs, energy and tax)",
    )
    products: list[Product] = Field(
        default_factory=list[Product], max_length=MOST_PRODUCTS, description="what may pay for the plan"
    )

    @property
    def asks_who_pays(self) -> bool:
        """Whether a plan has to reckon with products, cash or debt cover."""
        return bool(self.products) or self.own_money is not None or self.minimum_cover is not None

    @model_validator(mode="after")
    def _products_have_one_name(self) -> Self:
        names = [one.name for one in self.products]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            refuse("products", _("{name} stands twice").format(name=twice[0]), _("each name once"), _EXAMPLE)
        return self
