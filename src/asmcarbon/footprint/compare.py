"""A site beside large-scale mining, at the same boundary or not at all."""

from typing import Any, Literal

import pint
from msgspec import Struct

from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.intensity import Intensity
from asmcarbon.messages import _
from asmcarbon.site.site import Site
from asmcarbon.units import text_of_unit
from asmcarbon.vocabulary import word


class Comparison(Struct, frozen=True):
    """One intensity of a site beside one published figure with the same boundary and denominator.

    per   the name of the denominator: the product, or `job`
    """

    label: str
    per: str
    boundary: str
    site: "pint.Quantity[Any]"
    benchmark: "pint.Quantity[Any]"
    ratio: float
    factor_id: str
    citation: str


class Standing(Struct, frozen=True):
    """Where a site stands among all large-scale figures over one denominator.

    position   `lower` or `higher` than every one of them, or `among` them
    low, high  the least and the greatest of them
    lower_than, number   of how many of them it is lower than
    """

    per: str
    position: Literal["lower", "higher", "among"]
    site: "pint.Quantity[Any]"
    low: "pint.Quantity[Any]"
    high: "pint.Quantity[Any]"
    lower_than: int
    number: int


def standings_of(comparisons: tuple[Comparison, ...]) -> tuple[Standing, ...]:
    """Return where a site stands over each denominator that has a large-scale figure, jobs last."""
    by_denominator: dict[tuple[str, str], list[Comparison]] = {}
    for one in comparisons:
        by_denominator.setdefault((one.per, str(one.benchmark.units)), []).append(one)
    ordered = sorted(by_denominator.items(), key=lambda item: (item[0][0] == "job", item[0]))
    return tuple(_standing(per, found) for (per, _unit), found in ordered)


def _standing(per: str, found: list[Comparison]) -> Standing:
    lower_than = sum(one.ratio < 1 for one in found)
    higher = all(one.ratio > 1 for one in found)
    benchmarks = [one.benchmark for one in found]
    position = "lower" if lower_than == len(found) else "higher" if higher else "among"
    return Standing(per, position, found[0].site, min(benchmarks), max(benchmarks), lower_than, len(found))


def unlike(one: Site, other: Site) -> tuple[tuple[str, str, str], ...]:
    """Return in what the accounts of two sites differ, so that they are not set side by side.

    Each as a place in the site, and what stands there in the one and in the other.
    """
    terms = [
        ("processing.products", *(", ".join(sorted(site.processing.products)) or _("none") for site in (one, other))),
        ("processing.boundary", one.processing.boundary, other.processing.boundary),
        ("processing.ore_from", one.processing.ore_from, other.processing.ore_from),
        ("processing.allocation", one.processing.allocation, other.processing.allocation),
        ("method.consolidation", one.method.consolidation, other.method.consolidation),
    ]
    if one.people is not None and other.people is not None:
        hours = (f"{people.full_time.to('h/year'):.8g} h/year" for people in (one.people, other.people))
        terms.append(("people.full_time", *hours))
    return tuple((where, first, second) for where, first, second in terms if first != second)


# A benchmark's item ends in what it is divided by.
_DENOMINATORS = {"intensity": None, "per_job": "job"}


def compare(intensities: tuple[Intensity, ...], site: Site, tables: FactorTables) -> tuple[Comparison, ...]:
    """Return the site's scopes 1 and 2 beside each large-scale benchmark of its product that states that boundary.

    Empty where `refusal` has a reason.
    """
    if refusal(site, tables) is not None:
        return ()
    found = [
        _comparison(row, per, intensities, product, tables)
        for product in site.processing.products
        for per, row in benchmarks_of(product, tables)
    ]
    return tuple(
        sorted((one for one in found if one is not None), key=lambda one: (text_of_unit(one.benchmark), one.label))
    )


def refusal(site: Site, tables: FactorTables) -> str | None:
    """Return why a site is not compared with large-scale mining; None where it is."""
    products = list(site.processing.products)
    if not products:
        return _("not compared with large-scale mining: the site states no product")
    if site.processing.ore_from != "own":
        return _("not compared with large-scale mining: its figures hold the mining of the ore, this account does not")
    if len(site.processing.sold()) > 1 and site.processing.allocation == "none":
        return _("not compared with large-scale mining: several products share one total, and none of it is allocated")
    if site.processing.boundary != "processing_gate":
        text = _(
            "not compared with large-scale mining: its figures end at the processing gate, this account at the {gate}"
        )
        return text.format(gate=word(site.processing.boundary))
    if not any(benchmarks_of(product, tables) for product in products):
        text = _("not compared with large-scale mining: no figure for {product} with scopes 1 and 2 to the same gate")
        return text.format(product=", ".join(map(word, products)))
    return None


def benchmarks_of(product: str, tables: FactorTables) -> list[tuple[str, Factor]]:
    """Return the large-scale figures of scopes 1 and 2 that a product is set beside, with what divides each."""
    wanted = f"{product}.large_scale"
    rows = [row for row in tables.benchmarks if row.item.startswith(wanted) and row.boundary == "scopes_1_2"]
    kinds = [row.item.split(".")[2] for row in rows]
    return [(_DENOMINATORS.get(kind, kind) or product, row) for kind, row in zip(kinds, rows, strict=True)]


def _comparison(
    row: Factor, wanted: str, intensities: tuple[Intensity, ...], product: str, tables: FactorTables
) -> Comparison | None:
    for one in intensities:
        if one.scopes == (1, 2) and one.per == wanted and one.value.dimensionality == row.quantity.dimensionality:
            benchmark = row.quantity.to(one.value.units)
            kinds = [word(kind) for kind in row.item.split(".")[3:]]
            label = ", ".join([_("large-scale {product}").format(product=word(product)), *kinds, str(row.valid_from)])
            ratio = float((one.value / benchmark).m_as(""))
            return Comparison(
                label, wanted, row.boundary, one.value, benchmark, ratio, row.factor_id, citation(tables, row)
            )
    return None
