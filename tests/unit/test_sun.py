import inspect
import time

import numpy as np
import pandas as pd
import pvlib
import pytest

from asmcarbon.energy.sun import Sun, solar_capacity_factor, sun_of
from asmcarbon.energy.synthetic import synthetic_year
from asmcarbon.energy.weather import (
    HOURS,
    MONTH_OF_HOUR,
    Weather,
    monthly_means,
    shifted,
    solar_positions,
    utc_offset_of,
)
from asmcarbon.errors import InputError

KOLWEZI = (-10.7, 25.5, 1440.0)


def weather_of(ghi=0.0, dni=0.0, dhi=0.0, temperature=25.0, wind=1.0, offset=0.0):
    hours = [np.full(HOURS, float(value)) for value in (ghi, dni, dhi, temperature, wind)]
    return Weather(*hours, utc_offset_h=offset, source="test")


def test_default_losses_are_pvwatts():
    # NREL/TP-6A20-62641: 14.08 %.
    default = inspect.signature(solar_capacity_factor).parameters["losses"].default
    assert default == pytest.approx(pvlib.pvsystem.pvwatts_losses() / 100, abs=5e-5)


# NREL PVWatts version 5 (web), its own example output as pvlib-python keeps it (tests/data/pvwatts_8760_rackmount.csv):
# 39.73 N 105.18 W, 1,820 m, 4 kW standard module on an open rack, 20° south, DC/AC 1.2, losses 14.08 %, 1 January.
# hour: beam W/m², diffuse W/m², air °C, wind m/s, AC W
PVWATTS_DAY = {
    8: (0, 7, -14, 3, 6.222),
    9: (0, 78, -12, 3, 278.719),
    10: (331, 165, -10, 3, 1529.331),
    11: (834, 75, -10, 4, 2543.789),
    12: (567, 143, -10, 4, 2157.892),
    13: (5, 139, -10, 4, 529.676),
    14: (398, 115, -10, 4, 1361.613),
    15: (658, 36, -11, 3, 1117.922),
    16: (0, 23, -12, 3, 71.304),
}


def test_a_day_of_nrels_pvwatts_is_met():
    weather, place = weather_of(temperature=-12, wind=3, offset=-7.0), (39.73, -105.18, 1819.6)
    height = np.cos(np.radians(solar_positions(*place, -7.0)["zenith"].to_numpy()))
    for hour, (dni, dhi, air, wind, _ac) in PVWATTS_DAY.items():
        weather.dni_w_m2[hour], weather.dhi_w_m2[hour] = dni, dhi
        weather.ghi_w_m2[hour] = dhi + dni * max(height[hour], 0.0)
        weather.temperature_c[hour], weather.wind_m_s[hour] = air, wind
    ours = 4000 * solar_capacity_factor(weather, *place, tilt_deg=20.0, azimuth_deg=180.0, dc_ac_ratio=1.2)
    theirs = np.zeros(HOURS)
    theirs[list(PVWATTS_DAY)] = [row[4] for row in PVWATTS_DAY.values()]
    # Theirs has another sky model (Perez) and another cell temperature model.
    assert np.abs(ours - theirs).max() < 0.02 * 4000
    assert ours.sum() == pytest.approx(theirs.sum(), rel=0.02)


def test_a_horizontal_panel_under_even_sky_by_hand():
    # 500 W/m² diffuse only, horizontal: cell 25 + 500/31.84 = 40.70 °C; DC = 0.5 (1 - 0.0047 * 15.70) 0.8592 = 0.39789.
    weather = weather_of(ghi=500, dhi=500)
    factor = solar_capacity_factor(weather, *KOLWEZI, tilt_deg=0.0)
    dc = 0.5 * (1 - 0.0047 * 500 / 31.84) * 0.8592
    zeta = dc * 1.1 * 0.96
    expected = dc * (0.96 / 0.9637) * (-0.0162 * zeta - 0.0059 / zeta + 0.9858)
    assert factor == pytest.approx(expected, rel=1e-9)


def test_the_inverter_limits_what_comes_out():
    bright = weather_of(ghi=1400, dhi=1400, temperature=-20)
    assert solar_capacity_factor(bright, *KOLWEZI, tilt_deg=0.0, dc_ac_ratio=1.25).max() == pytest.approx(0.8)


