"""One site, as its file states it."""

from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from asmcarbon.measures import Contents, EmissionPerMass, Length, MassRate
from asmcarbon.messages import _
from asmcarbon.site.containers import MOST_CONTAINERS, Word, containers_of
from asmcarbon.site.energy import Energy
from asmcarbon.site.finance import Finance
from asmcarbon.site.land import Land
from asmcarbon.site.materials import Material
from asmcarbon.site.model import Country, Name, Part, Text, refuse
from asmcarbon.site.options import Options
from asmcarbon.site.people import Workforce
from asmcarbon.site.polygons import place_of
from asmcarbon.site.processing import Processing
from asmcarbon.site.records import ReceiptFile, Receipts, Records
from asmcarbon.site.statements import Statements
from asmcarbon.site.transport import Carriage

GwpSet = Literal["AR4", "AR5", "AR6"]
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Location(Part):
    """Where the site is. It is sensitive: reports leave it out."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    elevation: Length | None = None
    utc_offset: Annotated[float, Field(ge=-12, le=14)] | None = Field(
        default=None, description="hours that the clock is ahead of UTC; by longitude where not given"
    )


class Explosive(Part):
    """An explosive that the tables have no row for; its making stands under materials."""

    name: Name
    amount: MassRate
    factor: EmissionPerMass = Field(description="of its detonation, your own, with its source")


class Explosives(Part):
    """Explosives detonated."""

    anfo: MassRate | None = Field(default=None, description="ammonium nitrate with fuel oil")
    other: list[Explosive] = Field(default_factory=list[Explosive], max_length=20)


class Exclusion(Part):
    """A source that the account leaves out, and why."""

    source: Name
    reason: Name


class Method(Part):
    """How the account is drawn up."""

    gwp_set: GwpSet | None = Field(default=None, description="the release's default where not given")
    substitute: Literal["world"] | None = Field(
        default=None, description="allow a world average where a country has no figure"
    )
    consolidation: Literal["operational_control", "financial_control", "equity_share"] = "operational_control"
    factors: Text | None = Field(
        default=None, description="a table of your own factors, beside the site file; it comes before asmcarbon's own"
    )
    exclusions: list[Exclusion] = Field(default_factory=list[Exclusion], max_length=50)


class Site(Part):
    """An artisanal or small-scale mine, or a processing centre, over one year."""

    name: Name
    country: Country = Field(description="three-letter ISO 3166 code")
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, description="the year that the figures are of")
    about: Text = Field(default="", description="where the figures come from")
    location: Location | None = None
    containers: dict[Word, Contents] = Field(
        default_factory=dict[str, Contents],
        max_length=MOST_CONTAINERS,
        description="what is filled and counted at the site, and what one holds: 30 sack/week may be written then",
    )
    receipts: Receipts = Field(
        default_factory=list[ReceiptFile],
        description="tables of dated receipts beside the site file, added up into its figures; read, what was in them",
    )
    records: Records | None = Field(default=None, description="what part of the year the receipts cover")
    people: Workforce | None = None
    processing: Processing = Field(default_factory=Processing)
    energy: Energy = Field(default_factory=Energy)
    explosives: Explosives | None = None
    materials: list[Material] = Field(default_factory=list[Material], max_length=100)
    transport: list[Carriage] = Field(default_factory=list[Carriage], max_length=50)
    land: Land = Field(default_factory=Land)
    finance: Finance = Field(default_factory=Finance)
    options: Options = Field(default_factory=Options)
    method: Method = Field(default_factory=Method)
    statements: Statements = Field(default_factory=Statements)

    @property
    def is_planned_in_stages(self) -> bool:
        """Whether its plan is one over stages: of several, or of one with products, cash or debt cover."""
        return self.options.stages is not None or self.finance.asks_who_pays

    @model_validator(mode="wrap")
    @classmethod
    def _is_read_as_a_whole(cls, content: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Read the containers and the location first: figures are counted in the ones, polygons lie near the other."""
        told: dict[str, Any] = info.context or {}
        if not isinstance(content, dict) or "here" in told:
            return handler(content)
        stated = cast("dict[str, Any]", content)
        here, given = place_of(stated.get("location")), stated.get("containers")
        if here is None and not given:
            return handler(content)
        counted = {"containers": containers_of(given)} if given else {}
        return cls.model_validate(content, context={**told, **counted, "here": here})

    @model_validator(mode="after")
    def _records_are_of_the_year(self) -> Self:
        records = self.records
        if records is not None and {records.from_[:4], records.until[:4]} != {str(self.year)}:
            what = _("records from {start} until {until} are not of {year}")
            what = what.format(start=records.from_, until=records.until, year=self.year)
            refuse(
                "records", what, _("days of the site's year"), f"{{from: {self.year}-03-01, until: {self.year}-06-30}}"
            )
        if records is not None and records.annualise and not self.receipts:
            what = _("records.annualise scales sums of receipts, and there are none")
            refuse("records", what, _("receipts, or figures of the whole year"), "receipts: receipts.csv")
        return self

    @model_validator(mode="after")
    def _land_was_opened_by_then(self) -> Self:
        for number, one in enumerate(self.land.opened):
            if one.year is not None and one.year > self.year:
                what = _("land.opened.{n} is of {year}, after the site's {own}")
                refuse("year", what.format(n=number, year=one.year, own=self.year), _("the site's year or before"), "")
        for number, way in enumerate(self.land.rehabilitated):
            for year in (way.planted, *(one.year for one in way.replanted)):
                if year is not None and year > self.year:
                    what = _("land.rehabilitated.{n} is planted in {year}, after the site's {own}")
                    refuse("year", what.format(n=number, year=year, own=self.year), _("the site's year or before"), "")
        return self
