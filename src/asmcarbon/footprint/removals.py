"""What rehabilitated land takes up in the year: by what grows there, its age, what of it lives, and a buffer."""

from collections.abc import Iterator
from typing import NamedTuple

from asmcarbon.errors import FactorNotFound
from asmcarbon.factors.choose import choose
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.footprint.activities import Activity
from asmcarbon.footprint.derivation import Input, Node, convention, derived, factor_input, of_carbon, site_input
from asmcarbon.footprint.emission import Emission, co2_of
from asmcarbon.footprint.equations import below_ground_carbon, carbon_taken_up, grown_carbon
from asmcarbon.footprint.forest import ROOT_TO_SHOOT_LIMIT, carbon_fraction
from asmcarbon.messages import _
from asmcarbon.site.land import Pool
from asmcarbon.site.rehabilitated import Rehabilitated
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of
from asmcarbon.vocabulary import word

# IPCC 2019 vol. 4 ch. 4, tables 4.9 and 4.10: one growth up to this age, another beyond it.
_YOUNG_YEARS = 20


class Cohort(NamedTuple):
    """What was planted in one year, and the share of the area on which it lives; no age where nothing was planted."""

    age: int | None
    share: Input


class Growth(NamedTuple):
    """What a hectare takes up in a year in one pool, and the row of the tables that is its own."""

    pool: Pool
    carbon: Node
    row: Input


def growth_emissions(activity: Activity, way: Rehabilitated, site: Site, tables: FactorTables) -> Iterator[Emission]:
    """Yield what each planting takes up in each pool, as carbon dioxide taken from the air."""
    area = site_input(f"{activity.source}.area", "area", activity.amount)
    assert way.buffer is not None  # the site is refused without
    buffer = site_input(f"{activity.source}.buffer", "buffer", way.buffer)
    for cohort in _cohorts(activity.source, way, site.year):
        for growth in _growths(way, cohort.age, site, tables):
            carbon = derived(
                carbon_taken_up, unit_of("tC/year"), area=area, share=cohort.share, growth=growth.carbon, buffer=buffer
            )
            text = _("{name} ({pool})") if cohort.age is None else _("{name}, aged {age} ({pool})")
            label = text.format(name=activity.label, age=cohort.age, pool=word(growth.pool))
            yield Emission("CO2", co2_of(carbon), label, growth.row, (growth.pool,))


def _cohorts(source: str, way: Rehabilitated, year: int) -> Iterator[Cohort]:
    """Yield each planting. One of the year itself has grown for no year yet."""
    if way.planted is None or way.survival is None:
        yield Cohort(None, convention("share", 1.0, "1", _("all of it: the land was left alone")))
        return
    planted = [(way.planted, site_input(f"{source}.survival", "share", way.survival))]
    planted += [
        (one.year, site_input(f"{source}.replanted.{number}.share", "share", one.share))
        for number, one in enumerate(way.replanted)
    ]
    for since, share in planted:
        if year > since:
            yield Cohort(year - since, share)


def _growths(way: Rehabilitated, age: int | None, site: Site, tables: FactorTables) -> Iterator[Growth]:
    row = _row_at(way, age, site, tables)
    rate = factor_input(row, "growth", tables)
    zone = (way.growth or "").split(".")[2] if (way.growth or "").count(".") >= 2 else ""
    carbon: Node
    if row.boundary == "dry_matter":
        fraction = carbon_fraction(zone, site, tables)
        carbon = derived(grown_carbon, unit_of("tC/ha/year"), growth=rate, carbon_fraction=fraction)
    else:
        carbon = rate = of_carbon(rate)
    yield Growth("above_ground", carbon, rate)
    roots = _below_ground(way, row, zone, _stand(way, age, row, site, tables), site, tables)
    if roots is None:
        return
    if roots.boundary == "carbon_below_ground":
        below = of_carbon(factor_input(roots, "growth", tables))
        yield Growth("below_ground", below, below)
    else:
        ratio = factor_input(roots, "root_to_shoot", tables)
        step = derived(below_ground_carbon, unit_of("tC/ha/year"), carbon_above_ground=carbon, root_to_shoot=ratio)
        yield Growth("below_ground", step, ratio)


def _row_at(way: Rehabilitated, age: int | None, site: Site, tables: FactorTables) -> Factor:
    """Return the row of growth at an age: that of its class of age, or the item's own where it has no classes."""
    items = _items(way, age)
    for item in items:
        if item in tables.by_item:
            return _above_ground(item, site, tables)
    return _above_ground(items[-1], site, tables)


def _items(way: Rehabilitated, age: int | None) -> list[str]:
    if age is None:
        land = "pit" if way.land == "pits_and_ponds" else way.land
        return [f"mined_land.regrowth.{land}"]
    size = "up_to_20y" if age <= _YOUNG_YEARS else "over_20y"
    return [f"{way.growth}.{state}" for state in (f"secondary_{size}", size, "all")] + [str(way.growth)]


def _above_ground(item: str, site: Site, tables: FactorTables) -> Factor:
    boundaries = {row.boundary for row in tables.by_item.get(item, ())} - {"carbon_below_ground"}
    boundary = boundaries.pop() if len(boundaries) == 1 else None
    return choose(tables, item, site.country, site.year, None, boundary).factor


def _stand(way: Rehabilitated, age: int | None, row: Factor, site: Site, tables: FactorTables) -> float:
    """Return the dry matter of a stand by its growth so far, in t/ha: its roots go by it."""
    rate = row.quantity.m_as("t/ha/year")
    if age is None or age <= _YOUNG_YEARS:
        return rate * (age or 0)
    young = _row_at(way, _YOUNG_YEARS, site, tables).quantity.m_as("t/ha/year")
    return young * _YOUNG_YEARS + rate * (age - _YOUNG_YEARS)


def _below_ground(
    way: Rehabilitated, row: Factor, zone: str, stand: float, site: Site, tables: FactorTables
) -> Factor | None:
    """Return the row that leads to the roots, or None where there is none: then they are not counted."""
    place = (site.country, site.year)
    kind = (way.growth or "").split(".")[0]
    items: list[tuple[str, str | None]] = []
    if kind == "agroforestry":
        items = [(row.item, "carbon_below_ground")]
    elif kind in ("forest", "plantation") and row.boundary == "dry_matter":
        size = "up_to_125_t" if stand <= ROOT_TO_SHOOT_LIMIT else "over_125_t"
        ratio = f"forest.root_to_shoot.{zone}"
        planted = [f"{ratio}.planted.{size}"] if kind == "plantation" else []
        items = [(item, None) for item in (*planted, f"{ratio}.{size}", ratio)]
    for item, boundary in items:
        try:
            return choose(tables, item, *place, None, boundary).factor
        except FactorNotFound:
            continue
    return None
