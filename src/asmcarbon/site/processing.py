"""What the site digs and what leaves it."""

from typing import Literal

from pydantic import Field

from asmcarbon.measures import MassRate, MetalRate
from asmcarbon.site.model import Part

Mineral = Literal["gold", "silver", "copper", "cobalt", "tin", "tantalum", "tungsten"]
Boundary = Literal["mine_gate", "processing_gate", "refined"]


class Processing(Part):
    """Ore processed and contained metal that leaves the site."""

    ore: MassRate | None = Field(default=None, description="ore processed")
    products: dict[Mineral, MetalRate] = Field(
        default_factory=dict[Mineral, MetalRate], description="contained metal that leaves the site"
    )
    boundary: Boundary = Field(default="processing_gate", description="where the account of the product ends")
