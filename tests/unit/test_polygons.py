"""Polygons of land: their area against published figures, and what is refused, each in a sentence."""

import json
from itertools import pairwise
from math import atanh, cos, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.reports.footprint_text import footprint_text
from asmcarbon.reports.replay import replayed
from asmcarbon.site.polygons import MOST_POSITIONS, distance_km, parcel_of
from asmcarbon.site.read import read_site, site_from

WEST, SOUTH = -70.01, -12.81
SQUARE = [[WEST, SOUTH], [WEST + 0.002, SOUTH], [WEST + 0.002, SOUTH + 0.002], [WEST, SOUTH + 0.002], [WEST, SOUTH]]
HOLE = [[x + 0.0005 if x == WEST else x - 0.0005, y + 0.0005 if y == SOUTH else y - 0.0005] for x, y in SQUARE]
AWAY = [[x + 0.01, y] for x, y in SQUARE]
STOCK = "carbon_before: 47.4 tC/ha, pools: [above_ground]"


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def hectares(geojson: object) -> float:
    return parcel_of(geojson, "").hectares


def site_text(opened: str, more: str = "") -> str:
    return f"name: A\ncountry: PER\nyear: 2024\n{more}land:\n  opened:\n    - {{{opened}}}\n"


def the_refusal(geojson: object) -> str:
    text = site_text(f"polygon: {json.dumps(geojson)}, {STOCK}")
    with pytest.raises(InputError) as caught:
        site_from(text, "site.yaml")
    (problem,) = caught.value.problems
    assert (problem.where, problem.line) == ("land.opened.0.polygon", 6)
    assert len(problem.sentence()) < 400
    return problem.sentence()


def zone_area(latitude: float) -> float:
    """The area of the WGS 84 ellipsoid from the equator to a latitude, for each radian of longitude. [m2].

    J. P. Snyder, Map Projections: A Working Manual (USGS Professional Paper 1395, 1987), equation 3-12, times a**2 / 2.
    """
    a, f = 6378137.0, 1 / 298.257223563
    e = sqrt(f * (2 - f))
    s = sin(radians(latitude))
    return a**2 / 2 * (1 - e**2) * (s / (1 - e**2 * s**2) + atanh(e * s) / e)


def test_an_area_is_that_which_geographiclib_publishes():
    # GeographicLib, test_geodesic.py, Planimeter0: the geodesic polygon (0, -1), (-1, 0), (0, 1), (1, 0) has
    # 24,619,419,146 m2; here in four, cut along equator and meridian, which are geodesics.
    corners = [[-1, 0], [0, -1], [1, 0], [0, 1], [-1, 0]]
    quarters = [[[[0, 0], one, other, [0, 0]]] for one, other in pairwise(corners)]
    found = hectares({"type": "MultiPolygon", "coordinates": quarters})
    assert found * 1e4 == pytest.approx(24_619_419_146.0, abs=1)


@pytest.mark.parametrize("latitude", [-55.0, -12.81, 0.0, 7.8, 51.0])
def test_an_area_is_that_of_the_formula_of_the_ellipsoid(latitude: float):
    # Snyder's formula holds between parallels, so that the ring follows them in steps of 5 m.
    wide, high, steps = 0.02, 0.01, 400
    south = [[wide * n / steps, latitude] for n in range(steps + 1)]
    north = [[x, latitude + high] for x, _y in reversed(south)]
    expected = radians(wide) * (zone_area(latitude + high) - zone_area(latitude))
    assert hectares(polygon([*south, *north, south[0]])) * 1e4 == pytest.approx(expected, rel=1e-7)


def test_a_hundredth_of_a_degree_in_java_is_what_postgis_finds():
    # ST_Area(geography) of 0.01 by 0.01 degree at 7.8 degrees south: 1.22 km2, as a public log of it has.
    ring = [[110, -7.8], [110.01, -7.8], [110.01, -7.79], [110, -7.79], [110, -7.8]]
    assert hectares(polygon(ring)) / 100 == pytest.approx(1.22, abs=0.005)


def test_a_hole_is_left_out_and_the_sense_of_rings_does_not_matter():
    whole, hole = hectares(polygon(SQUARE)), hectares(polygon(HOLE))
    assert hole / whole == pytest.approx(0.25, rel=1e-5)  # half as wide and half as high
    assert hectares(polygon(SQUARE, HOLE)) == pytest.approx(whole - hole, rel=1e-12)
    assert hectares(polygon(SQUARE[::-1], HOLE)) == pytest.approx(whole - hole, rel=1e-12)


