"""What the site uses up besides fuel and explosives."""

from typing import Self

from pydantic import Field, model_validator

from asmcarbon.measures import EmissionPerMass, MassRate, YearlyCost
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, refuse


class Material(Part):
    """A reagent or material bought, with its own factor where the tables have none."""

    item: Name = Field(
        description="as in the factor tables: lime, cement, sodium_hydroxide ...; or any name, with a factor"
    )
    amount: MassRate | None = None
    spend: YearlyCost | None = Field(
        default=None,
        description="instead, where no mass is known: money paid, for the items with a spend factor:"
        " basic_inorganics (cyanide), plastics, tyres ...",
    )
    factor: EmissionPerMass | None = Field(default=None, description="your own, from cradle to gate, with its source")

    @model_validator(mode="after")
    def _given_once(self) -> Self:
        if (self.amount is None) == (self.spend is None):
            what = (
                _("amount and spend are both given")
                if self.spend is not None
                else _("neither amount nor spend is given")
            )
            refuse("amount", what, _("the mass, or the money where no mass is known"), "amount: 2 t/year")
        if self.spend is not None and self.factor is not None:
            what = _("a factor by mass stands beside spend")
            refuse("factor", what, _("the mass with your own factor"), "amount: 2 t/year")
        return self
