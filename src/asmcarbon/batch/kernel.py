"""Footprints of many sites at once: what each states times the coefficients of its shape and place, in columns.

Sums of lines are taken here; shares, ratings, intervals, jobs and intensities by the equations of the account, on whole
columns. Every operation is of one element, in one order, so that a site's figures have the same bits wherever in a
table it stands and whatever stands beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct

from asmcarbon.batch.columns import items
from asmcarbon.batch.shapes import Placed, Powers
from asmcarbon.footprint.data_quality import CRITERIA
from asmcarbon.footprint.derivation import Input, evaluated, inputs_of
from asmcarbon.footprint.equations import data_quality_rating, primary_data_share, sum_uncertainty
from asmcarbon.footprint.footprint import LINE_UNIT
from asmcarbon.footprint.intensity import Denominator, intensity_over
from asmcarbon.units import registry, unit_of

Column = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.int64]]

# Rows at a time: what is worked on stays in the cache of a core.
_BLOCK = 16_384

SCOPES = ("scope_1", "scope_2", "scope_3")
# Beside the scopes: what is never merged with them.
ACCOUNTS = ("land_use_change", "removals")


class Coefficients(Struct, frozen=True):
    """What one group of sites is computed by, for each product of items (`powers`).

    sums       kgCO2e a year for one of each, by scope and account
    covered    the part of the three scopes in lines whose every factor has a range
    primary, measured, scores   of the data behind the three scopes, weighted by what each line emits
    moved      by how much half the range of each factor moves `covered`, by what lines share, relative to it
    """

    sums: dict[str, dict[Powers, float]]
    covered: dict[Powers, float]
    primary: dict[Powers, float]
    measured: dict[Powers, float]
    scores: tuple[dict[Powers, float], ...]
    moved: dict[str, dict[Powers, float]]


def coefficients_of(placed: Placed, with_ranges: bool) -> Coefficients:
    """Return what the terms of a group of sites sum up to, for each product of items."""
    sums: dict[str, dict[Powers, float]] = {name: {} for name in (*SCOPES, *ACCOUNTS)}
    energy: dict[Powers, list[int]] = {}
    for number, term in enumerate(placed.terms):
        name = f"scope_{term.line.scope}" if term.line.account == "energy" else term.line.account
        sums[name][term.powers] = sums[name].get(term.powers, 0.0) + term.coefficient
        if term.line.account == "energy":
            energy.setdefault(term.powers, []).append(number)
    size = {powers: [placed.terms[number].coefficient for number in numbers] for powers, numbers in energy.items()}
    rated = {powers: [placed.rated[number] for number in numbers] for powers, numbers in energy.items()}
    whole = {powers: sum(sizes) for powers, sizes in size.items()}
    known = [powers for powers in energy if whole[powers]]
    covered: dict[Powers, float] = {}
    moved: dict[str, dict[Powers, float]] = {}
    for powers in known if with_ranges else ():
        for number in energy[powers]:
            term = placed.terms[number]
            if term.moves.is_covered:
                covered[powers] = covered.get(powers, 0.0) + term.coefficient
                for key, share in term.moves.moved:
                    by_powers = moved.setdefault(key, {})
                    by_powers[powers] = by_powers.get(powers, 0.0) + share * term.coefficient
    return Coefficients(
        sums,
        covered,
        {one: sum(e * r.primary for e, r in zip(size[one], rated[one], strict=True)) / whole[one] for one in known},
        {one: sum(e * r.measured for e, r in zip(size[one], rated[one], strict=True)) / whole[one] for one in known},
        tuple(
            {one: data_quality_rating([r.scores[place] for r in rated[one]], size[one]) for one in known}
            for place in range(len(CRITERIA))
        ),
        moved,
    )


class Groups(Struct, frozen=True):
    """Which group each row belongs to, and what each group is computed by."""

    of_row: Codes
    coefficients: Sequence[Coefficients]


def _spread(found: Sequence[Mapping[Powers, float]], powers: Powers) -> "float | Column | None":
    """Return a coefficient as all groups have it, or by group; None where it is nought in each."""
    values = [one.get(powers, 0.0) for one in found]
    if all(value == values[0] for value in values):
        return values[0] or None
    return np.array(values)


def _taken(coefficient: "float | Column", codes: Codes) -> "float | Column":
    return coefficient if isinstance(coefficient, (float, int)) else coefficient[codes]


def _table(found: Sequence[Mapping[Powers, float]]) -> "dict[Powers, float | Column]":
    every = dict.fromkeys(powers for one in found for powers in one)
    spread = {powers: _spread(found, powers) for powers in sorted(every)}
    return {powers: one for powers, one in spread.items() if one is not None}


def emissions_of(
    stated: Mapping[str, Column], ranges: Mapping[str, Column], groups: Groups, size: int
) -> dict[str, Column]:
    """Return the totals of rows in kgCO2e a year, how good their data are, and their intervals.

    stated   what each row states, by item, in the item's unit; 0 where it states none
    ranges   half the 95 % range over the figure, by item; NaN where none is stated
    """
    given = groups.coefficients
    tables = {name: _table([one.sums[name] for one in given]) for name in (*SCOPES, *ACCOUNTS)}
    quality = {
        "primary": _table([one.primary for one in given]),
        "measured": _table([one.measured for one in given]),
        **{name: _table([one.scores[n] for one in given]) for n, name in enumerate(CRITERIA)},
    }
    covered = _table([one.covered for one in given]) if ranges else {}
    keys = sorted({key for one in given for key in one.moved}) if ranges else []
    moved = {key: _table([one.moved.get(key, {}) for one in given]) for key in keys}
    names = [*tables, *quality, *(("relative", "covered") if ranges else ())]
    found = {name: np.empty(size) for name in names}
    for start in range(0, size, _BLOCK):
        rows = slice(start, min(start + _BLOCK, size))
        codes = groups.of_row[rows]
        products = _Products({name: column[rows] for name, column in stated.items()}, codes)
        sums = {name: products.total(table) for name, table in tables.items()}
        for name, column in sums.items():
            found[name][rows] = column
        total = products.whole(tables)
        found["primary"][rows] = primary_data_share(products.weighted(tables, quality["primary"]), total)
        found["measured"][rows] = products.weighted(tables, quality["measured"]) / total
        for name in CRITERIA:
            ratings, emitted = products.rated(tables, quality[name])
            found[name][rows] = data_quality_rating(ratings, emitted) if emitted else np.nan
        if ranges:
            own = {name: column[rows] for name, column in ranges.items()}
            relative, known = products.interval(covered, moved, own)
            found["relative"][rows], found["covered"][rows] = relative, known / total
    return found


class _Products:
    """Products of what rows state, each computed once, and their sums by coefficients."""

    def __init__(self, stated: Mapping[str, Column], codes: Codes) -> None:
        """Take a block of rows."""
        self.stated, self.codes = stated, codes
        self._known: dict[Powers, Column] = {}
        self._energy: dict[Powers, Column] | None = None

    def of(self, powers: Powers) -> Column:
        """Return the product of items, each to its power."""
        if powers not in self._known:
            found: Any = 1.0
            for name, power in powers:
                found = found * self.stated[name] if power == 1 else found / self.stated[name]
            self._known[powers] = found
        return self._known[powers]

    def part(self, powers: Powers, coefficient: "float | Column") -> Column:
        return self.of(powers) * _taken(coefficient, self.codes)

    def total(self, table: "Mapping[Powers, float | Column]") -> Column:
        """Return the sum over the products."""
        found = np.zeros(len(self.codes))
        for powers, coefficient in table.items():
            found += self.part(powers, coefficient)
        return found

    def energy(self, tables: "Mapping[str, Mapping[Powers, float | Column]]") -> dict[Powers, Column]:
        """Return what each product emits over the three scopes."""
        if self._energy is None:
            # In one order, whichever of them a part of a table has: sums have the same bits then.
            self._energy = {}
            for powers in sorted({one for name in SCOPES for one in tables[name]}):
                parts = [self.part(powers, tables[name][powers]) for name in SCOPES if powers in tables[name]]
                self._energy[powers] = sum(parts)  # type: ignore[assignment]
        return self._energy

    def whole(self, tables: "Mapping[str, Mapping[Powers, float | Column]]") -> Column:
        """Return the three scopes, summed as their parts are: a share that is all of it is 1."""
        found = np.zeros(len(self.codes))
        for part in self.energy(tables).values():
            found += part
        return found

    def weighted(
        self, tables: "Mapping[str, Mapping[Powers, float | Column]]", share: "Mapping[Powers, float | Column]"
    ) -> Column:
        """Return the part of the three scopes that a share of each product makes up."""
        found = np.zeros(len(self.codes))
        emitted = self.energy(tables)
        for powers, coefficient in share.items():
            found += emitted[powers] * _taken(coefficient, self.codes)
        return found

    def rated(
        self, tables: "Mapping[str, Mapping[Powers, float | Column]]", scores: "Mapping[Powers, float | Column]"
    ) -> "tuple[list[float | Column], list[Column]]":
        """Return the mean rating of each product, and what it emits."""
        emitted = {powers: one for powers, one in self.energy(tables).items() if powers in scores}
        return [_taken(scores[powers], self.codes) for powers in emitted], list(emitted.values())

    def interval(
        self,
        covered: "Mapping[Powers, float | Column]",
        moved: "Mapping[str, Mapping[Powers, float | Column]]",
        ranges: Mapping[str, Column],
    ) -> tuple[Column, Column]:
        """Return half the 95 % interval over the covered lines, relative to them, and their sum.

        A line is covered where everything that the site states for it has a range.
        """
        nothing = np.full(len(self.codes), np.nan)
        spread = {powers: {name: ranges.get(name, nothing) for name, _power in powers} for powers in covered}
        has = {powers: ~np.isnan(sum(own.values())) for powers, own in spread.items()}  # type: ignore[arg-type]
        known = np.zeros(len(self.codes))
        squares: list[Column] = []
        by_item: dict[str, Column] = {}
        for powers, coefficient in covered.items():
            part = np.where(has[powers], self.part(powers, coefficient), 0.0)
            known += part
            for name, power in powers:
                own = power * part * np.where(has[powers], spread[powers][name], 0.0)
                by_item[name] = by_item[name] + own if name in by_item else own
        for table in moved.values():
            sums = np.zeros(len(self.codes))
            for powers, coefficient in table.items():
                sums += np.where(has[powers], self.part(powers, coefficient), 0.0)
            squares.append(sums * sums)
        squares += [one * one for one in by_item.values()]
        return sum_uncertainty(squares, known), known


def denominator_of(denominator: Denominator, stated: Mapping[str, Column]) -> Denominator:
    """Return what totals are divided by, with the rows' own figures."""
    columns: dict[str, Any] = {}
    known = {one.key: one for one in items().values()}
    for one in inputs_of(denominator.node, deep=True):
        item = known.get(one.key)
        if item is not None:
            columns[one.key] = registry().Quantity(stated[item.name], unit_of(item.measure.unit))
    amount = evaluated(denominator.node, columns)
    return Denominator(denominator.name, Input("", denominator.name, amount, None, None, "", ""), denominator.unit)


def intensity_column(total: Column, over: Denominator) -> Column:
    """Return a total in kgCO2e a year over a denominator, in the unit of the intensity; NaN over nothing."""
    whole: Any = registry().Quantity(total, unit_of(LINE_UNIT))
    found: Any = intensity_over(whole, over)
    return np.where(over.amount.magnitude > 0, found.magnitude, np.nan)
