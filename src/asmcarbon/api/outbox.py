"""Events on their way to the servers of clients: sent as soon as they are due, tried again after growing waits."""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec
from litestar import Litestar

from asmcarbon.errors import StoreError
from asmcarbon.jobs.outbox import Delivery, arrived, claim, failed, forget_old
from asmcarbon.jobs.store import Store
from asmcarbon.messages import _

if TYPE_CHECKING:
    import httpx

# A token and an event, each in its own time.
TIMEOUT_S = 10.0
WHOLE_S = 40.0  # below the lease of a delivery
LOOK_S = 5.0
AT_ONCE = 4
LOOKS_TO_FORGET = 720
_LARGEST = 100_000
_MEDIA_TYPE = "application/cloudevents+json; charset=UTF-8"

_log = logging.getLogger("asmcarbon.api")


class NotDelivered(Exception):
    """The other server did not take an event, or gave no token; the text holds no secret and nothing that it said."""


class Outbox:
    """What sends events, some at once, until it is stopped."""

    def __init__(self, store: Store) -> None:
        """Take where events are kept."""
        self.store = store
        self._called = asyncio.Event()

    def wake(self) -> None:
        """Look at once for what is due."""
        self._called.set()

    async def run(self) -> None:
        """Send what is due, for ever."""
        looks = 0
        while True:
            try:
                await asyncio.gather(*(self._send_what_is_due() for _place in range(AT_ONCE)))
                looks += 1
                if looks % LOOKS_TO_FORGET == 0:
                    await asyncio.to_thread(forget_old, self.store)
            except StoreError:
                _log.warning("the outbox waits for the database")
            except Exception:
                _log.exception("fault of the outbox")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), LOOK_S)
            self._called.clear()

    async def _send_what_is_due(self) -> None:
        while (delivery := await asyncio.to_thread(claim, self.store)) is not None:
            await self._send(delivery)

    async def _send(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(WHOLE_S):
                await deliver(delivery)
        except NotDelivered as error:
            problem = str(error)
        except TimeoutError:
            problem = _("no answer in time")
        except Exception:
            # Whatever it was, the other events have to leave.
            _log.exception("fault of the outbox")
            problem = _("a fault of ours; the log has more")
        else:
            await asyncio.to_thread(arrived, self.store, delivery)
            return
        _log.warning("event %s for key %s: %s", delivery.id, delivery.callback.key, problem)
        await asyncio.to_thread(failed, self.store, delivery, problem)


async def deliver(delivery: Delivery) -> None:
    """Send an event to where the operator told, with a token of that server; NotDelivered where it is not taken.

    No redirect is followed: it would lead where the operator did not tell.
    """
    import httpx  # only where there is something to send

    to = delivery.callback
    basic = httpx.BasicAuth(quote(to.client_id, safe=""), quote(to.client_secret, safe=""))
    trusted = ssl.create_default_context()
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, verify=trusted, trust_env=False) as client:
            form = {"grant_type": "client_credentials"}
            token = await _content(client, client.build_request("POST", to.token_url, data=form), basic)
            headers = {"Authorization": f"Bearer {_token_of(token)}", "Content-Type": _MEDIA_TYPE}
            event = client.build_request("POST", f"{to.url}/3/events", content=delivery.body, headers=headers)
            await _content(client, event, None)
    except httpx.HTTPError as error:
        raise NotDelivered(type(error).__name__) from None


async def _content(client: "httpx.AsyncClient", request: "httpx.Request", auth: "httpx.Auth | None") -> bytes:
    """Return what a server answers, at most some kilobytes of it."""
    answer = await client.send(request, auth=auth, stream=True, follow_redirects=False)
    try:
        if not answer.is_success:
            told = _("{path} answered {status}")
            raise NotDelivered(told.format(path=request.url.path, status=answer.status_code))
        found = b""
        async for part in answer.aiter_bytes():
            found += part
            if len(found) > _LARGEST:
                raise NotDelivered(_("the answer is too long"))
        return found
    finally:
        await answer.aclose()


class _Token(msgspec.Struct):
    access_token: str


def _token_of(content: bytes) -> str:
    try:
        token = msgspec.json.decode(content, type=_Token).access_token
    except msgspec.MsgspecError:
        raise NotDelivered(_("the answer holds no token")) from None
    if not (token.isascii() and token.isprintable() and token) or " " in token:
        raise NotDelivered(_("the answer holds no token"))
    return token


@asynccontextmanager
async def outbox(app: Litestar) -> AsyncGenerator[None]:
    """Send events for as long as the server runs."""
    app.state.outbox = Outbox(app.state.store)
    task = asyncio.create_task(app.state.outbox.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
