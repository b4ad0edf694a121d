"""Intervals of many sites by seeded draws (Approach 2): each row's are those of its site's own report.

The draws of a line are those of its factors, relative to the line, times those of what the site states, relative to
that: the line is a product in it. Sites of a shape at a place share the first, sites that state the same ranges both.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.batch.kernel import Codes, Column
from asmcarbon.batch.shapes import Placed, Powers, Term, by_key, form_of
from asmcarbon.footprint.derivation import Input, inputs_of
from asmcarbon.footprint.monte_carlo import Array, deviates_of, draws_of, values_of
from asmcarbon.footprint.uncertainty import correlated

# Most bytes of draws that are kept to be used again, and that are summed up at once.
_KEPT = 256 << 20
_AT_ONCE = 32 << 20


class Draws(Struct, dict=True):
    """Draws for a run, each made once.

    number, seed   of the draws
    """

    number: int
    seed: int

    def __post_init__(self) -> None:
        """Begin with nothing drawn."""
        self._streams: dict[str, Array] = {}
        self._kept: dict[Any, Array] = {}
        self._lock = Lock()

    def of_term(self, term: Term) -> Array:
        """Return the draws of a line's factors, relative to the line."""
        keys = tuple(one.key for one in inputs_of(term.line.derivation, deep=True) if one.key not in by_key())
        key = form_of(term.line.derivation), keys
        with self._lock:
            if key not in self._kept:
                whole = float(term.line.co2e.magnitude)
                found = draws_of(term.line.derivation, self._streams, self.number, self.seed)
                self._keep(key, found / whole if whole else np.zeros(self.number))
            return self._kept[key]

    def of_figure(self, one: Input, spread: float) -> Array:
        """Return the draws of a figure of a site, relative to it.

        spread   half the 95 % range over the figure
        """
        key = correlated(one)
        with self._lock:
            if (key, spread) not in self._kept:
                if key not in self._streams:
                    self._streams[key] = deviates_of(key, self.number, self.seed)
                unit = one.quantity.units
                single = replace(one, quantity=1.0 * unit, low=(1.0 - spread) * unit, high=(1.0 + spread) * unit)
                self._keep((key, spread), values_of(single, self._streams[key]))
            return self._kept[key, spread]

    def _keep(self, key: Any, found: Array) -> None:
        if len(self._kept) * 8 * self.number > _KEPT:
            self._kept.clear()
        self._kept[key] = found


class _Product(Struct, frozen=True):
    """The covered lines of a group that are proportional to the same figures.

    inputs        of these figures, in the order of the powers
    coefficient   their sum
    drawn         the sum of their draws, each never below zero: what a site states is not either, by any range of it
    """

    inputs: tuple[Input, ...]
    coefficient: float
    drawn: Array


def drawn_columns(
    stated: Mapping[str, Column],
    ranges: Mapping[str, Column],
    codes: Codes,
    placed: Sequence[Placed | None],
    draws: Draws,
) -> tuple[Column, Column, Column]:
    """Return the mean and the ends of the central 95 % of the three scopes of each row, relative to what they are.

    NaN where nothing of a row is covered: where everything that the site states for a line has a range, it is.

    stated   what each row states, by item; 0 where it states none
    ranges   half the 95 % range over the figure, by item; NaN where none is stated
    codes    the group of each row
    placed   what each group is computed by
    """
    size = len(codes)
    found = np.full((3, size), np.nan)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(placed) + 1))
    nothing = np.full(size, np.nan)
    for number, its in enumerate(placed):
        rows = order[bounds[number] : bounds[number + 1]]
        if its is None or not len(rows):
            continue
        products = _products_of(its, draws)
        names = sorted({name for powers in products for name, _power in powers})
        if not names:
            continue
        spreads = np.stack([ranges.get(name, nothing)[rows] for name in names], axis=1)
        kinds, kind_of = np.unique(np.nan_to_num(spreads, nan=-1.0), axis=0, return_inverse=True)
        for kind, its_spreads in enumerate(kinds):
            given = {name: float(one) for name, one in zip(names, its_spreads, strict=True) if one >= 0}
            of_kind = rows[kind_of.ravel() == kind]
            known = {powers: one for powers, one in products.items() if all(name in given for name, _p in powers)}
            if known:
                found[:, of_kind] = _of_kind(known, given, {name: stated[name][of_kind] for name in given}, draws)
    return found[0], found[1], found[2]


def _products_of(its: Placed, draws: Draws) -> dict[Powers, _Product]:
    """Return the lines of a group whose every factor has a range, by what they are proportional to."""
    terms: dict[Powers, list[Term]] = {}
    for term in its.terms:
        if term.line.account == "energy" and term.moves.is_covered and term.coefficient:
            terms.setdefault(term.powers, []).append(term)
    found: dict[Powers, _Product] = {}
    for powers, alike in sorted(terms.items()):
        own = {
            by_key()[one.key].name: one for one in inputs_of(alike[0].line.derivation, deep=True) if one.key in by_key()
        }
        drawn = [term.coefficient * draws.of_term(term) for term in alike]
        found[powers] = _Product(
            tuple(own[name] for name, _power in powers),
            sum(term.coefficient for term in alike),
            sum((np.maximum(one, 0.0) for one in drawn), np.zeros(draws.number)),
        )
    return found


def _of_kind(
    products: Mapping[Powers, _Product], spreads: Mapping[str, float], stated: Mapping[str, Column], draws: Draws
) -> Array:
    """Return the mean and the ends of rows that state the same ranges: an array of 3 x rows."""
    size = len(next(iter(stated.values())))
    whole = np.zeros(size)
    parts: list[tuple[Column, Array]] = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for powers, product in products.items():
            amounts: Any = 1.0
            own: Any = 1.0
            for (name, power), one in zip(powers, product.inputs, strict=True):
                amounts = amounts * stated[name] if power == 1 else amounts / stated[name]
                own = own * draws.of_figure(one, spreads[name]) ** power
            whole += amounts * product.coefficient
            parts.append((amounts, own * product.drawn))
        found = np.empty((3, size))
        step = max(1, _AT_ONCE // (8 * draws.number))
        for start in range(0, size, step):
            rows = slice(start, start + step)
            sums: Array = np.zeros((len(whole[rows]), draws.number))
            for amounts, drawn in parts:
                sums += amounts[rows, None] * drawn
            low, high = np.quantile(sums, (0.025, 0.975), axis=1)
            found[:, rows] = np.stack((sums.mean(axis=1), low, high)) / whole[rows] - 1
    return np.where(whole > 0, found, np.nan)
