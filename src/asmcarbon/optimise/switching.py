"""The search over hours on and off: dynamic programming over stored energy, and the bound it proves (README.md)."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from msgspec import Struct

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.optimise.dispatch import NO_STORAGE, Source, Storage

# Hours at the start of the year that follow its end, so that the value of stored energy there has settled.
WARM_UP_HOURS = 480
# The price of load that nothing serves, in the bound and the search only, as a multiple of the dearest source's.
LAST_RESORT = 100.0
OUT_OF_REACH = 1e300
# Years up to this long are planned from several starts, as their start matters.
SHORT_YEAR_HOURS, SHORT_YEAR_STARTS = 200, 21


class Unit(Struct, frozen=True):
    """A generator that is on or off.

    minimum_share  least output while on, as a share of rated_kw; more than is needed is thrown away. [dimensionless]
    cost_per_hour  cost of an hour on, whatever the output: the fuel curve's intercept. [money / time]
    price_per_kwh  cost of one more kWh: the fuel curve's slope, and upkeep. [money / energy]
    start_cost     cost of each start. [money]
    """

    rated_kw: float
    minimum_share: float
    cost_per_hour: float
    price_per_kwh: float
    start_cost: float = 0.0
    fuel_l_per_hour: float = 0.0
    fuel_l_per_kwh: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is not finite or below zero, and a minimum above the rating."""
        for name in self.__struct_fields__:
            number: float = getattr(self, name)
            if not 0.0 <= number < np.inf or (name == "minimum_share" and number > 1.0):
                expected = _("a number from 0 to 1") if name == "minimum_share" else _("a finite number, 0 or more")
                what = _("{number:g} cannot be used").format(number=number)
                raise InputError(Problem(f"unit.{name}", what, expected))

    @property
    def minimum_kw(self) -> float:
        """Least output while on."""
        return self.minimum_share * self.rated_kw

    @property
    def idles_free(self) -> bool:
        """Whether being on costs nothing, so that it may always be."""
        return self.minimum_kw == 0.0 and self.cost_per_hour == 0.0


class Given(Struct, frozen=True, eq=False):
    """What `commit` was given."""

    load_kw: np.ndarray
    solar_kw: np.ndarray
    units: tuple[Unit, ...]
    sources: tuple[Source, ...]
    storage: Storage | None


# One hour with given units on: moves of stored energy with their cost, of which the last is the furthest up; and pieces
# (from, to, slope, intercept) between them, on which a move costs intercept + slope * move.
_Move = tuple[float, float]
_Piece = tuple[float, float, float, float]
_Hour = tuple[list[_Move], _Move, list[_Piece]]


class SwitchedYear(Struct, frozen=True):
    """The hours of each mode (a mode is a set of units that are on), and what changing between modes costs.

    start_cost  [mode before, mode]; a single row where no unit costs anything to start.
    """

    modes: list[tuple[int, ...]]
    hours: list[list[_Hour]]
    cost_per_hour: np.ndarray
    start_cost: np.ndarray
    resort_price: float
    storage: Storage

    @classmethod
    def of(cls, given: Given) -> "SwitchedYear":
        """Lay out every hour of every mode."""
        hours, storage = len(given.load_kw), given.storage or NO_STORAGE
        switched = [unit for unit in given.units if not unit.idles_free]
        free = [unit for unit in given.units if unit.idles_free]
        always = [Source(unit.price_per_kwh, np.full(hours, unit.rated_kw)) for unit in free]
        ladder = sorted([*given.sources, *always], key=lambda source: source.price_per_kwh)
        slopes = [0.0, *(one.price_per_kwh for one in ladder), *(unit.price_per_kwh for unit in switched)]
        # No one charges from, or saves for later, what is dearest and always there: that spares its pieces.
        covers = (
            bool(ladder)
            and ladder[-1].price_per_kwh == max(slopes)
            and bool((ladder[-1].capacity_kw >= given.load_kw).all())
        )
        resort_price = ladder.pop().price_per_kwh if covers else LAST_RESORT * max(1.0, *slopes)
        if storage.power_kw == 0.0 or storage.lowest_kwh == storage.energy_kwh:
            storage = NO_STORAGE

        modes: list[tuple[int, ...]] = list(product((0, 1), repeat=len(switched)))
        tables: list[list[_Hour]] = []
        for mode in modes:
            running = [unit for unit, is_on in zip(switched, mode, strict=True) if is_on]
            net_kw = given.load_kw - given.solar_kw - sum(unit.minimum_kw for unit in running)
            above = [Source(unit.price_per_kwh, np.full(hours, unit.rated_kw - unit.minimum_kw)) for unit in running]
            merit = sorted([*ladder, *above], key=lambda source: source.price_per_kwh)
            tables.append(_hours(net_kw, merit, resort_price, storage))
        bits = np.array(modes).reshape(len(modes), len(switched))
        running_cost = np.array([unit.cost_per_hour + unit.price_per_kwh * unit.minimum_kw for unit in switched])
        start = np.array([unit.start_cost for unit in switched])
        start_cost = np.maximum(bits[None] - bits[:, None], 0) @ start if start.any() else np.zeros((1, len(modes)))
        return cls(modes, tables, bits @ running_cost, start_cost, resort_price, storage)


