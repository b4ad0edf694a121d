"""Where a figure comes from: a tree of equations down to the inputs, which can be printed, replayed and drawn anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import pint
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.factors.citation import citation
from asmcarbon.factors.tables import Factor, FactorTables
from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.units import quantity, unit_of

Quantity = pint.Quantity[Any]


class Input(Struct, frozen=True, dict=True):
    """One figure that a line was computed from.

    key           what makes two inputs the same one: a path in the site, or the id of a factor row
    name          its part in the equation: `amount`, `density`, `emission_factor` ...
    low, high     its published or stated 95 % range, or None
    basis         measured, sourced or assumed for the site's own; `factor` for a row of the tables; `convention` for
                  what is so by definition, or by rule where the site does not say otherwise
    source        what the site says stands behind it, or the citation of the row
    distribution  that the row of the tables states, or blank
    derivation    where the site's own figure is itself computed, from what
    """

    key: str
    name: str
    quantity: Quantity
    low: Quantity | None
    high: Quantity | None
    basis: str
    source: str
    distribution: str = ""
    derivation: "Step | None" = None

    @cached_property
    def relative_uncertainty(self) -> float | None:
        """Half of the 95 % range over the value; None where no range is known."""
        if self.limits is None:
            return None
        value, half = self.quantity.magnitude, self.half_range
        return abs(half / value) if value else 0.0

    @cached_property
    def limits(self) -> tuple[float, float] | None:
        """The ends of the 95 % range, in the unit of the figure; None where no range is known."""
        if self.low is None or self.high is None:
            return None
        units = self.quantity.units
        return float(self.low.m_as(units)), float(self.high.m_as(units))

    @cached_property
    def half_range(self) -> float:
        """Half of the 95 % range, in the unit of the figure; the range is known."""
        assert self.limits is not None
        low, high = self.limits
        return (high - low) / 2


class Step(Struct, frozen=True, dict=True):
    """One equation applied: `equation(**arguments)`, told in the unit of `quantity`."""

    equation: Callable[..., Any]
    arguments: "tuple[tuple[str, Input | Step], ...]"
    quantity: Quantity

    @cached_property
    def inputs(self) -> "tuple[Input, ...]":
        """The inputs below it, each once, in the order of the equations."""
        return _once(one for _name, argument in self.arguments for one in inputs_of(argument))

    @cached_property
    def deep_inputs(self) -> "tuple[Input, ...]":
        """The same; what a computed figure of the site is computed from takes its place."""
        return _once(one for _name, argument in self.arguments for one in inputs_of(argument, deep=True))

    def to(self, unit: str) -> float:
        """Return the plain number of the quantity in a unit, where pint has to let go."""
        return float(self.quantity.m_as(unit_of(unit)))


Node = Input | Step


def derived(equation: Callable[..., Any], unit: Any = None, /, **arguments: Node) -> Step:
    """Return an equation applied to its arguments, in a unit where one is given."""
    found = equation(**{name: one.quantity for name, one in arguments.items()})
    return Step(equation, tuple(arguments.items()), found if unit is None else found.to(unit))


def site_input(key: str, name: str, datum: Datum, derivation: Step | None = None) -> Input:
    """Return a figure of the site as an input."""
    return Input(key, name, datum.quantity, datum.low, datum.high, datum.basis, datum.source, derivation=derivation)


def factor_input(factor: Factor, name: str, tables: FactorTables) -> Input:
    """Return a row of the tables as an input, the same one for every line that takes it."""
    known = tables.inputs.get((factor, name))
    if known is None:
        low, high = (None if one is None else quantity(one, factor.unit) for one in (factor.low, factor.high))
        source = citation(tables, factor)
        known = Input(factor.factor_id, name, factor.quantity, low, high, "factor", source, factor.distribution)
        tables.inputs[factor, name] = known
    return known


def convention(name: str, value: float, unit: str, source: str) -> Input:
    """Return what is so by definition, or by rule where the site does not say otherwise."""
    return Input(f"convention.{name}", name, quantity(value, unit), None, None, "convention", source)


def carbon_to_co2() -> Input:
    """Return what leads from carbon to carbon dioxide."""
    return convention("carbon_to_co2", 44 / 12, "kgCO2/kgC", _("molar masses of carbon dioxide, 44, and carbon, 12"))


def of_carbon(row: Input) -> Input:
    """Return a row in plain tonnes, or a plain share, as what it is of: the tables print tonnes, and say of what."""
    unit = quantity(1.0, "tC/t")
    low, high = (None if one is None else one * unit for one in (row.low, row.high))
    return replace(row, quantity=row.quantity * unit, low=low, high=high)


def inputs_of(node: Node, *, deep: bool = False) -> tuple[Input, ...]:
    """Return the inputs below a node, each once, in the order of the equations.

    deep   what a computed figure of the site is computed from takes its place
    """
    if isinstance(node, Step):
        return node.deep_inputs if deep else node.inputs
    return node.derivation.deep_inputs if deep and node.derivation is not None else (node,)


def _once(inputs: Iterable[Input]) -> tuple[Input, ...]:
    found: dict[str, Input] = {}
    for one in inputs:
        found.setdefault(one.key, one)
    return tuple(found.values())


def steps_of(node: Node) -> Iterator[Step]:
    """Yield the steps of a node and below it, the last first."""
    if isinstance(node, Step):
        yield node
        for _name, argument in node.arguments:
            yield from steps_of(argument)


def evaluated(node: Node, values: Mapping[str, Quantity]) -> Quantity:
    """Return a node's quantity by its equations, with other values for some inputs, by key; one value or a column."""
    if isinstance(node, Input):
        if node.key in values:
            return values[node.key]
        return node.quantity if node.derivation is None else evaluated(node.derivation, values)
    found = node.equation(**{name: evaluated(argument, values) for name, argument in node.arguments})
    return found.to(node.quantity.units)
