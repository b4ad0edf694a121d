"""What the answers about factors, units and the server are made of; see `answers.py`."""

from typing import Literal, TypedDict

from asmcarbon.api.answers import Stamp


class FactorRow(TypedDict):
    """One row of the factor tables with its whole citation."""

    factor_id: str
    table: str
    item: str
    region: str
    valid_from: int
    valid_to: int | None
    gas: str | None
    value: float
    unit: str
    gwp_set: str | None
    low: float | None
    high: float | None
    distribution: str | None
    boundary: str | None
    source_id: str
    source: str
    locator: str
    url: str
    licence: str
    retrieved: str | None
    checked: str
    checked_on: str
    redistributable: str
    release: str
    note: str


class FactorAnswer(Stamp, FactorRow):
    """One emission factor."""


class FactorsAnswer(Stamp):
    """A page of the emission factors that fit."""

    total: int
    limit: int
    offset: int
    factors: list[FactorRow]


class BenchmarksAnswer(Stamp):
    """The rows that results are set beside; an item names product, kind of mining and what it is a figure of."""

    benchmarks: list[FactorRow]


class ReleaseRow(TypedDict):
    """One release of the factor tables."""

    release: str
    default_gwp_set: str
    factors: int


class ReleasesAnswer(Stamp):
    """The releases that this server has."""

    current: str
    releases: list[ReleaseRow]


class UnitRow(TypedDict):
    """One unit, its other names, its definition, what it measures and where the definition is from."""

    unit: str
    also: list[str]
    definition: str
    measures: str
    source: str


class UnitsAnswer(Stamp):
    """The units that may be written."""

    units: list[UnitRow]


class HealthAnswer(Stamp):
    """The server is up."""

    status: Literal["ok"]
