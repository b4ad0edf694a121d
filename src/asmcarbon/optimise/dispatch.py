"""The exact least-cost dispatch of a year at fixed sizes, and the cut that its duals give: README.md derives both."""

import numpy as np
from msgspec import Struct

from asmcarbon.errors import Infeasible, InputError, Problem
from asmcarbon.messages import _

# Two paths that meet do so up to the rounding of a year of sums: as a share of the energy capacity.
SAME_SHARE = 1e-10
# Load that no source serves and that is not rounding: as a share of the largest power there is.
SHORT_SHARE = 1e-9
# How often blocks of hours follow each other side by side before the year is followed as one.
MOST_LAPS = 12


def _check(where: str, number: float, is_possible: bool | np.bool_, expected: str) -> None:
    if not is_possible:
        raise InputError(Problem(where, _("{number:g} cannot be used").format(number=number), expected))


class Source(Struct, frozen=True, eq=False):
    """What gives energy at a price: a generator, the grid, or load that is not served.

    price_per_kwh  price of one kWh; below zero, the source runs flat out. [money / energy]
    capacity_kw    most it gives in each hour. [power]
    """

    price_per_kwh: float
    capacity_kw: np.ndarray

    def __post_init__(self) -> None:
        """Refuse what is not finite, and a capacity below zero."""
        capacities = self.capacity_kw
        is_possible = bool((np.isfinite(capacities) & (capacities >= 0.0)).all())
        _check("source.price_per_kwh", self.price_per_kwh, np.isfinite(self.price_per_kwh), _("a finite number"))
        _check("source.capacity_kw", float(capacities.min(initial=0.0)), is_possible, _("finite numbers, 0 or more"))


class Storage(Struct, frozen=True, eq=False):
    """A battery of fixed size that loses energy on the way in and on the way out, and none over time.

    power_kw              most it takes or gives. [power]
    energy_kwh            most it holds. [energy]
    charge_efficiency     share of the energy taken in that is stored, in (0, 1]. [dimensionless]
    discharge_efficiency  share of the energy drawn that is given out, in (0, 1]. [dimensionless]
    minimum_state         share of the energy capacity that always stays stored, in [0, 1]. [dimensionless]
    may_charge            share of its power at which it may be charged in each hour, 0 where it is too cold; or 1 for
                          all. [dimensionless]
    floor_kwh             energy that always stays stored above that share. [energy]
    """

    power_kw: float
    energy_kwh: float
    charge_efficiency: float
    discharge_efficiency: float
    minimum_state: float
    may_charge: "np.ndarray | float" = 1.0
    floor_kwh: float = 0.0

    def __post_init__(self) -> None:
        """Refuse sizes that are not finite or below zero, and shares outside their range."""
        for name in ("power_kw", "energy_kwh", "floor_kwh"):
            size: float = getattr(self, name)
            _check(f"storage.{name}", size, 0.0 <= size < np.inf, _("a finite number, 0 or more"))
        for name in ("charge_efficiency", "discharge_efficiency"):
            share: float = getattr(self, name)
            _check(f"storage.{name}", share, 0.0 < share <= 1.0, _("a number above 0, at most 1"))
        lowest = self.minimum_state
        _check("storage.minimum_state", lowest, 0.0 <= lowest <= 1.0, _("a number from 0 to 1"))
        shares = np.atleast_1d(self.may_charge)
        is_share = bool(((shares >= 0.0) & (shares <= 1.0)).all())
        _check("storage.may_charge", float(shares.min()), is_share, _("numbers from 0 to 1"))

    @property
    def lowest_kwh(self) -> float:
        """Energy that always stays stored."""
        return min(self.minimum_state * self.energy_kwh + self.floor_kwh, self.energy_kwh)


NO_STORAGE = Storage(0.0, 0.0, 1.0, 1.0, 0.0)


class Dispatch(Struct, frozen=True, eq=False):
    """A least-cost year, and the duals that prove it.

    cost          Σ price_per_kwh * sources_kw, without what the sizes cost. [money]
    stored_kwh    stored energy before each hour and after the last, which equals the first. [energy]
    sources_kw    output, a row for each source in the order given. [power]
    surplus_kw    power thrown away. [power]
    water_value   λ, what one more stored kWh is worth in each hour. [money / energy]
    power_price   π, what one more kWh of load costs in each hour. [money / energy]
    """

    cost: float
    stored_kwh: np.ndarray
    charge_kw: np.ndarray
    discharge_kw: np.ndarray
    sources_kw: np.ndarray
    surplus_kw: np.ndarray
    water_value: np.ndarray
    power_price: np.ndarray
    load_kw: np.ndarray
    sources: tuple[Source, ...]
    storage: Storage