def test_every_wrapping_of_a_polygon_has_its_area():
    alone, both = hectares(polygon(SQUARE)), hectares(polygon(SQUARE)) + hectares(polygon(AWAY))
    feature = {"type": "Feature", "properties": {"owner": "x"}, "geometry": polygon(SQUARE)}
    assert hectares(feature) == alone
    multi = {"type": "MultiPolygon", "coordinates": [[SQUARE], [AWAY]]}
    assert hectares(multi) == pytest.approx(both, rel=1e-12)
    collection = {"type": "FeatureCollection", "features": [feature, feature | {"geometry": polygon(AWAY)}]}
    assert hectares(collection) == pytest.approx(both, rel=1e-12)


def test_heights_and_the_name_of_the_one_reference_system_are_read_over():
    ring = [[*position, 190.5] for position in SQUARE]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert hectares({**polygon(ring), "crs": crs}) == hectares(polygon(SQUARE))


def test_neighbours_that_share_an_edge_are_no_overlap():
    beside = [[x + 0.002, y] for x, y in SQUARE]
    both = hectares({"type": "MultiPolygon", "coordinates": [[SQUARE], [beside]]})
    assert both == pytest.approx(2 * hectares(polygon(SQUARE)), rel=1e-9)


@given(
    x=st.floats(-179, 178), y=st.floats(-59, 84), radius=st.floats(0.002, 0.4),
    shares=st.lists(st.floats(0.2, 1.0), min_size=3, max_size=40),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_a_star_is_no_larger_than_its_circle_and_halves_add_up(x: float, y: float, radius: float, shares: list[float]):
    turns = [2 * pi * n / len(shares) for n in range(len(shares))]
    ring = [
        [x + radius * share * cos(turn), y + radius * share * sin(turn)]
        for share, turn in zip(shares, turns, strict=True)
    ]
    middle = [x, y]
    slices = [[[middle, one, other, middle]] for one, other in pairwise([*ring, ring[0]])]
    whole = hectares(polygon([*ring, ring[0]]))
    parts = hectares({"type": "MultiPolygon", "coordinates": slices})
    assert parts == pytest.approx(whole, rel=1e-6)
    assert whole * 1e4 < pi * (radius * 111_700) ** 2  # no degree is longer than 111.7 km


@pytest.mark.parametrize(
    ("geojson", "told"),
    [
        (polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "crosses itself near -70.009000, -12.80900"),
        (polygon(SQUARE[:4]), "not closed"),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[0]]), "a ring of 3 positions"),
        (polygon([]), "a ring of 0 positions"),
        (polygon(), "without rings"),
        (polygon([SQUARE[0]] * 5), "without area"),
        (polygon([[0, 0], [0.1, 0.1], [0.2, 0.2], [0, 0]]), "without area"),
        (polygon([[0, 0], [1e-6, 0], [0, 1e-6], [0, 0]]), "without area"),
        (polygon(SQUARE, AWAY), "hole outside"),
        (polygon(SQUARE, [[x + 0.0005, y + 0.0005] for x, y in SQUARE]), "rings that cross"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]}, "overlap: 50.0%"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]}, "overlap: 20.0%"),
        (polygon([[179.9, 0], [-179.9, 0], [-179.9, 0.1], [179.9, 0]]), "crosses the antimeridian"),
        (polygon([[179.9, 0], [180.1, 0], [180.1, 0.1], [179.9, 0]]), "crosses the antimeridian"),
        (polygon([[-12.8, -122], [-12.8, -122.1], [-12.9, -122], [-12.8, -122]]), "latitude before longitude"),
        (polygon([[y, x] for x, y in SQUARE]), "latitude before longitude"),
        (polygon([[390000, 8583000], [390100, 8583000], [390100, 8583100], [390000, 8583000]]), "metres"),
        ({**polygon(SQUARE), "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::32719"}}}, "EPSG::32719"),
        ({**polygon(SQUARE), "crs": 4326}, "reference system, 4326"),
        (polygon([[0, 0], [1.1, 0], [0, 0.1], [0, 0]]), "more than 1 degree wide"),
        (polygon([[0, 0], ["1", 0], [0, 0.1], [0, 0]]), "not a longitude and a latitude"),
        (polygon([[0, 0], [True, 0], [0, 0.1], [0, 0]]), "not a longitude and a latitude"),
        (polygon([[0, 0], [0.1], [0, 0.1], [0, 0]]), "not a longitude and a latitude"),
        (polygon([[0, 0], [10**400, 0], [0, 0.1], [0, 0]]), "not a longitude and a latitude"),
        ({"type": "Point", "coordinates": [0, 0]}, "is a Point"),
        ({"type": "LineString", "coordinates": SQUARE}, "is a LineString"),
        ({"type": "GeometryCollection", "geometries": [polygon(SQUARE)]}, "is a GeometryCollection"),
        ({"type": "Feature", "geometry": None}, "no geometry"),
        ({"type": "FeatureCollection", "features": []}, "holds no polygon"),
        ({"type": "FeatureCollection", "features": 1}, "holds no polygon"),
        ({"coordinates": [SQUARE]}, "has no type"),
        ({}, "has no type"),
        ([SQUARE], "is not GeoJSON"),
        (12, "is not GeoJSON"),
    ],
)  # fmt: skip
def test_what_is_no_piece_of_land_is_refused(geojson: object, told: str):
    if isinstance(geojson, dict) and "10000000000" in json.dumps(geojson)[:600]:  # YAML reads no such number
        with pytest.raises(Exception, match=told):
            parcel_of(geojson, "")
        return
    assert told in the_refusal(geojson)


