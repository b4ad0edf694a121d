import numpy as np
import pytest
from scipy import integrate, optimize, stats

from asmcarbon.energy import synthetic
from asmcarbon.energy.climate import climate_at, temperature_c
from asmcarbon.energy.synthetic import synthetic_year
from asmcarbon.energy.weather import (
    MONTH_OF_DAY,
    MONTH_OF_HOUR,
    extraterrestrial_normal_w_m2,
    monthly_means,
    solar_positions,
)
from asmcarbon.errors import InputError

KOLWEZI = (-10.7, 25.5, 1440.0)
PLACES = {
    "Kolwezi": KOLWEZI,
    "La Rinconada": (-14.63, -69.45, 5100.0),
    "Tarkwa": (5.3, -1.99, 80.0),
    "Mongolia": (47.9, 106.9, 1350.0),
}


def year_at(place, seed=1):
    climate = climate_at(*place[:2])
    return climate.ghi_kwh_m2_day, synthetic_year(
        climate.ghi_kwh_m2_day, temperature_c(climate, place[2]), *place, seed
    )


@pytest.mark.parametrize("place", PLACES)
def test_monthly_means_are_the_given_ones(place):
    given, weather = year_at(PLACES[place])
    assert monthly_means(weather.ghi_w_m2) * 24 / 1000 == pytest.approx(given, rel=1e-12)


@pytest.mark.parametrize("place", PLACES)
def test_monthly_temperatures_are_the_given_ones(place):
    latitude_deg, longitude_deg, elevation_m = PLACES[place]
    given = temperature_c(climate_at(latitude_deg, longitude_deg), elevation_m)
    assert monthly_means(year_at(PLACES[place])[1].temperature_c) == pytest.approx(given, abs=1e-9)


@pytest.mark.parametrize("place", PLACES)
def test_no_hour_is_brighter_than_a_cloudless_sky_and_night_is_black(place):
    latitude_deg, longitude_deg, elevation_m = PLACES[place]
    weather = year_at(PLACES[place])[1]
    zenith = solar_positions(latitude_deg, longitude_deg, elevation_m, weather.utc_offset_h)["zenith"].to_numpy()
    above = extraterrestrial_normal_w_m2() * np.cos(np.radians(zenith))
    # FAO-56 equation 37: 0.75 + 2e-5 z.
    assert (weather.ghi_w_m2 <= (0.75 + 2e-5 * elevation_m) * np.maximum(above, 0) * (1 + 1e-12)).all()
    for series in (weather.ghi_w_m2, weather.dni_w_m2, weather.dhi_w_m2):
        assert (series[zenith >= 90] == 0).all()
        assert (series >= 0).all()


def test_direct_and_diffuse_add_up_to_global():
    latitude_deg, longitude_deg, elevation_m = KOLWEZI
    weather = year_at(KOLWEZI)[1]
    zenith = solar_positions(latitude_deg, longitude_deg, elevation_m, weather.utc_offset_h)["zenith"].to_numpy()
    total = weather.dni_w_m2 * np.maximum(np.cos(np.radians(zenith)), 0) + weather.dhi_w_m2
    assert total == pytest.approx(weather.ghi_w_m2, abs=1e-9)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    first, again, other = (year_at(KOLWEZI, seed)[1] for seed in (7, 7, 8))
    for name in ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temperature_c"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    assert first.ghi_w_m2.tobytes() != other.ghi_w_m2.tobytes()


def test_days_remember_the_day_before():
    # Graham, Hollands & Unny 1988 quote 0.29 for the normal variable, the project uses 0.40; mapped days and the
    # monthly scaling weaken it a little.
    found = []
    for seed in range(20):
        daily = year_at(KOLWEZI, seed)[1].ghi_w_m2.reshape(365, 24).sum(axis=1)
        relative = daily / np.bincount(MONTH_OF_DAY, weights=daily)[MONTH_OF_DAY]
        relative -= np.bincount(MONTH_OF_DAY, weights=relative)[MONTH_OF_DAY] / np.bincount(MONTH_OF_DAY)[MONTH_OF_DAY]
        found.append(np.corrcoef(relative[1:], relative[:-1])[0, 1])
    assert 0.25 < np.mean(found) < 0.45