class Cut(Struct, frozen=True):
    """A plane that lies below the cost of the best dispatch at all sizes, and touches it at the sizes it was made at.

        cost >= constant + per_solar_kw * solar_kw + per_storage_kw * storage_kw + per_storage_kwh * storage_kwh
                + Σ_k per_source[k] * scale[k]

    scale  the capacity of each source, in units of the one that was given: 1 is that itself. [dimensionless]
    """

    constant: float
    per_solar_kw: float
    per_storage_kw: float
    per_storage_kwh: float
    per_source: tuple[float, ...]

    def bound(self, solar_kw: float, storage_kw: float, storage_kwh: float, scale: tuple[float, ...]) -> float:
        """Return what the dispatch at these sizes costs at least."""
        sizes = self.per_solar_kw * solar_kw + self.per_storage_kw * storage_kw + self.per_storage_kwh * storage_kwh
        return self.constant + sizes + sum(one * k for one, k in zip(self.per_source, scale, strict=True))


def dispatch(
    load_kw: np.ndarray, solar_kw: np.ndarray, sources: tuple[Source, ...], storage: Storage | None = None
) -> Dispatch:
    """Return the least-cost dispatch of a year that closes on itself; surplus may be thrown away.

        least    Σ_t Σ_k price_per_kwh[k] * sources_kw[k, t]
        subject  solar_kw[t] + Σ_k sources_kw[k, t] + discharge_kw[t] - charge_kw[t] >= load_kw[t]
        to       stored_kwh[t+1] = stored_kwh[t] + charge_efficiency * charge_kw[t]
                                   - discharge_kw[t] / discharge_efficiency
                 minimum_state * energy_kwh <= stored_kwh <= energy_kwh,  charge_kw + discharge_kw <= power_kw

    load_kw, solar_kw  load, and what the sun offers, in each hour. [power]
    sources            in any order; load that may stay unserved is one of them, with the load as its capacity.
    storage            None is one of size zero.

    Raises Infeasible where the load cannot be served in every hour. Many dispatches may cost the same; this is one.
    """
    _check_hours(load_kw, solar_kw, sources)
    storage = storage or NO_STORAGE
    order = sorted(range(len(sources)), key=lambda k: sources[k].price_per_kwh)
    prices = np.array([sources[k].price_per_kwh for k in order])
    capacities_kw = np.array([sources[k].capacity_kw for k in order]).reshape(len(order), len(load_kw))
    net_kw = load_kw - solar_kw
    merit_kw = np.concatenate([np.zeros((1, len(net_kw))), np.cumsum(capacities_kw, axis=0)])

    slopes, widest = _water_values(prices, storage)
    moves_kwh = _responses(net_kw, prices, merit_kw, storage, widest)
    crossings_kwh = _crossings(moves_kwh, storage.lowest_kwh, storage.energy_kwh)
    stored_kwh = _stored(crossings_kwh, moves_kwh, storage)

    change_kwh = np.diff(stored_kwh)
    charge_kw = np.maximum(change_kwh, 0.0) / storage.charge_efficiency
    discharge_kw = np.maximum(-change_kwh, 0.0) * storage.discharge_efficiency
    needed_kw = net_kw + charge_kw - discharge_kw
    largest = float(np.abs(net_kw).max()) + storage.energy_kwh
    if (needed_kw - merit_kw[-1]).max() > SHORT_SHARE * largest:
        text = _("the load cannot be served in every hour: offer more, or give unserved load a price as a source")
        raise Infeasible(text)
    merit_order_kw = np.minimum(np.maximum(needed_kw - merit_kw[:-1], 0.0), capacities_kw)
    merit_order_kw[prices < 0.0] = capacities_kw[prices < 0.0]
    sources_kw = np.empty_like(merit_order_kw)
    sources_kw[order] = merit_order_kw

    water_value = _water_value(slopes, crossings_kwh, stored_kwh, storage)
    if storage.power_kw == 0.0 or storage.lowest_kwh == storage.energy_kwh:
        water_value = _idle_water_value(
            slopes, _power_price(net_kw, prices, capacities_kw, NO_STORAGE, np.zeros(len(net_kw))), storage
        )
    return Dispatch(
        cost=float(prices @ merit_order_kw.sum(axis=1)),
        stored_kwh=stored_kwh,
        charge_kw=charge_kw,
        discharge_kw=discharge_kw,
        sources_kw=sources_kw,
        surplus_kw=np.maximum(sources_kw.sum(axis=0) - needed_kw, 0.0),
        water_value=water_value,
        power_price=_power_price(net_kw, prices, capacities_kw, storage, water_value),
        load_kw=load_kw,
        sources=sources,
        storage=storage,
    )


