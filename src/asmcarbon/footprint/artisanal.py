"""A site among artisanal mines: its energy beside what was published of theirs, which is energy alone."""

from typing import Any

from msgspec import Struct

from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.compare import refusal
from asmcarbon.footprint.equations import intensity
from asmcarbon.footprint.footprint import Footprint, Line, Quantity
from asmcarbon.messages import _
from asmcarbon.site.site import Site
from asmcarbon.units import quantity
from asmcarbon.vocabulary import word

BOUNDARY = "energy"


class Published(Struct, frozen=True):
    """A site's energy for each unit of product beside one published figure of artisanal mines.

    gas     CO2e, or CO2 where the publication has that alone: each beside its own kind
    """

    label: str
    gas: str
    boundary: str
    site: Quantity
    published: Quantity
    ratio: float
    factor_id: str
    citation: str


def among_artisanal(footprint: Footprint, site: Site, tables: FactorTables) -> tuple[Published, ...]:
    """Return a site's fuel burned and electricity bought beside each published figure of its product, the lowest first.

    Empty where the product has none, or where the site could not stand beside large-scale mining either. A figure of
    CO2 alone is left out where a line of the site tells its gases only together.
    """
    if refusal(site, tables) is not None or len(site.processing.products) != 1:
        return ()
    ((product, output),) = site.processing.products.items()
    energy = [line for line in footprint.lines if _is_energy(line)]
    found: list[Published] = []
    for row in _rows(product, tables):
        emission = _emission(energy, row.gas)
        if emission is not None and output.quantity.magnitude > 0:
            own: Any = intensity(emission, output.quantity).to(row.quantity.units)
            ratio = float((own / row.quantity).m_as(""))
            found.append(
                Published(
                    _label(row, product), row.gas, row.boundary, own, row.quantity, ratio, row.factor_id,
                    citation(tables, row),
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (float(one.published.magnitude), one.factor_id)))


def _is_energy(line: Line) -> bool:
    return line.account == "energy" and line.scope in (1, 2) and line.source.startswith("energy.")


def _emission(lines: list[Line], gas: str) -> Quantity | None:
    """Return what lines emit of a gas, or of all in CO2e; None where that cannot be told."""
    if gas == "CO2e":
        return sum((line.co2e for line in lines), start=quantity(0.0, "kgCO2e/year"))
    if any(line.gas == "CO2e" for line in lines):
        return None
    return sum((line.emission for line in lines if line.gas == gas), start=quantity(0.0, f"kg{gas}/year"))


def _rows(product: str, tables: FactorTables) -> list[Factor]:
    wanted = f"{product}.asm.intensity"
    return [
        row
        for row in tables.factors
        if row.table == "benchmarks" and row.item.startswith(wanted) and row.boundary == BOUNDARY
    ]


def _label(row: Factor, product: str) -> str:
    kinds = [word(kind) for kind in row.item.split(".")[3:]]
    name = _("artisanal {product}").format(product=word(product))
    return ", ".join([name, *kinds, row.region, str(row.valid_from)])
