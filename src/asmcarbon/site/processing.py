"""What the site digs and what leaves it."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from asmcarbon.measures import Datum, MassRate, MetalRate, MoneyPerMass, VolumeRate
from asmcarbon.messages import _
from asmcarbon.site.model import Name, Part, refuse

Mineral = Literal["gold", "silver", "copper", "cobalt", "tin", "tantalum", "tungsten"]
MINERALS: tuple[Mineral, ...] = get_args(Mineral)
Allocation = Literal["none", "mass", "economic"]
Boundary = Literal["mine_gate", "processing_gate", "refined"]


class CoProduct(Part):
    """Something else that leaves the site and is sold: tailings, a by-product concentrate."""

    name: Name
    output: MassRate = Field(description="mass that leaves the site")
    price: MoneyPerMass | None = Field(default=None, description="what the site is paid for it; economic allocation")


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
    co_products: list[CoProduct] = Field(
        default_factory=list[CoProduct], max_length=10, description="which share the footprint with the metals"
    )
    allocation: Allocation = Field(
        default="none",
        description="how products share the footprint: the whole of it over each, by mass, or by what they are worth",
    )
    mercury: MassRate | None = Field(default=None, description="mercury used: told beside carbon, never added to it")
    water: VolumeRate | None = Field(default=None, description="water drawn: told beside carbon")
    boundary: Boundary = Field(default="processing_gate", description="where the account of the product ends")

    @model_validator(mode="after")
    def _products_have_one_name(self) -> Self:
        names = [*self.products, *(one.name for one in self.co_products)]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            refuse("co_products", _("{name} stands twice").format(name=twice[0]), _("each product once"), "")
        return self

    @model_validator(mode="after")
    def _shares_can_be_told(self) -> Self:
        lacking = [name for name, (_output, price) in self.sold().items() if price is None]
        if self.allocation == "economic" and lacking:
            what = _("allocation is economic, and {names} has no price").format(names=", ".join(lacking))
            refuse("allocation", what, _("a price for each product"), f"prices: {{{lacking[0]}: 60000 USD/kg}}")
        if self.allocation != "none" and all(output.to("kg/year") == 0 for output, _price in self.sold().values()):
            refuse("allocation", _("there is no product to allocate to"), _("products"), "products: {gold: 12 kg/year}")
        return self

    def sold(self) -> dict[str, tuple[Datum, Datum | None]]:
        """Return the output and the price of each product that leaves the site, metals first."""
        metals = {str(name): (output, self.prices.get(name)) for name, output in self.products.items()}
        return metals | {one.name: (one.output, one.price) for one in self.co_products}