def cut_of(dispatch: Dispatch, capacity_factor: np.ndarray) -> Cut:
    """Return the plane below the cost at all sizes that the duals λ and π of one dispatch give.

        cost >= Σ π * load_kw - solar_kw * Σ π * capacity_factor
                - storage_kw * Σ [(λ * charge_efficiency - π)+ + (π - λ / discharge_efficiency)+]
                + storage_kwh * Σ min(minimum_state * fall, fall) + floor_kwh * Σ fall+
                - Σ_k scale[k] * Σ capacity_kw[k] * (π - price[k])+

    with fall[t] = λ[t] - λ[t+1], and the first hour after the last. It holds for any λ, π >= 0.

    capacity_factor  what 1 kW of solar panels offers in each hour. [dimensionless]

    Of a storage of size zero the duals are not unique, and these say little about one that is larger: dispatch with
    1e-4 kW and kWh instead. Without a storage (None) the plane holds where there is none.
    """
    storage, water, price = dispatch.storage, dispatch.water_value, dispatch.power_price
    fall = water - np.roll(water, -1)
    per_source = tuple(
        -float(source.capacity_kw @ np.maximum(price - source.price_per_kwh, 0.0)) for source in dispatch.sources
    )
    return Cut(
        constant=float(price @ dispatch.load_kw + storage.floor_kwh * np.maximum(fall, 0.0).sum()),
        per_solar_kw=-float(price @ capacity_factor),
        per_storage_kw=-float(_worth_of_power(water, price, storage).sum()),
        per_storage_kwh=float(np.minimum(storage.minimum_state * fall, fall).sum()),
        per_source=per_source,
    )


def _water_values(prices: np.ndarray, storage: Storage) -> tuple[np.ndarray, np.ndarray]:
    """Return the values that a stored kWh can have, and one value inside each interval between neighbours.

    Stored, a kWh saves price * discharge_efficiency of a source, or what charging it took, price / charge_efficiency.
    The last interval is open: no price is too high there to keep the load from going short.
    """
    paid = np.maximum(prices, 0.0)
    slopes = np.unique(np.concatenate([[0.0], paid * storage.discharge_efficiency, paid / storage.charge_efficiency]))
    return slopes, np.append((slopes[1:] + slopes[:-1]) / 2.0, 2.0 * slopes[-1] + 1.0)


def _responses(
    net_kw: np.ndarray, prices: np.ndarray, merit_kw: np.ndarray, storage: Storage, values: np.ndarray
) -> np.ndarray:
    """Return the change of stored energy that is best in each hour, a row for each value of stored energy.

    It charges from sources cheaper than value * charge_efficiency, and replaces those dearer than
    value / discharge_efficiency. More than the usable energy never moves: cut off there, P >> E does not round away E.
    """
    charged_from = merit_kw[np.searchsorted(prices, values * storage.charge_efficiency)]
    served_by = merit_kw[np.searchsorted(prices, values / storage.discharge_efficiency)]
    usable_kwh = storage.energy_kwh - storage.lowest_kwh
    most_in_kw = storage.power_kw * storage.may_charge
    in_kwh = np.minimum(np.maximum(charged_from - net_kw, 0.0), most_in_kw) * storage.charge_efficiency
    out_kwh = np.minimum(np.maximum(net_kw - served_by, 0.0), storage.power_kw) / storage.discharge_efficiency
    return np.minimum(np.maximum(in_kwh - out_kwh, -usable_kwh), usable_kwh)


