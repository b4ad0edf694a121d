"""Carriage bought from others: what the site's own vehicles burn stands under energy."""

from pydantic import Field

from asmcarbon.measures import FreightRate
from asmcarbon.site.model import Name, Part


class Carriage(Part):
    """Goods carried by somebody else's vehicles: ore, concentrate, fuel, supplies."""

    mode: Name = Field(description="as in the factor tables: truck_rigid_over_17_t, van_diesel ...")
    freight: FreightRate = Field(description="tonnes times kilometres in a year")
