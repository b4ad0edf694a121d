"""The financing of a plan whose sizes and choices are known: a program of its own columns, and of mixtures of years."""

from collections.abc import Sequence
from math import inf
from typing import Any

import highspy
import numpy as np
from msgspec import Struct

from asmcarbon.errors import Infeasible
from asmcarbon.optimise.highs import ran, solver_of

# What the energy of a year costs, in money, and what it emits, in kg.
Energy = tuple[float, float]


class Prices(Struct, frozen=True):
    """What one more unit of money and of emissions in a year of a stage costs over the horizon.

    earned   a kilogram, but for what a cap on it asks

    Where no financing is possible: how much farther they lead from one.
    """

    cost: float
    kgco2e: float
    earned: float


class Settled(Struct, frozen=True, eq=False):
    """The best financing of a plan, and the years that suit it.

    columns   of the master; None: no financing is possible
    shares    of each year that a stage may have, in the order given; they add up to 1
    """

    columns: np.ndarray | None
    shares: tuple[tuple[float, ...], ...]
    prices: tuple[Prices, ...]


class Settling:
    """The program of financing alone, in HiGHS; a year is a mixture of those that were dispatched at the same sizes.

        cost[s]    = Σ_i share[s, i] * cost[s, i]
        kgco2e[s]  = Σ_i share[s, i] * kgco2e[s, i] <= room[s]
        Σ_i share[s, i] = 1

    What a mixture of dispatches costs and emits, a dispatch at these sizes can: the year is a linear program.
    """

    def __init__(
        self,
        program: highspy.HighsLp,
        rows: np.ndarray,
        is_free: np.ndarray,
        whole: np.ndarray,
        energy: Sequence[tuple[int | None, int | None]],
    ) -> None:
        """Take the master's program, which of its columns are of financing, and those of each stage's year."""
        self.is_free, self.whole, self.energy = is_free, whole[is_free[whole]], energy
        self.is_kept = ~(rows[:, is_free] != 0.0).any(axis=1)
        of_years = [column for pair in energy for column in pair if column is not None]
        self.of_years = np.array(of_years, dtype=np.int32)
        self.others = np.setdiff1d(np.flatnonzero(~is_free), self.of_years).astype(np.int32)
        self.lower, self.upper = np.array(program.col_lower_), np.array(program.col_upper_)
        self.highs, self.elastic = solver_of(program), solver_of(program)
        self.highs.setOptionValue("mip_feasibility_tolerance", 1e-9)
        for row in np.flatnonzero(self.is_kept).tolist():
            for one in (self.highs, self.elastic):
                one.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)
        columns = np.arange(len(is_free), dtype=np.int32)
        self.elastic.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        for row in np.flatnonzero(~self.is_kept).tolist():
            for way in (1.0, -1.0):
                self.elastic.addCol(1.0, 0.0, highspy.kHighsInf, 1, np.array([row], dtype=np.int32), np.array([way]))
        self.links = len(rows)
        for one in (self.highs, self.elastic):
            for pair in energy:
                for column in pair:
                    held = [] if column is None else [column]
                    one.addRow(0.0, 0.0, len(held), np.array(held, dtype=np.int32), np.ones(len(held)))
                one.addRow(1.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        self.columns = {id(one): one.getNumCol() for one in (self.highs, self.elastic)}

    def decides_otherwise(self, columns: np.ndarray, settled: Settled) -> bool:
        """Whether the whole numbers of the best financing are others than those of these columns."""
        if settled.columns is None or not len(self.whole):
            return False
        return bool(np.abs(settled.columns[self.whole] - columns[self.whole]).max() > 0.5)

    def settled(
        self,
        values: np.ndarray,
        pools: Sequence[Sequence[Energy]],
        rooms_kgco2e: Sequence[float],
        *,
        whole: bool,
        is_decided: bool = False,
    ) -> Settled:
        """Return the best financing of sizes and choices, and the mixture of each stage's years that suits it.

        whole        whole numbers of financing are whole
        is_decided   they are held as in the values
        """
        held = values[self.others].astype(np.float64)
        self._hold(self.highs, held, pools, rooms_kgco2e)
        decided = np.round(values[self.whole]).astype(np.float64) if whole else None
        try:
            if len(self.whole) and not is_decided:
                self._kinds(highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous)
                self.highs.changeColsBounds(len(self.whole), self.whole, self.lower[self.whole], self.upper[self.whole])
                ran(self.highs)
                found = np.array(self.highs.getSolution().col_value, dtype=np.float64)[self.whole]
                decided = np.round(found).astype(np.float64) if whole else None
            if len(self.whole) and decided is not None:
                self._kinds(highspy.HighsVarType.kContinuous)
                self.highs.changeColsBounds(len(self.whole), self.whole, decided, decided)
            # Whole numbers that were whole but for a rounding may hang on that: then there is no financing.
            ran(self.highs)
        except Infeasible:
            return self._lacking(held, pools, rooms_kgco2e, decided)
        return self._told(self.highs, values, pools, is_possible=True)

    def _lacking(
        self,
        held: np.ndarray,
        pools: Sequence[Sequence[Energy]],
        rooms_kgco2e: Sequence[float],
        decided: np.ndarray | None,
    ) -> Settled:
        """Return what would bring the rows of financing nearer to being kept.

        decided   the whole numbers of financing, as the master decided them; None: they may be any
        """
        low, high = (self.lower[self.whole], self.upper[self.whole]) if decided is None else (decided, decided)
        self.elastic.changeColsBounds(len(self.whole), self.whole, low, high)
        self._hold(self.elastic, held, pools, rooms_kgco2e)
        ran(self.elastic, is_feasible=True)
        return self._told(self.elastic, held, pools, is_possible=False)

    def _hold(
        self,
        highs: highspy.Highs,
        held: np.ndarray,
        pools: Sequence[Sequence[Energy]],
        rooms_kgco2e: Sequence[float],
    ) -> None:
        """Hold what is known, and offer the years of each stage."""
        highs.changeColsBounds(len(self.others), self.others, held, held)
        first, last = self.columns[id(highs)], highs.getNumCol()
        if last > first:
            highs.deleteCols(last - first, np.arange(first, last, dtype=np.int32))
        for number, (pool, (_cost, kgco2e), room) in enumerate(zip(pools, self.energy, rooms_kgco2e, strict=True)):
            rows = self.links + 3 * number + np.arange(3, dtype=np.int32)
            if kgco2e is not None:
                most = highspy.kHighsInf if room == inf else room
                highs.changeColBounds(kgco2e, float(self.lower[kgco2e]), most)
            for cost, emitted in pool:
                links = np.array([0.0 if one is None else -value for one, value in self._links(number, cost, emitted)])
                highs.addCol(0.0, 0.0, highspy.kHighsInf, 3, rows.astype(np.int32), np.append(links, 1.0))

    def _links(self, number: int, cost: float, kgco2e: float) -> tuple[tuple[int | None, float], ...]:
        return tuple(zip(self.energy[number], (cost, kgco2e), strict=True))

    def _told(
        self, highs: highspy.Highs, values: np.ndarray, pools: Sequence[Sequence[Energy]], *, is_possible: bool
    ) -> Settled:
        known = highs.getSolution()
        found, row_prices, column_prices = (np.array(one) for one in (known.col_value, known.row_dual, known.col_dual))
        columns = np.where(self.is_free, found[: len(self.is_free)], values) if is_possible else None
        at, shares, prices = self.columns[id(highs)], [], []
        for number, (pool, pair) in enumerate(zip(pools, self.energy, strict=True)):
            share = np.clip(found[at : at + len(pool)], 0.0, 1.0)
            share /= share.sum()
            at += len(pool)
            shares.append(tuple(share.tolist()))
            cost_price, kgco2e_price = row_prices[self.links + 3 * number : self.links + 3 * number + 2].tolist()
            of_cap = 0.0 if pair[1] is None else float(column_prices[pair[1]])
            prices.append(Prices(cost_price, kgco2e_price, kgco2e_price + of_cap))
            if columns is not None:
                for nth, column in enumerate(pair):
                    if column is not None:
                        columns[column] = sum(part * one[nth] for part, one in zip(shares[-1], pool, strict=True))
        return Settled(columns, tuple(shares), tuple(prices))

    def _kinds(self, kind: Any) -> None:
        self.highs.changeColsIntegrality(len(self.whole), self.whole, np.full(len(self.whole), kind))
