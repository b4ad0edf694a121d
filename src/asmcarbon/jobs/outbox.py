"""What is sent to a client's own server: where to, as the operator told and no request; kept until it has arrived."""

import ipaddress
import secrets
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy.exc import IntegrityError

from asmcarbon.errors import InputError, Problem, QueueFull
from asmcarbon.jobs.store import Store, callbacks, keys, now, outbox
from asmcarbon.messages import _

FIRST_WAIT_S = 10.0
LONGEST_WAIT_S = 3_600.0
GIVEN_UP_S = 72 * 3_600.0  # as the specification of PACT proposes
KEPT_S = 30 * 86_400.0
LEASE_S = 60.0
MOST_WAITING = 100
_LONGEST = 500
_EXAMPLE = "https://api.example.com"


class Callback(Struct, frozen=True):
    """Where the answers to the events of a key go.

    url            base of the client's server: events go to url/3/events
    token_url      where a token for it is got
    client_id, client_secret   what it knows us by
    """

    key: str
    url: str
    token_url: str
    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """Show all but the secret: this may stand in a log."""
        return f"Callback(key={self.key!r}, url={self.url!r})"


class Delivery(Struct, frozen=True):
    """One event that is due, and ours to send as long as the lease is held."""

    id: str
    body: bytes
    attempts: int
    created: float
    lease: str
    callback: Callback


_CALLBACK = [callbacks.c[name] for name in Callback.__struct_fields__]


def register_callback(
    store: Store, key: str, url: str, client_id: str, client_secret: str, token_url: str | None = None
) -> Callback:
    """Keep where the answers to the events of a key go, in the place of what was kept before; InputError lists all.

    token_url   where it is other than url/auth/token
    """
    url = url.rstrip("/")
    callback = Callback(key, url, token_url or f"{url}/auth/token", client_id, client_secret)
    problems = [*_url_problems("URL", url), *([] if token_url is None else _url_problems("--token-url", token_url))]
    for option, text in (("--client-id", client_id), ("--client-secret-file", client_secret)):
        if not text or len(text) > _LONGEST or not (text.isprintable() and text.isascii()):
            expected = _("one line of printable ASCII, at most {n} characters").format(n=_LONGEST)
            problems.append(Problem(option, _("cannot be used"), expected))
    if ":" in client_id:
        problems.append(Problem("--client-id", _("holds a colon"), _("none: HTTP Basic ends the name with it")))
    with store.reading() as connection:
        if connection.scalar(sa.select(keys.c.id).where(keys.c.id == key, keys.c.revoked.is_(None))) is None:
            what = _("there is no key '{id}' that is open").format(id=key)
            problems.append(Problem("KEY_ID", what, _("one of `keys list`")))
    if problems:
        raise InputError(problems)
    with store.writing() as connection:
        connection.execute(callbacks.delete().where(callbacks.c.key == key))
        connection.execute(callbacks.insert().values(asdict(callback)))
    return callback


def callback_of(store: Store, key: str) -> Callback | None:
    """Return where the answers to the events of a key go; None where nobody has told."""
    with store.reading() as connection:
        row = connection.execute(sa.select(*_CALLBACK).where(callbacks.c.key == key)).one_or_none()
    return None if row is None else Callback(*row)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address alone.

    >>> is_loopback("127.0.0.1"), is_loopback("example.com")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url_problems(where: str, url: str) -> list[Problem]:
    expected = _("an address with https, and no user, query or fragment; http on this machine alone")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return [Problem(where, _("is no address"), expected, _EXAMPLE)]
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    has_more = parts.username is not None or parts.password is not None or "?" in url or "#" in url
    is_text = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST
    if host and is_safe and is_text and not has_more:
        return []
    return [Problem(where, _("cannot be used"), expected, _EXAMPLE)]


def put(store: Store, key: str, request: str, number: str, body: bytes) -> bool:
    """Keep an event until it has arrived; False where the same request has one already.

    request  what tells it from others of the key; number: id of the event
    QueueFull where too many wait for this key.
    """
    at = now()
    is_waiting = (outbox.c.key == key) & outbox.c.ended.is_(None)
    try:
        with store.writing() as connection:
            same = sa.select(outbox.c.id).where(outbox.c.key == key, outbox.c.request == request)
            if connection.scalar(same) is not None:
                return False
            waiting = connection.scalar(sa.select(sa.func.count()).select_from(outbox).where(is_waiting)) or 0
            if waiting >= MOST_WAITING:
                raise QueueFull(waiting, int(LONGEST_WAIT_S))
            values = {"id": number, "key": key, "request": request, "body": body, "created": at, "due": at}
            connection.execute(outbox.insert().values(values))
    except IntegrityError:
        return False
    return True


def claim(store: Store) -> Delivery | None:
    """Take the event that is due first; None where none is. One whose lease has run out is due again."""
    at, lease = now(), secrets.token_hex(16)
    is_free = outbox.c.lease.is_(None) | (outbox.c.leased_until < at)
    query = (
        sa.select(outbox.c.id, outbox.c.body, outbox.c.attempts, outbox.c.created, *_CALLBACK)
        .join(callbacks, callbacks.c.key == outbox.c.key)
        .join(keys, keys.c.id == outbox.c.key)
        .where(outbox.c.ended.is_(None), outbox.c.due <= at, is_free, keys.c.revoked.is_(None))
        .order_by(outbox.c.due)
        .limit(1)
        .with_for_update(skip_locked=True, of=outbox)
    )
    with store.writing() as connection:
        row: Any = connection.execute(query).one_or_none()
        if row is None:
            return None
        number, body, attempts, created, *where = row
        values = {"lease": lease, "leased_until": at + LEASE_S, "attempts": outbox.c.attempts + 1}
        connection.execute(outbox.update().where(outbox.c.id == number).values(values))
    return Delivery(number, body, attempts + 1, created, lease, Callback(*where))


def arrived(store: Store, delivery: Delivery) -> None:
    """Keep that an event has arrived, and its body no longer."""
    _end(store, delivery, {"ended": now(), "body": b"", "problem": None})


def failed(store: Store, delivery: Delivery, problem: str) -> None:
    """Let an event wait longer than the last time; given up where it is too old."""
    at = now()
    wait = min(FIRST_WAIT_S * 2 ** min(delivery.attempts - 1, 30), LONGEST_WAIT_S)
    given_up = at + wait > delivery.created + GIVEN_UP_S
    _end(store, delivery, {"problem": problem[:_LONGEST], **({"ended": at} if given_up else {"due": at + wait})})


def _end(store: Store, delivery: Delivery, values: dict[str, object]) -> None:
    is_ours = (outbox.c.id == delivery.id) & (outbox.c.lease == delivery.lease)
    with store.writing() as connection:
        connection.execute(outbox.update().where(is_ours).values(lease=None, leased_until=None, **values))


def forget_old(store: Store) -> int:
    """Forget what ended long ago, and what nobody could be sent, and return how many events that were."""
    at = now()
    is_old = (outbox.c.ended < at - KEPT_S) | (outbox.c.ended.is_(None) & (outbox.c.created < at - KEPT_S))
    with store.writing() as connection:
        return connection.execute(outbox.delete().where(is_old)).rowcount
