"""What a client looks up: the units, the schema of a site, whether the server is up."""

from importlib.metadata import version
from typing import Any

from litestar import get

from asmcarbon.api.answers import Stamp
from asmcarbon.api.openapi import errors
from asmcarbon.api.reference_answers import HealthAnswer, UnitRow, UnitsAnswer
from asmcarbon.factors.tables import read_tables
from asmcarbon.site.site import Site
from asmcarbon.units import unit_list

# Read once: it is looked for in the file system, 0.1 ms each time.
_VERSION = version("asmcarbon")


def stamp() -> Stamp:
    """Return the versions that an answer without a site is made by."""
    return {"asmcarbon": _VERSION, "factor_release": read_tables().release}


@get("/units", operation_id="units", summary="The units that may be written.", tags=["reference"],
     responses=errors(500))  # fmt: skip
async def units() -> UnitsAnswer:
    """Return every unit with its other names, definition, dimension and source."""
    rows: list[UnitRow] = [
        {
            "unit": one.name,
            "also": list(one.aliases),
            "definition": one.definition,
            "measures": one.dimension,
            "source": one.source,
        }
        for one in unit_list()
    ]
    return {**stamp(), "units": rows}


@get("/schemas/site", operation_id="siteSchema", summary="The JSON Schema of a site.", tags=["reference"],
     media_type="application/schema+json", responses=errors(500))  # fmt: skip
async def site_schema() -> dict[str, Any]:
    """Return the JSON Schema of a site, as `asmcarbon schema` prints it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Site.model_json_schema()}


@get("/health", operation_id="health", summary="Whether the server is up.", tags=["reference"], responses=errors(500))
async def health() -> HealthAnswer:
    """Return the versions that the server answers with."""
    return {"status": "ok", **stamp()}
