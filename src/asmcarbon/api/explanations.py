"""`POST /v1/explanations`."""

from typing import Annotated, Any, TypedDict, cast

from litestar import post
from litestar.params import JSONBody, Parameter

from asmcarbon.api.answers import Provenance
from asmcarbon.api.body import refuse_files
from asmcarbon.api.openapi import errors
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.explain import explanation
from asmcarbon.site.site import Site


class EquationRow(TypedDict):
    """One published equation that the figure rests on."""

    equation: str
    gives: str
    formula: str
    source: str


class ExplanationAnswer(Provenance):
    """A figure as a tree: each node has a name, a value, a unit, and below it the arguments of its equation."""

    gwp_set: str
    figure: str
    tree: dict[str, Any]
    equations: list[EquationRow]


@post("/explanations", status_code=200, operation_id="explanation", summary="Where a figure of a site comes from.",
      tags=["results"], responses=errors(400, 413, 415, 422, 500))  # fmt: skip
async def explain(
    data: JSONBody[Site],
    figure: Annotated[
        str,
        Parameter(
            description="a total (scope_1), lines of it (scope_1.diesel), an intensity (scopes_1_2/job) or an interval"
            " (scopes_1_2.interval)",
            max_length=200,
        ),
    ],
) -> ExplanationAnswer:
    """Return one figure down to the inputs, equations, rows and sources that it comes from."""
    site = data
    refuse_files(site, weather=False)
    return cast("ExplanationAnswer", explanation(site, read_tables(), figure))
