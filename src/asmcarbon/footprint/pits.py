"""The pits of the year beside the ground that was moved and the ore that was processed: do area and depth hold them?"""

from msgspec import Struct

from asmcarbon.footprint.derivation import Step, derived, site_input
from asmcarbon.footprint.equations import added, ore_volume, pit_volume
from asmcarbon.site.site import Site
from asmcarbon.units import unit_of


class Pits(Struct, frozen=True):
    """Volumes of a year, each with how it is computed; None where the site does not state what it needs.

    dug    area times depth of the land opened in the year
    moved  ground moved, as the site states it. [m3/year]
    ore    in the ground, of what was processed
    """

    dug: Step
    moved: float | None
    ore: Step | None


def pits_of(site: Site) -> Pits | None:
    """Return the volumes of the year; None unless all land opened in it has a depth."""
    land = site.land
    opened = [(number, one) for number, one in enumerate(land.opened) if one.year in (None, site.year)]
    if not opened or any(one.depth is None for _number, one in opened):
        return None
    unit = unit_of("m3/year")
    dug: Step | None = None
    for number, one in opened:
        assert one.depth is not None
        source = f"land.opened.{number}"
        parts = {"area": site_input(f"{source}.area", "area", one.area)}
        pit = derived(pit_volume, unit, **parts, depth=site_input(f"{source}.depth", "depth", one.depth))
        dug = pit if dug is None else derived(added, unit, one=dug, other=pit)
    assert dug is not None
    ore = site.processing.ore if site.processing.ore_from == "own" else None
    volume = None
    if ore is not None and land.bulk_density is not None:
        mass = site_input("processing.ore", "mass", ore)
        density = site_input("land.bulk_density", "bulk_density", land.bulk_density)
        volume = derived(ore_volume, unit, mass=mass, bulk_density=density)
    return Pits(dug, None if land.moved is None else land.moved.to("m3/year"), volume)
