"""Who asks, how often, and what is noted of it: the door before every route, those that are not there included."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from litestar.types import ASGIApp, Message, Receive, Send
from msgspec import Struct

from asmcarbon.api.body import AnyRequest
from asmcarbon.api.metrics import Metrics
from asmcarbon.api.openapi import OPEN
from asmcarbon.api.pact_errors import refusal
from asmcarbon.errors import StoreError
from asmcarbon.jobs.keys import Key, has_keys, key_of
from asmcarbon.jobs.settings import Settings
from asmcarbon.jobs.store import Store
from asmcarbon.messages import _, known_language, language, speaking

# Whom a server without keys serves: this machine.
LOCAL = "local"
# Seconds for which a key that was found is taken for good: a revoked one opens nothing after that.
_KNOWN_S = 1.0
_MOST_KNOWN = 10_000
# Secrets that open nothing, a second, from one address: each costs a look into the database.
_WRONG_RATE, _WRONG_BURST = 5.0, 50

# Of one request; no client of ours sends a tenth of either.
_MOST_HEADERS, _MOST_HEADER_BYTES = 100, 32_768
# Languages that are looked at in one request.
_MOST_LANGUAGES = 20

# Nothing here is meant to be framed, sniffed, cached between clients, or to load anything.
_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]

_log = logging.getLogger("asmcarbon.access")


class Access(Struct, frozen=True):
    """Who asks: a tenant, by a key; None where the server has no keys."""

    tenant: str
    key: str | None


class _RefusedError(Exception):
    def __init__(self, status: int, kind: str, detail: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.headers = status, kind, detail, list(headers)


def access_of(request: AnyRequest) -> Access:
    """Return who asks."""
    return request.scope["state"]["access"]


def tenant_of(request: AnyRequest) -> str:
    """Return whose sites, jobs and footprints a request is about."""
    return access_of(request).tenant


def key_id_of(request: AnyRequest) -> str | None:
    """Return the id of the key that a request came with; None where the server has no keys."""
    return access_of(request).key


class Rates:
    """How often each may ask: a bucket that fills at a rate and holds a burst."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take requests a second and at once."""
        self.rate, self.burst, self.clock = rate, burst, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait_s(self, who: str) -> float:
        """Count a request; return the seconds to wait where that is one too many, 0 where it may go on."""
        at = self.clock()
        left, since = self._buckets.get(who, (float(self.burst), at))
        left = min(left + (at - since) * self.rate, float(self.burst))
        if len(self._buckets) > _MOST_KNOWN:
            self._buckets.clear()
        self._buckets[who] = (max(left - 1.0, 0.0) if left >= 1.0 else left, at)
        return 0.0 if left >= 1.0 else (1.0 - left) / self.rate


