"""`POST /3/events`: CloudEvents of PACT. A request for footprints is answered later, at the client's own server.

What goes out leaves for the address that the operator registered for the client's key, never for one of a request.
"""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, cast
from uuid import uuid4

import msgspec
from litestar import Response, post
from litestar.exceptions import ClientException
from litestar.params import Body
from pydantic import ConfigDict, Field, RootModel, StringConstraints

from asmcarbon.api.access import key_id_of, tenant_of
from asmcarbon.api.body import AnyRequest, JSONRequest
from asmcarbon.api.openapi import PUBLISHED
from asmcarbon.api.pact import MOST_VALUES, criteria_of, host_of
from asmcarbon.api.pact_errors import pact_errors
from asmcarbon.jobs.outbox import callback_of, put
from asmcarbon.jobs.published import footprints_of
from asmcarbon.jobs.store import Store
from asmcarbon.messages import _, marked
from asmcarbon.site.model import Form, Part

MEDIA_TYPE = "application/cloudevents+json"
KIND = "org.wbcsd.pact.ProductFootprint.{name}Event.3"
# More footprints are got by `GET /3/footprints`, page by page.
MOST_IN_EVENT = 500
_MOST_IDS = 10_000

Word = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Words = Annotated[list[Word], Field(max_length=MOST_VALUES)]
Id = Annotated[
    str,
    Form(
        "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", marked("a UUID"), "f4b1225a-bd44-4c8e-861d-079e4e1dfd69"
    ),
]
Time = Annotated[
    str,
    Form(
        r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)",
        marked("a time with its zone"),
        "2025-03-05T17:31:00Z",
    ),
]


class EventPart(Part):
    """A part of an event; attributes that others add to it are passed over."""

    model_config = ConfigDict(extra="ignore")


class Event(EventPart):
    """What CloudEvents 1.0 asks of every event."""

    specversion: Literal["1.0"]
    id: Word
    source: Word
    time: Time


class PublishedData(EventPart):
    """Footprints that were published elsewhere."""

    pfIds: Annotated[list[Id], Field(min_length=1, max_length=_MOST_IDS)]  # noqa: N815


class PublishedEvent(Event):
    """Somebody tells that footprints were published."""

    type: Literal["org.wbcsd.pact.ProductFootprint.PublishedEvent.3"]
    data: PublishedData


class Asked(EventPart):
    """Criteria, as those of `GET /3/footprints`."""

    productId: Words = Field(default_factory=list[Word])  # noqa: N815
    companyId: Words = Field(default_factory=list[Word])  # noqa: N815
    geography: Words = Field(default_factory=list[Word])
    classification: Words = Field(default_factory=list[Word])
    status: Words = Field(default_factory=list[Word])
    validOn: Time | None = None  # noqa: N815
    validAfter: Time | None = None  # noqa: N815
    validBefore: Time | None = None  # noqa: N815
    comment: str | None = None


class RequestCreatedEvent(Event):
    """Somebody asks for footprints."""

    type: Literal["org.wbcsd.pact.ProductFootprint.RequestCreatedEvent.3"]
    data: Asked


class FulfilledData(EventPart):
    """Footprints that were asked for."""

    requestEventId: Word  # noqa: N815
    pfs: Annotated[list[dict[str, Any]], Field(min_length=1)]


class RequestFulfilledEvent(Event):
    """Somebody answers what was asked."""

    type: Literal["org.wbcsd.pact.ProductFootprint.RequestFulfilledEvent.3"]
    data: FulfilledData


class Reason(EventPart):
    """Why there is no answer."""

    code: Word
    message: str


class RejectedData(EventPart):
    """What was asked, and why there is no answer."""

    requestEventId: Word  # noqa: N815
    error: Reason


class RequestRejectedEvent(Event):
    """Somebody has no answer to what was asked."""

    type: Literal["org.wbcsd.pact.ProductFootprint.RequestRejectedEvent.3"]
    data: RejectedData


AnyEvent = PublishedEvent | RequestCreatedEvent | RequestFulfilledEvent | RequestRejectedEvent


class PactEvent(RootModel[Annotated[AnyEvent, Field(discriminator="type")]]):
    """One of the four events of PACT 3."""


PUBLISHED.append(PactEvent)


class EventRequest(JSONRequest):
    """A request whose body is an event in JSON."""

    kinds: ClassVar[tuple[str, ...]] = (MEDIA_TYPE, "application/json")


@post("/events", status_code=200, operation_id="event", summary="Take an event.", tags=["PACT"],
      request_class=EventRequest, responses=pact_errors(400, 401, 403, 408, 413, 415, 429, 500, 503))  # fmt: skip
async def event(data: Annotated[PactEvent, Body(media_type=MEDIA_TYPE)], request: AnyRequest) -> Response[None]:
    """Accept an event: a request for footprints is answered at the server that is registered for the key.

    What others tell of their own footprints is accepted and not kept.
    """
    told = data.root
    store, tenant, key = request.app.state.store, tenant_of(request), key_id_of(request)
    if isinstance(told, RequestCreatedEvent):
        await asyncio.to_thread(answer_later, store, tenant, key, told, host_of(request))
        request.app.state.outbox.wake()
    # Of no bytes: the `null` that None is written as would be a body.
    return cast("Response[None]", Response(b"", status_code=200, media_type="text/plain"))


def answer_later(store: Store, tenant: str, key: str | None, asked: RequestCreatedEvent, host: str) -> None:
    """Keep the one answer to a request, to be sent; ClientException where nobody has told where to."""
    if key is None or callback_of(store, key) is None:
        raise ClientException(_("no address is registered for this client that an answer could be sent to"))
    found, is_more = footprints_of(store, tenant, criteria_of(_pairs(asked.data)), MOST_IN_EVENT)
    content: dict[str, Any] = {"requestEventId": asked.id}
    if found and not is_more:
        name, content["pfs"] = "RequestFulfilled", [one.row() for one in found]
    else:
        name, content["error"] = "RequestRejected", _rejection(is_more)
    number = str(uuid4())
    body = {
        "type": KIND.format(name=name),
        "specversion": "1.0",
        "id": number,
        "source": f"//{host}/3/events",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": content,
    }
    # Source and id together are one event (CloudEvents 1.0): sent again, it is answered once.
    same = hashlib.sha256(msgspec.json.encode([asked.source, asked.id])).hexdigest()
    put(store, key, same, number, msgspec.json.encode(body))


def _pairs(asked: Asked) -> list[tuple[str, str]]:
    """Return criteria as those of a query are."""
    stated: dict[str, Any] = asked.model_dump(exclude_none=True, exclude={"comment"})
    listed: dict[str, list[str]] = {name: one if isinstance(one, list) else [one] for name, one in stated.items()}
    return [(name, value) for name, values in listed.items() for value in values]


def _rejection(is_more: bool) -> dict[str, str]:
    if is_more:
        text = _("more than {n} footprints match; ask for fewer, or read them page by page")
        return {"code": "BadRequest", "message": text.format(n=MOST_IN_EVENT)}
    return {"code": "NotFound", "message": _("no footprint matches what was asked")}
