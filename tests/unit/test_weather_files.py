import numpy as np
import pytest

from asmcarbon.energy.sun import solar_capacity_factor, sun_of
from asmcarbon.energy.synthetic import synthetic_year
from asmcarbon.energy.weather import DAYS_IN_MONTH, shifted
from asmcarbon.energy.weather_files import read_weather_file
from asmcarbon.errors import InputError

PLACE = (-2.9, 32.2, 1140.0)
NAMES = ("ghi_w_m2", "dni_w_m2", "dhi_w_m2", "temperature_c", "wind_m_s")


@pytest.fixture(scope="module")
def year():
    return synthetic_year(np.full(12, 5.4), np.full(12, 23.0), *PLACE, 5, utc_offset_h=2.0, wind_m_s=1.0)


def calendar():
    return [
        (month, day, hour)
        for month in range(1, 13)
        for day in range(1, DAYS_IN_MONTH[month - 1] + 1)
        for hour in range(24)
    ]


def epw_lines(weather, timezone="2", comment="COMMENTS 2,none"):
    """EnergyPlus weather, as its documentation lays it out: 8 lines, then 35 fields an hour, stamped at its end."""
    head = [
        f"LOCATION,GEITA,-,TZA,TEST,000000,{PLACE[0]},{PLACE[1]},{timezone},{PLACE[2]}",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,made by a test",
        comment,
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    rows = [
        f"2001,{month},{day},{hour + 1},60,?,{air:.2f},10,50,101325,0,0,300,{ghi:.2f},{dni:.2f},{dhi:.2f},0,0,0,0,180,"
        f"{wind:.1f},0,0,20,77777,9,999999999,0,0,0,88,0,0,0"
        for (month, day, hour), ghi, dni, dhi, air, wind in zip(
            calendar(), *(getattr(weather, name) for name in NAMES), strict=True
        )
    ]
    return head + rows


def tmy3_lines(weather):
    """TMY3: two lines of heading, hours stamped 01:00 to 24:00, months from different years (NREL/TP-581-43156)."""
    columns = "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Dry-bulb (C),Wspd (m/s)"
    rows = [
        f"{month:02d}/{day:02d}/{1990 + month},{hour + 1:02d}:00,{ghi:.2f},{dni:.2f},{dhi:.2f},{air:.2f},{wind:.1f}"
        for (month, day, hour), ghi, dni, dhi, air, wind in zip(
            calendar(), *(getattr(weather, name) for name in NAMES), strict=True
        )
    ]
    return [f'000000,"GEITA",TZ,2.0,{PLACE[0]},{PLACE[1]},{PLACE[2]}', columns, *rows]


def pvgis_lines(weather):
    """PVGIS typical year: heading, months and their years, then hours in UTC, then a legend."""
    utc = shifted(weather, -2)
    head = [
        f"Latitude (decimal degrees): {PLACE[0]}",
        f"Longitude (decimal degrees): {PLACE[1]}",
        f"Elevation (m): {PLACE[2]}",
    ]
    head += ["Irradiance Time Offset (h): 0.5", "month,year", *(f"{month},{2004 + month}" for month in range(1, 13))]
    rows = [
        f"{2004 + month}{month:02d}{day:02d}:{hour:02d}00,{air:.2f},50,{ghi:.2f},{dni:.2f},{dhi:.2f},300,"
        f"{wind:.1f},180,89000"
        for (month, day, hour), ghi, dni, dhi, air, wind in zip(
            calendar(), *(getattr(utc, name) for name in NAMES), strict=True
        )
    ]
    legend = [
        "",
        *(f"{name}: explained" for name in ("T2m", "RH", "G(h)", "Gb(n)", "Gd(h)", "IR(h)", "WS10m", "WD10m", "SP")),
    ]
    return [*head, "time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP", *rows, *legend]


def written(folder, lines, name="weather.epw"):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("lines_of", [epw_lines, tmy3_lines, pvgis_lines])
def test_every_format_gives_back_the_hours_that_were_written(tmp_path, year, lines_of):
    read = read_weather_file(written(tmp_path, lines_of(year), "any.name"))
    for name in NAMES:
        assert getattr(read, name) == pytest.approx(getattr(year, name), abs=0.006), name
    assert (read.latitude_deg, read.longitude_deg, read.elevation_m, read.utc_offset_h) == (*PLACE, 2.0)
    assert read.sun_minute == pytest.approx(30.0)
    assert solar_capacity_factor(read, *PLACE).sum() == pytest.approx(
        solar_capacity_factor(year, *PLACE).sum(), rel=1e-4
    )
    assert "any.name" in read.source
    assert read.notes == ()


def test_the_satellites_minute_is_taken_from_a_pvgis_file(tmp_path, year):
    lines = [line.replace("Offset (h): 0.5", "Offset (h): 0.1761") for line in pvgis_lines(year)]
    assert read_weather_file(written(tmp_path, lines)).sun_minute == pytest.approx(0.1761 * 60)


def test_the_satellites_minute_is_taken_from_an_epw_of_pvgis(tmp_path, year):
    # The same pass is -0.8239 h from the end of the hour.
    lines = epw_lines(year, comment="COMMENTS 2,Irradiance Time Offset (h):-0.8239")
    assert read_weather_file(written(tmp_path, lines)).sun_minute == pytest.approx(0.1761 * 60)


def test_the_leap_day_is_left_out(tmp_path, year):
    lines = epw_lines(year)
    at = next(number for number, line in enumerate(lines) if line.startswith("2001,3,1,1,"))
    leap = [f"2004,2,29,{hour}," + lines[at].split(",", 4)[4] for hour in range(1, 25)]
    lines = [line.replace("2001,", "2004,", 1) if number >= 8 else line for number, line in enumerate(lines)]
    read = read_weather_file(written(tmp_path, lines[:at] + leap + lines[at:]))
    assert read.ghi_w_m2 == pytest.approx(year.ghi_w_m2, abs=0.006)


def test_a_file_in_utc_under_a_local_label_is_put_right(tmp_path, year):
    read = read_weather_file(written(tmp_path, epw_lines(shifted(year, -2))))
    assert read.ghi_w_m2 == pytest.approx(year.ghi_w_m2, abs=0.006)
    assert "is in UTC though it says UTC+2" in read.notes[0]


def test_a_wrong_time_zone_is_refused(tmp_path, year):
    with pytest.raises(InputError, match=r"weather\.epw:1 .*-1 hours away.*time zone"):
        read_weather_file(written(tmp_path, epw_lines(year, timezone="3")))


def test_sun_of_a_site_prefers_its_weather_file(tmp_path, year):
    path = written(tmp_path, epw_lines(year))
    sun = sun_of(*PLACE, monthly_ghi=np.full(12, 3.0), weather_file=path)
    assert sun.ghi_kwh_m2_day == pytest.approx(5.4, rel=1e-4)
    assert "weather file weather.epw" in sun.source
    assert sun.notes == ()


def test_a_weather_file_serves_where_the_table_does_not_reach(tmp_path, year):
    notes = sun_of(65.0, 32.2, 100.0, weather_file=written(tmp_path, epw_lines(year))).notes
    assert "km from the site" in notes[0]


def test_a_weather_file_is_moved_to_the_sites_clock(tmp_path, year):
    sun = sun_of(*PLACE, weather_file=written(tmp_path, epw_lines(year)), utc_offset_h=3.0)
    assert sun.weather.utc_offset_h == 3.0
    assert sun.weather.ghi_w_m2 == pytest.approx(np.roll(year.ghi_w_m2, 1), abs=0.006)
    assert sun.annual_yield_kwh_per_kw == pytest.approx(solar_capacity_factor(year, *PLACE).sum(), rel=1e-4)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"PK\x03\x04\x00\x00\x00", "is not text; perhaps it is compressed"),
        (b"time,ghi\n1,2\n", "begins with 'time,ghi'"),
        (b"\xff\xfe caf\xe9", "begins with"),
        (b"LOCATION,X,-,X,X,0,1.0,2.0,0,100\n", "holds 0 hours"),
        (b"LOCATION,X\nnothing\n", "cannot be read as the format"),
        (b"Latitude (decimal degrees):\t45.000\nLongitude\n\ntime,Gb(i)\n", "is not a typical year of PVGIS"),
        (b"Latitude (decimal degrees): 45\ntime(UTC),T2m,RH\n", "cannot be read as the format"),
        (b"1,2,3\nDate (MM/DD/YYYY),Time (HH:MM)\n", "cannot be read as the format"),
    ],
)
def test_what_is_no_weather_file_is_refused_with_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "wrong.epw"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"wrong\.epw") as refusal:
        read_weather_file(path)
    assert sentence in str(refusal.value)
    assert "; expected " in str(refusal.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_weather_file(tmp_path / "none.epw")


@pytest.mark.parametrize("lines_of", [epw_lines, tmy3_lines])
def test_a_file_cut_short_is_refused(tmp_path, year, lines_of):
    with pytest.raises(InputError, match=r"weather\.epw:\d+ .*holds \d+ hours; expected 8,760"):
        read_weather_file(written(tmp_path, lines_of(year)[:5000]))


def test_a_file_cut_in_the_middle_of_a_line_is_refused(tmp_path, year):
    lines = epw_lines(year)
    lines[-1] = lines[-1][:25]
    with pytest.raises(InputError, match=r"weather\.epw:8768"):
        read_weather_file(written(tmp_path, lines))


@pytest.mark.parametrize(
    ("field", "missing", "name"), [(13, "9999", "ghi"), (6, "99.9", "temp_air"), (21, "999", "wind_speed")]
)
def test_a_missing_value_is_refused_with_its_line(tmp_path, year, field, missing, name):
    # EnergyPlus marks: radiation 9999, dry bulb 99.9, wind 999.
    lines = epw_lines(year)
    fields = lines[100].split(",")
    fields[field] = missing
    lines[100] = ",".join(fields)
    with pytest.raises(InputError, match=rf"weather\.epw:101  {name}  {missing}, and 1 such hours.*missing"):
        read_weather_file(written(tmp_path, lines))


def test_all_bad_columns_are_told_at_once(tmp_path, year):
    lines = epw_lines(year)
    fields = lines[100].split(",")
    fields[13], fields[6] = "9999", "99.9"
    lines[100] = ",".join(fields)
    with pytest.raises(InputError) as refusal:
        read_weather_file(written(tmp_path, lines))
    assert [problem.where for problem in refusal.value.problems] == ["ghi", "temp_air"]


def test_kelvin_is_refused(tmp_path, year):
    warm = [line if number < 8 else line.replace(",?,", ",?,2", 1) for number, line in enumerate(epw_lines(year))]
    with pytest.raises(InputError, match=r"temp_air.*another unit"):
        read_weather_file(written(tmp_path, warm))


def test_hours_out_of_order_are_refused(tmp_path, year):
    lines = epw_lines(year)
    lines[8], lines[9] = lines[9], lines[8]
    with pytest.raises(InputError, match=r"weather\.epw:9  hours are out of order"):
        read_weather_file(written(tmp_path, lines))
