"""Carriage bought from others: what the site's own vehicles burn stands under energy."""

from typing import Self

from pydantic import Field, model_validator

from asmcarbon.measures import FreightRate, YearlyCost
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, refuse


class Carriage(Part):
    """Goods carried by somebody else's vehicles: ore, concentrate, fuel, supplies."""

    mode: Name = Field(
        description="as in the factor tables: truck_rigid_over_17_t, van_diesel ...; by spend truck, air"
    )
    freight: FreightRate | None = Field(default=None, description="tonnes times kilometres in a year")
    spend: YearlyCost | None = Field(default=None, description="instead, where no freight is known: money paid")

    @model_validator(mode="after")
    def _given_once(self) -> Self:
        if (self.freight is None) == (self.spend is None):
            what = (
                _("freight and spend are both given")
                if self.spend is not None
                else _("neither freight nor spend is given")
            )
            refuse("freight", what, _("tonnes times kilometres, or the money"), "freight: 1200 t*km/year")
        return self
