"""What the site uses up besides fuel and explosives."""

from pydantic import Field

from asmcarbon.measures import EmissionPerMass, MassRate
from asmcarbon.site.model import Name, Part


class Material(Part):
    """A reagent or material bought, with its own factor where the tables have none."""

    item: Name = Field(
        description="as in the factor tables: lime, cement, sodium_hydroxide ...; or any name, with a factor"
    )
    amount: MassRate
    factor: EmissionPerMass | None = Field(default=None, description="your own, from cradle to gate, with its source")