def test_not_a_number_is_no_coordinate():
    with pytest.raises(Exception, match="not a longitude and a latitude"):
        parcel_of(polygon([[0, 0], [float("nan"), 0], [0, 0.1], [0, 0]]), "")


def test_a_track_of_too_many_positions_is_refused():
    steps = MOST_POSITIONS
    ring = [[-70 + 0.01 * sin(2 * pi * n / steps), -12.8 + 0.01 * sin(2 * pi * n / steps + 1)] for n in range(steps)]
    with pytest.raises(Exception, match="5,001 positions"):
        parcel_of(polygon([*ring, ring[0]]), "")


def test_a_distance_is_that_along_a_meridian():
    # GeographicLib, Planimeter0: the triangle of pole, (0, 0) and (0, 90) measures 30,022,685 m around, of which the
    # equator is 2 pi a / 4.
    quarter = pi * 6378.137 / 2
    assert distance_km((0, 0), (0, 90)) == pytest.approx((30_022.685 - quarter) / 2, abs=0.001)
    assert distance_km((-70, 0), (-69, 0)) == pytest.approx(2 * pi * 6378.137 / 360, rel=1e-9)


# --- beside a site ---------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parcel.geojson").write_text(json.dumps(polygon(SQUARE)), encoding="utf-8")
    return tmp_path


def read(folder: Path, opened: str, more: str = "") -> Any:
    path = folder / "site.yaml"
    path.write_text(site_text(f"{opened}, {STOCK}", more), encoding="utf-8")
    return read_site(path)


def refusal_of(folder: Path, opened: str, more: str = "") -> str:
    with pytest.raises(InputError) as caught:
        read(folder, opened, more)
    (problem,) = caught.value.problems
    return problem.sentence().removeprefix(str(folder))


def test_a_file_beside_the_site_gives_a_measured_area(folder: Path):
    (opened,) = read(folder, "polygon: parcel.geojson").land.opened
    assert opened.area.to("ha/year") == pytest.approx(hectares(polygon(SQUARE)), rel=1e-12)
    assert (opened.area.basis, opened.area.source) == ("measured", "geodesic area of the polygon in parcel.geojson")


def test_a_file_may_begin_with_a_byte_order_mark(folder: Path):
    path = folder / "parcel.geojson"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(folder, "polygon: parcel.geojson").land.opened[0].area.basis == "measured"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "parcel.geojson cannot be read: No such file"),
        (b"", "parcel.geojson is not JSON"),
        (b'{"type": "Polygon",', "parcel.geojson is not JSON"),
        (b"\xff\xfe", "parcel.geojson is not a text file"),
        (b"[" * 100_000, "parcel.geojson is nested too deep"),
        (b" " * 1_000_001, "parcel.geojson has 1 MB"),
        (b"1" * 5000, "parcel.geojson is not JSON: a number of it is too long"),
        (b"null", "has no geometry"),
    ],
)
def test_a_file_that_is_no_polygon_is_refused_at_its_line(folder: Path, content: bytes | None, told: str):
    path = folder / "parcel.geojson"
    path.unlink() if content is None else path.write_bytes(content)
    assert f"site.yaml:6  land.opened.0.polygon  {told}" in refusal_of(folder, "polygon: parcel.geojson")


def test_a_folder_is_no_polygon(folder: Path):
    (folder / "parcels").mkdir()
    assert "is not a file" in refusal_of(folder, "polygon: parcels")


