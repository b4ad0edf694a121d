"""A year of hourly weather from twelve monthly means: plausible day-to-day variation, exact monthly means, one seed.

Never size on an average day: it understates fuel 1.5 to 5.4 times. So days must vary as they do under a real sky.
Monthly mean -> daily clearness -> hourly clearness -> irradiance. The papers themselves could not be consulted; each
docstring says from where its equation was taken, and names no equation number that was not seen.
"""

import numpy as np

from asmcarbon.energy.weather import (
    DAYS_IN_MONTH,
    MONTH_OF_DAY,
    Weather,
    extraterrestrial_normal_w_m2,
    solar_positions,
    utc_offset_of,
)
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

DAY_TO_DAY_CORRELATION = 0.40
# FAO-56, chapter 3: where no wind is known, 2 m/s at 2 m above ground, the average of over 2,000 stations; by its
# equation 47, u2 = u10 * 4.87 / ln(67.8 * 10 - 5.42), that is 2.67 m/s at 10 m, where weather files state it and for
# which pvlib (windspeed_powerlaw) says that Faiman's coefficients were found. 34 tropical weather files, mostly of
# airports, have 2.7 m/s at all hours and 3.5 m/s by day; 340 station-years of tropical Brazil have 2.5 m/s while the
# sun shines (half of them 2.0 to 3.0). A metre per second more is 1 to 2 % of the year's yield.
WIND_M_S = 2.67
FAINTEST_CLEARNESS = 0.01  # no hour of daylight is black, so that every day can be scaled to its total


def synthetic_year(
    monthly_ghi_kwh_m2_day: np.ndarray,
    monthly_temperature_c: np.ndarray,
    latitude_deg: float,
    longitude_deg: float,
    elevation_m: float,
    seed: int,
    *,
    utc_offset_h: float | None = None,
    wind_m_s: float = WIND_M_S,
) -> Weather:
    """One possible year of weather whose monthly means are the given ones; the same seed gives the same bits.

    monthly_ghi_kwh_m2_day  global horizontal irradiation, (12,). [energy / area / day]
    monthly_temperature_c   air temperature, (12,). [°C]
    latitude_deg, longitude_deg, elevation_m
    seed                    of numpy's PCG64
    utc_offset_h            local standard time minus UTC; None takes one hour for each 15 degrees of longitude
    wind_m_s                10 m above ground, the same in every hour

    A month that asks for more than a cloudless sky gives (`clear_sky_transmittance`) is refused.

    How near it comes: given the twelve means of 34 tropical weather files (EnergyPlus, TMYx), panels yield 0.4 % less
    than with the files, 1.4 % in absolute mean, -3.4 to +3.0 %; nearly all of that is wind and air temperature, as the
    hours of sun alone make 0.4 %. The 5th percentile of three-day sums of irradiation is 0.63 of their mean here and
    0.65 at 183 measured station-years of tropical Brazil (within 8° of the equator it is 0.09 too low, so that storage
    comes out large there). Hours change by a quarter less from one to the next than measured ones.
    """
    offset = utc_offset_of(longitude_deg) if utc_offset_h is None else utc_offset_h
    generator = np.random.Generator(np.random.PCG64(seed))
    zenith_deg = solar_positions(latitude_deg, longitude_deg, elevation_m, offset)["zenith"].to_numpy()
    sin_elevation = np.maximum(np.cos(np.radians(zenith_deg)), 0.0).reshape(365, 24)
    above_w_m2 = _above_w_m2(zenith_deg)
    limit = clear_sky_transmittance(elevation_m)
    clearness = _monthly_clearness(np.asarray(monthly_ghi_kwh_m2_day, float), above_w_m2, limit)

    days = _daily_clearness(clearness, above_w_m2.sum(axis=1), limit, generator)
    ghi_w_m2 = _hourly_ghi_w_m2(days, above_w_m2, sin_elevation, limit, generator).ravel()
    return Weather(
        ghi_w_m2,
        *_erbs(ghi_w_m2, zenith_deg),
        temperature_c=_hourly_temperature_c(np.asarray(monthly_temperature_c, float), clearness, longitude_deg, offset),
        wind_m_s=np.full(ghi_w_m2.shape, float(wind_m_s)),
        utc_offset_h=offset,
        source=_("synthetic hours, seed {seed}, wind {wind} m/s").format(seed=seed, wind=wind_m_s),
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        elevation_m=elevation_m,
    )