def _hours(net_kw: np.ndarray, merit: Sequence[Source], resort_price: float, storage: Storage) -> list[_Hour]:
    """Return the moves and pieces of each hour.

    Taking y kW into the storage (below 0: out of it) leaves net_kw + y to serve, and merit_kw[k] of it by the k
    cheapest sources; so what it costs bends at y = merit_kw[k] - net_kw, and between two bends one source serves it.
    """
    prices = [max(source.price_per_kwh, 0.0) for source in merit]
    paid = sum((min(source.price_per_kwh, 0.0) * source.capacity_kw for source in merit), np.zeros(len(net_kw)))
    capacities_kw = [source.capacity_kw for source in merit]
    merit_kw = np.cumsum([np.zeros(len(net_kw)), *capacities_kw], axis=0)
    usable_kwh, into, out = (
        storage.energy_kwh - storage.lowest_kwh,
        storage.charge_efficiency,
        storage.discharge_efficiency,
    )
    most_in_kw = np.minimum(storage.power_kw * storage.may_charge, usable_kwh / into)
    most_out_kw = min(storage.power_kw, usable_kwh * out)
    taken_kw = np.minimum(np.maximum(merit_kw - net_kw, -most_out_kw), most_in_kw)
    needed_kw = net_kw + taken_kw
    cost = paid + resort_price * np.maximum(needed_kw - merit_kw[-1], 0.0)
    for price, below_kw, capacity_kw in zip(prices, merit_kw, capacities_kw, strict=False):
        cost += price * np.minimum(np.maximum(needed_kw - below_kw, 0.0), capacity_kw)
    moves = np.where(taken_kw > 0.0, taken_kw * into, taken_kw / out).T.tolist()
    intercepts = (cost[:-1] - np.array(prices).reshape(-1, 1) * taken_kw[:-1]).T.tolist()

    table: list[_Hour] = []
    for xs, costs, ins in zip(moves, cost.T.tolist(), intercepts, strict=True):
        points: list[_Move] = []
        pieces: list[_Piece] = []
        for k, (price, intercept) in enumerate(zip(prices, ins, strict=True)):
            low, high = xs[k], xs[k + 1]
            if low < high:
                points.append((low, costs[k]))
                if low < 0.0:
                    pieces.append((low, min(high, 0.0), price * out, intercept))
                if high > 0.0:
                    pieces.append((max(low, 0.0), high, price / into, intercept))
        table.append((points, (xs[-1], costs[-1]), pieces))
    return table


