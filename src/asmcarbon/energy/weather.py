"""A year of weather, hour by hour, and where the sun stands in each hour."""

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    import pandas as pd

HOURS = 8760
DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_OF_DAY = np.repeat(np.arange(12), DAYS_IN_MONTH)
MONTH_OF_HOUR = np.repeat(MONTH_OF_DAY, 24)
YEAR = 2023  # any year of 365 days: the sun's position in an hour differs by less than 0.3 degrees between years


class Weather(Struct, frozen=True, eq=False, dict=True):
    """8,760 hours in local standard time, from 1 January; each value holds for the hour that begins at its index.

    ghi_w_m2, dni_w_m2, dhi_w_m2   global horizontal, direct normal, diffuse horizontal irradiance. [power / area]
    temperature_c                  air, 2 m. [°C]
    wind_m_s                       [length / time]
    utc_offset_h                   local standard time minus UTC. [time]
    source                         where the figures come from, to be shown with them
    latitude_deg, longitude_deg, elevation_m   where a file says it was measured; absent is None
    sun_minute                     minute of the hour whose sun position stands for the hour: 30, but satellite files
                                   may hold a moment instead of a mean
    notes                          sentences that a reader of the result must see
    """

    ghi_w_m2: np.ndarray
    dni_w_m2: np.ndarray
    dhi_w_m2: np.ndarray
    temperature_c: np.ndarray
    wind_m_s: np.ndarray
    utc_offset_h: float
    source: str
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    elevation_m: float | None = None
    sun_minute: float = 30.0
    notes: tuple[str, ...] = ()


def monthly_means(hourly: np.ndarray) -> np.ndarray:
    """Mean of each month, (12,), of 8,760 hourly values."""
    return np.bincount(MONTH_OF_HOUR, weights=hourly) / np.bincount(MONTH_OF_HOUR)


def utc_offset_of(longitude_deg: float) -> float:
    """Whole hours of local standard time ahead of UTC, one for each 15 degrees; borders of time zones are not known."""
    return float(round(longitude_deg / 15))


def solar_positions(
    latitude_deg: float, longitude_deg: float, elevation_m: float, utc_offset_h: float, sun_minute: float = 30.0
) -> "pd.DataFrame":
    """Zenith, apparent zenith and azimuth (degrees) in the middle of each of the 8,760 hours, by pvlib (NREL SPA)."""
    import pandas as pd
    from pvlib.solarposition import get_solarposition

    start = pd.Timestamp(YEAR, 1, 1, tz="UTC") + pd.Timedelta(minutes=sun_minute - 60 * utc_offset_h)
    times = pd.date_range(start, periods=HOURS, freq="h")
    return get_solarposition(times, latitude_deg, longitude_deg, altitude=elevation_m)


def extraterrestrial_normal_w_m2() -> np.ndarray:
    """Irradiance on a plane facing the sun above the atmosphere in each of the 8,760 hours, by pvlib (Spencer 1971)."""
    from pvlib.irradiance import get_extra_radiation

    return np.repeat(get_extra_radiation(np.arange(1, 366)), 24)


def shifted(weather: Weather, hours: int) -> Weather:
    """Move all values later by whole hours under the same clock; what leaves the year's end enters at its start."""
    names = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temperature_c", "wind_m_s")
    return replace(weather, **{name: np.roll(getattr(weather, name), hours) for name in names})


def hours_late(weather: Weather) -> int:
    """Whole hours by which the weather's daylight comes after the sun at its own place: 0 for a right clock.

    weather  with latitude, longitude and elevation

    Cloud moves the middle of a day's irradiation by half an hour in the tropics, but never makes light at night. A
    clock one hour off puts 0.4 to 1.2 % of the year's irradiation (latitudes 0 to 60, m) where the sun is 2° under the
    horizon. So a clock is wrong if more than 0.3 % falls there and another whole hour takes nine tenths of that away;
    a file that is half an hour off, as some made from reanalysis are, is left as it is.
    """
    if weather.latitude_deg is None or weather.longitude_deg is None:
        return 0
    height = weather.elevation_m or 0.0
    sun = solar_positions(weather.latitude_deg, weather.longitude_deg, height, weather.utc_offset_h, weather.sun_minute)
    is_night = sun["zenith"].to_numpy() > 92
    at_night = {hours: float(np.roll(weather.ghi_w_m2, -hours)[is_night].sum()) for hours in range(-12, 13)}
    best = min(at_night, key=lambda hours: (at_night[hours], abs(hours)))
    is_wrong = at_night[0] > 0.003 * weather.ghi_w_m2.sum() and at_night[best] < at_night[0] / 10
    return best if is_wrong else 0
