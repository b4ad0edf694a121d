"""Weather files that people have: EPW, TMY3 and PVGIS typical years. A wrong one is answered with a sentence."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace
from pvlib import iotools

from asmcarbon.energy.weather import (
    DAYS_IN_MONTH,
    HOURS,
    Weather,
    hours_late,
    shifted,
    utc_offset_of,
)
from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _

COLUMNS = ("ghi", "dni", "dhi", "temp_air", "wind_speed")
# Marks of a missing value (9999, 99.9, 999, -9900) lie outside these, as do values in other units.
PLAUSIBLE = {
    "ghi": (-20.0, 1600.0, "W/m²"),
    "dni": (-20.0, 1500.0, "W/m²"),
    "dhi": (-20.0, 1200.0, "W/m²"),
    "temp_air": (-70.0, 65.0, "°C"),
    "wind_speed": (0.0, 75.0, "m/s"),
}
SUN_OFFSET = re.compile(r"Irradiance Time Offset \(h\)\s*:\s*(-?\d+(?:\.\d+)?)")


class _Rows(Struct, frozen=True, eq=False, dict=True):
    """A file as pvlib read it: rows in order of time, each for the hour that begins at its `hour` in its own clock."""

    frame: pd.DataFrame
    latitude_deg: float
    longitude_deg: float
    elevation_m: float
    utc_offset_h: float
    local_offset_h: float
    first_line: int
    sun_minute: float = 30.0


def read_weather_file(path: str | Path) -> Weather:
    """A year of weather from an EPW, TMY3 or PVGIS typical-year (CSV) file; 29 February is left out.

    path  the format is told from the first lines, not from the name

    EPW and TMY3 stamp an hour at its end; here it begins at its index, and the sun is taken in its middle. PVGIS is
    in UTC and is rolled to local standard time; where it tells the minute of its satellite's pass, the sun is taken
    then. Refused: other formats, files cut short, missing values, other units, and light at night (a wrong time zone).
    PVGIS may write its EPW in UTC under a local label: that is put right, with a note.
    """
    path = Path(path)
    text = _text_of(path)
    rows = _parsed(path, text)
    weather = _weather(path, rows, _checked(path, rows))
    return _with_right_clock(path, weather)


def _known() -> str:
    return _("an EPW file, a TMY3 file or the CSV of a PVGIS typical meteorological year (TMY)")


def _refusal(
    path: Path, what: str, expected: str, example: str = "", line: int | None = None, where: str = ""
) -> InputError:
    return InputError(Problem(where, what, expected, example, line, str(path)))


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refusal(path, _("cannot be read ({reason})").format(reason=error.strerror), _known()) from error
    if not content.strip():
        raise _refusal(path, _("is empty"), _known())
    if b"\0" in content:
        raise _refusal(path, _("is not text; perhaps it is compressed"), _("{known}, unpacked").format(known=_known()))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _parsed(path: Path, text: str) -> _Rows:
    read = _reader_of(path, text)
    try:
        return read(text)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        what = _("cannot be read as the format that its first line announces ({reason})")
        reason = str(error).split("\n")[0][:120]
        raise _refusal(path, what.format(reason=reason), _("a whole, unedited file; download it again")) from error


def _reader_of(path: Path, text: str) -> Callable[[str], _Rows]:
    lines = text.splitlines()
    if lines[0].startswith("LOCATION,"):
        return _read_epw
    if lines[0].startswith("Latitude (decimal degrees)"):
        if any(line.startswith("time(UTC),T2m") for line in lines[:40]):
            return _read_pvgis
        raise _refusal(path, _("is not a typical year of PVGIS"), _("its 'TMY' download as CSV"), line=1)
    if len(lines) > 1 and lines[1].startswith("Date (MM/DD/YYYY)"):
        return _read_tmy3
    raise _refusal(path, _("begins with {line!r}").format(line=lines[0][:40]), _known(), line=1)


def _read_epw(text: str) -> _Rows:
    frame, place = iotools.read_epw(io.StringIO(text))
    offset = SUN_OFFSET.search(text[:4000])
    # PVGIS counts the minute of the satellite's pass from the stamp, which EPW puts at the end of the hour.
    minute = 60 * (1 + float(offset[1])) if offset else 30.0
    hour = frame["hour"].to_numpy() - 1
    return _Rows(
        frame.assign(hour=hour),
        float(place["latitude"]),
        float(place["longitude"]),
        float(place["altitude"]),
        float(place["TZ"]),
        float(place["TZ"]),
        9,
        minute,
    )


def _read_tmy3(text: str) -> _Rows:
    # Stamps run 01:00 ... 24:00 at the end of the hour; months come from different years, so one year is given to all.
    frame, place = iotools.read_tmy3(io.StringIO(text), coerce_year=2001, map_variables=True)
    begins = frame.index - pd.Timedelta(hours=1)
    return _Rows(
        frame.assign(month=begins.month, day=begins.day, hour=begins.hour),
        float(place["latitude"]),
        float(place["longitude"]),
        float(place["altitude"]),
        float(place["TZ"]),
        float(place["TZ"]),
        3,
    )


def _read_pvgis(text: str) -> _Rows:
    # pvlib's versions return the header in different shapes, so the three figures are read here.
    frame = iotools.read_pvgis_tmy(io.BytesIO(text.encode()), pvgis_format="csv", map_variables=True)[0]
    lines = text.splitlines()
    header = next(number for number, line in enumerate(lines) if line.startswith("time(UTC)"))
    latitude, longitude, elevation = (float(line.split(":")[1]) for line in lines[:3])
    offset = SUN_OFFSET.search(text[:4000])
    return _Rows(
        frame.assign(month=frame.index.month, day=frame.index.day, hour=frame.index.hour),
        latitude,
        longitude,
        elevation,
        utc_offset_h=0.0,
        local_offset_h=utc_offset_of(longitude),
        first_line=header + 2,
        sun_minute=60 * float(offset[1]) if offset else 30.0,
    )


def _checked(path: Path, rows: _Rows) -> pd.DataFrame:
    """Return the 8,760 rows, or refuse with every column's first bad value."""
    frame = rows.frame
    problems = [problem for name in COLUMNS if (problem := _first_bad(path, rows, name))]
    frame = frame[~((frame["month"] == 2) & (frame["day"] == 29))]
    if len(frame) != HOURS:
        what = _("holds {count} hours").format(count=len(frame))
        expected = _("8,760, one year of 365 days hour by hour; perhaps it was cut short")
        raise _refusal(path, what, expected, line=rows.first_line + len(rows.frame) - 1)
    if problems:
        raise InputError(problems)
    month = np.repeat(np.arange(1, 13), [days * 24 for days in DAYS_IN_MONTH])
    wrong = (frame["month"].to_numpy() != month) | (frame["hour"].to_numpy() != np.tile(np.arange(24), 365))
    if wrong.any():
        expected = _("hours in order from 1 January to 31 December")
        raise _refusal(path, _("hours are out of order"), expected, line=rows.first_line + int(np.argmax(wrong)))
    return frame


