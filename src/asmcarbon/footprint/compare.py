"""A site beside large-scale mining, at the same boundary or not at all."""

from dataclasses import dataclass
from typing import Any

import pint

from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.intensity import Intensity
from asmcarbon.messages import _
from asmcarbon.site.site import Site


@dataclass(frozen=True, slots=True)
class Comparison:
    """One intensity of a site beside one published figure with the same boundary and denominator."""

    label: str
    boundary: str
    site: "pint.Quantity[Any]"
    benchmark: "pint.Quantity[Any]"
    ratio: float
    factor_id: str
    citation: str


# A benchmark's item ends in what it is divided by.
_DENOMINATORS = {"intensity": None, "per_job": "job"}


def compare(intensities: tuple[Intensity, ...], site: Site, tables: FactorTables) -> tuple[Comparison, ...]:
    """Return the site's scopes 1 and 2 beside each large-scale benchmark of its products that states that boundary.

    A site with several products is compared with none: its total is not one product's.
    """
    products = list(site.processing.products)
    if len(products) != 1 or site.processing.boundary != "processing_gate":
        return ()
    rows = [row for row in tables.factors if row.table == "benchmarks" and row.item.startswith(f"{products[0]}.large_scale")]
    found = [_comparison(row, intensities, products[0], tables) for row in rows if row.boundary == "scopes_1_2"]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (str(one.benchmark.units), one.label)))


def _comparison(row: Factor, intensities: tuple[Intensity, ...], product: str, tables: FactorTables) -> Comparison | None:
    kind = row.item.split(".")[2]
    wanted = _DENOMINATORS.get(kind, kind) or product
    for one in intensities:
        if one.scopes == (1, 2) and one.per == wanted and one.value.dimensionality == row.quantity.dimensionality:
            benchmark = row.quantity.to(one.value.units)
            kinds = [word.replace("_", " ") for word in row.item.split(".")[3:]]
            label = ", ".join([_("large-scale {product}").format(product=product), *kinds, str(row.valid_from)])
            ratio = (one.value / benchmark).m_as("")
            return Comparison(label, row.boundary, one.value, benchmark, ratio, row.factor_id, citation(tables, row))
    return None
