"""Monthly sun and temperature anywhere on land, from a table that ships with the package. Needs only numpy."""

from functools import cache
from pathlib import Path

import numpy as np
from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

ACKNOWLEDGEMENT = (
    "NASA Surface meteorology and Solar Energy (SSE) Release 6.0, monthly means of July 1983 to June 2005 in 1° cells, "
    "with thanks to the NASA Langley Research Center (LaRC); temperature from the NCEP/NCAR reanalysis"
)
LAPSE_K_PER_M = 0.0055


class Climate(Struct, frozen=True, eq=False, dict=True):
    """Twelve monthly means at one position.

    ghi_kwh_m2_day           global horizontal irradiation, (12,). [energy / area / day]
    temperature_sea_level_c  air temperature reduced to sea level, (12,). [°C]
    linke_turbidity          (12,). [dimensionless]
    elevation_m              mean elevation of the 1° cell that holds the position. [length]
    ghi_spread               (largest - smallest) / mean of the annual means of the 3 x 3 cells around, land and sea:
                             how far the table may be from the site. Kolwezi 0.02, Tarkwa 0.18, La Rinconada 0.36
    source                   where the figures come from, to be shown with them
    """

    ghi_kwh_m2_day: np.ndarray
    temperature_sea_level_c: np.ndarray
    linke_turbidity: np.ndarray
    elevation_m: float
    ghi_spread: float
    source: str


class _Grid(Struct, frozen=True, eq=False, dict=True):
    """Twelve months in cells: `values` is (rows, columns, 12), row 0 southernmost, columns once round the Earth."""

    values: np.ndarray
    south_deg: float
    west_deg: float
    step_deg: float

    def corners(self, latitude_deg: float, longitude_deg: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows, columns and bilinear weights of the four cell centres around a position."""
        rows, columns = self.values.shape[:2]
        row = np.clip((latitude_deg - self.south_deg) / self.step_deg, 0, rows - 1)
        column = (longitude_deg - self.west_deg) / self.step_deg
        i, j = int(min(np.floor(row), rows - 2)), int(np.floor(column))
        up, right = row - i, column - j
        weights = np.array([(1 - up) * (1 - right), (1 - up) * right, up * (1 - right), up * right])
        return np.array([i, i, i + 1, i + 1]), np.array([j, j + 1, j, j + 1]) % columns, weights

    def at(self, latitude_deg: float, longitude_deg: float) -> np.ndarray:
        """Bilinear interpolation: the twelve months at a position."""
        rows, columns, weights = self.corners(latitude_deg, longitude_deg)
        return weights @ self.values[rows, columns]


class _Table(Struct, frozen=True, eq=False, dict=True):
    ghi_kwh_m2_day: _Grid
    temperature_sea_level_c: _Grid
    linke_turbidity: _Grid
    elevation_m: np.ndarray
    is_land: np.ndarray


@cache
def _table() -> _Table:
    with np.load(Path(__file__).parent / "climate_1deg.npz", allow_pickle=False) as file:
        return _Table(
            _Grid(file["ghi_u1"] * float(file["ghi_scale"]), float(file["lat0"]), float(file["lon0"]), 1.0),
            _Grid(
                file["tsl_i1"] * float(file["tsl_scale"]),
                *(float(file[name]) for name in ("tsl_lat0", "tsl_lon0", "tsl_step")),
            ),
            _Grid(
                file["linke_u1"] * float(file["linke_scale"]),
                *(float(file[name]) for name in ("linke_lat0", "linke_lon0", "linke_step")),
            ),
            file["elev_mean"].astype(float),
            file["elev_max"] > 0,
        )


def climate_at(latitude_deg: float, longitude_deg: float) -> Climate:
    """Monthly climate at a position, interpolated between the four nearest cell centres of the table.

    Irradiation is interpolated over land cells only, because the sea beside a coast is sunnier than the coast
    (tropics, 76 stations: mean absolute disagreement 4.9 %; 5.4 % with all four cells).

    latitude_deg   north positive, -60 to 60
    longitude_deg  east positive, -180 to 180

    Refused: a position outside the table, and one at sea with no land cell next to it.

    >>> round(float(climate_at(-15.5, -70.13).ghi_kwh_m2_day.mean()), 2)
    6.04
    """
    if problems := _outside(latitude_deg, longitude_deg):
        raise InputError(problems)
    table = _table()
    rows, columns, weights = table.ghi_kwh_m2_day.corners(latitude_deg, longitude_deg)
    weights = weights * table.is_land[rows, columns]
    if not weights.any():
        what = _("{latitude}, {longitude} is at sea, and the solar table covers land").format(
            latitude=latitude_deg, longitude=longitude_deg
        )
        expected = _(
            "a position on land (is the sign right, or are latitude and longitude exchanged?) or a weather file"
        )
        raise InputError(Problem("location", what, expected))
    row, column = min(int(latitude_deg + 60), 119), int(longitude_deg + 180) % 360
    around = table.ghi_kwh_m2_day.values[_rows_around(row)[:, None], np.arange(column - 1, column + 2) % 360].mean(
        axis=-1
    )
    return Climate(
        ghi_kwh_m2_day=weights @ table.ghi_kwh_m2_day.values[rows, columns] / weights.sum(),
        temperature_sea_level_c=table.temperature_sea_level_c.at(latitude_deg, longitude_deg),
        linke_turbidity=table.linke_turbidity.at(latitude_deg, longitude_deg),
        elevation_m=float(table.elevation_m[row, column]),
        ghi_spread=float((around.max() - around.min()) / around.mean()),
        source=ACKNOWLEDGEMENT,
    )


def _rows_around(row: int) -> np.ndarray:
    return np.arange(max(row - 1, 0), min(row + 2, 120))


def _outside(latitude_deg: float, longitude_deg: float) -> list[Problem]:
    limits = (("latitude", latitude_deg, 60, "-14.63"), ("longitude", longitude_deg, 180, "-69.45"))
    expected = _("degrees from -{limit} to {limit}, which the solar table covers; a weather file serves anywhere")
    return [
        Problem(f"location.{name}", str(value), expected.format(limit=limit), example)
        for name, value, limit, example in limits
        if not abs(value) <= limit  # so that NaN is refused too
    ]


def temperature_c(climate: Climate, elevation_m: float) -> np.ndarray:
    """Monthly mean air temperature at an elevation, (12,).

        T = T_sea_level - 0.0055 K/m * z

    climate      its sea-level temperatures. [°C]
    elevation_m  z. [length]

    The lapse rate is the one with which the table was reduced to sea level, so the two cancel at the table's elevation.
    """
    return climate.temperature_sea_level_c - LAPSE_K_PER_M * elevation_m