def test_night_gives_nothing():
    assert (solar_capacity_factor(weather_of(), *KOLWEZI) == 0).all()


@pytest.mark.filterwarnings("ignore:DatetimeIndex.dayofyear")  # inside pvlib's ModelChain, which only this test uses
def test_pvlibs_own_model_chain_agrees():
    weather = synthetic_year(np.full(12, 5.0), np.full(12, 22.0), *KOLWEZI, 3)
    times = pd.date_range("2023-01-01 00:30", periods=HOURS, freq="h", tz="Etc/GMT-2")
    system = pvlib.pvsystem.PVSystem(
        surface_tilt=10.7,
        surface_azimuth=0,
        albedo=0.2,
        module_parameters={"pdc0": 1.0, "gamma_pdc": -0.0047},
        inverter_parameters={"pdc0": 1 / 1.1 / 0.96, "eta_inv_nom": 0.96},
        temperature_model_parameters={"u0": 25.0, "u1": 6.84},
        losses_parameters={},
    )
    place = pvlib.location.Location(KOLWEZI[0], KOLWEZI[1], tz="Etc/GMT-2", altitude=KOLWEZI[2])
    chain = pvlib.modelchain.ModelChain(
        system,
        place,
        transposition_model="haydavies",
        aoi_model="physical",
        spectral_model="no_loss",
        temperature_model="faiman",
        dc_model="pvwatts",
        ac_model="pvwatts",
        losses_model="pvwatts",
    )
    hours = pd.DataFrame(
        {
            "ghi": weather.ghi_w_m2,
            "dni": weather.dni_w_m2,
            "dhi": weather.dhi_w_m2,
            "temp_air": weather.temperature_c,
            "wind_speed": weather.wind_m_s,
        },
        index=times,
    )
    theirs = chain.run_model(hours).results.ac.fillna(0).clip(lower=0).to_numpy()
    ours = solar_capacity_factor(weather, *KOLWEZI)
    assert ours.sum() == pytest.approx(theirs.sum(), rel=2e-3)
    assert np.abs(ours - theirs).max() < 0.02


def test_hemispheres_mirror_each_other():
    # The same monthly sun six months apart: a northern and a southern site yield alike (the Earth is 3 % nearer the sun
    # in January, which the given monthly means leave no room for).
    north_ghi = np.array([3.5, 4.2, 5.0, 5.8, 6.3, 6.5, 6.4, 6.0, 5.2, 4.4, 3.6, 3.2])
    yields = [
        np.mean([sun_from(latitude, ghi, seed) for seed in range(3)])
        for latitude, ghi in ((25.0, north_ghi), (-25.0, np.roll(north_ghi, 6)))
    ]
    assert yields[0] == pytest.approx(yields[1], rel=0.02)


def sun_from(latitude_deg, ghi, seed):
    weather = synthetic_year(ghi, np.full(12, 20.0), latitude_deg, 0.0, 0.0, seed)
    return solar_capacity_factor(weather, latitude_deg, 0.0, 0.0).sum()


def test_panels_face_the_equator_by_default():
    weather = synthetic_year(np.full(12, 4.5), np.full(12, 20.0), -25.0, 30.0, 1000.0, 1)
    site = (-25.0, 30.0, 1000.0)
    default = solar_capacity_factor(weather, *site)
    assert np.array_equal(default, solar_capacity_factor(weather, *site, tilt_deg=25.0, azimuth_deg=0.0))
    assert default.sum() > solar_capacity_factor(weather, *site, tilt_deg=25.0, azimuth_deg=180.0).sum()


def test_panels_at_the_equator_still_lean_ten_degrees():
    weather = synthetic_year(np.full(12, 4.5), np.full(12, 20.0), 1.0, 30.0, 1000.0, 1)
    default = solar_capacity_factor(weather, 1.0, 30.0, 1000.0)
    assert np.array_equal(default, solar_capacity_factor(weather, 1.0, 30.0, 1000.0, tilt_deg=10.0, azimuth_deg=180.0))


def test_the_sun_is_taken_in_the_middle_of_the_hour():
    # Greenwich, equinox: the sun is highest at 12:07 UTC, so the hours 11-12 and 12-13 are nearly alike.
    zenith = solar_positions(0.0, 0.0, 0.0, 0.0)["zenith"].to_numpy().reshape(365, 24)[79]
    assert zenith[11] == pytest.approx(90 - 90 + 0.5 * 15 + 7 / 60 * 15, abs=0.6)
    assert zenith[12] == pytest.approx(0.5 * 15 - 7 / 60 * 15, abs=0.6)


