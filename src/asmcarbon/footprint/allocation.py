"""How several products share one footprint: by mass, or by what they are worth."""

from asmcarbon.footprint.derivation import Input, Node, Step, convention, derived, site_input
from asmcarbon.footprint.equations import added, revenue, share_of
from asmcarbon.messages import _
from asmcarbon.site.processing import Allocation, Processing
from asmcarbon.units import unit_of

METHODS: tuple[Allocation, ...] = ("none", "mass", "economic")


def shares_of(processing: Processing, method: Allocation) -> dict[str, Node] | None:
    """Return the share of the footprint that each product bears; by mass or by worth they sum to one.

    With `none` the whole of it stands over each product. None where a product has no price, or nothing leaves the site.
    """
    sold = processing.sold()
    if method == "none":
        words = _("no allocation: the whole over each")
        return {name: convention(f"allocation.{name}", 1.0, "1", words) for name in sold}
    parts: dict[str, Node] = {}
    for name in sold:
        output, price = output_of(processing, name), _price(processing, name)
        if method == "economic" and price is None:
            return None
        parts[name] = output if price is None or method == "mass" else _worth(output, price)
    whole = _sum(list(parts.values()))
    if whole is None or not whole.quantity:
        return None
    return {name: derived(share_of, unit_of("1"), part=part, whole=whole) for name, part in parts.items()}


def output_of(processing: Processing, name: str) -> Input:
    """Return the output of a product as the input of an equation."""
    return site_input(_path(processing, name, "output"), "output", processing.sold()[name][0])


def _price(processing: Processing, name: str) -> Input | None:
    price = processing.sold()[name][1]
    return None if price is None else site_input(_path(processing, name, "price"), "price", price)


def _path(processing: Processing, name: str, part: str) -> str:
    """Return where in the site a figure of a product stands."""
    for number, one in enumerate(processing.co_products):
        if one.name == name:
            return f"processing.co_products.{number}.{part}"
    return f"processing.{'products' if part == 'output' else 'prices'}.{name}"


def _worth(output: Input, price: Input) -> Step:
    return derived(revenue, unit_of("USD/year"), output=output, price=price)


def _sum(parts: list[Node]) -> Node | None:
    whole: Node | None = None
    for one in parts:
        whole = one if whole is None else derived(added, parts[0].quantity.units, one=whole, other=one)
    return whole