class _Grid(Struct, frozen=True):
    """Levels of stored energy above the lowest; `rounds_up`: values between levels are those of the next (a bound)."""

    step_kwh: float
    offsets_kwh: np.ndarray
    short_price: float
    rounds_up: bool

    @classmethod
    def of(cls, site: SwitchedYear, levels: int, *, rounds_up: bool) -> "_Grid":
        usable_kwh = site.storage.energy_kwh - site.storage.lowest_kwh
        count = levels if usable_kwh > 0.0 else 1
        step_kwh = usable_kwh / (count - 1) if count > 1 else 1.0
        short_price = site.resort_price * site.storage.discharge_efficiency
        return cls(step_kwh, np.arange(count) * step_kwh, short_price, rounds_up)

    def before(self, after: np.ndarray, hour: _Hour) -> np.ndarray:
        """Return the cost from each level on, this hour's included, given the cost from each level after it."""
        points, (move, cost), pieces = hour
        count = len(after)
        padded = np.empty(3 * count + 2)
        padded[: count + 1], padded[count + 1 : 2 * count + 1], padded[2 * count + 1 :] = after[0], after, after[-1]
        # Furthest up; too low to get there, the storage empties and the last resort serves what is short.
        best = self._moved(padded, move) + cost
        if move < 0.0:
            few = int(-move / self.step_kwh) + 1
            best[:few] += self.short_price * np.maximum(-move - self.offsets_kwh[:few], 0.0)
        if not points:
            return best
        padded[: count + 1] = OUT_OF_REACH
        for move, cost in points:
            np.minimum(best, self._moved(padded, move) + cost, out=best)
        # In a bound, stored energy just above a level costs no more to reach and counts as the next.
        inside = np.append(after[1:], after[-1]) if self.rounds_up else after
        for low, high, slope, intercept in pieces:
            first, last = int(np.ceil(low / self.step_kwh)), int(np.floor(high / self.step_kwh))
            if first <= last:
                slanted = slope * self.offsets_kwh
                least = _least_within(inside + slanted, first, last)
                least -= slanted
                least += intercept
                np.minimum(best, least, out=best)
        return best

    def _moved(self, padded: np.ndarray, move_kwh: float) -> np.ndarray:
        """Return the value after a move from each level; `padded` says what lies beyond the levels."""
        count = len(self.offsets_kwh)
        steps = move_kwh / self.step_kwh
        whole = int(np.ceil(steps)) if self.rounds_up else int(np.floor(steps))
        start = count + 1 + whole
        if self.rounds_up:
            return padded[start : start + count] + 0.0
        share = steps - whole
        return (1.0 - share) * padded[start : start + count] + share * padded[start + 1 : start + 1 + count]

    def best_move(self, stored_kwh: float, after: np.ndarray, hour: _Hour) -> tuple[float, float]:
        """Return the least cost from any stored energy above the lowest, and the stored energy after this hour."""
        points, (move, cost), pieces = hour
        top_kwh = float(self.offsets_kwh[-1])
        short_kwh = max(-move - stored_kwh, 0.0)
        choices = [(cost + self.short_price * short_kwh, min(max(stored_kwh + move, 0.0), top_kwh))]
        choices += [(cost, min(stored_kwh + move, top_kwh)) for move, cost in points if stored_kwh + move >= 0.0]
        best = min((cost + self._at(after, there_kwh), there_kwh) for cost, there_kwh in choices)
        for low, high, slope, intercept in pieces:
            first = max(int(np.ceil((stored_kwh + low) / self.step_kwh)), 0)
            last = min(int(np.floor((stored_kwh + high) / self.step_kwh)), len(after) - 1)
            if first <= last:
                reach_kwh = self.offsets_kwh[first : last + 1]
                costs = after[first : last + 1] + slope * reach_kwh
                least = int(costs.argmin())
                best = min(best, (float(costs[least]) + intercept - slope * stored_kwh, float(reach_kwh[least])))
        return best

    def _at(self, after: np.ndarray, stored_kwh: float) -> float:
        steps = stored_kwh / self.step_kwh
        whole = min(int(steps), len(after) - 1)
        upper = min(whole + 1, len(after) - 1)
        return float(after[whole] + (steps - whole) * (after[upper] - after[whole]))


def _least_within(values: np.ndarray, first: int, last: int) -> np.ndarray:
    """Return the least of values[i + first : i + last + 1] for each i: of twice as many at each step."""
    count, width = len(values), last - first + 1
    fenced = np.full(count + width - 1, OUT_OF_REACH)
    begin, end = max(first, 0), min(count + last, count)
    fenced[begin - first : end - first] = values[begin:end]
    span = 1
    while 2 * span <= width:
        fenced = np.minimum(fenced[:-span], fenced[span:])
        span *= 2
    return np.minimum(fenced[:count], fenced[width - span : width - span + count])


