"""What the site digs and what leaves it."""

from typing import Literal

from pydantic import Field

from asmcarbon.measures import MassRate, MetalRate, MoneyPerMass, VolumeRate
from asmcarbon.site.model import Part

Mineral = Literal["gold", "silver", "copper", "cobalt", "tin", "tantalum", "tungsten"]
Boundary = Literal["mine_gate", "processing_gate", "refined"]


class Processing(Part):
    """Ore processed and contained metal that leaves the site."""

    ore: MassRate | None = Field(default=None, description="ore processed")
    ore_from: Literal["own", "bought", "customers"] = Field(
        default="own",
        description="bought or customers' ore: its mining lies outside this account, and the report says so",
    )
    products: dict[Mineral, MetalRate] = Field(
        default_factory=dict[Mineral, MetalRate], description="contained metal that leaves the site"
    )
    prices: dict[Mineral, MoneyPerMass] = Field(
        default_factory=dict[Mineral, MoneyPerMass], description="what the site is paid for the contained metal"
    )
    mercury: MassRate | None = Field(default=None, description="mercury used: told beside carbon, never added to it")
    water: VolumeRate | None = Field(default=None, description="water drawn: told beside carbon")
    boundary: Boundary = Field(default="processing_gate", description="where the account of the product ends")
