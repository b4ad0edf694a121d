"""What moved between two accounts of one site, line by line, and which inputs moved it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose

from asmcarbon.footprint.derivation import Input, inputs_of
from asmcarbon.footprint.footprint import Line

_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Move:
    """One line before and after, in its unit.

    before, after   kgCO2e a year; 0 where the line is not there
    causes          inputs that differ, with what they were and are: another row, or another value; None where one is
                    not there
    """

    source: str
    label: str
    gas: str
    before: float
    after: float
    causes: tuple[tuple[str, Input | None, Input | None], ...]


def moves_between(before: Sequence[Line], after: Sequence[Line]) -> tuple[Move, ...]:
    """Return the lines that moved, those that moved most first."""
    old, new = ({_key(line): line for line in lines} for lines in (before, after))
    found: list[Move] = []
    for key in dict.fromkeys([*old, *new]):
        one, other = old.get(key), new.get(key)
        first, second = (0.0 if line is None else float(line.co2e.magnitude) for line in (one, other))
        if not isclose(first, second, rel_tol=_CLOSE):
            line = one or other
            assert line is not None
            found.append(Move(line.source, line.label, line.gas, first, second, tuple(_causes(one, other))))
    return tuple(sorted(found, key=lambda move: (-abs(move.after - move.before), move.source, move.gas)))


def _key(line: Line) -> tuple[str, int, str, str, str]:
    return line.source, line.scope, line.label, line.gas, line.account


def _causes(one: Line | None, other: Line | None) -> Iterator[tuple[str, Input | None, Input | None]]:
    was, now = ({} if line is None else {put.name: put for put in inputs_of(line.derivation)} for line in (one, other))
    for name in dict.fromkeys([*was, *now]):
        before, after = was.get(name), now.get(name)
        if before is None or after is None or not _equal(before, after):
            yield name, before, after


def _equal(one: Input, other: Input) -> bool:
    return one.quantity.units == other.quantity.units and isclose(
        one.quantity.magnitude, other.quantity.magnitude, rel_tol=_CLOSE
    )