def test_normals_have_unit_spread_and_the_asked_correlation():
    values = synthetic.correlated_normals(0.40, np.random.default_rng(1).standard_normal(200_000))
    # Standard error of a correlation from 200,000 values is about 0.002.
    assert np.corrcoef(values[1:], values[:-1])[0, 1] == pytest.approx(0.40, abs=0.01)
    assert np.corrcoef(values[2:], values[:-2])[0, 1] == pytest.approx(0.16, abs=0.01)
    assert values.std() == pytest.approx(1.0, abs=0.01)
    assert stats.skew(values) == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize("mean", [0.1, 0.35, 0.5, 0.72, 0.9])
def test_daily_law_agrees_with_quadrature(mean):
    # scipy integrates and inverts f(x) = C x (1 - x) exp(g x) on its own.
    def density(x, g):
        return x * (1 - x) * np.exp(g * x)

    def moment(g, power):
        return integrate.quad(lambda x: x**power * density(x, g), 0, 1)[0]

    g = optimize.brentq(lambda g: moment(g, 1) / moment(g, 0) - mean, -60, 60)
    for probability in (0.05, 0.5, 0.95):
        expected = optimize.brentq(
            lambda x, p=probability: integrate.quad(density, 0, x, args=(g,))[0] / moment(g, 0) - p, 0, 1
        )
        assert synthetic.daily_clearness_quantile(mean, np.array([probability]))[0] == pytest.approx(expected, abs=1e-3)


def test_daily_law_at_one_half_is_the_beta_law_two_two():
    probability = np.linspace(0.01, 0.99, 50)
    # x (1 - x) without its exponential is the Beta(2, 2) density.
    expected = stats.beta(2, 2).ppf(probability)
    assert synthetic.daily_clearness_quantile(0.5, probability) == pytest.approx(expected, abs=1e-3)


def test_clear_sky_transmittance_by_hand():
    assert synthetic.clear_sky_transmittance(0.0) == 0.75
    assert synthetic.clear_sky_transmittance(1000.0) == pytest.approx(0.77)


def test_tag_by_hand():
    # K = 0.5, sin h = 0.5: a = 0.37 + 0.24 exp(-4), b = 0.32, c = 0.44375.
    assert synthetic.hourly_clearness_mean(0.5, 0.5) == pytest.approx(0.3743957 + 0.32 * 0.4117051, abs=1e-5)
    # A = 0.14 exp(-0.45) = 0.0892679, B = 0.0075 + 0.5 = 0.5075.
    assert synthetic.hourly_clearness_deviation(0.5, 0.5) == pytest.approx(0.0892679 * np.exp(0.25375), abs=1e-6)
    # cos(7.4 * 0.5 - 2.5) = cos 1.2 = 0.3623578.
    assert synthetic.hour_to_hour_correlation(0.5) == pytest.approx(0.38 + 0.06 * 0.3623578, abs=1e-7)


def test_filling_by_hand():
    shape, limit = np.array([[1.0, 1.0, 2.0], [1.0, 0.0, 1.0]]), np.array([[1.0, 5.0, 5.0], [2.0, 2.0, 2.0]])
    # Row 1: the first is full at 1, the other two share 8 as 1 : 2, but the third is full at 5, so 1 + 3 + 5.
    # Row 2: nothing goes where the shape is nothing.
    assert synthetic.filled(shape, limit, np.array([9.0, 3.0])).tolist() == [[1.0, 3.0, 5.0], [1.5, 0.0, 1.5]]


def test_filling_to_the_brim_is_full():
    limit = np.array([[0.1, 0.2, 0.3]])
    assert synthetic.filled(np.array([[3.0, 1.0, 1.0]]), limit, limit.sum(axis=1)) == pytest.approx(limit)


def test_a_month_near_the_cloudless_sky_is_exact_too():
    most = synthetic.most_ghi_kwh_m2_day(*KOLWEZI, 2.0)
    weather = synthetic_year(most, np.full(12, 20.0), *KOLWEZI, 1)
    assert monthly_means(weather.ghi_w_m2) * 24 / 1000 == pytest.approx(most, rel=1e-12)


def test_more_sun_than_a_cloudless_sky_gives_is_refused_by_month():
    ghi = np.full(12, 5.5)
    ghi[2] = 12.0
    with pytest.raises(
        InputError, match=r"monthly_irradiation\.2.*12\.00 kWh/m²/day; expected more than 0 and at most"
    ) as refusal:
        synthetic_year(ghi, np.full(12, 20.0), *KOLWEZI, 1)
    assert len(refusal.value.problems) == 1


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan")])
def test_a_month_without_sun_is_refused(value):
    ghi = np.full(12, 5.5)
    ghi[0] = value
    with pytest.raises(InputError, match=r"monthly_irradiation\.0"):
        synthetic_year(ghi, np.full(12, 20.0), *KOLWEZI, 1)


