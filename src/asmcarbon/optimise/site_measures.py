"""A site's measures and ways of rehabilitation to the numbers of the optimiser."""

import re
from collections.abc import Iterator

import numpy as np

from asmcarbon.energy.load import hourly_load_kw
from asmcarbon.errors import Problem
from asmcarbon.footprint.footprint import Footprint, Line
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Asset
from asmcarbon.optimise.parameters import LandParameters, MeasureParameters, RehabilitationParameters
from asmcarbon.site.options import MeasureOption, RehabilitationOption
from asmcarbon.site.site import Site

# Decided by the plan itself, hour by hour: a measure changes the machines instead.
_MERCURY = "processing.mercury"  # told beside carbon, in no line
_PLANNED = ("energy.grid.purchased", "energy.solar", "energy.battery", "energy.new_solar", "energy.new_battery")


def measures_of(site: Site, before: Footprint, discount_rate: float) -> tuple[MeasureParameters, ...]:
    """Return the measures that a site may take, in the order of the site.

    annual cost   annuity of the capital + yearly cost - money of the fuel that is no longer burned
    emissions     what the calculator's lines of the reduced activities lose: scopes 1 and 2, and land-use change
    """
    taken = [asset for asset in others_of(site, before) if asset.kind == "measure"]
    return tuple(
        MeasureParameters(
            name=asset.name,
            annual_cost=asset.annual_cost(discount_rate),
            capital_cost=asset.capital_cost,
            operational_kgco2e_change=-sum(
                share * line.co2e.magnitude for line, share in reduced_lines(option, before) if line.scope < 3
            ),
            extra_load_kw=extra_load_kw_of(site, option),
            is_whole=option.whole,
            person_days=asset.person_days,
            yearly_person_days=asset.yearly_person_days,
        )
        for asset, option in zip(taken, site.options.measures, strict=True)
    )


def extra_load_kw_of(site: Site, option: MeasureOption) -> np.ndarray | None:
    """Return what a measure adds to each hour: its machines, less what it spares of others; None: the load stays.

    A machine that may wait for the sun is a decision of the model's own, see `shiftable_of`.
    """
    added = [hourly_load_kw(machine) for machine in option.adds if not machine.shiftable]
    spared = [
        -one.share.to("1") * hourly_load_kw(site.energy.machines[number])
        for one in option.reduces
        if (number := machine_number(one.activity)) is not None
    ]
    return np.sum([*added, *spared], axis=0) if added or spared else None


def machine_number(activity: str) -> int | None:
    """Return the number of the machine that an activity names, `energy.machines.2`; None where it names none.

    >>> machine_number("energy.machines.2"), machine_number("energy.diesel.engines")
    (2, None)
    """
    found = re.fullmatch(r"energy\.machines\.(\d{1,3})", activity)
    return None if found is None else int(found[1])


def measure_running_cost(site: Site, option: MeasureOption, before: Footprint) -> float:
    """Return the yearly cost of a measure less the fuel that it saves; below zero it saves more than it costs."""
    yearly = option.yearly_cost.to("USD/year") if option.yearly_cost is not None else 0.0
    saved = 0.0
    for source, share in ((one.activity, one.share.to("1")) for one in option.reduces):
        parts = source.split(".")
        fuel = (
            {str(name): fuel for name, fuel in site.energy.fuels().items()}.get(parts[1]) if len(parts) == 3 else None
        )
        if parts[0] == "energy" and fuel is not None and fuel.price is not None:
            line = next(line for line in before.lines if line.source == source)
            saved += share * line.inputs[0].quantity.m_as("L/year") * fuel.price.to("USD/L")
    return yearly - saved


def reduced_lines(option: MeasureOption, before: Footprint) -> Iterator[tuple[Line, float]]:
    """Yield each line of the footprint that a measure reduces, with the share that it takes away."""
    for one in option.reduces:
        for line in before.lines:
            if line.source == one.activity:
                yield line, one.share.to("1")