def test_local_standard_time_of_three_mines():
    # Lubumbashi time UTC+2, Peru UTC-5, Ghana UTC.
    assert [utc_offset_of(east) for east in (25.5, -69.45, -1.99)] == [2.0, -5.0, 0.0]


def test_monthly_means_by_hand():
    assert monthly_means(MONTH_OF_HOUR.astype(float)) == pytest.approx(np.arange(12))


def test_shifting_moves_hours_later():
    weather = weather_of()
    weather.ghi_w_m2[0] = 1.0
    assert shifted(weather, 2).ghi_w_m2[2] == 1.0


def test_sun_of_a_place_from_the_embedded_table():
    sun = sun_of(*KOLWEZI)
    assert isinstance(sun, Sun)
    assert sun.ghi_kwh_m2_day == pytest.approx(5.57, abs=0.02)
    assert sun.capacity_factor.shape == (8760,)
    assert sun.annual_yield_kwh_per_kw == pytest.approx(sun.capacity_factor.sum())
    # A panel near the equator at 10° takes about the horizontal's irradiation; heat, glass and inverter take the rest.
    assert 0.70 < sun.annual_yield_kwh_per_kw / (365 * 5.57 * (1 - 0.1408)) < 1.0
    assert "NASA" in sun.source
    assert "seed 1" in sun.source
    assert sun.notes == ()


def test_seeds_move_the_year_by_little_and_the_same_seed_by_nothing():
    first, again, other = (sun_of(*KOLWEZI, seed=seed) for seed in (1, 1, 2))
    assert first.capacity_factor.tobytes() == again.capacity_factor.tobytes()
    assert other.annual_yield_kwh_per_kw == pytest.approx(first.annual_yield_kwh_per_kw, rel=0.02)
    assert not np.array_equal(first.capacity_factor, other.capacity_factor)


def test_given_months_are_used_instead_of_the_table():
    given = np.linspace(4.0, 6.0, 12)
    sun = sun_of(*KOLWEZI, monthly_ghi=given)
    assert monthly_means(sun.weather.ghi_w_m2) * 0.024 == pytest.approx(given)
    assert "NASA" not in sun.source
    assert "twelve monthly means" in sun.source


def test_eleven_months_are_refused():
    with pytest.raises(InputError, match="11 values; expected twelve"):
        sun_of(*KOLWEZI, monthly_ghi=np.full(11, 5.0))


def test_uncertain_places_say_so():
    notes = " ".join(sun_of(-14.63, -69.45, 5100.0).notes)
    assert "differs by 36%" in notes
    assert "5,100 m and its 1° cell at 3,892 m" in notes


def test_a_missing_elevation_is_told():
    assert any("No elevation was given" in note for note in sun_of(-10.7, 25.5).notes)


def test_a_table_above_the_cloudless_sky_is_told():
    # Red Sea coast, the one kind of place where the table exceeds FAO-56's cloudless sky.
    assert any("more than a cloudless sky" in note for note in sun_of(26.5, 35.5, 0.0).notes)


def test_panel_keywords_reach_the_panels():
    assert sun_of(*KOLWEZI, losses=0.0).annual_yield_kwh_per_kw > sun_of(*KOLWEZI).annual_yield_kwh_per_kw * 1.1


def test_a_clock_ahead_moves_the_day_later():
    early, late = (sun_of(-2.9, 32.2, 1200.0, utc_offset_h=offset) for offset in (2.0, 3.0))
    assert early.ghi_kwh_m2_day == pytest.approx(late.ghi_kwh_m2_day)
    assert (
        np.corrcoef(np.roll(early.weather.ghi_w_m2, 1), late.weather.ghi_w_m2)[0, 1]
        > np.corrcoef(early.weather.ghi_w_m2, late.weather.ghi_w_m2)[0, 1]
    )


def test_a_year_of_sun_is_quick():
    sun_of(*KOLWEZI)
    start = time.perf_counter()
    sun_of(-2.9, 32.2, 1200.0)
    assert time.perf_counter() - start < 1.0  # 0.1 s (m); ten times that on a busy machine