def clear_sky_transmittance(elevation_m: float) -> float:
    """Share of the irradiation above the atmosphere that reaches the ground under a cloudless sky.

        0.75 + 2e-5 * z

    elevation_m  z. [length]

    Allen, Pereira, Raes & Smith 1998, Crop evapotranspiration, FAO Irrigation and Drainage Paper 56, equation 37. Used
    here as the limit of each day and each hour. (Ineichen's model gives 1,474 W/m² at 5,100 m, which is unphysical.)

    >>> round(clear_sky_transmittance(5100), 3)
    0.852
    """
    return 0.75 + 2e-5 * elevation_m


def daily_clearness_quantile(ratio: float, probability: np.ndarray) -> np.ndarray:
    """Daily clearness as a share of the largest possible, x, at a probability, by the law of Saunier, Reddy & Kumar.

        f(x) = C x (1 - x) exp(g x),  0 <= x <= 1,  with C and g such that f integrates to 1 and its mean is `ratio`

    ratio        monthly mean clearness / largest clearness; limited to 0.03 ... 0.97. [dimensionless]
    probability  (n,). [dimensionless]

    Saunier, Reddy & Kumar 1987, A monthly probability distribution function of daily global irradiation values
    appropriate for both tropical and temperate locations, Solar Energy 38(3), 169-177. The abstract was seen (one
    parameter: the ratio of mean to largest clearness); the form of f is from memory of citing papers, not checked
    against the paper. It was checked against measurement: 3,743 months of 340 station-years in tropical Brazil (INMET
    pyranometers, 2020-2024), with `clear_sky_transmittance` as the largest clearness. Standard deviation of the daily
    clearness in months of clearness 0.40-0.45 ... 0.70-0.75, by steps of 0.05: measured 0.142, 0.139, 0.129, 0.118,
    0.096, 0.063, 0.047, here 0.166, 0.158, 0.142, 0.119, 0.093, 0.062, 0.036. So dull months vary a little too much.
    (Another 23 places in Brazil: the law is "well adjusted" to most, abstract of Renewable Energy 32(13), 2161-2172,
    2007.) Weather files whose irradiation was modelled from cloud cover vary far less than what is measured.

    Symmetric, hence one half, at a mean of one half:

    >>> round(float(daily_clearness_quantile(0.5, np.array([0.5]))[0]), 6)
    0.5
    """
    x = np.linspace(0.0, 1.0, 1001)
    wanted = min(max(ratio, 0.03), 0.97)
    low, high = -100.0, 100.0
    density = x * (1 - x)
    for _halving in range(60):
        g = (low + high) / 2
        density = x * (1 - x) * np.exp(g * (x - (g > 0)))  # divided by exp(g) where that would overflow
        low, high = (g, high) if density @ x < wanted * density.sum() else (low, g)
    cumulative = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return np.interp(probability, cumulative / cumulative[-1], x)


