"""A site made ready to be planned: its load, its sun, its derated copy, what today's equipment makes of a year."""

import math
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from asmcarbon.energy.load import Load, load_of
from asmcarbon.energy.sun import Sun, sun_of
from asmcarbon.errors import InputError
from asmcarbon.factors.tables import FactorTables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.messages import _
from asmcarbon.optimise.assets import Assets, Assumption, assets_of
from asmcarbon.optimise.coefficients import Coefficients, coefficients_of
from asmcarbon.optimise.derating import derated
from asmcarbon.optimise.on_off import is_needed, is_possible, on_off
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.plan import Year, idle_year, year_of
from asmcarbon.optimise.site_checks import check_baseline
from asmcarbon.optimise.site_measures import measure_problems
from asmcarbon.optimise.site_parameters import baseline_parameters
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.planning.time_limit import TimeLimit, time_limit_of
from asmcarbon.site.energy import FuelName
from asmcarbon.site.site import Site


class Prepared(Struct, frozen=True, eq=False):
    """A site before it is planned.

    stated      in the site's own words, for the report and the account
    site        the derated copy that is planned: a generator's power is what it gives at the place
    before      footprint of the stated site's activities as they are today
    today       the year of today's equipment
    fuel_scale  by which its fuel use meets the reported fuel
    derating    what was assumed to derate, and `notes`, what to say of sun and derating
    pace_s      seconds that the two years of today took: about as long as a year with generators on and off
    """

    stated: Site
    site: Site
    load: Load
    sun: Sun
    assets: Assets
    before: Footprint
    coefficients: Coefficients
    today: Year
    fuel_scale: dict[FuelName, float]
    derating: tuple[Assumption, ...]
    notes: tuple[str, ...]
    pace_s: float


def prepared(
    site: Site,
    tables: FactorTables,
    folder: Path | None,
    progress: Callable[[str], None],
    limit: TimeLimit | None = None,
) -> Prepared:
    """Return a site made ready: what a plan of one year and one over stages both begin with.

    folder   where files that the site names are looked for: the folder of the site file
    """
    limit = time_limit_of(None) if limit is None else limit
    limit.check()
    load = load_of(site.energy.machines)
    progress(_("weather and load"))
    sun = sun_at(site, folder)
    # From here on a generator's power is what it gives at the site; the report and the account keep the site's words.
    stated, (site, derating, derating_notes) = site, derated(site, sun, tables)
    check_baseline(site, load)
    before = calculate(activities_of(site), site, tables)
    if problems := measure_problems(site, before):
        raise InputError(problems)
    assets = assets_of(site, tables)
    coefficients = coefficients_of(site, assets, tables)
    progress(_("today's supply"))
    started = time.monotonic()
    today, fuel_scale = today_of(site, load, sun, assets, coefficients, limit)
    pace_s = time.monotonic() - started
    notes = (*sun.notes, *derating_notes)
    return Prepared(
        stated, site, load, sun, assets, before, coefficients, today, fuel_scale, tuple(derating), notes, pace_s
    )


def cap_of(parameters: Parameters) -> float:
    """Return the most that a year may emit, in kgCO2e; a cap of nothing is one too."""
    return math.inf if parameters.emissions_cap_kgco2e is None else parameters.emissions_cap_kgco2e


def sun_at(site: Site, folder: Path | None) -> Sun:
    """Return the sun of a site from what it gives: a weather file, twelve means, or its place alone."""
    location, weather, losses = site.location, site.energy.weather, site.options.solar.losses
    assert location is not None
    file = None if weather.file is None else (folder or Path()) / weather.file
    return sun_of(
        location.latitude,
        location.longitude,
        elevation_m=location.elevation.to("m") if location.elevation is not None else None,
        monthly_ghi=weather.monthly_irradiation,
        weather_file=file,
        seed=weather.seed,
        utc_offset_h=location.utc_offset,
        **({} if weather.wind is None else {"wind_m_s": weather.wind.to("m/s")}),
        **({} if losses is None else {"losses": losses.to("1")}),
    )


def today_of(
    site: Site, load: Load, sun: Sun, assets: Assets, coefficients: Coefficients, limit: TimeLimit | None = None
) -> tuple[Year, dict[FuelName, float]]:
    """Return the year of today's equipment, and the factor by which its fuel use meets the reported fuel.

    One factor a fuel, printed: reported fuel / fuel of today's dispatch at the stated litres per kWh.
    """
    if load.annual_kwh == 0:
        return idle_year(site), {}
    limit = time_limit_of(None) if limit is None else limit
    with limit.told():
        dispatched = year_today(site, load, sun, assets, coefficients, {}, limit)
    scale: dict[FuelName, float] = {}
    for fuel, litres in dispatched.fuel_l.items():
        reported = getattr(site.energy.fuels()[fuel], "generator", None)
        if reported is not None and litres > 0:
            scale[fuel] = reported.to("L/year") / litres
    with limit.told():
        return year_today(site, load, sun, assets, coefficients, scale, limit), scale


def year_today(
    site: Site,
    load: Load,
    sun: Sun,
    assets: Assets,
    coefficients: Coefficients,
    scale: dict[FuelName, float],
    limit: TimeLimit | None = None,
) -> Year:
    """Return a year of the equipment that stands there, its fuel use multiplied by the factor of today."""
    parameters = baseline_parameters(site, load, sun, assets, coefficients, scale)
    solution = solve_plan(parameters, time_limit_s=limit and limit.left_s())
    if is_needed(site, solution) and is_possible(site, solution):
        solution = on_off(site, parameters, solution, scale, bound=False).solution
    return year_of(site, parameters, solution)