def measure_problems(site: Site, before: Footprint) -> list[Problem]:
    """Return what is wrong with the measures of a site: activities that it does not have, or that the plan decides."""
    machines = site.energy.machines
    whole = [number for number, machine in enumerate(machines) if not machine.shiftable]
    accounts = ("energy", "land_use_change", "drained_peat")
    sources = sorted({line.source for line in before.lines if line.account in accounts})
    sources += [f"energy.machines.{number}" for number in whole]
    sources += [_MERCURY] if site.processing.mercury is not None else []
    totals: dict[str, float] = {}
    found: list[Problem] = []
    for number, option in enumerate(site.options.measures):
        for place, one in enumerate(option.reduces):
            where = f"options.measures.{number}.reduces.{place}.activity"
            if one.activity in _PLANNED or one.activity.endswith(".generator"):
                what = _("{activity} is decided by the plan").format(activity=one.activity)
                found.append(Problem(where, what, _("a change of the machines that use it")))
            elif one.activity not in sources:
                what = _("the site has no activity {activity}").format(activity=one.activity)
                found.append(Problem(where, what, _("one of {names}").format(names=", ".join(sources))))
            totals[one.activity] = totals.get(one.activity, 0.0) + one.share.to("1")
    for activity, total in totals.items():
        if total > 1 + 1e-9:
            what = _("the measures together take {total:.0%} of {activity}").format(total=total, activity=activity)
            found.append(Problem("options.measures", what, _("at most 100 %")))
    return found


def others_of(site: Site, before: Footprint) -> tuple[Asset, ...]:
    """Return generators on offer, measures, ways of rehabilitation and a connection as what money may be spent on."""
    generators = [
        Asset(
            one.name, "units", one.capital_cost.to("USD/kW") * one.rated_power.to("kW"), 0.0,
            one.lifetime.to("year"), "generator", number,
        )
        for number, one in enumerate(site.options.generators)
    ]  # fmt: skip
    measures = [
        Asset(
            one.name, "-", one.capital_cost.to("USD"), measure_running_cost(site, one, before),
            one.lifetime.to("year"), "measure", number,
            person_days=one.person_days_once.to("day") if one.person_days_once is not None else 0.0,
            yearly_person_days=one.person_days.to("day/year") if one.person_days is not None else 0.0,
        )
        for number, one in enumerate(site.options.measures)
    ]  # fmt: skip
    rehabilitation = [
        Asset(
            f"{one.method} on {one.land.replace('_', ' ')}", "ha", one.capital_cost.to("USD/ha"),
            one.yearly_cost.to("USD/ha/year") if one.yearly_cost is not None else 0.0,
            one.lifetime.to("year"), "rehabilitation", number,
            person_days=one.person_days.to("day/ha") if one.person_days is not None else 0.0,
            yearly_person_days=(
                one.yearly_person_days.to("day/ha/year") if one.yearly_person_days is not None else 0.0
            ),
        )
        for number, one in enumerate(site.options.rehabilitation)
    ]  # fmt: skip
    grid = site.energy.grid
    connection = []
    if grid is not None and grid.connection_cost is not None and grid.connection_lifetime is not None:
        cost, life = grid.connection_cost.to("USD"), grid.connection_lifetime.to("year")
        connection = [Asset(_("connection to the grid"), "-", cost, 0.0, life, "connection")]
    return (*generators, *measures, *rehabilitation, *connection)


def land_of(site: Site) -> tuple[LandParameters, ...]:
    """Return the disturbed land of a site by class."""
    hectares: dict[str, float] = {}
    for one in site.land.disturbed:
        hectares[one.land] = hectares.get(one.land, 0.0) + one.area.to("ha")
    return tuple(LandParameters(name, area) for name, area in hectares.items())


def rehabilitation_of(site: Site, before: Footprint, discount_rate: float) -> tuple[RehabilitationParameters, ...]:
    """Return the ways of rehabilitation that a site may take, in the order of the site."""
    ways = [asset for asset in others_of(site, before) if asset.kind == "rehabilitation"]
    return tuple(
        RehabilitationParameters(
            name=option.method,
            land=option.land,
            annual_cost_per_ha=asset.annual_cost(discount_rate),
            capital_cost_per_ha=asset.capital_cost,
            person_days_per_ha=asset.person_days,
            yearly_person_days_per_ha=asset.yearly_person_days,
            removals_kgco2e_per_ha_year=removals_kgco2e_per_ha_year(option),
            minimum_ha=option.minimum.to("ha") if option.minimum is not None else 0.0,
            maximum_ha=option.maximum.to("ha") if option.maximum is not None else None,
        )
        for asset, option in zip(ways, site.options.rehabilitation, strict=True)
    )


def removals_kgco2e_per_ha_year(option: RehabilitationOption) -> float:
    """Return what a hectare takes up in a year that may be counted: uptake * survival * (1 - buffer)."""
    if option.uptake is None:
        return 0.0
    survival = option.survival.to("1") if option.survival is not None else 1.0
    buffer = option.buffer.to("1") if option.buffer is not None else 0.0
    return option.uptake.to("kgCO2e/ha/year") * survival * (1.0 - buffer)
