"""Polygons of land in GeoJSON (RFC 7946) to hectares. Where they lie is sensitive: no report and no answer has it."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import core_schema

from asmcarbon.errors import InputError
from asmcarbon.messages import _
from asmcarbon.site.files import text_from
from asmcarbon.site.model import refuse

# A track that is logged every second for an hour has 3,600.
MOST_POSITIONS = 5_000
# About 110 km from south to north: far beyond an artisanal mine, so that a wrong digit in one position is found.
WIDEST = 1.0  # degrees
# Neighbours that were drawn apart overlap by a hair; what is more would be counted twice.
MOST_OVERLAP = 0.001
# No mine lies there (Antarctic Treaty), but many a longitude of the Americas, read as a latitude, does.
SOUTHERNMOST = -60.0
SMALLEST = 1.0  # m2
# One site's land lies together: what is further away is told.
FAR_KM = 50.0

_WGS_84 = ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326", "OGC:CRS84")
_EXAMPLE = "{type: Polygon, coordinates: [[[-70, -12.8], [-69.998, -12.8], [-69.998, -12.798], [-70, -12.8]]]}"

Position = tuple[float, float]
Ring = list[Position]


class Parcel(Struct, frozen=True):
    """A piece of land by its polygon.

    hectares   by geodesics on the WGS 84 ellipsoid, holes left out
    source     what a report says of that area
    """

    hectares: float
    source: str


class GeoJSON(Struct, frozen=True):
    """What a site accepts as a polygon: the name of a GeoJSON file beside the site file, or the GeoJSON itself."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Validate with `read`."""
        return core_schema.with_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe the two accepted forms."""
        kinds = ["Polygon", "MultiPolygon", "Feature", "FeatureCollection"]
        return {
            "anyOf": [
                {"type": "string", "maxLength": 200, "examples": ["parcel.geojson"]},
                {"type": "object", "properties": {"type": {"enum": kinds}}, "required": ["type"]},
            ]
        }

    def read(self, given: object, info: ValidationInfo) -> Parcel:
        """Return the parcel of a file or of GeoJSON itself, or raise what pydantic collects.

        The context of the validation tells the `folder` in which files are looked for, and where the site is (`here`).
        Without a folder, as over HTTP, no file is opened: it would be one of the server's.
        """
        told: dict[str, Any] = info.context or {}
        here: Position | None = told.get("here")
        if isinstance(given, Parcel):
            return given
        if isinstance(given, str):
            folder = told.get("folder")
            if folder is None:
                what = _("names a file, which is read on the command line only")
                _refuse(what, _("the polygon itself, in GeoJSON"), _EXAMPLE)
            if not given.isprintable() or not 0 < len(given) <= 200:
                _refuse(_("is not the name of a file"), _("one line of at most 200 characters"), "parcel.geojson")
            source = _("geodesic area of the polygon in {file}").format(file=given)
            return parcel_of(_content(folder / given), source, here)
        return parcel_of(given, _("geodesic area of the polygon given"), here)


def far() -> str:
    """Return how far from its site a polygon lies that is told of, in words."""
    return _("more than {far:g} km from the location of the site").format(far=FAR_KM)


def parcel_of(geojson: object, source: str, here: Position | None = None) -> Parcel:
    """Return the parcel that GeoJSON describes: one polygon or several that do not overlap.

    here   longitude and latitude of the site: the source says if the parcel lies far from it

    Edges are geodesics, as a surveyor's lines on the ground are. Their area is by C. F. F. Karney, "Algorithms for
    geodesics", Journal of Geodesy 87, 43-55 (2013), section 6, in his own library.
    """
    polygons = [_rings_of(one) for one in _polygons(geojson)]
    if not polygons:
        _refuse(_("holds no polygon"), _("a Polygon or MultiPolygon"), _EXAMPLE)
    count = sum(len(ring) for rings in polygons for ring in rings)
    if count > MOST_POSITIONS:
        what = _("has {count:,} positions").format(count=count)
        _refuse(what, _("at most {most:,}: simplify it").format(most=MOST_POSITIONS))
    _check_shapes(polygons)
    areas = [_area(rings[0]) - sum(map(_area, rings[1:])) for rings in polygons]
    if min(areas) < SMALLEST:
        _refuse(_("has a polygon without area"), _("positions around a piece of land"), _EXAMPLE)
    is_far = here is not None and _lies_far([rings[0][0] for rings in polygons], here)
    return Parcel(sum(areas) / 10_000, f"{source}, {far()}" if is_far else source)


def _lies_far(places: list[Position], here: Position) -> bool:
    """Return whether a place lies far from the site; refuse it where swapped numbers explain that."""
    far = [place for place in places if distance_km(place, here) > FAR_KM]
    if any(abs(longitude) <= 90 and distance_km((latitude, longitude), here) <= FAR_KM for longitude, latitude in far):
        what = _("has latitude before longitude, by the location of the site")
        _refuse(what, _("degrees of WGS 84, longitude first"), "[-70.0012, -12.8034]")
    return bool(far)


def place_of(location: object) -> Position | None:
    """Return longitude and latitude of a site's location as it is stated, or None where it states no such two."""
    numbers = [location.get(name) for name in ("longitude", "latitude")] if isinstance(location, dict) else []
    match numbers:
        case [int() | float() as longitude, int() | float() as latitude]:
            return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
        case _:
            return None


