"""Land that the site opened, drained peat, and disturbed land that waits for rehabilitation or is under it."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from asmcarbon.measures import (
    Area,
    AreaRate,
    CarbonDensity,
    CarbonLossRate,
    Density,
    MatterDensity,
    PitDepth,
    Share,
    VolumeRate,
)
from asmcarbon.messages import _, marked
from asmcarbon.site.areas import Parcelled
from asmcarbon.site.model import Form, Name, Part, refuse
from asmcarbon.site.rehabilitated import LandClass, Rehabilitated

Pool = Literal["above_ground", "below_ground", "dead_wood", "litter", "soil"]

# The words of the factor tables, which a user's own table may add to: a name they lack is answered by the nearest rows.
Zone = Annotated[str, Form("[a-z0-9_]{1,60}", marked("an ecological zone of the factor tables"), "tropical_rainforest")]
State = Annotated[str, Form("[a-z0-9_]{1,60}", marked("a state of forest of the factor tables"), "primary")]

Vegetation = Annotated[
    str, Form("[a-z0-9_.]{1,80}", marked("a vegetation of the tables of fire"), "primary_tropical_moist_forest")
]
PeatKind = Annotated[
    str, Form("[a-z0-9_.]{1,80}", marked("a kind of drained peat of the factor tables, or none"), "tropical.forest")
]
SoilKind = Annotated[
    str,
    Form("[a-z0-9_.]{1,80}", marked("climate and kind of soil of the factor tables"), "tropical_wet.low_activity_clay"),
]
FireClass = Literal["tropical_forest", "extra_tropical_forest", "savanna_and_grassland"]

# What the tables hold by zone: soil goes by climate and kind of soil, and needs a stock of the site's own.
ZONE_POOLS: tuple[Pool, ...] = ("above_ground", "below_ground", "dead_wood", "litter")


class Burned(Part):
    """Fire at clearing: its methane and nitrous oxide. Its CO2 is in the loss of carbon, and never counted twice."""

    share: Share = Field(description="of the area opened that burned")
    vegetation: Vegetation = Field(
        description="as in fire.fuel_consumption.<vegetation>: what burns on a hectare of it"
    )
    fuel: MatterDensity | None = Field(
        default=None,
        description="dry matter that there was to burn, the site's own: then fire.combustion_factor.<vegetation> says"
        " which share of it burns, in the place of fire.fuel_consumption",
    )
    combustion_factor: Share | None = Field(default=None, description="share of that fuel that burned, the site's own")
    emits_as: FireClass | None = Field(
        default=None, description="as in biomass.burning.<class>; by the name of the vegetation where not given"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.combustion_factor is not None and self.fuel is None:
            what = _("combustion_factor stands without the fuel that it is a share of")
            refuse("fire", what, _("both, or neither"), "fuel: 250 t/ha")
        if self.fire_class is None:
            what = _("which gases {vegetation} gives off is not known").format(vegetation=self.vegetation)
            refuse("fire", what, _("its class of fire"), "emits_as: extra_tropical_forest")
        return self

    @property
    def fire_class(self) -> FireClass | None:
        """The class of IPCC 2006 vol. 4 ch. 2, table 2.5: that which the site names, or by the vegetation's name."""
        if self.emits_as is not None:
            return self.emits_as
        if "savanna" in self.vegetation:
            return "savanna_and_grassland"
        return "tropical_forest" if "tropical" in self.vegetation else None


class OnPeat(Part):
    """Land that may lie on peat: drained, peat loses carbon every year until it is wet again, or gone."""

    peat: PeatKind | None = Field(
        default=None,
        description="kind of drained peat, as in soil.drainage.<kind>; none where it is known to be none: a report says"
        " where it is not known",
    )
    peat_loss: CarbonLossRate | None = Field(
        default=None, description="the site's own figure of what drained peat loses, instead of a kind"
    )

    @model_validator(mode="after")
    def _peat_is_told_once(self) -> Self:
        if self.peat is not None and self.peat_loss is not None:
            refuse("peat", _("peat stands beside a peat_loss"), _("one of them"), "peat: tropical.forest")
        return self

    @property
    def is_peat(self) -> bool:
        """Whether the land lies on peat, as far as the site says."""
        return self.peat_loss is not None or self.peat not in (None, "none")


class Soil(Part):
    """Mineral soil that is dug away or laid open."""

    kind: SoilKind = Field(
        description="as in forest.soil.<climate>.<soil>: its carbon under native vegetation, to 30 cm"
    )
    lost: Share = Field(description="share of that carbon that is lost over the whole area opened: no table has it")


class Opened(Parcelled, OnPeat):
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
    soil: Soil | None = Field(default=None, description="mineral soil, besides the pools above")
    burned: Burned | None = Field(default=None, description="fire at clearing; none where not given")
    depth: PitDepth | None = Field(default=None, description="mean over the area: compared with land.moved")

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

    @model_validator(mode="after")
    def _soil_is_told_once(self) -> Self:
        if self.soil is not None and "soil" in (self.pools or []):
            what = _("soil stands beside a carbon_before that has it")
            refuse("soil", what, _("one of them"), "pools: [above_ground, below_ground]")
        if self.soil is not None and self.is_peat:
            what = _("mineral soil stands beside peat")
            refuse("soil", what, _("one of them: two parcels where there are both"), "peat: none")
        return self

    @property
    def is_mangrove(self) -> bool:
        """Whether the zone is one of mangroves, whose rows know no state."""
        return self.zone is not None and self.zone.startswith("mangrove")


class Disturbed(Parcelled):
    """Land that mining left behind."""

    land: LandClass
    area: Area


class Drained(Parcelled, OnPeat):
    """Peat drained in earlier years that loses carbon still; this year's stands with the land opened."""

    name: Name = "drained peat"
    area: Area

    @model_validator(mode="after")
    def _is_peat(self) -> Self:
        if not self.is_peat:
            refuse("peat", _("what it loses is not given"), _("peat, or peat_loss"), "peat: tropical.forest")
        return self


class Land(Part):
    """What the site did to land, and what it owes it."""

    opened: list[Opened] = Field(default_factory=list[Opened], max_length=200)
    history_since: Annotated[int, Field(ge=1900, le=2100)] | None = Field(
        default=None,
        description="every hectare opened since that year is listed: 20 years of it give amortised figures",
    )
    moved: VolumeRate | None = Field(
        default=None, description="ground moved in the year, ore and overburden: compared with the pits' area and depth"
    )
    bulk_density: Density | None = Field(
        default=None, description="of the ore in the ground: with it, the ore processed is compared with the pits"
    )
    drained: list[Drained] = Field(
        default_factory=list[Drained], max_length=50, description="all peat drained before and drained still"
    )
    disturbed: list[Disturbed] = Field(default_factory=list[Disturbed], max_length=20)
    rehabilitated: list[Rehabilitated] = Field(default_factory=list[Rehabilitated], max_length=50)
    obligation: Area | None = Field(default=None, description="hectares that law, a contract or a standard requires")
