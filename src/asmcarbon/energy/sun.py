"""What a kilowatt of solar panels yields at a site, hour by hour, from the best weather there is for it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from pvlib import iam, inverter, irradiance, pvsystem, temperature

from asmcarbon.energy.climate import Climate, climate_at, temperature_c
from asmcarbon.energy.synthetic import WIND_M_S, most_ghi_kwh_m2_day, synthetic_year
from asmcarbon.energy.weather import (
    Weather,
    extraterrestrial_normal_w_m2,
    shifted,
    solar_positions,
    utc_offset_of,
)
from asmcarbon.energy.weather_files import read_weather_file
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

FLATTEST_TILT_DEG = 10.0
WIDE_SPREAD = 0.10
FAR_ELEVATION_M = 300.0
FAR_STATION_KM = 50.0


class Sun(Struct, frozen=True, eq=False, dict=True):
    """What the sun gives at a site in one year.

    capacity_factor          AC power of each hour per kilowatt of panels, (8760,). [dimensionless]
    annual_yield_kwh_per_kw  its sum. [time]
    ghi_kwh_m2_day           annual mean on the horizontal. [energy / area / day]
    elevation_m              of the site: stated, else the weather file's, else of its 1° cell. [length]
    weather                  the hours it was computed from (air temperature serves batteries and gensets too)
    source                   where the weather comes from
    notes                    sentences that a reader of the result must see
    """

    capacity_factor: np.ndarray
    annual_yield_kwh_per_kw: float
    ghi_kwh_m2_day: float
    elevation_m: float
    weather: Weather
    source: str
    notes: tuple[str, ...]


def sun_of(
    latitude_deg: float,
    longitude_deg: float,
    elevation_m: float | None = None,
    monthly_ghi: Sequence[float] | np.ndarray | None = None,
    weather_file: str | Path | None = None,
    seed: int = 1,
    *,
    utc_offset_h: float | None = None,
    wind_m_s: float = WIND_M_S,
    **panels: float,
) -> Sun:
    """A year of sun at a site: from its weather file, else from twelve monthly means, else from the embedded table.

    latitude_deg, longitude_deg  north and east positive
    elevation_m   None takes the weather file's, else the mean of the 1° cell, and a note says so. [length]
    monthly_ghi   twelve monthly means, kWh/m²/day. [energy / area / day]
    weather_file  EPW, TMY3 or PVGIS typical year, see `read_weather_file`
    seed          of the synthetic days; not used with a weather file
    utc_offset_h  local standard time minus UTC of the synthetic hours; None: one hour for each 15° of longitude. A
                  weather file is shifted to it by whole hours; None keeps the file's own
    wind_m_s      of the synthetic hours, 10 m above ground
    panels        tilt, losses and the other keywords of `solar_capacity_factor`
    """
    if weather_file is not None:
        weather, notes = _weather_of_file(weather_file, latitude_deg, longitude_deg, utc_offset_h)
        height = elevation_m if elevation_m is not None else weather.elevation_m or 0.0
    else:
        climate = climate_at(latitude_deg, longitude_deg)
        height = climate.elevation_m if elevation_m is None else elevation_m
        offset = utc_offset_of(longitude_deg) if utc_offset_h is None else utc_offset_h
        if monthly_ghi is None:
            ghi, notes = _within_clear_sky(climate, latitude_deg, longitude_deg, height, offset)
            notes += _spread_note(climate)
            source = climate.source
        else:
            ghi, notes = _twelve(monthly_ghi), ()
            source = _("twelve monthly means given for the site")
        notes += _elevation_note(climate, elevation_m)
        weather = synthetic_year(
            ghi,
            temperature_c(climate, height),
            latitude_deg,
            longitude_deg,
            height,
            seed,
            utc_offset_h=offset,
            wind_m_s=wind_m_s,
        )
        weather = replace(weather, source=f"{source}; {weather.source}")
    factor = solar_capacity_factor(weather, latitude_deg, longitude_deg, height, **panels)
    return Sun(
        capacity_factor=factor,
        annual_yield_kwh_per_kw=float(factor.sum()),
        ghi_kwh_m2_day=float(weather.ghi_w_m2.mean() * 24 / 1000),
        elevation_m=height,
        weather=weather,
        source=weather.source,
        notes=notes,
    )


def brightened(sun: Sun, share: float, latitude_deg: float, longitude_deg: float, **panels: float) -> Sun:
    """Return a sun with every hour's irradiance multiplied: one error of the monthly means, the same in all months.

    Panels get hotter with it and inverters reach their limit, so that the yield changes by a little less.

    share   what irradiance is multiplied by. [dimensionless]
    panels  as in `sun_of`
    """
    if share == 1.0:
        return sun
    seen = sun.weather
    weather = replace(
        seen, ghi_w_m2=seen.ghi_w_m2 * share, dni_w_m2=seen.dni_w_m2 * share, dhi_w_m2=seen.dhi_w_m2 * share
    )
    factor = solar_capacity_factor(weather, latitude_deg, longitude_deg, sun.elevation_m, **panels)
    return replace(
        sun,
        capacity_factor=factor,
        annual_yield_kwh_per_kw=float(factor.sum()),
        ghi_kwh_m2_day=sun.ghi_kwh_m2_day * share,
        weather=weather,
    )


def solar_capacity_factor(
    weather: Weather,
    latitude_deg: float,
    longitude_deg: float,
    elevation_m: float,
    tilt_deg: float | None = None,
    azimuth_deg: float | None = None,
    losses: float = 0.1408,
    temperature_coefficient_per_k: float = -0.0047,
    dc_ac_ratio: float = 1.1,
    inverter_efficiency: float = 0.96,
    albedo: float = 0.2,
) -> np.ndarray:
    """AC power of each hour per kilowatt of panels (DC, standard test conditions), (8760,), by pvlib.

        sun in mid-hour -> Hay-Davies -> glass (Snell, Bouguer) -> Faiman -> PVWatts DC, losses, inverter

    weather       8,760 hours
    latitude_deg, longitude_deg, elevation_m
    tilt_deg      from horizontal; None takes the latitude, at least 10° so that rain washes the panels (rule of thumb)
    azimuth_deg   clockwise from north; None faces the equator
    losses        of DC power: soiling 2, shading 3, mismatch 2, wiring 2, connections 0.5, light-induced degradation
                  1.5, nameplate 1, availability 3 %, multiplied. [dimensionless]
    temperature_coefficient_per_k  of power, from 25 °C cell temperature: PVWatts' standard module. [1 / temperature]
    dc_ac_ratio   kilowatts of panels per kilowatt of inverter output; what exceeds the inverter is lost
    inverter_efficiency  at full load
    albedo        of the ground

    Dobos 2014, PVWatts Version 5 Manual, NREL/TP-6A20-62641; Hay & Davies 1980; De Soto, Klein & Beckman 2006 (glass);
    Faiman 2008. The losses are pvlib.pvsystem.pvwatts_losses() = 14.08 %.
    """
    tilt = max(abs(latitude_deg), FLATTEST_TILT_DEG) if tilt_deg is None else tilt_deg
    azimuth = (180.0 if latitude_deg >= 0 else 0.0) if azimuth_deg is None else azimuth_deg
    sun = solar_positions(latitude_deg, longitude_deg, elevation_m, weather.utc_offset_h, weather.sun_minute)
    zenith, sun_azimuth = sun["apparent_zenith"].to_numpy(), sun["azimuth"].to_numpy()
    sky = irradiance.haydavies(
        tilt,
        azimuth,
        weather.dhi_w_m2,
        weather.dni_w_m2,
        extraterrestrial_normal_w_m2(),
        zenith,
        sun_azimuth,
    )
    ground = irradiance.get_ground_diffuse(tilt, weather.ghi_w_m2, albedo)
    incidence_deg = irradiance.aoi(tilt, azimuth, zenith, sun_azimuth)
    beam = np.where(zenith < 90, weather.dni_w_m2 * np.maximum(np.cos(np.radians(incidence_deg)), 0.0), 0.0)
    plane_w_m2 = beam + sky + ground
    cell_c = temperature.faiman(plane_w_m2, weather.temperature_c, weather.wind_m_s)
    through_glass = beam * iam.physical(incidence_deg) + sky + ground
    dc = pvsystem.pvwatts_dc(through_glass, cell_c, 1.0, temperature_coefficient_per_k) * (1 - losses)
    ac = inverter.pvwatts(np.maximum(dc, 0.0), 1 / dc_ac_ratio / inverter_efficiency, inverter_efficiency)
    return np.maximum(ac, 0.0)


def _weather_of_file(
    path: str | Path, latitude_deg: float, longitude_deg: float, utc_offset_h: float | None
) -> tuple[Weather, tuple[str, ...]]:
    weather = read_weather_file(path)
    notes = weather.notes
    if weather.latitude_deg is not None and weather.longitude_deg is not None:
        away = _distance_km(latitude_deg, longitude_deg, weather.latitude_deg, weather.longitude_deg)
        if away > FAR_STATION_KM:
            text = _("The weather file was made for a place {away:,.0f} km from the site ({source}).")
            notes += (text.format(away=away, source=weather.source),)
    if utc_offset_h is not None:
        hours = round(utc_offset_h - weather.utc_offset_h)
        weather = replace(shifted(weather, hours), utc_offset_h=weather.utc_offset_h + hours)
    return weather, notes


def _distance_km(
    latitude_deg: float, longitude_deg: float, other_latitude_deg: float, other_longitude_deg: float
) -> float:
    """Great-circle distance, by the haversine."""
    a, b, c, d = np.radians([latitude_deg, longitude_deg, other_latitude_deg, other_longitude_deg])
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return float(2 * 6371 * np.arcsin(np.sqrt(half)))


def _twelve(monthly_ghi: Sequence[float] | np.ndarray) -> np.ndarray:
    values = np.asarray(monthly_ghi, float)
    if values.shape != (12,):
        what = _("{count} values").format(count=values.size)
        raise InputError(
            Problem("energy.weather.monthly_irradiation", what, _("twelve, January to December, in kWh/m²/day"))
        )
    return values


def _within_clear_sky(
    climate: Climate, latitude_deg: float, longitude_deg: float, elevation_m: float, utc_offset_h: float
) -> tuple[np.ndarray, tuple[str, ...]]:
    most = most_ghi_kwh_m2_day(latitude_deg, longitude_deg, elevation_m, utc_offset_h)
    ghi = np.minimum(climate.ghi_kwh_m2_day, most)
    over = int((climate.ghi_kwh_m2_day > most).sum())
    if not over:
        return ghi, ()
    text = _(
        "In {count} months the solar table holds up to {share:.1%} more than a cloudless sky gives at "
        "{elevation:,.0f} m; the cloudless sky was taken."
    )
    share = float((climate.ghi_kwh_m2_day / most).max() - 1)
    return ghi, (text.format(count=over, share=share, elevation=elevation_m),)


def _spread_note(climate: Climate) -> tuple[str, ...]:
    if climate.ghi_spread <= WIDE_SPREAD:
        return ()
    text = _(
        "Sun differs by {spread:.0%} between the 1° cells around the site, so the yield is uncertain; "
        "give twelve monthly means or a weather file."
    )
    return (text.format(spread=climate.ghi_spread),)


def _elevation_note(climate: Climate, elevation_m: float | None) -> tuple[str, ...]:
    if elevation_m is None:
        text = _("No elevation was given; {cell:,.0f} m, the mean of the 1° cell, was taken.")
        return (text.format(cell=climate.elevation_m),)
    if abs(elevation_m - climate.elevation_m) <= FAR_ELEVATION_M:
        return ()
    text = _(
        "The site is at {site:,.0f} m and its 1° cell at {cell:,.0f} m on average: the table's sun may not be the"
        " site's."
    )
    return (text.format(site=elevation_m, cell=climate.elevation_m),)