def distance_km(one: Position, other: Position) -> float:
    """Return how far two positions (longitude, latitude) are apart."""
    from geographiclib.geodesic import Geodesic

    found: Any = Geodesic.WGS84.Inverse(one[1], one[0], other[1], other[0], Geodesic.DISTANCE)
    return found["s12"] / 1000


def _refuse(what: str, expected: str = "", example: str = "") -> NoReturn:
    refuse("polygon", what, expected, example)
    raise AssertionError


def _content(path: Path) -> object:
    """Return what a GeoJSON file holds."""
    kind = _("a GeoJSON file")
    try:
        text = text_from(path, kind, "parcel.geojson")
    except InputError as error:
        problem = error.problems[0]
        _refuse(f"{path.name} {problem.what}", problem.expected or kind, problem.example)
    try:
        return json.loads(text)
    except RecursionError:
        _refuse(_("{file} is nested too deep").format(file=path.name), kind)
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else _("a number of it is too long")
        place = f" ({_('line')} {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        _refuse(_("{file} is not JSON: {reason}").format(file=path.name, reason=f"{reason}{place}"), kind)


def _polygons(geojson: object) -> Iterator[object]:
    """Yield the coordinates of each polygon."""
    members = _members(geojson)
    _check_crs(members.get("crs"))
    match members.get("type"):
        case "FeatureCollection":
            features = members.get("features")
            for feature in features if isinstance(features, list) else []:
                yield from _of_geometry(_members(feature).get("geometry"))
        case "Feature":
            yield from _of_geometry(members.get("geometry"))
        case _:
            yield from _of_geometry(members)


def _of_geometry(geometry: object) -> Iterator[object]:
    members = _members(geometry)
    kind, coordinates = members.get("type"), members.get("coordinates")
    if kind == "Polygon":
        yield coordinates
    elif kind == "MultiPolygon" and isinstance(coordinates, list):
        yield from coordinates
    else:
        given = _("has no type") if kind is None else _("is a {kind}").format(kind=str(kind)[:40])
        _refuse(given, _("a Polygon or MultiPolygon, alone or as Feature or FeatureCollection"), _EXAMPLE)


def _members(one: object) -> dict[str, Any]:
    if not isinstance(one, dict):
        what = _("has no geometry") if one is None else _("is not GeoJSON")
        _refuse(what, _("a Polygon or MultiPolygon, alone or as Feature or FeatureCollection"), _EXAMPLE)
    return {str(name): value for name, value in one.items()}


