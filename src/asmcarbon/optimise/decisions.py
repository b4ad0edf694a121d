"""What of a plan the hours see, as one array, and the year that follows from it by the exact dispatch (README.md)."""

from typing import Protocol

import numpy as np
import pyomo.environ as pyo
from msgspec import Struct
from msgspec.structs import replace

from asmcarbon.messages import _
from asmcarbon.optimise.dispatch import Dispatch, Source, Storage, cut_of, dispatch
from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.solve import Series

# Load that no source serves, as a share of the year's, that is rounding.
ROUNDING = 1e-9
# Dearer than any way of serving the load by this factor: what the master learns where it cannot be served.
FORBIDDEN = 100.0
# A storage of size zero has no unique duals: a cut is made at a little more.
_LEAST_SIZE = 1e-4


def has_structure(parameters: Parameters) -> bool:
    """Whether a year of these parameters is one that `dispatch` solves at fixed sizes: one storage and priced sources.

    Not so: machines that may wait, a price of the peak, surplus that is sold or promised, a limit of cycles or of
    unserved load.
    """
    grid, storage = parameters.grid, parameters.storage
    return (
        not parameters.shiftable
        and parameters.community is None
        and parameters.unserved_maximum_kwh is None
        and (grid is None or (grid.demand_charge_per_kw_month == 0.0 and grid.export_price_per_kwh is None))
        and (storage is None or storage.cycles_per_year is None)
    )


class Year(Struct, frozen=True, eq=False):
    """A dispatched year at some sizes, and what it says of all others.

    hours          its series
    cost, kgco2e   of its energy, at true prices. [money], [mass]
    short_kwh      load that nothing serves, which no plan may have. [energy]
    gradient       what one more of each decision changes at most, in `cost + weight * kgco2e`
    constant       of that plane
    """

    hours: Series
    cost: float
    kgco2e: float
    short_kwh: float
    constant: float
    gradient: np.ndarray


class Hours(Protocol):
    """What serves a stage's hours at given decisions, and tells what more of each would change."""

    parameters: Parameters
    rounding_kwh: float
    solved_by: str

    def priced(self, decisions: np.ndarray, cost_weight: float, kgco2e_weight: float, *, exactly: bool = False) -> Year:
        """Return the least year at weighted prices; `exactly` takes even a storage that is nearly nothing as it is."""
        ...

    def shortest(self, decisions: np.ndarray) -> Year:
        """Return the year that leaves least of the load to nothing."""
        ...


def variables_of(parameters: Parameters, model: pyo.ConcreteModel) -> list[tuple[pyo.Var | None, float]]:
    """Return the variable of each decision in a model; None where it is none, and then its value.

    In the order of an array of decisions: solar kW, storage kW and kWh, the scale of each source, of each measure, and
    what is promised to a community.
    """
    solar, storage, grid = (model.component(name) for name in ("solar", "storage", "grid"))
    found: list[tuple[pyo.Var | None, float]] = [
        (solar and solar.size_kw, 0.0), (storage and storage.size_kw, 0.0), (storage and storage.size_kwh, 0.0)
    ]  # fmt: skip
    found += [
        (block.component("units"), float(one.units_maximum))
        for block, one in zip(model.generators.values(), parameters.generators, strict=False)
    ]
    found += [(grid.component("connected"), 1.0)] if grid is not None else []
    found += [(None, 1.0)] if parameters.unserved_price_per_kwh is not None else []
    found += [(measure.adopted, 0.0) for measure in model.measures.values()]
    return found + ([(model.community.promised_kwh, 0.0)] if parameters.community is not None else [])