def correlated_normals(correlation: float, innovations: np.ndarray) -> np.ndarray:
    """Standard normal values, each correlated with the one before it.

        z[t] = phi z[t-1] + sqrt(1 - phi²) e[t]

    correlation  phi. [dimensionless]
    innovations  e, independent standard normal values, (n,). [dimensionless]

    Graham, Hollands & Unny 1988, A time series model for Kt with application to global synthetic weather generation,
    Solar Energy 40(2), 83-92: daily clearness is mapped through its distribution to a normal variable, which follows
    this equation. Their own phi was not seen, and Gordon & Reddy 1988 (abstract) find no universal value. 0.40 is this
    project's fit: it shows as a correlation of 0.31 between neighbouring days' clearness within a month, where 340
    station-years of tropical Brazil (INMET, 2020-2024) have 0.30 in the mean (0.15 within 5° of the equator, 0.25 at
    10° to 15°, 0.40 at 20° to 23°) and 34 tropical weather files 0.32. Near the equator dull spells are too long here.
    """
    values = np.empty(len(innovations))
    values[0] = previous = innovations[0]
    spread = np.sqrt(1 - correlation**2)
    for step in range(1, len(innovations)):
        values[step] = previous = correlation * previous + spread * innovations[step]
    return values


def hourly_clearness_mean(daily_clearness: np.ndarray, sin_elevation: np.ndarray) -> np.ndarray:
    """Expected clearness of an hour, from the clearness of its day and the height of the sun.

        k = a + b exp(-c / sin h)
        a = -0.19 + 1.12 K + 0.24 exp(-8 K);  b = 0.32 - 1.6 (K - 0.5)²;  c = 0.19 + 2.27 K² - 2.51 K³

    daily_clearness  K. [dimensionless]
    sin_elevation    sin h, above 0. [dimensionless]

    Aguiar & Collares-Pereira 1992, TAG: a time-dependent, autoregressive, Gaussian model for generating synthetic
    hourly radiation, Solar Energy 49(3), 167-174. Coefficients as two public transcriptions agree (J. Susanto,
    B. Pillot).

    Worked by hand for K = 0.5, h = 30°: a = 0.3744, b = 0.32, c = 0.44375, k = 0.3744 + 0.32 * 0.41171 = 0.5061.

    >>> round(float(hourly_clearness_mean(np.float64(0.5), np.float64(0.5))), 4)
    0.5061
    """
    k = daily_clearness
    a = -0.19 + 1.12 * k + 0.24 * np.exp(-8 * k)
    b = 0.32 - 1.6 * (k - 0.5) ** 2
    c = 0.19 + 2.27 * k**2 - 2.51 * k**3
    return a + b * np.exp(-c / sin_elevation)


def hourly_clearness_deviation(daily_clearness: np.ndarray, sin_elevation: np.ndarray) -> np.ndarray:
    """Standard deviation of the clearness of an hour around `hourly_clearness_mean`.

        s = A exp(B (1 - sin h));  A = 0.14 exp(-20 (K - 0.35)²);  B = 3 (K - 0.45)² + 16 K⁵

    daily_clearness  K. [dimensionless]
    sin_elevation    sin h. [dimensionless]

    Aguiar & Collares-Pereira 1992, as `hourly_clearness_mean`.
    """
    k = daily_clearness
    return 0.14 * np.exp(-20 * (k - 0.35) ** 2) * np.exp((3 * (k - 0.45) ** 2 + 16 * k**5) * (1 - sin_elevation))


def hour_to_hour_correlation(daily_clearness: np.ndarray) -> np.ndarray:
    """Correlation between the deviations of neighbouring hours of a day.

        phi = 0.38 + 0.06 cos(7.4 K - 2.5)

    daily_clearness  K. [dimensionless]

    Aguiar & Collares-Pereira 1992, as `hourly_clearness_mean`.
    """
    return 0.38 + 0.06 * np.cos(7.4 * daily_clearness - 2.5)


def daily_temperature_range_k(clearness: np.ndarray) -> np.ndarray:
    """Difference between the warmest and the coolest hour of a day: clear skies mean warm days and cold nights.

        Tmax - Tmin = (K / 0.16)²

    clearness  K, monthly mean. [dimensionless]

    Hargreaves' radiation formula solved for temperature, with its coefficient for the interior of a continent, 0.16:
    Allen, Pereira, Raes & Smith 1998, FAO Irrigation and Drainage Paper 56, equation 50. Limited to 20 K.

    >>> round(float(daily_temperature_range_k(np.float64(0.56))), 2)
    12.25
    """
    return np.minimum((clearness / 0.16) ** 2, 20.0)


