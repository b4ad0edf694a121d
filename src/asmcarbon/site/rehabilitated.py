"""Land under rehabilitation: what was planted, when, what of it lives, and what it takes up."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import Area, RemovalRate, Share
from asmcarbon.messages import _, marked
from asmcarbon.site.areas import Parcelled
from asmcarbon.site.model import Form, Name, Part, refuse

LandClass = Literal["pits_and_ponds", "overburden", "waste_rock", "tailings", "cleared"]
Growth = Annotated[
    str,
    Form(
        r"unaided|(forest|plantation|agroforestry|perennial_crop)\.growth\.[a-z0-9_.]{1,100}"
        r"|forest\.regrowth_observed(\.tropics)?",
        marked("an item of growth in the factor tables, or unaided"),
        "forest.growth.tropical_rainforest",
    ),
]
Year = Annotated[int, Field(ge=1950, le=2100)]


class Replanted(Part):
    """Planted once more, where trees had died."""

    year: Year
    share: Share = Field(description="of the area, alive in the year of the site")


class Rehabilitated(Parcelled):
    """Land under rehabilitation, and what it takes up in a year: a removal, reported apart."""

    method: Name
    land: LandClass
    area: Area
    removals: RemovalRate | None = Field(
        default=None,
        description="the site's own figure, a year, after losses and the permanence buffer; or give growth",
    )
    growth: Growth | None = Field(
        default=None,
        description="as in removals.csv, by age: forest.growth.<zone>, plantation.growth.<zone>.<species>,"
        " agroforestry.growth.<climate>.<system>; unaided for land left alone",
    )
    planted: Year | None = Field(default=None, description="its age goes by this year")
    survival: Share | None = Field(default=None, description="share of the area whose first planting lives")
    replanted: list[Replanted] = Field(default_factory=list[Replanted], max_length=10)
    buffer: Share | None = Field(
        default=None, description="share held back against fire, felling and other reversal; 0 % where none is"
    )

    @model_validator(mode="after")
    def _is_told_in_one_way(self) -> Self:
        stated = [name for name in ("planted", "survival", "buffer") if getattr(self, name) is not None]
        stated += ["replanted"] if self.replanted else []
        if self.growth is None:
            if stated:
                what = _("{names} without a growth").format(names=", ".join(stated))
                refuse(
                    "growth", what, _("the growth of the tables as well"), "growth: forest.growth.tropical_rainforest"
                )
            return self
        if self.removals is not None:
            what = _("removals stand beside a growth of the tables")
            refuse("growth", what, _("one of them"), "removals: 5 tCO2e/ha/year")
        needed = ["buffer"] if self.is_unaided else ["planted", "survival", "buffer"]
        missing = [name for name in needed if name not in stated]
        if missing:
            what = _("a growth of the tables stands without {names}").format(names=", ".join(missing))
            refuse(
                "growth", what, _("the site's own: no table has them"), "planted: 2019, survival: 80 %, buffer: 20 %"
            )
        if self.is_unaided and any(name in stated for name in ("planted", "survival", "replanted")):
            what = _("unaided growth stands beside planting")
            refuse("growth", what, _("the growth of what was planted"), "growth: forest.growth.tropical_rainforest")
        return self

    @model_validator(mode="after")
    def _age_decides(self) -> Self:
        last = (self.growth or "").rpartition(".")[2]
        if last == "primary" or last.endswith(("up_to_20y", "over_20y")):
            what = _("the growth names a state of forest or an age, {name}").format(name=last)
            refuse(
                "growth",
                what,
                _("the item without it: planted says the age"),
                "growth: forest.growth.tropical_rainforest",
            )
        living = [one for one in (self.survival, *(replanted.share for replanted in self.replanted)) if one is not None]
        if sum(one.to("1") for one in living) > 1 + 1e-9:
            what = _("survival and what was replanted are more than the whole area together")
            refuse("growth", what, _("at most 100 %"), "replanted: [{year: 2021, share: 15 %}]")
        if self.planted is not None and any(one.year <= self.planted for one in self.replanted):
            what = _("replanted in {year} or before").format(year=self.planted)
            refuse("growth", what, _("a year after planting"), "replanted: [{year: 2021, share: 15 %}]")
        return self

    @property
    def is_unaided(self) -> bool:
        """Whether the land was left alone."""
        return self.growth == "unaided"
