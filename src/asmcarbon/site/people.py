"""Who works at the site, and how long."""

from typing import Self

from pydantic import Field, model_validator

from asmcarbon.measures import Datum, MoneyRate, People, WorkingTime
from asmcarbon.messages import _
from asmcarbon.site.model import Part, refuse
from asmcarbon.units import quantity

FULL_TIME = "2080 h/year"


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

    @model_validator(mode="after")
    def _women_are_among_workers(self) -> Self:
        if self.women is not None and self.women.quantity > self.workers.quantity:
            refuse("women", _("women are more than workers"), _("at most the workers"), "women: 30 person")
        return self