def test_land_of_every_kind_may_have_a_polygon(folder: Path):
    path = folder / "site.yaml"
    one = "polygon: parcel.geojson"
    path.write_text(
        "name: A\ncountry: PER\nyear: 2024\nland:\n"
        f"  disturbed: [{{land: overburden, {one}}}]\n"
        f"  rehabilitated: [{{method: planting, land: overburden, {one}}}]\n",
        encoding="utf-8",
    )
    land = read_site(path).land
    assert land.disturbed[0].area.to("ha") == land.rehabilitated[0].area.to("ha") == hectares(polygon(SQUARE))


def test_a_stated_area_beside_a_polygon_has_to_agree(folder: Path):
    area = hectares(polygon(SQUARE))
    (opened,) = read(folder, f"polygon: parcel.geojson, area: {area * 1.04:.6f} ha/year").land.opened
    assert opened.area.to("ha/year") == pytest.approx(area, rel=1e-12)
    told = refusal_of(folder, f"polygon: parcel.geojson, area: {area * 1.06:.6f} ha/year")
    assert "land.opened.0.area  the polygon has 4.804 ha, and 5.093 are stated" in told


def test_a_stated_area_lends_the_polygon_its_range(folder: Path):
    (opened,) = read(folder, "polygon: parcel.geojson, area: {value: 4.8 ha/year, range: ± 10 %}").land.opened
    assert opened.area.low is not None
    assert opened.area.low.m_as("ha/year") == pytest.approx(4.32)
    (opened,) = read(folder, "polygon: parcel.geojson, area: {value: 4.6 ha/year, range: ± 1 %}").land.opened
    assert opened.area.low is None  # a range that does not hold the polygon's area is none of it


def test_land_without_area_or_polygon_is_refused(folder: Path):
    assert "area  is not given; expected an area, or the polygon" in refusal_of(folder, "name: forest")


def test_a_polygon_that_is_refused_is_one_problem(folder: Path):
    assert "cannot be read" in refusal_of(folder, "polygon: nothing.geojson, area: 4 ha/year")


def test_no_report_and_no_dump_of_a_site_holds_the_polygon(folder: Path):
    site = read(folder, "polygon: parcel.geojson", "location: {latitude: -12.9, longitude: -70.1}\n")
    report = footprint_report(site, read_tables())
    dumped = json.dumps(site.model_dump(mode="json"))
    for text in (json.dumps(report), footprint_text(report), dumped, repr(site.land), repr(site.land.opened)):
        assert "4.80" in text
        assert not any(number in text for number in ("70.01", "12.81", "70.008", "12.808"))


def test_a_site_read_back_from_its_dump_is_the_same_without_the_file(folder: Path):
    site = read(folder, "polygon: parcel.geojson")
    again = site_from(json.dumps(site.model_dump(mode="json", exclude_unset=True)), "again")
    assert again.land.opened[0].area == site.land.opened[0].area


def test_a_parcel_that_lies_where_the_numbers_would_be_swapped_is_refused(folder: Path):
    # Both numbers are latitudes: only the site's location tells that they are in the wrong order.
    (folder / "swapped.geojson").write_text(
        json.dumps(polygon([[y, x] for x, y in [[29.0, -2.0], [29.001, -2.0], [29.0, -1.999], [29.0, -2.0]]])),
        encoding="utf-8",
    )
    told = refusal_of(folder, "polygon: swapped.geojson", "location: {latitude: -2.0, longitude: 29.0}\n")
    assert "land.opened.0.polygon" in told
    assert "latitude before longitude" in told


def test_a_parcel_far_from_the_site_is_told(folder: Path):
    near = "location: {latitude: -12.8, longitude: -70.0}\n"
    far = "location: {latitude: -12.8, longitude: -69.5}\n"
    notes = [
        footprint_report(read(folder, "polygon: parcel.geojson", where), read_tables())["notes"]
        for where in (near, far)
    ]
    told = [[note for note in found if "50 km" in note] for found in notes]
    assert told[0] == []
    assert told[1] == ["land.opened.0: its polygon lies more than 50 km from the location of the site"]


def test_a_report_replays_without_its_polygon(folder: Path):
    more = "location: {latitude: -12.8, longitude: -69.5}\n"
    fire = "burned: {share: 60 %, vegetation: primary_tropical_forest}, peat: tropical.forest"
    report = footprint_report(read(folder, f"polygon: parcel.geojson, {fire}", more), read_tables())
    path = folder / "report.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    assert replayed(path)["differences"] == []
