"""Land that the site opened in the year, and disturbed land that waits for rehabilitation."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import Area, AreaRate, CarbonDensity, RemovalRate, Share
from asmcarbon.messages import _
from asmcarbon.site.areas import Parcelled
from asmcarbon.site.model import Form, Name, Part, refuse
from asmcarbon.site.polygons import Parcel

Pool = Literal["above_ground", "below_ground", "dead_wood", "litter", "soil"]
LandClass = Literal["pits_and_ponds", "overburden", "waste_rock", "tailings", "cleared"]

# The words of the factor tables, which a user's own table may add to: a name they lack is answered by the nearest rows.
Zone = Annotated[str, Form("[a-z0-9_]{1,60}", _("an ecological zone of the factor tables"), "tropical_rainforest")]
State = Annotated[str, Form("[a-z0-9_]{1,60}", _("a state of forest of the factor tables"), "primary")]

# What the tables hold by zone: soil goes by climate and kind of soil, and needs a stock of the site's own.
ZONE_POOLS: tuple[Pool, ...] = ("above_ground", "below_ground", "dead_wood", "litter")


class Opened(Parcelled):
    """Land opened in a year, and the carbon that was lost with it."""

    area_unit: ClassVar[str] = "ha/year"

    name: Name = "forest"
    year: Annotated[int, Field(ge=1950, le=2100)] | None = Field(
        default=None,
        description="in which it was opened: the year of the site where not given; earlier ones count only in the"
        " figure that is amortised",
    )
    area: AreaRate = Field(description="opened in the year: stated, or that of the polygon; never a default")
    affected: Share | None = Field(default=None, description="share of it whose carbon was lost; 100 % where not given")
    carbon_before: CarbonDensity | None = Field(
        default=None, description="stock of the pools below before the land was opened; or give zone and state"
    )
    carbon_after: CarbonDensity | None = Field(
        default=None, description="stock left of carbon_before; none where not given"
    )
    pools: list[Pool] | None = Field(
        default=None,
        description="which pools the stocks hold: a figure with only some of them says so; with a zone,"
        " those that have a row where not given, and never soil",
    )
    zone: Zone | None = Field(
        default=None,
        description="instead of carbon_before: ecological zone, as in forest.above_ground_biomass.<zone>.<state>",
    )
    state: State | None = Field(default=None, description="of the forest: primary, secondary_over_20y, all ...")

    @model_validator(mode="after")
    def _stock_is_given_once(self) -> Self:
        expected = _("the site's own carbon_before and pools, or zone and state")
        example = "zone: tropical_rainforest, state: primary"
        if self.carbon_before is not None and (self.zone is not None or self.state is not None):
            refuse("stock", _("carbon_before stands beside a zone or state"), expected, example)
        if self.carbon_before is None and self.zone is None:
            refuse("stock", _("neither carbon_before nor zone is given"), expected, example)
        if self.zone is not None and self.state is None and not self.is_mangrove:
            what = _("zone {zone} has no state").format(zone=self.zone)
            refuse("stock", what, _("the state of its forest"), "state: primary")
        return self

    @model_validator(mode="after")
    def _carbon_is_lost(self) -> Self:
        after, before = self.carbon_after, self.carbon_before
        if after is not None and before is None:
            what = _("carbon_after stands beside a zone")
            expected = _("carbon_after with carbon_before; with a zone, the share that lost its carbon")
            refuse("carbon", what, expected, "affected: 75 %")
        if after is not None and before is not None and after.quantity > before.quantity:
            what = _("more carbon is left than there was")
            refuse("carbon", what, _("carbon_after of at most carbon_before"), "carbon_after: 0 tC/ha")
        return self

    @model_validator(mode="after")
    def _pools_are_known(self) -> Self:
        if not self.pools and (self.zone is None or self.pools is not None):
            refuse("pools", _("no pool is named"), _("the pools that the stock holds"), "pools: [above_ground]")
        others = [pool for pool in self.pools or [] if pool not in ZONE_POOLS]
        if self.zone is not None and others:
            what = _("{pool} is not computed by zone").format(pool=others[0])
            expected = _("some of {pools}, or a carbon_before of the site's own").format(pools=", ".join(ZONE_POOLS))
            refuse("pools", what, expected, "pools: [above_ground, below_ground]")
        return self

    @property
    def is_mangrove(self) -> bool:
        """Whether the zone is one of mangroves, whose rows know no state."""
        return self.zone is not None and self.zone.startswith("mangrove")


class Disturbed(Parcelled):
    """Land that mining left behind."""

    land: LandClass
    area: Area


class Rehabilitated(Parcelled):
    """Land under rehabilitation, and what it takes up in a year: a removal, reported apart."""

    method: Name
    land: LandClass
    area: Area
    removals: RemovalRate | None = Field(default=None, description="a year, after losses and the permanence buffer")


class Land(Part):
    """What the site did to land, and what it owes it."""

    opened: list[Opened] = Field(default_factory=list[Opened], max_length=200)
    history_since: Annotated[int, Field(ge=1900, le=2100)] | None = Field(
        default=None,
        description="every hectare opened since that year is listed: 20 years of it give amortised figures",
    )
    disturbed: list[Disturbed] = Field(default_factory=list[Disturbed], max_length=20)
    rehabilitated: list[Rehabilitated] = Field(default_factory=list[Rehabilitated], max_length=50)
    obligation: Area | None = Field(default=None, description="hectares that law, a contract or a standard requires")

    def parcels(self) -> Iterator[tuple[str, Parcel]]:
        """Yield each polygon with the path of the land that it is of."""
        for name in ("opened", "disturbed", "rehabilitated"):
            for number, one in enumerate(getattr(self, name)):
                if one.polygon is not None:
                    yield f"land.{name}.{number}", one.polygon