def test_irradiation_above_the_atmosphere_is_faos_worked_example():
    # FAO-56 example 8: 20° S, 3 September, 32.2 MJ/m²/day above the atmosphere, by a rounded declination.
    zenith = solar_positions(-20.0, 0.0, 0.0, 0.0)["zenith"].to_numpy()
    above = (extraterrestrial_normal_w_m2() * np.maximum(np.cos(np.radians(zenith)), 0)).reshape(365, 24)
    assert above[245].sum() * 3600 / 1e6 == pytest.approx(32.2, rel=0.015)


def test_days_are_coolest_at_sunrise_and_warmest_after_noon():
    # Goudriaan & van Laar 1994: the maximum 1.5 h after solar noon, which is at 12:18 in Kolwezi's standard time.
    weather = year_at(KOLWEZI)[1]
    mean_day = weather.temperature_c.reshape(365, 24).mean(axis=0)
    assert mean_day.argmax() == 13
    assert mean_day.argmin() in (5, 6)


def test_temperature_course_by_hand():
    # Three hours after sunrise sin 36° = 0.58779; at sunset sin 144°, the same; six hours later that times
    # (exp(-1.5) - exp(-3)) / (1 - exp(-3)) = 0.18243; at the next sunrise nothing.
    hours = np.array([9.0, 18.0, 24.0, 30.0])
    assert synthetic.temperature_course(hours) == pytest.approx([0.58779, 0.58779, 0.10723, 0.0], abs=1e-5)
    assert synthetic.temperature_course(hours - 24) == pytest.approx(synthetic.temperature_course(hours))


def test_air_is_as_warm_in_sunshine_as_was_measured():
    # INMET, 183 station-years of tropical Brazil, 2020-2024: weighted by irradiation 4.33 K above the day's mean, at a
    # daily range of 10.71 K.
    weather = year_at(KOLWEZI)[1]
    hours, sunshine = weather.temperature_c, weather.ghi_w_m2
    days = hours.reshape(365, 24)
    excess = np.average(hours, weights=sunshine) - hours.mean()
    assert excess / (days.max(axis=1) - days.min(axis=1)).mean() == pytest.approx(4.33 / 10.71, abs=0.03)


def test_wind_is_faos_average_at_ten_metres():
    # FAO-56, equation 47: 3.2 m/s at 10 m are 2.4 m/s at 2 m (its example 14); the average of its stations is 2 m/s.
    assert abs(synthetic.WIND_M_S - 2.0 * 3.2 / 2.4) < 0.01


@pytest.mark.parametrize(
    ("clearness", "measured"), [(0.475, 0.139), (0.525, 0.129), (0.575, 0.118), (0.625, 0.096), (0.675, 0.063)]
)
def test_days_spread_as_measured_in_tropical_brazil(clearness, measured):
    # INMET pyranometers, 340 station-years of 2020-2024 south to 23.5° S, in months of this mean clearness; at their
    # mean elevation of 440 m a clear sky lets 0.76 through.
    share = synthetic.daily_clearness_quantile(clearness / 0.76, (np.arange(1000) + 0.5) / 1000)
    assert 0.76 * share.std() == pytest.approx(measured, abs=0.022)


def test_temperature_swing_by_hand():
    # Hargreaves, FAO-56 equation 50 with 0.16: (0.48 / 0.16)² = 9 K.
    assert synthetic.daily_temperature_range_k(np.array([0.48])) == pytest.approx([9.0])


def test_the_day_is_symmetric_about_solar_noon():
    ghi = np.zeros(24)
    for seed in range(10):
        weather = synthetic_year(np.full(12, 5.0), np.full(12, 20.0), 0.0, 0.0, 0.0, seed)
        ghi += weather.ghi_w_m2.reshape(365, 24).mean(axis=0)
    middle = (ghi * (np.arange(24) + 0.5)).sum() / ghi.sum()
    assert middle == pytest.approx(12.0, abs=0.05)
    assert MONTH_OF_HOUR.size == 8760