def _first_bad(path: Path, rows: _Rows, name: str) -> Problem | None:
    low, high, unit = PLAUSIBLE[name]
    if name not in rows.frame:
        return Problem(name, _("is not in the file"), _("a column of it, in {unit}").format(unit=unit), file=str(path))
    values = pd.to_numeric(rows.frame[name], errors="coerce").to_numpy(float)
    bad = ~((values >= low) & (values <= high))
    if not bad.any():
        return None
    at = int(np.argmax(bad))
    what = _("{value:g}, and {count} such hours in all").format(value=values[at], count=int(bad.sum()))
    expected = _("{low:g} to {high:g} {unit}; the value is missing or in another unit, so fill it or take another file")
    expected = expected.format(low=low, high=high, unit=unit)
    return Problem(name, what, expected, line=rows.first_line + at, file=str(path))


def _weather(path: Path, rows: _Rows, frame: pd.DataFrame) -> Weather:
    hours = round(rows.local_offset_h - rows.utc_offset_h)
    ghi, dni, dhi, air, wind = (np.roll(frame[name].to_numpy(float), hours) for name in COLUMNS)
    return Weather(
        np.maximum(ghi, 0.0),
        np.maximum(dni, 0.0),
        np.maximum(dhi, 0.0),
        air,
        wind,
        utc_offset_h=rows.utc_offset_h + hours,
        source=_("weather file {name}").format(name=path.name),
        latitude_deg=rows.latitude_deg,
        longitude_deg=rows.longitude_deg,
        elevation_m=rows.elevation_m,
        sun_minute=rows.sun_minute,
    )


def _with_right_clock(path: Path, weather: Weather) -> Weather:
    """Refuse a file whose sun shines at night; put right one that is in UTC but says it is in local time."""
    hours = hours_late(weather)
    if hours == 0:
        return weather
    if hours == -weather.utc_offset_h:
        note = _("{source} is in UTC though it says UTC{offset:+g}; it was shifted to local time.")
        note = note.format(source=weather.source, offset=weather.utc_offset_h)
        return replace(shifted(weather, -hours), notes=(*weather.notes, note))
    what = _(
        "the sun in it is {hours:+d} hours away from where it stands at {latitude:g}, {longitude:g} in UTC{offset:+g}"
    )
    what = what.format(
        hours=hours, latitude=weather.latitude_deg, longitude=weather.longitude_deg, offset=weather.utc_offset_h
    )
    expected = _("sunrise and sunset where they belong; check latitude, longitude and time zone in the first lines")
    raise _refusal(path, what, expected, line=1)
