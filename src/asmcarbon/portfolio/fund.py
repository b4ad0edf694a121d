"""A fund, as its file states it: which sites, how much money in which year, what it asks for."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from asmcarbon.errors import InputError, Problem
from asmcarbon.measures import Datum, Measure, Money
from asmcarbon.messages import _, marked
from asmcarbon.portfolio.question import Floor, Goal, Limit, Question
from asmcarbon.site.files import text_from
from asmcarbon.site.model import Country, Form, Name, Part, refuse
from asmcarbon.site.processing import Mineral
from asmcarbon.site.read import plain_of, problems_of
from asmcarbon.site.site import Site
from asmcarbon.units import quantity

# Sites of a file, and of a request over HTTP; points of each.
MOST_SITES, MOST_SITES_SERVED, MOST_POINTS = 500, 50, 20

YearKey = Annotated[str, Form("(19|20)[0-9]{2}", marked("a year"), "2026")]
FundLimit = Annotated[Datum, Measure("USD", "300000 USD", also="%")]
FundJobs = Annotated[Datum, Measure("job", "100 job")]
FundTonnes = Annotated[Datum, Measure("tCO2e", "5000 tCO2e")]


class Floors(Part):
    """The least that the fund has to reach."""

    jobs: FundJobs | None = Field(default=None, description="full-time jobs at the funded sites")
    women: FundJobs | None = Field(default=None, description="of them, those that women hold, by each site's share")
    tonnes: FundTonnes | None = Field(default=None, description="avoided over the horizon of each site's plan")
    sites: Annotated[int, Field(ge=1, le=MOST_SITES)] | None = Field(default=None, description="how many")


class FundTerms(Part):
    """What a fund asks for. All money is in US dollars."""

    name: Name
    goal: Goal = "most_tonnes_avoided"
    budget: dict[YearKey, Money] = Field(min_length=1, max_length=30, description="of each year")
    carry_over: bool = Field(default=True, description="false: what is not spent in its year is lost")
    points: int = Field(default=4, ge=2, le=MOST_POINTS, description="plans of each site, from cheapest to cleanest")
    next: Money = Field(
        default_factory=lambda: Datum(quantity(100000.0, "USD")), description="of which is told what it would buy"
    )
    countries: dict[Country, FundLimit] = Field(
        default_factory=dict[str, Datum],
        max_length=200,
        description="most money: an amount, or a share of what is spent",
    )
    minerals: dict[Mineral, FundLimit] = Field(
        default_factory=dict[Mineral, Datum], description="the same; a site counts with each mineral that it sells"
    )
    floors: Floors = Field(default_factory=Floors)

    @model_validator(mode="after")
    def _shares_are_of_the_whole(self) -> Self:
        for where, limits in (("countries", self.countries), ("minerals", self.minerals)):
            for name, one in limits.items():
                if one.quantity.dimensionless and one.to("%") > 100.0:
                    what = _("{where}.{name} is {share:g} % of the money").format(
                        where=where, name=name, share=one.to("%")
                    )
                    refuse("share", what, _("at most 100 %"), f"{name}: 50 %")
        return self

    @model_validator(mode="after")
    def _the_goal_can_be_sought(self) -> Self:
        if self.goal == "least_cost" and self.floors.tonnes is None:
            what, expected = _("the goal least_cost has no floor of tonnes"), _("the tonnes that it has to avoid")
            refuse("goal", what, expected, "floors: {tonnes: 5000 tCO2e}")
        if sum(one.to("USD") for one in self.budget.values()) <= 0:
            refuse("budget", _("the budget is nothing"), _("money in a year"), "budget: {2026: 500000 USD}")
        return self

    def years(self) -> list[int]:
        """Return the years of the budget, in their order."""
        return sorted(int(year) for year in self.budget)

    def question(self) -> Question:
        """Return what is asked, as plain numbers: USD, jobs, tonnes."""
        limits = [_limit("country", name, one) for name, one in self.countries.items()]
        limits += [_limit("mineral", name, one) for name, one in self.minerals.items()]
        asked, floors = self.floors, list[Floor]()
        floors += [] if asked.jobs is None else [Floor("jobs", asked.jobs.to("job"))]
        floors += [] if asked.women is None else [Floor("women", asked.women.to("job"))]
        floors += [] if asked.tonnes is None else [Floor("tonnes", asked.tonnes.to("tCO2e"))]
        floors += [] if asked.sites is None else [Floor("sites", float(asked.sites))]
        budget = tuple(self.budget[str(year)].to("USD") for year in self.years())
        return Question(self.goal, budget, self.carry_over, tuple(limits), tuple(floors))


def _limit(kind: Literal["country", "mineral"], name: str, one: Datum) -> Limit:
    is_share = one.quantity.dimensionless
    return Limit(kind, name, share=one.to("1")) if is_share else Limit(kind, name, amount=one.to("USD"))


class Fund(FundTerms):
    """A fund whose sites are files beside it: site files, or frontier reports as `asmcarbon frontier --json` writes."""

    sites: list[Name] = Field(min_length=1, max_length=MOST_SITES)

    @model_validator(mode="after")
    def _each_file_stands_once(self) -> Self:
        twice = [one for one in dict.fromkeys(self.sites) if self.sites.count(one) > 1]
        if twice:
            refuse("sites", _("{name} stands twice").format(name=twice[0]), _("each site once"), "")
        return self


class FundOfSites(FundTerms):
    """A fund with its sites in it."""

    sites: list[Site] = Field(min_length=1, max_length=MOST_SITES_SERVED)


def read_fund(path: Path) -> Fund:
    """Return the fund that a YAML or JSON file describes; InputError lists all that is wrong with the file."""
    text, name = text_from(path, marked("a fund file"), "fund.yaml"), str(path)
    example = "name: My fund"
    if not text.strip():
        raise InputError(Problem("", _("is empty"), _("a fund"), example, file=name))
    content, lines, problems = plain_of(text, name)
    if not isinstance(content, dict):
        raise InputError(Problem("", _("is not a list of keys with values"), _("a fund"), example, file=name))
    return fund_of(content, name, lines, problems)


def fund_of(content: dict[str, Any], name: str, lines: dict[tuple[Any, ...], int], problems: list[Problem]) -> Fund:
    """Return the fund that plain values describe; `problems` are those of the file's form."""
    try:
        fund = Fund.model_validate(content)
    except ValidationError as error:
        raise InputError([*problems, *problems_of(error, name, lines, Fund)]) from error
    if problems:
        raise InputError(problems)
    return fund
