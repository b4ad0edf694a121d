"""The figures behind an activity, other than how much of it was done, and which of them differ between two years."""

from collections.abc import Iterable, Sequence
from math import isclose

from msgspec import Struct

from asmcarbon.footprint.derivation import Input
from asmcarbon.footprint.footprint import Line

# What each gas has one of; an activity has one of anything else, whatever its gases.
_OF_A_GAS = ("emission_factor", "global_warming_potential")


class Figure(Struct, frozen=True):
    """One part of an activity's equation, with every value that its entries in the file give it.

    gas   of which gas it is; blank where it is of none
    name  its part in the equation: `density`, `emission_factor` ...
    """

    gas: str
    name: str
    inputs: tuple[Input, ...]


class ChangedFigure(Struct, frozen=True):
    """One part of an activity's equation that is not the same in two years.

    before, after  None where a year has no such part: its factor is of other gases
    of_year        both are rows of the same tables that differ in their year alone, such as the grid of each year: what
                   they describe did change, and not how it is counted
    """

    before: Figure | None
    after: Figure | None
    of_year: bool

    @property
    def name(self) -> str:
        """Its part in the equation."""
        known = self.before or self.after
        assert known is not None
        return known.name


def figures_of(lines: Iterable[Line]) -> dict[tuple[str, str], Figure]:
    """Return the figures behind the lines of an activity by gas and name, in an order that is not that of the lines."""
    found: dict[tuple[str, str], dict[tuple[str, float], Input]] = {}
    for line in lines:
        for one in line.inputs[1:]:
            gas = line.gas if one.name in _OF_A_GAS else ""
            found.setdefault((gas, one.name), {})[one.key, _plain(one)] = one
    return {name: Figure(*name, tuple(each[key] for key in sorted(each))) for name, each in sorted(found.items())}


def changed_figures(before: Sequence[Line], after: Sequence[Line]) -> tuple[ChangedFigure, ...]:
    """Return the figures behind an activity that differ between two years; none where a year lacks the activity."""
    if not before or not after:
        return ()
    one_release = {line.release for line in before} == {line.release for line in after}
    old, new = figures_of(before), figures_of(after)
    found: list[ChangedFigure] = []
    for name in sorted({*old, *new}):
        first, second = old.get(name), new.get(name)
        if first is None or second is None:
            found.append(ChangedFigure(first, second, False))
        elif not _same(first, second):
            found.append(ChangedFigure(first, second, one_release and _differ_in_year(first, second)))
    return tuple(found)


def _same(first: Figure, second: Figure) -> bool:
    """Whether entries have the same values, however many have each."""
    old, new = (sorted({_plain(one) for one in figure.inputs}) for figure in (first, second))
    return len(old) == len(new) and all(isclose(one, other, rel_tol=1e-12) for one, other in zip(old, new, strict=True))


def _differ_in_year(first: Figure, second: Figure) -> bool:
    """Whether both are one row of the tables, `item:region:year:gas:boundary`, of different years."""
    if len(first.inputs) != 1 or len(second.inputs) != 1:
        return False
    (one,), (other,) = first.inputs, second.inputs
    old, new = one.key.split(":"), other.key.split(":")
    if not one.basis == other.basis == "factor" or not len(old) == len(new) == 5:
        return False
    return old[2] != new[2] and old[:2] + old[3:] == new[:2] + new[3:]


def _plain(one: Input) -> float:
    return float(one.quantity.to_base_units().magnitude)