def temperature_course(solar_hour: np.ndarray) -> np.ndarray:
    """Where air temperature stands between a day's minimum, 0, and its maximum, 1, in a day of twelve hours of light.

        day    sin(pi (t - 6) / (12 + 2 P)),  P = 1.5 h: coolest at sunrise, warmest at 13:30
        night  s (exp(-n / 4 h) - exp(-12 / 4)) / (1 - exp(-12 / 4)),  s the sunset's value, n the hours since sunset

    solar_hour  t, 12 where the sun is highest; any day's. [time]

    Goudriaan & van Laar 1994, Modelling potential crop growth processes. The book was not seen; the equations and both
    constants are as the R package meteor transcribes them, and weaana has the same hour of the maximum.

    Days are warm while the sun shines. Weighted by irradiation the air is warmer than its mean by 40 % of the day's
    range, by this course as by the records of 183 station-years of tropical Brazil (INMET, 2020-2024); by a cosine that
    is warmest at 15 h it would be 30 %, which makes panels cooler and the year's yield 0.6 % larger.

    >>> temperature_course(np.array([6.0, 13.5])).round(6).tolist()
    [0.0, 1.0]
    """
    since_sunrise = (solar_hour - 6) % 24
    day = np.sin(np.pi * np.minimum(since_sunrise, 12) / 15)
    night = (np.exp(-np.maximum(since_sunrise - 12, 0) / 4) - np.exp(-3)) / (1 - np.exp(-3))
    return day * night


