"""Who works at the site, and how long."""

from typing import Annotated, Any, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import core_schema

from asmcarbon.measures import Containers, Datum, HoursPerDay, Measure, MoneyRate, People, WorkingTime
from asmcarbon.messages import _
from asmcarbon.site.model import Part, refuse
from asmcarbon.units import quantity

FULL_TIME = "2080 h/year"
# ILO, Hours of Work (Industry) Convention, 1919 (No. 1), article 2: "shall not exceed eight in the day"; article 1 (a)
# names mines.
PERSON_DAY_HOURS = 8.0


class Multiplier(Measure, frozen=True):
    """A measure that a plain number states as well, with or without what stands behind it."""

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe the accepted forms."""
        described = super().__get_pydantic_json_schema__(schema, handler)
        return {"anyOf": [*described["anyOf"], {"type": "number", "minimum": self.minimum, "maximum": self.maximum}]}

    def read(self, given: object, containers: Containers | None = None) -> Datum:
        """Return the datum that a number, a text or a mapping states."""
        number = given.get("value") if isinstance(given, dict) and "unit" not in given else given
        if isinstance(number, int | float) and not isinstance(number, bool):
            given = {**given, "unit": "1"} if isinstance(given, dict) else {"value": number, "unit": "1"}
        return super().read(given, containers)


JobMultiplier = Annotated[Datum, Multiplier("job/job", "4 job/job", maximum=100.0)]


class Workforce(Part):
    """People and their hours; one job is one full-time equivalent."""

    workers: People = Field(description="people who work at the site")
    women: People | None = Field(default=None, description="how many of them are women")
    hours: WorkingTime | None = Field(default=None, description="hours that one of them works in a year")
    wages: MoneyRate | None = Field(default=None, description="paid to all of them in a year")
    full_time: WorkingTime = Field(
        default_factory=lambda: Datum(quantity(2080.0, "h/year"), basis="sourced", source="52 weeks of 40 hours"),
        description="hours of one full-time job in a year",
    )
    person_day: HoursPerDay | None = Field(
        default=None, description="hours of a person-day; 8 where not given (ILO Convention No. 1, article 2)"
    )
    indirect_multiplier: JobMultiplier | None = Field(
        default=None, description="indirect jobs for each direct one, with the publication that it comes from as source"
    )

    @model_validator(mode="after")
    def _women_are_among_workers(self) -> Self:
        if self.women is not None and self.women.quantity > self.workers.quantity:
            refuse("women", _("women are more than workers"), _("at most the workers"), "women: 30 person")
        return self

    @model_validator(mode="after")
    def _multiplier_is_cited(self) -> Self:
        if self.indirect_multiplier is not None and not self.indirect_multiplier.source.strip():
            what = _("indirect_multiplier has no source")
            example = "indirect_multiplier: {value: 4, basis: sourced, source: 'Extractives Hub, topic 414: 3 to 5'}"
            refuse("indirect_multiplier", what, _("the publication that it comes from"), example)
        return self