def _crossings(moves_kwh: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the stored energy at which its marginal value crosses each interval, before each hour and after the last.

        B_j(t) = clip(B_j(t+1) - X_j(t), low, high),   B_j(T) = B_j(0)

    Steps like this compose to z -> clip(z + shift, least, most). So all blocks of hours are composed side by side,
    then the blocks to a year, whose fixed point is `most` where the year shifts up and `least` where it does not.
    """
    rows, hours = moves_kwh.shape
    length = int(np.ceil(np.sqrt(hours)))
    blocks = -(-hours // length)
    padded = np.concatenate([moves_kwh, np.zeros((rows, blocks * length - hours))], axis=1)
    step_kwh = np.ascontiguousarray(padded.reshape(rows, blocks, length).transpose(2, 1, 0))

    shift, least, most = np.zeros((blocks, rows)), np.full((blocks, rows), low), np.full((blocks, rows), high)
    for move in step_kwh[::-1]:
        shift = shift - move
        least, most = np.minimum(np.maximum(least - move, low), high), np.minimum(np.maximum(most - move, low), high)

    year_shift, year_least, year_most = np.zeros(rows), np.full(rows, low), np.full(rows, high)
    for up, bottom, top in zip(shift[::-1], least[::-1], most[::-1], strict=True):
        year_shift = year_shift + up
        year_least = np.minimum(np.maximum(year_least + up, bottom), top)
        year_most = np.minimum(np.maximum(year_most + up, bottom), top)
    closing = np.where(year_shift > 0.0, year_most, year_least)

    level, ends = closing, np.empty((blocks, rows))
    for block in range(blocks - 1, -1, -1):
        ends[block] = level
        level = np.minimum(np.maximum(level + shift[block], least[block]), most[block])
    levels, level = np.empty_like(step_kwh), ends
    for step in range(length - 1, -1, -1):
        level = np.minimum(np.maximum(level - step_kwh[step], low), high)
        levels[step] = level
    before = levels.transpose(2, 1, 0).reshape(rows, -1)[:, :hours]
    return np.concatenate([before, closing[:, None]], axis=1)


def _stored(crossings_kwh: np.ndarray, moves_kwh: np.ndarray, storage: Storage) -> np.ndarray:
    """Return the stored energy before each hour and after the last, which equals the first.

        stored[t+1] = min(energy_kwh, min_j max(B_j(t+1), stored[t] + X_j(t)))

    Most storages meet a limit within days, so that all blocks of hours are followed side by side, each from where the
    one before it ended, until that no longer changes. Where they only drift, the whole year is followed from its start:
    its change falls, or stays, as the start rises (no step parts two paths, or lets them cross), so that its zero is
    found by following a few years, and by halving.
    """
    high, low = storage.energy_kwh, storage.lowest_kwh
    side_by_side = _paths_of_blocks(crossings_kwh[:, 1:], moves_kwh, high)
    if side_by_side is not None:
        return side_by_side
    levels, moves = crossings_kwh[:, 1:].tolist(), moves_kwh.tolist()
    lowest, highest, start = low, high, high
    path: list[float] = []
    for lap in range(200):
        path = _path(levels, moves, start, high, path)
        end = path[-1]
        if abs(end - start) <= 0.1 * SAME_SHARE * high:
            break
        lowest, highest = (max(lowest, end), highest) if end > start else (lowest, min(highest, end))
        start = end if lap < 3 else (lowest + highest) / 2.0
    stored_kwh = np.array(path)
    stored_kwh[-1] = stored_kwh[0]
    return stored_kwh


def _paths_of_blocks(levels: np.ndarray, moves: np.ndarray, high: float) -> np.ndarray | None:
    """Return the closed year of `_stored`, all blocks of √T hours side by side; None where that takes many laps."""
    rows, hours = moves.shape
    length = int(np.ceil(np.sqrt(hours)))
    blocks = -(-hours // length)
    more = blocks * length - hours

    def in_steps(given: np.ndarray, filling: float) -> np.ndarray:
        padded = np.concatenate([given, np.full((rows, more), filling)], axis=1)
        return np.ascontiguousarray(padded.reshape(rows, blocks, length).transpose(2, 0, 1))

    # Hours that only fill the last block leave the stored energy as it is.
    step_levels, step_moves = in_steps(levels, -np.inf), in_steps(moves, 0.0)
    path = np.empty((length + 1, blocks))
    start = np.full(blocks, high)
    for _lap in range(MOST_LAPS):
        path[0] = stored = start
        for step, (level, move) in enumerate(zip(step_levels, step_moves, strict=True), start=1):
            reached = np.maximum(level, stored + move).min(axis=0)
            stored = np.minimum(reached, high, out=path[step])
        start = np.roll(path[-1], 1)
        if np.abs(start - path[0]).max() <= 0.1 * SAME_SHARE * high:
            stored_kwh = path[:-1].T.reshape(-1)[:hours]
            return np.append(stored_kwh, stored_kwh[0])
    return None


def _path(
    levels: list[list[float]], moves: list[list[float]], stored: float, high: float, before: list[float]
) -> list[float]:
    """Return one year of `_stored` from its start; from where it meets the year `before`, the two are the same.

    B falls and stored + X rises with j, so that the least of their greater ones is where they cross.
    """
    path = [stored]
    steps = zip(zip(*levels, strict=True), zip(*moves, strict=True), strict=True)
    for hour, (crossings, changes) in enumerate(steps, start=1):
        after = high
        for crossing, change in zip(crossings, changes, strict=True):
            moved = stored + change
            if moved >= crossing:
                if moved < after:
                    after = moved
                break
            after = crossing
        stored = after
        path.append(stored)
        if before and before[hour] == stored:
            return path + before[hour + 1 :]
    return path


def _water_value(slopes: np.ndarray, crossings_kwh: np.ndarray, stored_kwh: np.ndarray, storage: Storage) -> np.ndarray:
    """Return λ: the value just below where the storage is full, just above where it is empty, the same in between.

    A full storage is worth at least as much after the hour as before, an empty one at most. The last interval is left
    out: its upper end is no price, and a load that can be served needs none.
    """
    same_kwh = SAME_SHARE * storage.energy_kwh
    crossings_kwh, stored_kwh = crossings_kwh[:-1, :-1], stored_kwh[:-1]
    just_below = slopes[(crossings_kwh >= stored_kwh - same_kwh).sum(axis=0)]
    just_above = slopes[(crossings_kwh > stored_kwh + same_kwh).sum(axis=0)]
    is_full = stored_kwh >= storage.energy_kwh - same_kwh
    hits = np.flatnonzero(is_full | (stored_kwh <= storage.lowest_kwh + same_kwh))
    if hits.size == 0:
        return np.full(len(stored_kwh), just_below[0])
    # Hours before the first hit of the year follow its last: index -1.
    last_hit = hits[np.searchsorted(hits, np.arange(len(stored_kwh)), side="right") - 1]
    return np.where(is_full, just_below, just_above)[last_hit]


def _idle_water_value(slopes: np.ndarray, price: np.ndarray, storage: Storage) -> np.ndarray:
    """Return λ of a storage that cannot move: `price` where it holds nothing, else what more power earns least at."""
    if storage.lowest_kwh == storage.energy_kwh:
        return price
    worth = [_worth_of_power(np.full(1, slope), price, storage).sum() for slope in slopes]
    return np.full(len(price), slopes[int(np.argmin(worth))])


def _worth_of_power(water: np.ndarray, price: np.ndarray, storage: Storage) -> np.ndarray:
    """Return what one more kW of storage would earn in each hour, charging or discharging."""
    charging = storage.may_charge * np.maximum(water * storage.charge_efficiency - price, 0.0)
    return charging + np.maximum(price - water / storage.discharge_efficiency, 0.0)


def _power_price(
    net_kw: np.ndarray, prices: np.ndarray, capacities_kw: np.ndarray, storage: Storage, water: np.ndarray
) -> np.ndarray:
    """Return π of each hour, which is greatest in

        π * net_kw - Σ_k capacity_kw[k] * (π - price[k])+ - power_kw * [(λ * charge_efficiency - π)+
                                                                       + (π - λ / discharge_efficiency)+]

    This bends at 0, the prices and the two values of stored energy only, and one of them is its top.
    """
    shape = (1, len(net_kw))
    bends = [np.zeros(shape), np.broadcast_to(np.maximum(prices, 0.0)[:, None], capacities_kw.shape)]
    if storage.power_kw > 0.0:
        bends += [(water * storage.charge_efficiency)[None], (water / storage.discharge_efficiency)[None]]
    price = np.concatenate(bends)
    value = price * net_kw
    for source_price, capacity_kw in zip(prices, capacities_kw, strict=True):
        value -= capacity_kw * np.maximum(price - source_price, 0.0)
    if storage.power_kw > 0.0:
        value -= storage.power_kw * _worth_of_power(water, price, storage)
    return np.take_along_axis(price, value.argmax(axis=0)[None], axis=0)[0]


def _check_hours(load_kw: np.ndarray, solar_kw: np.ndarray, sources: tuple[Source, ...]) -> None:
    hours = len(load_kw)
    for where, series in (("solar_kw", solar_kw), *(("source.capacity_kw", source.capacity_kw) for source in sources)):
        if series.shape != (hours,):
            what = _("{hours} hours were given").format(hours=series.size)
            raise InputError(Problem(where, what, _("as many hours as load_kw has, {hours}").format(hours=hours)))
