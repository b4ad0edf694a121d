"""Land that the site opened, and disturbed land that waits for rehabilitation."""

from typing import Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import Area, AreaRate, CarbonDensity, RemovalRate, Share
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, refuse

Pool = Literal["above_ground", "below_ground", "dead_wood", "litter", "soil"]
LandClass = Literal["pits_and_ponds", "overburden", "waste_rock", "tailings", "cleared"]
# Ecological zones, and the age of the forest in them, as the rows of `forest.above_ground_biomass` name them.
Zone = Literal[
    "tropical_rainforest", "tropical_moist_deciduous_forest", "tropical_dry_forest", "tropical_shrubland",
    "tropical_mountain_system", "subtropical_humid_forest", "subtropical_dry_forest", "subtropical_steppe",
    "subtropical_mountain_system", "temperate_oceanic_forest", "temperate_continental_forest",
    "temperate_mountain_system", "boreal_coniferous_forest", "boreal_tundra_woodland", "boreal_mountain_system",
    "mangrove_tropical_wet", "mangrove_tropical_dry", "mangrove_subtropical",
]  # fmt: skip
State = Literal["primary", "secondary", "secondary_over_20y", "secondary_up_to_20y", "over_20y", "up_to_20y", "all"]


class Opened(Part):
    """Land opened in the year, and the carbon that was lost with it: by your own stocks, or by zone from the tables."""

    name: Name = "forest"
    area: AreaRate = Field(description="opened in the year: a measured or stated area, never a default")
    affected: Share | None = Field(default=None, description="share of it whose carbon was lost; 100 % where not given")
    carbon_before: CarbonDensity | None = Field(
        default=None, description="your own stock of the pools below before the land was opened"
    )
    carbon_after: CarbonDensity | None = Field(
        default=None, description="your own stock left; none where not given, and none where a zone is given"
    )
    zone: Zone | None = Field(
        default=None, description="instead of carbon_before: ecological zone, whose stocks the factor tables have"
    )
    state: State | None = Field(default=None, description="of the forest of the zone; mangroves have none")
    pools: list[Pool] | None = Field(
        default=None,
        min_length=1,
        max_length=5,
        description="which pools the stocks hold; with a zone, all that the tables have where not given, never soil",
    )

    @model_validator(mode="after")
    def _stock_is_given_once(self) -> Self:
        if (self.carbon_before is None) == (self.zone is None):
            what = _("carbon_before and zone are both given or both missing")
            refuse("carbon", what, _("your own stock, or a zone of the factor tables"), "zone: tropical_rainforest")
        if self.carbon_before is not None and self.state is not None:
            refuse("state", _("a state belongs to a zone"), _("state only with zone"), "zone: tropical_rainforest")
        if self.carbon_before is not None and self.pools is None:
            refuse("pools", _("no pool is named"), _("the pools that carbon_before holds"), "pools: [above_ground]")
        return self

    @model_validator(mode="after")
    def _zone_is_complete(self) -> Self:
        if self.zone is None:
            return self
        is_mangrove = self.zone.startswith("mangrove_")
        if (self.state is None) != is_mangrove:
            given = _("a mangrove with a state") if is_mangrove else _("a zone without the state of its forest")
            expected = _("no state") if is_mangrove else _("primary, secondary or another age of the tables")
            refuse("state", given, expected, "zone: mangrove_tropical_wet" if is_mangrove else "state: primary")
        if self.carbon_after is not None:
            expected = _("carbon_after only with carbon_before; with a zone, affected says how much of it was lost")
            refuse("carbon", _("carbon_after is given with a zone"), expected, "affected: 80 %")
        if self.pools is not None and "soil" in self.pools:
            expected = _("pools above ground, below ground, dead wood and litter; soil only in your own carbon_before")
            refuse("pools", _("the carbon of soil is not computed from a zone"), expected, "pools: [above_ground]")
        return self

    @model_validator(mode="after")
    def _carbon_is_lost(self) -> Self:
        before, after = self.carbon_before, self.carbon_after
        if before is not None and after is not None and after.quantity > before.quantity:
            what = _("more carbon is left than there was")
            refuse("carbon", what, _("carbon_after of at most carbon_before"), "carbon_after: 0 tC/ha")
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
