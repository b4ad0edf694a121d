"""A request whose body is one JSON object and nothing else: read strictly, refused with the reason."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, ClassVar

import msgspec
from litestar import Request
from litestar.exceptions import ClientException, HTTPException

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.site.site import Site

LARGEST_BODY = 1_000_000
# A megabyte by a line of 400 kbit/s.
SLOWEST_BODY_S = 20.0
# No part of a site has half as many. Tens of thousands of wrong ones take the validator seconds (5 s measured).
MOST_KEYS = 100


AnyRequest = Request[Any, Any, Any]


class JSONRequest(AnyRequest):
    """A request that takes JSON by its content type alone, without NaN, infinity or a key given twice."""

    kinds: ClassVar[tuple[str, ...]] = ("application/json",)

    async def body(self) -> bytes:
        """Return the body of a request that has one."""
        check_type(self, self.kinds)
        body = await in_time(super().body())
        if not body:
            raise ClientException(_("the body is empty"))
        return body

    async def json(self) -> Any:
        """Return what the body states."""
        return content_of(await self.body())


async def in_time(body: Awaitable[bytes]) -> bytes:
    """Return a body, or refuse one that comes too slowly."""
    try:
        async with asyncio.timeout(SLOWEST_BODY_S):
            return await body
    except TimeoutError:
        detail = _("the body did not come within {limit:g} s").format(limit=SLOWEST_BODY_S)
        # Left open, the connection would take what drips for as long as it does.
        raise HTTPException(status_code=408, detail=detail, headers={"Connection": "close"}) from None


def check_type(request: AnyRequest, kinds: tuple[str, ...]) -> None:
    """Refuse a body of another content type, of another encoding than UTF-8, or compressed."""
    kind, options = request.content_type
    if kind not in kinds or options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise HTTPException(status_code=415, detail=_("the body has to be {kind} in UTF-8").format(kind=kinds[0]))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(status_code=415, detail=_("the body has to be sent without a content encoding"))


def content_of(body: bytes) -> Any:
    """Return what a JSON text states; ClientException where it is not JSON, InputError where a key stands twice.

    msgspec alone decides what is JSON: it refuses NaN, infinity, 1e400 and text that is not Unicode. A second pass
    by the standard library sees the keys that msgspec would silently drop.
    """
    try:
        content = msgspec.json.decode(body)
        twice: list[str] = []
        json.loads(body, object_pairs_hook=lambda pairs: _keyed(pairs, twice))
    except (msgspec.MsgspecError, ValueError) as error:
        raise ClientException(_("the body is not JSON: {reason}").format(reason=error)) from None
    except RecursionError:
        raise ClientException(_("the body is not a site: it is nested too deep")) from None
    if twice:
        raise InputError([Problem(key, _("is given twice"), _("each key once")) for key in twice])
    return content


def _keyed(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        what = _("an object has {n} keys").format(n=len(pairs))
        raise InputError(Problem("", what, _("at most {n}").format(n=MOST_KEYS)))
    keyed = dict(pairs)
    if len(keyed) < len(pairs):
        names = [name for name, _value in pairs]
        twice.extend(name for name in keyed if names.count(name) > 1)
    return keyed


def refuse_files(site: Site, *, weather: bool = True) -> None:
    """Refuse a site that names a file which would be opened: it would be one of the server's."""
    what = _("names a file, which is read on the command line only")
    problems: list[Problem] = []
    if weather and site.energy.weather.file is not None:
        expected = _("twelve means in energy.weather.monthly_irradiation, or none")
        problems.append(Problem("energy.weather.file", what, expected))
    if site.method.factors is not None:
        problems.append(Problem("method.factors", what, _("a factor beside the material itself, or none")))
    if problems:
        raise InputError(problems)
