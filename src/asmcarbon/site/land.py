"""Land that the site opened in the year, and disturbed land that waits for rehabilitation."""

from typing import Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import Area, AreaRate, CarbonDensity, RemovalRate, Share
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, refuse

Pool = Literal["above_ground", "below_ground", "dead_wood", "litter", "soil"]
LandClass = Literal["pits_and_ponds", "overburden", "waste_rock", "tailings", "cleared"]


class Opened(Part):
    """Land opened in the year, and the carbon that was lost with it."""

    name: Name = "forest"
    area: AreaRate = Field(description="opened in the year: a measured or stated area, never a default")
    affected: Share | None = Field(default=None, description="share of it whose carbon was lost; 100 % where not given")
    carbon_before: CarbonDensity = Field(description="stock of the pools below before the land was opened")
    carbon_after: CarbonDensity | None = Field(default=None, description="stock left; none where not given")
    pools: list[Pool] = Field(description="which pools the stocks hold: a figure with only some of them says so")

    @model_validator(mode="after")
    def _carbon_is_lost(self) -> Self:
        if self.carbon_after is not None and self.carbon_after.quantity > self.carbon_before.quantity:
            what = _("more carbon is left than there was")
            refuse("carbon", what, _("carbon_after of at most carbon_before"), "carbon_after: 0 tC/ha")
        if not self.pools:
            refuse("pools", _("no pool is named"), _("the pools that carbon_before holds"), "pools: [above_ground]")
        return self


class Disturbed(Part):
    """Land that mining left behind."""

    land: LandClass
    area: Area


class Rehabilitated(Part):
    """Land under rehabilitation, and what it takes up in a year: a removal, reported apart."""

    method: Name
    land: LandClass
    area: Area
    removals: RemovalRate | None = Field(default=None, description="a year, after losses and the permanence buffer")


class Land(Part):
    """What the site did to land, and what it owes it."""

    opened: list[Opened] = Field(default_factory=list[Opened], max_length=50)
    disturbed: list[Disturbed] = Field(default_factory=list[Disturbed], max_length=20)
    rehabilitated: list[Rehabilitated] = Field(default_factory=list[Rehabilitated], max_length=50)
    obligation: Area | None = Field(default=None, description="hectares that law, a contract or a standard requires")
