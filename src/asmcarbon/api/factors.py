"""`GET /v1/factors`, one factor, and the release that they are of."""

from difflib import get_close_matches
from typing import Annotated, cast

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from asmcarbon.api.openapi import errors
from asmcarbon.api.reference import stamp
from asmcarbon.api.reference_answers import BenchmarksAnswer, FactorAnswer, FactorsAnswer, ReleaseRow, ReleasesAnswer
from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import _
from asmcarbon.reports.rows import factor_row

LONGEST_PAGE = 500
FILTERS = ("item", "region", "gas", "boundary", "table")


def _filter(meaning: str) -> QueryParameter:
    return QueryParameter(description=meaning, max_length=100)


Item = Annotated[str | None, _filter("only this item, as `diesel.stationary`")]
Region = Annotated[str | None, _filter("a country code, `any` or `World`")]
Gas = Annotated[str | None, _filter("as `CO2`, `CH4`, `N2O`, `CO2e`")]
Boundary = Annotated[str | None, _filter("as `combustion`, `well_to_tank`")]
Table = Annotated[str | None, _filter("as `fuels`, `electricity`")]
Limit = Annotated[int, QueryParameter(description="rows on a page", ge=1, le=LONGEST_PAGE)]
Offset = Annotated[int, QueryParameter(description="rows before the page", ge=0, le=1_000_000)]


@get("/factors", operation_id="factors", summary="The emission factors.", tags=["factors"], responses=errors(422, 500))
async def factors(
    item: Item = None,
    region: Region = None,
    gas: Gas = None,
    boundary: Boundary = None,
    table: Table = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> FactorsAnswer:
    """Return the rows that every filter fits, in the order of the tables, a page at a time."""
    asked = dict(zip(FILTERS, (item, region, gas, boundary, table), strict=True))
    wanted = {name: value for name, value in asked.items() if value is not None}
    tables = read_tables()
    found = [row for row in tables.factors if all(getattr(row, name) == value for name, value in wanted.items())]
    page = [factor_row(row, tables) for row in found[offset : offset + limit]]
    answer = {**stamp(), "total": len(found), "limit": limit, "offset": offset, "factors": page}
    return cast("FactorsAnswer", answer)


@get("/factors/{factor_id:str}", operation_id="factor", summary="One emission factor.", tags=["factors"],
     responses=errors(404, 422, 500))  # fmt: skip
async def factor(factor_id: FromPath[str]) -> FactorAnswer:
    """Return one row with its whole citation, by the id that reports print."""
    tables = read_tables()
    found = tables.by_id.get(factor_id)
    if found is None:
        near = get_close_matches(factor_id[:100], list(tables.by_id), 3, 0.3)
        text = _("no factor has this id; the nearest are {ids}") if near else _("no factor has this id")
        raise NotFoundException(text.format(ids=", ".join(near)))
    return cast("FactorAnswer", {**stamp(), **factor_row(found, tables)})


@get("/benchmarks", operation_id="benchmarks", summary="What results are set beside.", tags=["factors"],
     responses=errors(422, 500))  # fmt: skip
async def benchmarks(
    product: Annotated[str | None, _filter("only of this product, as `gold`, or of `asm` at large")] = None,
) -> BenchmarksAnswer:
    """Return published figures of large-scale and artisanal mining, with their boundaries: compare like with like."""
    tables = read_tables()
    rows = [factor_row(row, tables) for row in tables.benchmarks if product in (None, row.item.partition(".")[0])]
    return cast("BenchmarksAnswer", {**stamp(), "benchmarks": rows})


@get("/releases", operation_id="releases", summary="The releases of the factor tables.", tags=["factors"],
     responses=errors(500))  # fmt: skip
async def releases() -> ReleasesAnswer:
    """Return the release that this server answers with."""
    tables = read_tables()
    row: ReleaseRow = {
        "release": tables.release,
        "default_gwp_set": tables.default_gwp_set,
        "factors": len(tables.factors),
    }
    return {**stamp(), "current": tables.release, "releases": [row]}
