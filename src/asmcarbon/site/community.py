"""A community nearby that could use what the sun gives and the site does not."""

from typing import Self

from pydantic import Field, model_validator

from asmcarbon.measures import EnergyPrice, EnergyRate
from asmcarbon.messages import _
from asmcarbon.site.energy import Machine
from asmcarbon.site.model import Part, refuse


class Community(Part):
    """What neighbours would take of the surplus solar power of each hour: a school, a pump, lamps."""

    demand: list[Machine] = Field(
        min_length=1, max_length=50, description="what they would run, as machines of a site are told"
    )
    price: EnergyPrice | None = Field(
        default=None, description="what they pay for a kWh, which then counts in the plan; given away where not given"
    )
    target: EnergyRate | None = Field(
        default=None,
        description="least kWh of the sun that they get in the year of the plan, or of each stage; held by it",
    )

    @model_validator(mode="after")
    def _is_a_plain_load(self) -> Self:
        for machine in self.demand:
            if machine.shiftable or machine.critical:
                what = _("{machine} waits, or may never stand still").format(machine=machine.name)
                expected = _("what takes surplus power in the hours when there is any")
                refuse("demand", what, expected, "{name: school, rated_power: 3 kW, hours: 6 h/day, ...}")
        return self
