"""`GET /3/footprints`, `GET /3/footprints/{id}` and `POST /v1/pact/publish`: product footprints by PACT."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Annotated, Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from litestar import Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.exceptions import ClientException, NotFoundException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, Parameter, QueryParameter

from asmcarbon.api.access import tenant_of
from asmcarbon.api.body import AnyRequest, refuse_files
from asmcarbon.api.openapi import PUBLISHED, errors
from asmcarbon.api.pact_answers import FootprintData, FootprintsData
from asmcarbon.api.pact_errors import pact_errors
from asmcarbon.exchange.declared import Declared
from asmcarbon.exchange.pact import product_footprint
from asmcarbon.factors.countries import un_regions
from asmcarbon.factors.tables import read_tables
from asmcarbon.jobs.published import Criteria, footprint_of, footprints_of, publish
from asmcarbon.messages import _
from asmcarbon.site.site import Site

MOST = 100
MOST_VALUES = 100
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_TEXTS = {"productid": "product", "companyid": "company", "geography": "geography",
          "classification": "classification", "status": "status"}  # fmt: skip
_TIMES = {"validon": "valid_on", "validafter": "valid_after", "validbefore": "valid_before"}
_PAGES = ("limit", "after")


class PublishRequest(Declared):
    """A site, and what the footprint states of company and product."""

    site: Site


PUBLISHED.append(PublishRequest)

Texts = tuple[str, ...]
_LINK = ResponseHeader(name="Link", description="where there are more, the next of them", documentation_only=True)
_LOCATION = ResponseHeader(name="Location", description="where it can be read", documentation_only=True)


@get("/footprints", operation_id="list_footprints", summary="The product footprints of the tenant.", tags=["PACT"],
     sync_to_thread=True, responses=pact_errors(400, 401, 403, 429, 500, 503), response_headers=[_LINK])  # fmt: skip
def list_footprints(
    request: AnyRequest,
    product_id: Annotated[Texts, QueryParameter(name="productId", description="one of their productIds")] = (),
    company_id: Annotated[Texts, QueryParameter(name="companyId", description="one of their companyIds")] = (),
    geography: Annotated[Texts, Parameter(description="two-letter country code, or a region of M49")] = (),
    classification: Annotated[Texts, Parameter(description="one of their productClassifications")] = (),
    status: Annotated[Texts, Parameter(description="Active or Deprecated")] = (),
    valid_on: Annotated[str | None, QueryParameter(name="validOn", description="valid at that time")] = None,
    valid_after: Annotated[str | None, QueryParameter(name="validAfter", description="valid later only")] = None,
    valid_before: Annotated[str | None, QueryParameter(name="validBefore", description="valid only before")] = None,
    limit: Annotated[int, Parameter(ge=0, description="how many at most; never more than 100")] = MOST,
    after: Annotated[str | None, Parameter(description="of a `Link`: the id of the last one before")] = None,
) -> Response[FootprintsData]:
    """Return footprints in the order of publishing: of each criterion one value fits, and every criterion given.

    Capitals in names and values of criteria do not matter. Where there are more, `Link` with rel="next" leads to them.
    """
    del product_id, company_id, geography, classification, status, valid_on, valid_after, valid_before
    store, tenant, start = request.app.state.store, tenant_of(request), 0
    if after is not None:
        last = footprint_of(store, tenant, after)
        if last is None:
            raise ClientException(_("after is the id of no footprint"))
        start = last.number
    asked = list(request.query_params.multi_items())
    found, is_more = footprints_of(store, tenant, criteria_of(asked), min(limit, MOST), start)
    headers: dict[str, str] = {}
    if is_more:
        kept = [(name, value) for name, value in asked if name != "after"]
        follow = [("after", found[-1].id)] if found else [("after", after)] if after else []
        headers["Link"] = f'<{_address(request)}?{urlencode([*kept, *follow])}>; rel="next"'
    rows = cast("Any", [one.row() for one in found])
    return Response(FootprintsData(data=rows), headers=headers)


@get("/footprints/{number:str}", operation_id="footprint_by_id", summary="One product footprint.", tags=["PACT"],
     sync_to_thread=True, responses=pact_errors(401, 403, 404, 429, 500, 503))  # fmt: skip
def footprint_by_id(
    request: AnyRequest, number: Annotated[str, Parameter(description="its id, a UUID")]
) -> FootprintData:
    """Return a footprint of the tenant, deprecated ones too."""
    found = footprint_of(request.app.state.store, tenant_of(request), number)
    if found is None:
        raise NotFoundException(_("there is no footprint of this id"))
    return FootprintData(data=cast("Any", found.row()))


@post("/pact/publish", status_code=201, operation_id="publish_footprint", tags=["PACT"],
      summary="Publish the footprint of a product of a site.", response_headers=[_LOCATION],
      responses={200: ResponseSpec(FootprintData, False, "The same was published before: this one."),
                 **errors(400, 401, 408, 413, 415, 422, 429, 500, 503)})  # fmt: skip
async def publish_footprint(data: JSONBody[PublishRequest], request: AnyRequest) -> Response[FootprintData]:
    """Return a footprint as it can be read below /3/footprints from now on: it is never changed.

    Of the same product and company in the same year it takes the place of what was published before, which is
    deprecated and named in `precedingPfIds`.
    """
    asked, tenant = data, tenant_of(request)
    refuse_files(asked.site, weather=False)
    content = product_footprint(asked.site, read_tables(), asked, str(uuid4()), datetime.now(UTC))
    within = un_regions(asked.site.country)
    published, is_new = await asyncio.to_thread(publish, request.app.state.store, tenant, content, within)
    answer = FootprintData(data=cast("Any", published.row()))
    return Response(answer, status_code=201 if is_new else 200, headers={"Location": f"/3/footprints/{published.id}"})


def criteria_of(asked: list[tuple[str, Any]]) -> Criteria:
    """Return the criteria that names and values state; ClientException where a time is none, or a name unknown.

    A criterion that nobody reads would answer another question.
    """
    found: dict[str, list[Any]] = {}
    known = {*_TEXTS, *_TIMES, *_PAGES}
    for name, _value in asked:
        if name.lower() not in known and not name.lower().startswith("x-"):  # an extension of somebody's
            raise ClientException(_("'{name}' is not a parameter of this").format(name=name[:20]))
    # A criterion without a value asks for nothing: so PACT's conformance service has it.
    for name, value in ((name, value) for name, value in asked if value != ""):
        if (text := _TEXTS.get(name.lower())) is not None:
            found.setdefault(text, []).append(str(value))
        elif (time := _TIMES.get(name.lower())) is not None:
            found.setdefault(time, []).append(_seconds(name, str(value)))
    if any(len(values) > MOST_VALUES for values in found.values()):
        raise ClientException(_("more than {n} values of one criterion").format(n=MOST_VALUES))
    return Criteria(**{name: tuple(values) for name, values in found.items()})


def _seconds(name: str, text: str) -> float:
    """Return a time in seconds since 1970; without a zone it is of UTC."""
    try:
        # A plus that was not encoded arrives as a blank.
        at = datetime.fromisoformat(text.strip().replace(" ", "+").replace("z", "Z"))
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ClientException(_("{name} is no time in ISO 8601").format(name=name[:20])) from None


def host_of(request: AnyRequest) -> str:
    """Return the host that a request was sent to, as it names it; ClientException where it names none."""
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise ClientException(_("the Host header names no host"))
    return host


def _address(request: AnyRequest) -> str:
    return f"{request.scope['scheme']}://{host_of(request)}{request.scope['path']}"