def _check_crs(crs: object) -> None:
    """Refuse a reference system other than WGS 84: RFC 7946 has no other, but older files name one."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name") if isinstance(properties, dict) else crs)[:60]
    if name not in _WGS_84:
        what = _("is in another reference system, {name}").format(name=name)
        _refuse(what, _("longitudes and latitudes of WGS 84 (EPSG:4326), as RFC 7946 has it"))


def _rings_of(coordinates: object) -> list[Ring]:
    if not isinstance(coordinates, list) or not coordinates:
        _refuse(_("has a polygon without rings"), _("coordinates of at least one ring"), _EXAMPLE)
    return [_ring_of(ring) for ring in coordinates]


def _ring_of(given: object) -> Ring:
    """Return a ring as longitudes and latitudes that may be the corners of a piece of land."""
    positions = given if isinstance(given, list) else []
    if len(positions) < 4:
        what = _("has a ring of {n} positions").format(n=len(positions))
        _refuse(what, _("at least 4, of which the last repeats the first"), _EXAMPLE)
    numbers = [_position_of(one) for one in positions]
    _check_range(numbers)
    ring = [(float(longitude), float(latitude)) for longitude, latitude in numbers]
    if ring[0] != ring[-1]:
        _refuse(_("has a ring that is not closed"), _("a last position that repeats the first"), _EXAMPLE)
    longitudes, latitudes = zip(*ring, strict=True)
    if any(abs(after - before) > 180 for before, after in pairwise(longitudes)):
        _refuse_antimeridian()
    if max(longitudes) - min(longitudes) > WIDEST or max(latitudes) - min(latitudes) > WIDEST:
        what = _("has a ring that is more than {width:g} degree wide or high").format(width=WIDEST)
        _refuse(what, _("one site's land: look for a wrong digit"))
    return ring


def _position_of(given: object) -> tuple[float, float]:
    position = given if isinstance(given, list) else []
    numbers = [one for one in position if isinstance(one, int | float) and not isinstance(one, bool)]
    # Not less than: that of NaN is false as well.
    if not 2 <= len(position) <= 4 or len(numbers) < len(position) or not all(-1e9 < one < 1e9 for one in numbers):
        what = _("has a position that is not a longitude and a latitude")
        _refuse(what, _("two numbers in degrees"), "[-70.0012, -12.8034]")
    return numbers[0], numbers[1]


def _check_range(positions: list[tuple[float, float]]) -> None:
    """Refuse numbers that are no longitude and latitude, with what they look like."""
    outside = [one for one in positions if abs(one[0]) > 180 or abs(one[1]) > 90]
    degrees = _("degrees of WGS 84, longitude first")
    if any(abs(x) > 360 or abs(y) > 180 for x, y in outside):
        what = _("has a position beyond 180 and 90 degrees, so that it looks like metres of a projection")
        _refuse(what, degrees, "[-70.0012, -12.8034]")
    if any(abs(x) <= 90 for x, _y in outside):
        what = _("has a latitude beyond 90 degrees, so that it looks like latitude before longitude")
        _refuse(what, degrees, "[-70.0012, -12.8034]")
    if outside:
        _refuse_antimeridian()
    if any(latitude < SOUTHERNMOST for _longitude, latitude in positions):
        what = _("lies in Antarctica, so that it looks like latitude before longitude")
        _refuse(what, degrees, "[-70.0012, -12.8034]")


def _refuse_antimeridian() -> NoReturn:
    what = _("has a ring that crosses the antimeridian")
    _refuse(what, _("two polygons, cut at 180 degrees, as RFC 7946 section 3.1.9 has it"))


def _check_shapes(polygons: list[list[Ring]]) -> None:
    """Refuse rings that cross themselves or one another, holes outside, and polygons that overlap."""
    import shapely

    shapes: list[Any] = []
    for rings in polygons:
        if any(shapely.Polygon(ring).convex_hull.area == 0 for ring in rings):
            _refuse(_("has a polygon without area"), _("positions around a piece of land"), _EXAMPLE)
        shape = shapely.Polygon(rings[0], rings[1:])
        if not shape.is_valid:
            _refuse_shape(shapely.is_valid_reason(shape), len(rings))
        shapes.append(shape)
    whole = sum(shape.area for shape in shapes)
    twice = whole - shapely.union_all(shapes).area
    if twice > MOST_OVERLAP * whole:
        what = _("has polygons that overlap: {share:.1%} would be counted twice").format(share=twice / whole)
        _refuse(what, _("each piece of land once"))


def _refuse_shape(reason: str, rings: int) -> NoReturn:
    """Say what is wrong with a polygon, in words, and near which position, by the words of GEOS."""
    kind, _bracket, place = reason.rstrip("]").partition("[")
    words = {
        "Self-intersection": _("has a ring that crosses itself") if rings == 1 else _("has rings that cross"),
        "Ring Self-intersection": _("has a ring that touches itself"),
        "Hole lies outside shell": _("has a hole outside its ring"),
        "Holes are nested": _("has a hole within a hole"),
        "Interior is disconnected": _("has holes that cut it in two"),
    }
    near = ", ".join(f"{float(number):.6f}" for number in place.split())
    where = _(" near {place}").format(place=near) if near else ""
    expected = _("rings that do not cross, outermost first, then its holes")
    _refuse(words.get(kind, _("has rings that cross")) + where, expected)


def _area(ring: Ring) -> float:
    """Return the area within a ring. [m2]."""
    from geographiclib.geodesic import Geodesic

    polygon: Any = Geodesic.WGS84.Polygon()
    for longitude, latitude in ring[:-1]:
        polygon.AddPoint(latitude, longitude)
    _count, _perimeter, area = polygon.Compute(False, True)
    return abs(area)