def _year(site: SwitchedYear, grid: _Grid, after: np.ndarray, hours: range) -> list[np.ndarray]:
    """Return the least cost from before each hour on, by [mode before, level], and last the `after` it was given.

    V_t[before] = min over modes of  start_cost[before, mode] + cost_per_hour[mode] + (what `before` returns)
    """
    values = [after]
    rows = len(site.start_cost)
    mode_cost = (site.start_cost + site.cost_per_hour)[:, :, None]
    for hour in reversed(hours):
        of_mode = np.array(
            [
                grid.before(after[mode if rows > 1 else 0], table[hour % len(table)])
                for mode, table in enumerate(site.hours)
            ]
        )
        after = (mode_cost + of_mode).min(axis=1)
        values.append(after)
    return values[::-1]


def _settled(site: SwitchedYear, grid: _Grid) -> np.ndarray:
    """Return a value of stored energy at the end of the year: that of the hours that follow, which are its first."""
    nothing = np.zeros((len(site.start_cost), len(grid.offsets_kwh)))
    return _year(site, grid, nothing, range(WARM_UP_HOURS))[0]


def plans_of(site: SwitchedYear, levels: int) -> Iterator[list[int]]:
    """Yield the modes of each hour of promising years: the best way forward on values interpolated between levels.

    A long year starts where its last weeks lead; a short one is tried from several starts, each to end where it began.
    """
    if site.storage is NO_STORAGE and len(site.start_cost) == 1:
        # Nothing carries over from hour to hour: each takes its cheapest mode.
        costs = np.array([[cost for _points, (_move, cost), _pieces in table] for table in site.hours])
        yield (costs + site.cost_per_hour[:, None]).argmin(axis=0).tolist()
        return
    grid = _Grid.of(site, levels, rounds_up=False)
    hours = range(len(site.hours[0]))
    if len(hours) > SHORT_YEAR_HOURS:
        values = _year(site, grid, _settled(site, grid), hours)
        _modes, mode, stored_kwh = _forward(site, grid, values, hours[-WARM_UP_HOURS:], 0, 0.0)
        yield _forward(site, grid, values, hours, mode, stored_kwh)[0]
        return
    count, rows = len(grid.offsets_kwh), len(site.start_cost)
    starts = np.unique(np.linspace(0, count - 1, SHORT_YEAR_STARTS).astype(int))
    for mode, level in product(range(rows), starts.tolist()):
        end = np.full((rows, count), OUT_OF_REACH)
        end[mode, level:] = 0.0
        values = _year(site, grid, end, hours)
        if values[0][mode, level] < OUT_OF_REACH / 2.0:
            yield _forward(site, grid, values, hours, mode, float(grid.offsets_kwh[level]))[0]


def _forward(
    site: SwitchedYear, grid: _Grid, values: list[np.ndarray], hours: range, mode: int, stored_kwh: float
) -> tuple[list[int], int, float]:
    """Return the mode of each hour from a start on, and where they end: mode and stored energy above the lowest."""
    rows = len(site.start_cost)
    chosen: list[int] = []
    for hour in hours:
        ways: list[tuple[float, int, float]] = []
        for next_mode, table in enumerate(site.hours):
            after = values[hour + 1][next_mode if rows > 1 else 0]
            cost, there_kwh = grid.best_move(stored_kwh, after, table[hour])
            cost += float(site.start_cost[mode if rows > 1 else 0, next_mode] + site.cost_per_hour[next_mode])
            ways.append((cost, next_mode, there_kwh))
        _cost, mode, stored_kwh = min(ways)
        chosen.append(mode)
    return chosen, mode, stored_kwh


def bound_of(site: SwitchedYear, levels: int) -> float:
    """Return what no cyclic year can cost less than: min V_0 - W, for any W that falls as stored energy rises."""
    grid = _Grid.of(site, levels, rounds_up=True)
    end = _settled(site, grid)
    start = _year(site, grid, end, range(len(site.hours[0])))[0]
    return float((start - end).min())
