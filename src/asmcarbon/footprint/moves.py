"""What moved between two accounts of one site, line by line, and which inputs moved it."""

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from msgspec import Struct

from asmcarbon.footprint.activities import Account
from asmcarbon.footprint.derivation import Input, inputs_of
from asmcarbon.footprint.footprint import Line

_CLOSE = 1e-12


class Move(Struct, frozen=True):
    """One line before and after, in its unit.

    scope, account  where the line counts
    before, after   kgCO2e a year; 0 where the line is not there
    causes          inputs that differ, with what they were and are: another row, or another value; None where one is
                    not there
    """

    source: str
    label: str
    scope: int
    account: Account
    gas: str
    before: float
    after: float
    causes: tuple[tuple[str, Input | None, Input | None], ...]


def moves_between(before: Sequence[Line], after: Sequence[Line]) -> tuple[Move, ...]:
    """Return the lines that moved, those that moved most first."""
    old, new = ({_key(line): line for line in lines} for lines in (before, after))
    # Where a release has other gases, a line is gone, but not the density that it shares with the line of another gas.
    known = tuple({put.key: put for line in lines for put in line.inputs} for lines in (before, after))
    found: list[Move] = []
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        first, second = (0.0 if line is None else float(line.co2e.magnitude) for line in (one, other))
        if not isclose(first, second, rel_tol=_CLOSE):
            line = one or other
            assert line is not None
            place = line.source, line.label, line.scope, line.account, line.gas
            found.append(Move(*place, first, second, tuple(_causes(one, other, known))))
    return tuple(sorted(found, key=lambda move: (-abs(move.after - move.before), move.source, move.gas)))


def _key(line: Line) -> tuple[str, int, str, str, str]:
    return line.source, line.scope, line.label, line.gas, line.account


def _causes(
    one: Line | None, other: Line | None, known: tuple[Mapping[str, Input], ...]
) -> Iterator[tuple[str, Input | None, Input | None]]:
    was, now = ({} if line is None else {put.name: put for put in inputs_of(line.derivation)} for line in (one, other))
    for name in dict.fromkeys([*was, *now]):
        before, after = was.get(name), now.get(name)
        if before is None and after is not None:
            before = known[0].get(after.key)
        elif after is None and before is not None:
            after = known[1].get(before.key)
        if before is None or after is None or not _equal(before, after):
            yield name, before, after


def _equal(one: Input, other: Input) -> bool:
    """Whether two inputs are the same figure, be it in two units."""
    units = one.quantity.units
    return other.quantity.is_compatible_with(units) and isclose(
        one.quantity.magnitude, other.quantity.m_as(units), rel_tol=_CLOSE
    )


def percent_moved(one: Input | None, other: Input | None) -> float | None:
    """Return the change between two inputs in percent; None from nothing, from 0 or to another dimension."""
    if one is None or other is None or not other.quantity.is_compatible_with(one.quantity.units):
        return None
    before = float(one.quantity.magnitude)
    return 100 * (float(other.quantity.m_as(one.quantity.units)) - before) / abs(before) if before else None