class Decisions:
    """What of a plan the hours see: sizes, units, connections and measures, and how a year follows from them."""

    def __init__(self, parameters: Parameters) -> None:
        """Take what is offered; a source at scale 1 is one unit, or the connection."""
        self.parameters = parameters
        load_kw, hours = parameters.load_kw, len(parameters.load_kw)
        self.capacity_factor = parameters.solar.capacity_factor if parameters.solar is not None else np.zeros(hours)
        sources: list[tuple[Source, float]] = [
            (Source(one.price_per_kwh, np.full(hours, one.rated_kw)), one.emissions_kgco2e_per_kwh)
            for one in parameters.generators
        ]
        grid, price = parameters.grid, parameters.unserved_price_per_kwh
        if grid is not None:
            limit_kw = grid.limit_kw * grid.availability
            sources.append((Source(grid.price_per_kwh, limit_kw), grid.emissions_kgco2e_per_kwh))
        if price is not None:
            sources.append((Source(price, parameters.may_stay_unserved_kw), 0.0))
        none = np.zeros(hours)
        self.extra_kw = [none if one.extra_load_kw is None else one.extra_load_kw for one in parameters.measures]
        most_kw = load_kw + sum(
            (
                np.maximum(extra, 0.0) * one.maximum
                for extra, one in zip(self.extra_kw, parameters.measures, strict=True)
            ),
            start=none,
        )
        self.sources = [source for source, _kgco2e in sources]
        self.kgco2e = np.array([*(kgco2e for _source, kgco2e in sources), 0.0])
        self.shortage = Source(0.0, most_kw)
        self.rounding_kwh = ROUNDING * float(most_kw.sum())
        self.solved_by = _("exact dispatches")
        solar, storage = parameters.solar, parameters.storage
        stored = (storage.standing_kw, storage.standing_kwh) if storage is not None else (0.0, 0.0)
        self.standing = np.array([solar.standing_kw if solar is not None else 0.0, *stored])

    def priced(self, decisions: np.ndarray, cost_weight: float, kgco2e_weight: float, *, exactly: bool = False) -> Year:
        """Return the least year at these decisions and weighted prices; what nothing serves is dearer than all else.

        exactly  False: a storage that is nearly nothing is dispatched as a little larger, for the sake of the plane.
        """
        prices = cost_weight * np.array([one.price_per_kwh for one in self.sources]) + kgco2e_weight * self.kgco2e[:-1]
        return self._year(decisions, prices, FORBIDDEN * max(float(prices.max(initial=0.0)), 1.0), exactly=exactly)

    def shortest(self, decisions: np.ndarray) -> Year:
        """Return the year that leaves least of the load to nothing."""
        return self._year(decisions, np.zeros(len(self.sources)), 1.0, exactly=False)

    def _year(self, decisions: np.ndarray, prices: np.ndarray, shortage_price: float, *, exactly: bool) -> Year:
        count = len(self.sources)
        solar_kw, power_kw, energy_kwh = (decisions[:3] + self.standing).tolist()
        scale, shares = np.maximum(decisions[3 : 3 + count], 0.0), decisions[3 + count :]
        whole = [
            *(Source(price, one.capacity_kw) for price, one in zip(prices.tolist(), self.sources, strict=True)),
            Source(shortage_price, self.shortage.capacity_kw),
        ]
        at_hand = [Source(one.price_per_kwh, one.capacity_kw * k) for one, k in zip(whole, [*scale, 1.0], strict=True)]
        load_kw = self.parameters.load_kw
        for extra_kw, share in zip(self.extra_kw, shares.tolist(), strict=True):
            if share:
                load_kw = load_kw + share * extra_kw
        storage = self._storage(power_kw, energy_kwh, 0.0 if exactly else _LEAST_SIZE)
        found = dispatch(load_kw, solar_kw * self.capacity_factor, tuple(at_hand), storage)
        # The plane of all sizes: of the load and the sources at scale one, by the same duals.
        plane = cut_of(replace(found, load_kw=self.parameters.load_kw, sources=tuple(whole)), self.capacity_factor)
        measured = [float(found.power_price @ extra_kw) for extra_kw in self.extra_kw]
        energy_kwh_of = found.sources_kw.sum(axis=1)
        true_prices = np.array([*(one.price_per_kwh for one in self.sources), 0.0])
        return Year(
            hours=self._series(found),
            cost=float(true_prices @ energy_kwh_of),
            kgco2e=float(self.kgco2e @ energy_kwh_of),
            short_kwh=float(energy_kwh_of[-1]),
            constant=plane.constant
            + plane.per_source[-1]
            + float(self.standing @ np.array([plane.per_solar_kw, plane.per_storage_kw, plane.per_storage_kwh])),
            gradient=np.array(
                [plane.per_solar_kw, plane.per_storage_kw, plane.per_storage_kwh, *plane.per_source[:-1], *measured]
            ),
        )

    def _series(self, found: Dispatch) -> Series:
        given, nothing = self.parameters, np.zeros(len(self.parameters.load_kw))
        sources = list(found.sources_kw)
        generators = [sources.pop(0) for _generator in given.generators]
        return Series(
            charge_kw=found.charge_kw,
            discharge_kw=found.discharge_kw,
            stored_kwh=found.stored_kwh[1:] if given.storage is not None else nothing,
            generators_kw=tuple(generators),
            grid_kw=sources.pop(0) if given.grid is not None else nothing,
            unserved_kw=sources.pop(0) if given.unserved_price_per_kwh is not None else nothing,
            export_kw=nothing,
            peak_import_kw=(),
            shiftable_kw=(),
        )

    def _storage(self, power_kw: float, energy_kwh: float, least: float) -> Storage | None:
        given = self.parameters.storage
        if given is None:
            return None
        return Storage(
            max(power_kw, least),
            max(energy_kwh, self.floor_kwh / max(1.0 - given.minimum_state, 1e-9) + least),
            given.charge_efficiency,
            given.discharge_efficiency,
            given.minimum_state,
            1.0 if given.may_charge is None else given.may_charge,
            self.floor_kwh,
        )

    @property
    def floor_kwh(self) -> float:
        """Energy that the battery always holds above its minimum, so that it can carry the critical load."""
        storage, adequacy = self.parameters.storage, self.parameters.adequacy
        return adequacy.carried_kwh / storage.discharge_efficiency if storage is not None and adequacy else 0.0