class Door:
    """Asks each request for its key, counts it, lets it through, notes it."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        """Take what the server was told."""
        self.settings, self.metrics = settings, metrics
        self.store: Store | None = None
        self._known: dict[str, tuple[Key | None, float]] = {}
        self._asks_for_keys: tuple[bool, float] = (True, 0.0)
        self._rates = Rates(settings.rate, settings.burst)
        self._wrong = Rates(_WRONG_RATE, _WRONG_BURST)

    async def through(self, app: ASGIApp, scope: Any, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        started, status, size = time.perf_counter(), 0, 0

        async def sent(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                spoken = (b"content-language", language().replace("_", "-").encode())
                own = {name.lower() for name, _value in message["headers"]}
                security = [one for one in _SECURITY_HEADERS if one[0] not in own]
                message["headers"] = [*message["headers"], spoken, (b"vary", b"accept-language"), *security]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            with speaking(_language(scope)):
                try:
                    scope["state"]["access"] = await self._access(scope)
                except _RefusedError as error:
                    await _answer(error, scope, sent)
                except StoreError as error:
                    await _answer(_RefusedError(503, "unavailable", str(error), [(b"retry-after", b"5")]), scope, sent)
                else:
                    await app(scope, receive, sent)
        finally:
            self._note(scope, status, size, time.perf_counter() - started)

    async def _access(self, scope: Any) -> Access:
        path, headers = scope["path"].rstrip("/"), scope["headers"]
        if len(headers) > _MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > _MOST_HEADER_BYTES:
            raise _RefusedError(431, "too-large", _("these are more headers than any request needs"))
        if self.settings.is_exposed and scope["scheme"] != "https" and path != "/health":
            raise _RefusedError(403, "https-only", _("this server is asked over https only"))
        if path in OPEN:
            return self._counted(Access("", None), _host(scope))
        secret = _secret(scope)
        if secret is None:
            if await self._wants_key():
                raise _unauthorised(_("a key is missing: send 'Authorization: Bearer <key>'"), b"Bearer")
            return self._counted(Access(LOCAL, None), LOCAL)
        key = await self._key(secret)
        if key is None:
            if wait := self._wrong.wait_s(_host(scope)):
                raise _too_often(wait)
            raise _unauthorised(
                _("the key opens nothing: it is none of ours, revoked, or has ended"), b'Bearer error="invalid_token"'
            )
        access = self._counted(Access(key.tenant, key.id), key.tenant)
        if key.opens == "footprints" and not path.startswith("/3/"):
            raise _RefusedError(403, "forbidden", _("the key opens published footprints alone, below /3"))
        return access

    def _counted(self, access: Access, who: str) -> Access:
        if wait := self._rates.wait_s(who):
            raise _too_often(wait)
        return access

    async def _wants_key(self) -> bool:
        """Whether there is a key: the first that is made closes the door to all who have none."""
        wants, until = self._asks_for_keys
        if time.monotonic() > until:
            wants = self.settings.is_exposed or await asyncio.to_thread(has_keys, self._store())
            self._asks_for_keys = wants, time.monotonic() + _KNOWN_S
        return wants

    async def _key(self, secret: str) -> Key | None:
        known = self._known.get(secret)
        if known is not None and time.monotonic() < known[1]:
            return known[0]
        key = await asyncio.to_thread(key_of, self._store(), secret)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known[secret] = key, time.monotonic() + _KNOWN_S
        return key

    def _store(self) -> Store:
        assert self.store is not None
        return self.store

    def _note(self, scope: Any, status: int, size: int, seconds: float) -> None:
        """Write one line of the access log: no query, no header, no body, nothing that is secret."""
        route = scope.get("path_template", "")
        self.metrics.note(scope["method"], str(route), status, seconds)
        access = scope["state"].get("access")
        row = {
            "at": round(time.time(), 3), "from": _host(scope), "method": scope["method"], "path": scope["path"][:200],
            "status": status, "bytes": size, "ms": round(1e3 * seconds, 2),
            "tenant": access and access.tenant, "key": access and access.key,
        }  # fmt: skip
        _log.info("%s", json.dumps(row))


def _language(scope: Any) -> str:
    """Return the language that a client would rather have of those that are spoken here (RFC 9110, 12.5.4)."""
    given = b",".join(value for name, value in scope["headers"] if name == b"accept-language").decode("latin-1")
    wanted: list[tuple[float, str]] = []
    for one in given.split(",")[:_MOST_LANGUAGES]:
        name, _semicolon, weight = one.partition(";")
        found = "en" if name.strip() == "*" else known_language(name.strip())
        quality = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", weight) if weight else None
        if found is not None and (quality is not None or not weight):
            wanted.append((float(quality[1]) if quality else 1.0, found))
    best = max(wanted, key=lambda pair: pair[0], default=(0.0, "en"))
    return best[1] if best[0] > 0.0 else "en"


def _host(scope: Any) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _secret(scope: Any) -> str | None:
    """Return the key or token that a request was sent with."""
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if not values:
        return None
    kind, _space, secret = values[0].decode("latin-1").partition(" ")
    if len(values) > 1 or kind.lower() != "bearer" or not 0 < len(secret) <= 200:
        raise _unauthorised(_("a key is sent as 'Authorization: Bearer <key>'"), b'Bearer error="invalid_request"')
    return secret


def _unauthorised(detail: str, challenge: bytes) -> _RefusedError:
    return _RefusedError(401, "unauthorized", detail, [(b"www-authenticate", challenge)])


def _too_often(wait_s: float) -> _RefusedError:
    after = str(max(1, round(wait_s + 0.5))).encode()
    return _RefusedError(429, "too-often", _("that was more often than is served"), [(b"retry-after", after)])


async def _answer(error: _RefusedError, scope: Any, send: Send) -> None:
    content, media_type = refusal(scope["path"], error.status, error.kind, error.detail)
    body = msgspec.json.encode(content)
    headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode()), *error.headers]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b"", "more_body": False})