def filled(shape: np.ndarray, limit: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Rows proportional to `shape`, nowhere above `limit`, that add up to `total`.

        y = min(s * shape, limit)  with  s, one for each row, such that  sum(y) = total

    shape, limit  (rows, n), not negative; an entry is filled only where both are positive
    total         (rows,), not above the sum of the limits

    >>> filled(np.array([[1.0, 2.0, 1.0]]), np.array([[3.0, 3.0, 3.0]]), np.array([7.0])).tolist()
    [[2.0, 3.0, 2.0]]
    """
    usable = (shape > 0) & (limit > 0)
    full_at = np.divide(limit, shape, out=np.full(shape.shape, np.inf), where=usable)
    order = np.argsort(full_at, axis=1, kind="stable")
    ordered_limit = np.take_along_axis(np.where(usable, limit, 0.0), order, axis=1)
    ordered_shape = np.take_along_axis(np.where(usable, shape, 0.0), order, axis=1)
    # With the first n entries at their limit, the others share what is left.
    already = np.cumsum(ordered_limit, axis=1) - ordered_limit
    others = np.cumsum(ordered_shape[:, ::-1], axis=1)[:, ::-1]
    scale = np.divide(total[:, None] - already, others, out=np.full(shape.shape, np.inf), where=others > 0)
    fits = scale <= np.take_along_axis(full_at, order, axis=1)
    chosen = np.where(fits.any(axis=1), scale[np.arange(len(total)), np.argmax(fits, axis=1)], np.inf)
    scaled = np.multiply(chosen[:, None], shape, out=np.zeros(shape.shape), where=usable)
    return np.minimum(scaled, limit)


def most_ghi_kwh_m2_day(
    latitude_deg: float, longitude_deg: float, elevation_m: float, utc_offset_h: float
) -> np.ndarray:
    """What a cloudless sky gives in each month at a place, (12,). [energy / area / day]."""
    zenith_deg = solar_positions(latitude_deg, longitude_deg, elevation_m, utc_offset_h)["zenith"].to_numpy()
    return clear_sky_transmittance(elevation_m) * _monthly_above_kwh(_above_w_m2(zenith_deg))


def _above_w_m2(zenith_deg: np.ndarray) -> np.ndarray:
    """Irradiance on the horizontal above the atmosphere, (365, 24)."""
    cosine = np.maximum(np.cos(np.radians(zenith_deg)), 0.0)
    return (extraterrestrial_normal_w_m2() * cosine).reshape(365, 24)


def _monthly_above_kwh(above_w_m2: np.ndarray) -> np.ndarray:
    return np.bincount(MONTH_OF_DAY, weights=above_w_m2.sum(axis=1)) / DAYS_IN_MONTH / 1000


def _monthly_clearness(ghi_kwh_m2_day: np.ndarray, above_w_m2: np.ndarray, limit: float) -> np.ndarray:
    above_kwh = _monthly_above_kwh(above_w_m2)
    problems = [
        Problem(
            f"energy.weather.monthly_irradiation.{month}",
            _("{ghi:.2f} kWh/m²/day").format(ghi=ghi),
            _("more than 0 and at most {limit:.2f}, what a cloudless sky gives there in that month").format(limit=most),
        )
        for month, (ghi, most) in enumerate(zip(ghi_kwh_m2_day, limit * above_kwh, strict=True))
        if not 0 < ghi <= most
    ]
    if problems:
        raise InputError(problems)
    return ghi_kwh_m2_day / above_kwh


def _daily_clearness(
    clearness: np.ndarray, day_above_wh: np.ndarray, limit: float, generator: np.random.Generator
) -> np.ndarray:
    """Clearness of 365 days: correlated, in the law of Saunier, and right on the mean of each month."""
    from scipy.special import ndtr

    probability = ndtr(correlated_normals(DAY_TO_DAY_CORRELATION, generator.standard_normal(365)))
    shape, most = np.zeros((12, 31)), np.zeros((12, 31))
    for month in range(12):
        of_month = month == MONTH_OF_DAY
        share = daily_clearness_quantile(float(clearness[month] / limit), probability[of_month])
        shape[month, : len(share)] = np.maximum(share, FAINTEST_CLEARNESS) * day_above_wh[of_month]
        most[month, : len(share)] = limit * day_above_wh[of_month]
    wanted = clearness * np.bincount(MONTH_OF_DAY, weights=day_above_wh)
    return filled(shape, most, wanted)[most > 0] / day_above_wh


def _hourly_ghi_w_m2(
    days: np.ndarray, above_w_m2: np.ndarray, sin_elevation: np.ndarray, limit: float, generator: np.random.Generator
) -> np.ndarray:
    """Irradiance of (365, 24) hours by TAG, right on the clearness of each day; 0 at night."""
    day = days[:, None]
    correlation = hour_to_hour_correlation(days)
    spread = np.sqrt(1 - correlation**2)
    deviation = generator.standard_normal((365, 24))
    for hour in range(1, 24):
        deviation[:, hour] = correlation * deviation[:, hour - 1] + spread * deviation[:, hour]
    height = np.maximum(sin_elevation, 1e-3)
    clearness = hourly_clearness_mean(day, height) + hourly_clearness_deviation(day, height) * deviation
    shape = np.clip(clearness, FAINTEST_CLEARNESS, limit) * above_w_m2
    return filled(shape, limit * above_w_m2, days * above_w_m2.sum(axis=1))


def _hourly_temperature_c(
    monthly_c: np.ndarray, clearness: np.ndarray, longitude_deg: float, utc_offset_h: float
) -> np.ndarray:
    """Monthly mean with a daily swing: `temperature_course`, moved so that its mean is the month's."""
    course = temperature_course(np.arange(24) + 0.5 + longitude_deg / 15 - utc_offset_h)
    hourly = monthly_c[:, None] + daily_temperature_range_k(clearness)[:, None] * (course - course.mean())
    return hourly[MONTH_OF_DAY].ravel()


def _erbs(ghi_w_m2: np.ndarray, zenith_deg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Direct normal and diffuse horizontal irradiance by pvlib (Erbs, Klein & Duffie 1982)."""
    from pvlib.irradiance import erbs

    parts = erbs(ghi_w_m2, zenith_deg, np.repeat(np.arange(1, 366), 24))
    return parts["dni"], parts["dhi"]
