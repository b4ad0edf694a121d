import subprocess
import sys

import numpy as np
import pytest

from asmcarbon.energy.climate import climate_at, temperature_c
from asmcarbon.errors import InputError

# Checked figures of the project's energy notes (kWh/m²/day); the table behind them is NASA SSE 6.0.
CHECKED = {
    "La Rinconada": (-14.63, -69.45, 5.51),
    "Juliaca": (-15.5, -70.13, 6.04),
    "Puerto Maldonado, Madre de Dios": (-12.6, -69.2, 4.60),
    "Kolwezi": (-10.7, 25.5, 5.57),
    "Geita": (-2.9, 32.2, 5.39),
}


@pytest.mark.parametrize("place", CHECKED)
def test_annual_sun_is_the_checked_figure(place):
    latitude_deg, longitude_deg, expected = CHECKED[place]
    # Published with two decimals, some cut off and some rounded.
    assert climate_at(latitude_deg, longitude_deg).ghi_kwh_m2_day.mean() == pytest.approx(expected, abs=0.0099)


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "spread"), [(-10.7, 25.5, 0.02), (5.3, -1.99, 0.18), (-14.63, -69.45, 0.36)]
)
def test_spread_is_the_checked_figure(latitude_deg, longitude_deg, spread):
    assert climate_at(latitude_deg, longitude_deg).ghi_spread == pytest.approx(spread, abs=0.0099)


def test_cell_centre_has_the_cells_own_values():
    import asmcarbon.energy.climate as room

    file = np.load(room.Path(room.__file__).parent / "climate_1deg.npz", allow_pickle=False)
    row, column = 49, 205  # 10.5° S, 25.5° E
    climate = climate_at(float(file["lat0"]) + row, float(file["lon0"]) + column)
    assert climate.ghi_kwh_m2_day == pytest.approx(file["ghi_u1"][row, column] * 0.04, rel=1e-12)
    assert climate.elevation_m == file["elev_mean"][row, column]


def test_interpolation_is_a_hand_worked_bilinear_mean_on_land():
    corners = [climate_at(lat, lon).ghi_kwh_m2_day for lat in (-10.5, -9.5) for lon in (25.5, 26.5)]
    # A quarter of the way north, a half of the way east.
    expected = 0.75 * (corners[0] + corners[1]) / 2 + 0.25 * (corners[2] + corners[3]) / 2
    assert climate_at(-10.25, 26.0).ghi_kwh_m2_day == pytest.approx(expected, rel=1e-12)


def test_a_coast_does_not_take_the_suns_of_the_sea():
    import asmcarbon.energy.climate as room

    file = np.load(room.Path(room.__file__).parent / "climate_1deg.npz", allow_pickle=False)
    # Cañete, Peru: among the cells of 13.5 and 12.5° S, 77.5 and 76.5° W, some hold no land.
    land = file["elev_max"][46:48, 102:104] > 0
    values = file["ghi_u1"][46:48, 102:104][land].mean(axis=-1) * 0.04
    sun = climate_at(-13.1, -76.6).ghi_kwh_m2_day.mean()
    assert not land.all()
    assert values.min() - 1e-9 <= sun <= values.max() + 1e-9


def test_the_date_line_is_no_edge():
    west, east = climate_at(-16.5, 179.999), climate_at(-16.5, -179.999)  # Taveuni, Fiji
    assert west.ghi_kwh_m2_day == pytest.approx(east.ghi_kwh_m2_day, rel=1e-3)
    assert west.temperature_sea_level_c == pytest.approx(east.temperature_sea_level_c, abs=0.01)


def test_mid_ocean_is_refused_with_a_sentence():
    with pytest.raises(InputError, match=r"-30, -120 is at sea.*position on land"):
        climate_at(-30, -120)


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "what"),
    [(60.1, 10.0, "latitude"), (-75.0, 10.0, "latitude"), (10.0, 181.0, "longitude"), (float("nan"), 10.0, "latitude")],
)
def test_a_position_outside_the_table_is_refused(latitude_deg, longitude_deg, what):
    with pytest.raises(InputError, match=f"location.{what}.*degrees from"):
        climate_at(latitude_deg, longitude_deg)


def test_the_very_edge_of_the_table_is_answered():
    assert np.isfinite(climate_at(60.0, 10.5).ghi_kwh_m2_day).all()


def test_temperature_falls_by_five_and_a_half_kelvin_a_kilometre():
    climate = climate_at(-14.63, -69.45)
    assert temperature_c(climate, 0.0) == pytest.approx(climate.temperature_sea_level_c)
    assert temperature_c(climate, 0.0) - temperature_c(climate, 2000.0) == pytest.approx(np.full(12, 11.0))


def test_southern_and_northern_seasons_are_opposite():
    south, north = climate_at(-30.0, 25.0).ghi_kwh_m2_day, climate_at(30.0, 25.0).ghi_kwh_m2_day
    assert south.argmax() in (10, 11, 0)
    assert north.argmax() in (4, 5, 6)


def test_nasa_is_acknowledged():
    assert "NASA Langley Research Center (LaRC)" in climate_at(-10.7, 25.5).source


def test_climate_needs_neither_pandas_nor_pvlib():
    code = (
        "import sys, asmcarbon.energy.climate as room; room.climate_at(-10.7, 25.5); "
        "print(sorted({'pandas', 'pvlib', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
