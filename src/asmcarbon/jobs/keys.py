"""API keys: made once, shown once, kept as hashes; and the tokens that OAuth2 clients get for them."""

import re
import secrets
from hashlib import sha256
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.jobs.store import Store, keys, now, tokens
from asmcarbon.messages import _

_TENANT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DAY_S = 86_400.0
TOKEN_S = 3_600


Opens = Literal["all", "footprints"]


class Key(Struct, frozen=True):
    """A key, without its secret.

    tenant   whose sites, jobs and footprints it opens
    name     what it is for, in its maker's words
    opens    everything of the tenant, or what it has published, which is for buyers' systems
    created, expires, revoked   seconds since 1970; None: never
    """

    id: str
    tenant: str
    name: str
    opens: Opens
    created: float
    expires: float | None
    revoked: float | None

    def is_open(self, at: float) -> bool:
        """Whether it opens anything at a time."""
        return self.revoked is None and (self.expires is None or at < self.expires)


_KEY = [keys.c[name] for name in Key.__struct_fields__]


def hashed(secret: str) -> str:
    """Return what is kept of a secret of 256 random bits, which no slow hash would make safer."""
    return sha256(secret.encode()).hexdigest()


def create_key(
    store: Store, tenant: str, name: str, days: float | None = None, opens: Opens = "all"
) -> tuple[Key, str]:
    """Return a new key and its secret, which is kept nowhere; InputError where the tenant's name is none.

    days    after which it ends; None: never
    opens   all that is the tenant's, or its published footprints alone
    """
    problems: list[Problem] = []
    if not _TENANT.fullmatch(tenant):
        expected = _("at most 63 small letters, digits and hyphens")
        problems.append(Problem("--tenant", _("is '{tenant}'").format(tenant=tenant), expected, "green-fund"))
    if len(name) > 200 or not name.isprintable():
        problems.append(Problem("--name", _("is no text of one line"), _("at most 200 characters"), "reporting"))
    if problems:
        raise InputError(problems)
    created, number = now(), secrets.token_hex(6)
    expires = None if days is None else created + days * _DAY_S
    key = Key(number, tenant, name, opens, created, expires, None)
    secret = f"asmcarbon_{number}_{secrets.token_urlsafe(32)}"
    with store.writing() as connection:
        values = {one: getattr(key, one) for one in Key.__struct_fields__}
        connection.execute(keys.insert().values(hash=hashed(secret), **values))
    return key, secret


def all_keys(store: Store) -> tuple[Key, ...]:
    """Return every key, the oldest first."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(*_KEY).order_by(keys.c.created, keys.c.id)).all()
    return tuple(Key(*row) for row in rows)


def revoke_key(store: Store, number: str) -> Key:
    """End a key and its tokens, and return it; InputError where there is none."""
    with store.writing() as connection:
        row = connection.execute(sa.select(*_KEY).where(keys.c.id == number)).one_or_none()
        if row is None:
            raise InputError(Problem("ID", _("there is no key '{id}'").format(id=number), _("one of `keys list`")))
        connection.execute(keys.update().where(keys.c.id == number, keys.c.revoked.is_(None)).values(revoked=now()))
        connection.execute(tokens.delete().where(tokens.c.key == number))
        row = connection.execute(sa.select(*_KEY).where(keys.c.id == number)).one()
    return Key(*row)


def key_of(store: Store, secret: str) -> Key | None:
    """Return the key of a secret, or of a token that was given for it; None where it opens nothing now."""
    at, kept = now(), hashed(secret)
    of_token = sa.select(tokens.c.key).where(tokens.c.hash == kept, tokens.c.expires > at).scalar_subquery()
    with store.reading() as connection:
        row = connection.execute(sa.select(*_KEY).where((keys.c.hash == kept) | (keys.c.id == of_token))).one_or_none()
    key = None if row is None else Key(*row)
    return key if key is not None and key.is_open(at) else None


def has_keys(store: Store) -> bool:
    """Whether any key opens anything now: without one the server asks for none, on this machine alone."""
    at = now()
    is_open = keys.c.revoked.is_(None) & (keys.c.expires.is_(None) | (keys.c.expires > at))
    with store.reading() as connection:
        return connection.execute(sa.select(keys.c.id).where(is_open).limit(1)).one_or_none() is not None


def grant_token(store: Store, number: str, secret: str) -> str | None:
    """Return a token for a key, which ends after an hour; None where the secret is not that of the key."""
    key = key_of(store, secret) if secret.startswith(f"asmcarbon_{number}_") else None
    if key is None or key.id != number:
        return None
    token = secrets.token_urlsafe(32)
    with store.writing() as connection:
        connection.execute(tokens.delete().where(tokens.c.expires < now()))
        connection.execute(tokens.insert().values(hash=hashed(token), key=number, expires=now() + TOKEN_S))
    return token
