"""Published product footprints: never changed but for their status, each tenant's apart, found by what they are of."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from asmcarbon.jobs.store import Store, footprints, labels

# After the end of the reference period a footprint without a validity period is valid for so many years (PACT 3.0).
VALID_YEARS = 3
_OF_ITSELF = ("id", "created", "status", "precedingPfIds")

Content = dict[str, Any]


class Published(Struct, frozen=True):
    """A footprint as it was published, and whether another took its place since.

    number   in the order of publishing
    content  a ProductFootprint as JSON
    """

    number: int
    id: str
    status: str
    content: bytes

    def row(self) -> Content:
        """Return the footprint with the status that it has now."""
        return {**msgspec.json.decode(self.content), "status": self.status}


class Criteria(Struct, frozen=True):
    """What footprints are asked for: of each criterion one value has to fit, and every criterion that has values.

    valid_on, valid_after, valid_before   seconds since 1970
    """

    product: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    geography: tuple[str, ...] = ()
    classification: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    valid_on: tuple[float, ...] = ()
    valid_after: tuple[float, ...] = ()
    valid_before: tuple[float, ...] = ()


_PUBLISHED = [footprints.c[name] for name in Published.__struct_fields__]


def publish(store: Store, tenant: str, content: Content, within: Iterable[str] = ()) -> tuple[Published, bool]:
    """Return a footprint as it is published, and whether it is new.

    within  regions that the place of the footprint lies in: whoever asks for one of them finds it

    Another of the same product and company, of the same period, names those that it takes the place of, and they are
    deprecated from then on. The same once more is the one that there is.
    """
    pcf, digest = content["pcf"], _digest(content)
    period = f"{pcf['referencePeriodStart']}/{pcf['referencePeriodEnd']}"
    start, end = _validity(content)
    found = _labels(content, within)
    with store.writing() as connection:
        if store.is_postgresql:
            # Two that are published at once would not see each other.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(zlib.crc32(tenant.encode()))))
        same = sa.select(*_PUBLISHED, footprints.c.digest).where(
            footprints.c.tenant == tenant,
            footprints.c.period == period,
            footprints.c.status == "Active",
            _has_label(tenant, "product", found["product"]),
            _has_label(tenant, "company", found["company"]),
        )
        before: Any = connection.execute(same.order_by(footprints.c.number)).all()
        if len(before) == 1 and before[0].digest == digest:
            number, name, status, kept, _digest_of_it = before[0]
            return Published(number, name, status, kept), False
        if before:
            content = {**content, "precedingPfIds": [one.id for one in before]}
            replaced = footprints.c.number.in_([one.number for one in before])
            connection.execute(footprints.update().where(replaced).values(status="Deprecated"))
        encoded = msgspec.json.encode(content)
        values = {"id": content["id"], "tenant": tenant, "status": "Active", "period": period, "digest": digest}
        query = footprints.insert().values(**values, valid_from=start, valid_until=end, content=encoded)
        number = connection.execute(query.returning(footprints.c.number)).scalar_one()
        rows = [
            {"footprint": number, "tenant": tenant, "kind": kind, "value": value}
            for kind, names in found.items()
            for value in names
        ]
        connection.execute(labels.insert(), rows)
    return Published(number, content["id"], "Active", encoded), True


def footprint_of(store: Store, tenant: str, number: str) -> Published | None:
    """Return a footprint of a tenant by its id; None where it has none of this id."""
    try:
        plain = str(UUID(number))
    except ValueError:
        return None
    query = sa.select(*_PUBLISHED).where(footprints.c.id == plain, footprints.c.tenant == tenant)
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Published(*row)


def footprints_of(
    store: Store, tenant: str, criteria: Criteria, most: int, after: int = 0
) -> tuple[tuple[Published, ...], bool]:
    """Return footprints of a tenant in the order of publishing, and whether there are more.

    after   the number of the last one that is known already
    """
    query = sa.select(*_PUBLISHED).where(
        footprints.c.tenant == tenant, footprints.c.number > after, *_conditions(tenant, criteria)
    )
    with store.reading() as connection:
        rows = connection.execute(query.order_by(footprints.c.number).limit(most + 1)).all()
    return tuple(Published(*row) for row in rows[:most]), len(rows) > most


def _conditions(tenant: str, criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    start, end = footprints.c.valid_from, footprints.c.valid_until
    found = [
        _has_label(tenant, kind, getattr(criteria, kind))
        for kind in ("product", "company", "geography", "classification")
        if getattr(criteria, kind)
    ]
    if criteria.status:
        named = [one for one in ("Active", "Deprecated") if one.lower() in {name.lower() for name in criteria.status}]
        found.append(footprints.c.status.in_(named))
    found += [
        sa.or_(*conditions)
        for conditions in (
            [(start <= at) & (at <= end) for at in criteria.valid_on],
            [start > at for at in criteria.valid_after],
            [end < at for at in criteria.valid_before],
        )
        if conditions
    ]
    return found


def _has_label(tenant: str, kind: str, values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a footprint has one of the labels of a kind, whatever their capitals."""
    is_labelled = (labels.c.tenant == tenant) & (labels.c.kind == kind)
    # No label holds the character that PostgreSQL takes in no text.
    lower = [value.lower() for value in values if "\x00" not in value]
    return footprints.c.number.in_(sa.select(labels.c.footprint).where(is_labelled, labels.c.value.in_(lower)))


def _labels(content: Content, within: Iterable[str]) -> Mapping[str, set[str]]:
    pcf = content["pcf"]
    places = [pcf.get(f"geography{name}") for name in ("Country", "CountrySubdivision", "RegionOrSubregion")]
    found = {
        "product": content["productIds"],
        "company": content["companyIds"],
        "geography": [*within, *(place for place in places if place)],
        "classification": content.get("productClassifications", []),
    }
    return {kind: {value.lower() for value in values} for kind, values in found.items()}


def _validity(content: Content) -> tuple[float, float]:
    """Return from when until when a footprint is valid, in seconds since 1970."""
    end = _time(content["pcf"]["referencePeriodEnd"])
    start, until = content.get("validityPeriodStart"), content.get("validityPeriodEnd")
    if start is not None and until is not None:
        return _time(start).timestamp(), _time(until).timestamp()
    return end.timestamp(), end.replace(year=end.year + VALID_YEARS).timestamp()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _digest(content: Content) -> str:
    """Return the hash of what a footprint states, but for what makes it this one of several."""
    stated = {key: value for key, value in content.items() if key not in _OF_ITSELF}
    return hashlib.sha256(msgspec.json.encode(stated, order="deterministic")).hexdigest()
