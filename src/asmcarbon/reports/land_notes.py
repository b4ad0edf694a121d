"""What a reader of a footprint has to know of the site's land."""

from collections.abc import Iterator

from asmcarbon.footprint.derivation import Node, Step
from asmcarbon.footprint.equations import matter_burned
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.pits import pits_of
from asmcarbon.messages import _
from asmcarbon.site.data import data_of
from asmcarbon.site.polygons import far
from asmcarbon.site.site import Site
from asmcarbon.vocabulary import word

# By what two volumes of one year's pits may differ before a reader is told. Ours, and wide: a mean depth is paced, and
# loosened ground swells.
VOLUMES_APART = 2.0
# The least carbon in any dry matter of IPCC 2006 vol. 4 ch. 4, table 4.3: no stock of carbon makes up more matter.
_LEAST_CARBON = 0.43


def land_notes(site: Site, footprint: Footprint) -> list[str]:
    """Return what does not show in the figures of land."""
    return [
        *_place_notes(site),
        *_peat_notes(site, footprint),
        *_fire_notes(site, footprint),
        *_volume_notes(site),
        *_removal_notes(site, footprint),
    ]


def _place_notes(site: Site) -> Iterator[str]:
    for path, datum in data_of(site.land, "land"):
        if datum.source.endswith(far()):
            yield _("{path}: its polygon lies {far}").format(path=path.removesuffix(".area"), far=far())


def _peat_notes(site: Site, footprint: Footprint) -> Iterator[str]:
    """Yield for which land it is not known whether it lies on peat, and what drained peat is not counted."""
    if footprint.account_total("drained_peat") is not None and site.land.history_since is not None:
        yield _(
            "what drained peat loses comes again each year: it is in the year's figure of land, not in the 20 years'"
        )
    opened = list(enumerate(site.land.opened))
    unknown = [f"land.opened.{n}" for n, one in opened if one.peat is None and not one.is_peat]
    if unknown:
        text = _("whether it lies on peat is not said, and none is counted: {paths}; say peat: none, or its kind")
        yield text.format(paths=_paths(unknown))
    earlier = [f"land.opened.{n}" for n, one in opened if one.is_peat and one.year not in (None, site.year)]
    if earlier and not site.land.drained:
        text = _("peat opened in earlier years is counted as drained only where land.drained lists it: {paths}")
        yield text.format(paths=_paths(earlier))


def _paths(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + ("" if len(paths) <= 3 else _(" and {n} more").format(n=len(paths) - 3))


def _fire_notes(site: Site, footprint: Footprint) -> Iterator[str]:
    """Yield where more matter burns than the carbon that is lost with the land makes up."""
    for number, opened in enumerate(site.land.opened):
        lines = [line for line in footprint.lines if line.source == f"land.opened.{number}"]
        burned = next((step for line in lines for step in _steps(line.derivation) if _burns(step)), None)
        if opened.burned is None or burned is None:
            continue
        fuels = {"above_ground", "dead_wood", "litter"}
        lost = sum(line.emission.m_as("tCO2/year") * 12 / 44 for line in lines if fuels & {*line.pools})
        there = lost / _LEAST_CARBON
        if burned.to("t/year") > there:
            text = _(
                "land.opened.{n}: {burned:,.0f} t of dry matter burn by the tables, and the carbon lost above ground"
                " makes up {there:,.0f} t at most: name another vegetation, or its fuel"
            )
            yield text.format(n=number, burned=burned.to("t/year"), there=there)


def _burns(step: Step) -> bool:
    return step.equation is matter_burned


def _steps(node: Node) -> Iterator[Step]:
    if isinstance(node, Step):
        yield node
        for _name, argument in node.arguments:
            yield from _steps(argument)


def _volume_notes(site: Site) -> Iterator[str]:
    """Yield where area times depth does not fit the ground moved, or the ore processed."""
    pits = pits_of(site)
    if pits is None:
        return
    dug = pits.dug.to("m3/year")
    if pits.moved is not None and not dug / VOLUMES_APART <= pits.moved <= dug * VOLUMES_APART:
        text = _(
            "the land opened holds {dug:,.0f} m3 by area and depth, {moved:,.0f} m3 were moved: more than a factor of"
            " {apart:,g} apart; check area, depth and land.moved"
        )
        yield text.format(dug=dug, moved=pits.moved, apart=VOLUMES_APART)
    if pits.ore is not None and pits.ore.to("m3/year") > dug * VOLUMES_APART:
        text = _(
            "the ore processed takes up {ore:,.0f} m3 in the ground, the land opened holds {dug:,.0f} m3 by area and"
            " depth: more than a factor of {apart:,g} too little; check area, depth and ore"
        )
        yield text.format(ore=pits.ore.to("m3/year"), dug=dug, apart=VOLUMES_APART)


def _removal_notes(site: Site, footprint: Footprint) -> Iterator[str]:
    ways = list(enumerate(site.land.rehabilitated))
    text = _("land.rehabilitated.{n}: planted in the year itself, so that its growth counts from the next year on")
    for number, way in ways:
        if way.planted == site.year:
            yield text.format(n=number)
    text = _(
        "land.rehabilitated.{n}: the tables' growth is that of other land; left alone, pits and ponds grew next to"
        " nothing for years (Kalamandeen et al. 2020)"
    )
    for number, way in ways:
        if way.growth is not None and not way.is_unaided and way.land == "pits_and_ponds":
            yield text.format(n=number)
    pools = {pool for line in footprint.lines if line.account == "removals" for pool in line.pools}
    if pools:
        text = _("removals by growth hold {pools} alone; nothing is counted for dead wood, litter and soil")
        yield text.format(pools=_(" and ").join(map(word, sorted(pools))))
