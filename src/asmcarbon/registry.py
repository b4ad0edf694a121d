"""The one registry of units: those of `units.txt`, as pint multiplies and converts them."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pint
import pint.registry
from pint.facets.plain import PlainUnit, ScaleConverter, UnitDefinition
from pint.util import UnitsContainer

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\Z")


def _unit_lines() -> Iterator[str]:
    text = Path(__file__).with_name("units.txt").read_text(encoding="utf-8")
    return filter(None, (line.partition("#")[0].strip() for line in text.splitlines()))


def _definition(line: str) -> UnitDefinition:
    """Return what a line of `units.txt` defines: numbers and names, with powers, joined by spaces, * and /.

    Pint's reader tries each line as all that a file of its own may hold, and an expression as all that Python may
    write: a fortieth of the start of a command. A test holds this one to it.
    """
    name, value, *others = (part.strip() for part in line.split("="))
    scale, powers, sign = 1.0, dict[str, int](), 1
    for token in re.findall(r"[*/]|[^ */]+", value.replace(" ** ", "^")):
        if token in "*/":
            sign = -1 if token == "/" else 1
            continue
        word, _caret, power = token.partition("^")
        if NUMBER.match(word):
            scale = scale / float(word) if sign < 0 else scale * float(word)
        else:
            powers[word] = powers.get(word, 0) + sign * int(power or 1)
        sign = 1
    symbol, *aliases = others or [None]
    return UnitDefinition(
        name, symbol, tuple(one for one in aliases if one), ScaleConverter(scale), UnitsContainer(powers)
    )


class _Quantity(pint.registry.Quantity[Any]):
    """A quantity in a unit of `units.txt`."""

    def __new__(cls, value: Any, units: Any = None) -> Any:
        """Take a number or a column in a unit as it is; leave everything else to pint, which asks what it may be."""
        if type(value) is float or type(value) is np.ndarray:
            known = units._units if isinstance(units, PlainUnit) else units
            if type(known) is UnitsContainer:
                made = object.__new__(cls)
                made._magnitude, made._units = value, known
                return made
        return super().__new__(cls, value, units)

    def to(self, other: Any = None, *contexts: Any, **terms: Any) -> Any:
        """Tell it in a unit, by a ratio that pint gives once for two units of one dimension."""
        if isinstance(other, str):
            other = _named(other)
        if not isinstance(other, PlainUnit):
            return super().to(other, *contexts, **terms)
        known = other._units
        return type(self)(self._magnitude * _ratio(self._units, known), known)

    def m_as(self, units: Any) -> Any:
        """Return the plain number in a unit."""
        return self.to(units)._magnitude

    def __mul__(self, other: Any) -> Any:
        """Multiply: no unit of ours stands in the way of it, as an offset would."""
        if type(other) is not type(self):
            return super().__mul__(other)
        return type(self)(self._magnitude * other._magnitude, _product(self._units, other._units))

    def __truediv__(self, other: Any) -> Any:
        """Divide, as freely."""
        if type(other) is not type(self):
            return super().__truediv__(other)
        return type(self)(self._magnitude / other._magnitude, _quotient(self._units, other._units))


class _Registry(pint.UnitRegistry[Any]):
    """Pint's registry, with quantities that do not ask in each product and conversion for what no unit of ours has.

    These are offsets, logarithms and contexts: half of the time of a report.
    """

    Quantity = _Quantity


@cache
def registry() -> pint.UnitRegistry[Any]:
    """Return the one registry of units: `units.txt` and nothing else."""
    ours: pint.UnitRegistry[Any] = _Registry(cast("Any", None))
    for line in _unit_lines():
        ours.define(cast("Any", _definition(line)))
    ours.formatter.default_format = "~"
    pint.set_application_registry(ours)  # what pickle rebuilds quantities with in a worker process
    return ours


registry()  # at import, so that quantities that were pickled elsewhere find it


@lru_cache(maxsize=4096)
def _ratio(units: UnitsContainer, to: UnitsContainer) -> Any:
    """Return how many of a unit another one is: 1 of itself; pint's DimensionalityError where they are unlike."""
    return registry().convert(1, cast("Any", units), cast("Any", to))


@lru_cache(maxsize=4096)
def _product(one: UnitsContainer, other: UnitsContainer) -> Any:
    return one * other


@lru_cache(maxsize=4096)
def _quotient(one: UnitsContainer, other: UnitsContainer) -> Any:
    return one / other


@lru_cache(maxsize=1024)
def _named(text: str) -> Any:
    """Return the unit that our own code names; what others write goes through the grammar of `units`."""
    return registry().Unit(text)
