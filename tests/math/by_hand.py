"""The year of a site, the stages of a plan and its scenarios by the formulas of the book of the model, in plain NumPy.

Written from src/asmcarbon/optimise/README.md: of the package only the records of parameters are used, of the model only
the values of its variables.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyomo.environ as pyo
from msgspec.structs import replace

from asmcarbon.optimise.parameters import Parameters
from asmcarbon.optimise.staged_model import Pathway

Rows = dict[str, Any]
NEVER = np.inf


def of(variable: pyo.Var) -> np.ndarray:
    """The values of a variable, in the order of its index."""
    return np.array([one.value for one in variable.values()])


def one(variable: pyo.Var) -> float:
    return float(of(variable)[0])


class ByHand:
    """The year of a site: its sums, then its rows and bounds by the book.

    prefix       of the block that it stands in
    is_stage     whether solar panels and storage are built in cohorts, at no cost here and without kits and budget
    """

    def __init__(self, given: Parameters, block: Any, prefix: str = "", *, is_stage: bool = False) -> None:
        self.given, self.block, self.prefix, self.is_stage = given, block, prefix, is_stage
        assert given.solar and given.storage and given.grid and given.adequacy and given.community
        self.community = given.community
        self.solar, self.storage, self.grid, self.adequacy = given.solar, given.storage, given.grid, given.adequacy
        self.hours = len(given.load_kw)
        self.panels_kw = one(block.solar.size_kw)
        self.size_kw, self.size_kwh = one(block.storage.size_kw), one(block.storage.size_kwh)
        self.charge_kw, self.discharge_kw = of(block.storage.charge_kw), of(block.storage.discharge_kw)
        self.spare_kwh = of(block.storage.spare_kwh)
        self.import_kw, self.export_kw = of(block.grid.import_kw), of(block.grid.export_kw)
        self.peak_kw = of(block.grid.peak_kw)
        self.connected = 1.0 if self.grid.is_connected else one(block.grid.connected)
        self.unserved_kw = of(block.demand.unserved_kw)
        self.outputs_kw = [of(generator.output_kw) for generator in block.generators.values()]
        self.units = [
            float(made.units_maximum) if made.is_fixed else one(generator.units)
            for made, generator in zip(given.generators, block.generators.values(), strict=True)
        ]
        self.adopted = [one(measure.adopted) for measure in block.measures.values()]
        self.machines_kw = [of(machine.power_kw) for machine in block.shiftable.values()]
        self.area_ha = of(block.rehabilitation.area_ha)
        self.given_kw = np.zeros(self.hours) if self.community.is_sold else of(block.community.given_kw)
        is_priced = self.community.short_price_per_kwh is not None
        self.short_kwh = one(block.community.short_kwh) if is_priced else 0.0
        self.promised_kwh = one(block.community.promised_kwh)

    @property
    def sun_kw(self) -> np.ndarray:
        return self.solar.capacity_factor * (self.panels_kw + self.solar.standing_kw)

    @property
    def supply_kw(self) -> np.ndarray:
        taken_kw = self.given.load_kw + self.charge_kw + self.export_kw + self.given_kw + sum(self.machines_kw)
        for measure, adopted in zip(self.given.measures, self.adopted, strict=True):
            taken_kw = taken_kw + measure.extra_load_kw * adopted
        return self.sun_kw + self.discharge_kw + sum(self.outputs_kw) + self.import_kw + self.unserved_kw - taken_kw

    @property
    def sizes_cost(self) -> float:
        return (
            self.solar.annual_cost_per_kw * self.panels_kw
            + self.storage.energy_annual_cost_per_kwh * self.size_kwh
            + self.storage.power_annual_cost_per_kw * self.size_kw
        )

    @property
    def annual_cost(self) -> float:
        made, grid = self.given.generators, self.grid
        cost = 0.0 if self.is_stage else self.sizes_cost
        cost += self.given.unserved_price_per_kwh * self.unserved_kw.sum()
        for generator, output_kw, units in zip(made, self.outputs_kw, self.units, strict=True):
            cost += generator.price_per_kwh * output_kw.sum() + generator.annual_cost_per_unit * units
        cost += grid.price_per_kwh * self.import_kw.sum() - grid.export_price_per_kwh * self.export_kw.sum()
        cost += (self.community.short_price_per_kwh or 0.0) * self.short_kwh
        cost += grid.connection_annual_cost * self.connected
        cost += grid.demand_charge_per_kw_month * 12.0 / len(self.peak_kw) * self.peak_kw.sum()
        cost += sum(m.annual_cost * adopted for m, adopted in zip(self.given.measures, self.adopted, strict=True))
        methods = zip(self.given.rehabilitation, self.area_ha, strict=True)
        return cost + sum(method.annual_cost_per_ha * area_ha for method, area_ha in methods)

    @property
    def choices(self) -> list[tuple[float, float]]:
        """What may be taken once, and the capital of one: units, connection, measures, hectares."""
        given = self.given
        units = zip(given.generators, self.units, strict=True)
        measures = zip(given.measures, self.adopted, strict=True)
        return [
            *((taken, one.capital_cost_per_unit) for one, taken in units if not one.is_fixed),
            *([] if self.grid.is_connected else [(self.connected, self.grid.connection_capital_cost)]),
            *((taken, one.capital_cost) for one, taken in measures),
            *((ha, one.capital_cost_per_ha) for one, ha in zip(given.rehabilitation, self.area_ha, strict=True)),
        ]

    @property
    def capital_cost(self) -> float:
        cost = self.solar.capital_cost_per_kw * self.panels_kw
        cost += self.storage.energy_capital_cost_per_kwh * self.size_kwh
        cost += self.storage.power_capital_cost_per_kw * self.size_kw
        return cost + sum(taken * cost_of_one for taken, cost_of_one in self.choices)

    @property
    def operational_kgco2e(self) -> float:
        burned = zip(self.given.generators, self.outputs_kw, strict=True)
        kgco2e = self.block.other_kgco2e.value  # drawn like any other column
        kgco2e += sum(generator.emissions_kgco2e_per_kwh * output_kw.sum() for generator, output_kw in burned)
        kgco2e += self.grid.emissions_kgco2e_per_kwh * self.import_kw.sum()
        taken = zip(self.given.measures, self.adopted, strict=True)
        return kgco2e + sum(measure.operational_kgco2e_change * adopted for measure, adopted in taken)

    @property
    def embodied_kgco2e(self) -> float:
        kgco2e = self.solar.embodied_kgco2e_per_kw_year * self.panels_kw
        kgco2e += self.storage.embodied_kgco2e_per_kwh_year * self.size_kwh
        made = zip(self.given.generators, self.units, strict=True)
        kgco2e += sum(generator.embodied_kgco2e_per_unit_year * units for generator, units in made)
        taken = zip(self.given.measures, self.adopted, strict=True)
        return kgco2e + sum(measure.embodied_kgco2e_year * adopted for measure, adopted in taken)

    def _worked(self, of_hectare: str, of_measure: str) -> float:
        days = np.dot([getattr(method, of_hectare) for method in self.given.rehabilitation], self.area_ha)
        return float(days + np.dot([getattr(one, of_measure) for one in self.given.measures], self.adopted))

    @property
    def person_days(self) -> float:
        """Work that is done once."""
        return self._worked("person_days_per_ha", "person_days")

    @property
    def yearly_person_days(self) -> float:
        return self._worked("yearly_person_days_per_ha", "yearly_person_days")

    @cached_property
    def excess(self) -> Rows:
        """By how much each row is exceeded, left less right; of an equation, by how much it is missed."""
        storage, grid, given, asked = self.storage, self.grid, self.given, self.adequacy
        moved = storage.charge_efficiency * self.charge_kw - self.discharge_kw / storage.discharge_efficiency
        usable_kwh = (1 - storage.minimum_state) * (self.size_kwh + storage.standing_kwh)
        drawn_kwh = (self.discharge_kw / storage.discharge_efficiency).sum()
        firm_kw = self.size_kw + storage.standing_kw + grid.limit_kw * self.connected * grid.is_firm
        firm_kw += sum(one.rated_kw * units for one, units in zip(given.generators, self.units, strict=True))
        asked_kw = asked.critical_peak_kw * (1 + asked.reserve) + asked.largest_motor_start_kw
        hectares, methods = self.area_ha.sum(), given.rehabilitation
        removals = np.dot([method.removals_kgco2e_per_ha_year for method in methods], self.area_ha)
        power_kw = self.size_kw + storage.standing_kw
        rows: Rows = {
            "balance_energy": -self.supply_kw,
            "emissions_cap": self.operational_kgco2e - given.emissions_cap_kgco2e,
            "demand.unserved_maximum": self.unserved_kw.sum() - given.unserved_maximum_kwh,
            "storage.balance_storage": abs(self.spare_kwh - np.roll(self.spare_kwh, 1) - moved),
            "storage.storage_maximum": self.spare_kwh - usable_kwh,
            "storage.storage_power": self.charge_kw + self.discharge_kw - power_kw,
            "storage.storage_cycles": drawn_kwh - storage.cycles_per_year * usable_kwh,
            "storage.carried_energy": asked.carried_kwh / storage.discharge_efficiency - usable_kwh,
            "grid.export_solar": self.export_kw - self.sun_kw,
            "grid.peak_import": self.import_kw - self.peak_kw[grid.month.astype(int)],
            "rehabilitation.land_available": [
                sum(ha for ha, method in zip(self.area_ha, methods, strict=True) if method.land == land.name)
                - land.available_ha
                for land in given.land
            ],
            "rehabilitation.rehabilitation_obligation": given.rehabilitation_obligation_ha - hectares,
            "rehabilitation.hectares_target": given.rehabilitation_target_ha - hectares,
            "rehabilitation.removals_target": given.removals_target_kgco2e_year - removals,
            "community.community_target": self.promised_kwh
            - self.short_kwh
            - (self.export_kw if self.community.is_sold else self.given_kw).sum(),
            "adequacy.firm_capacity": asked_kw - firm_kw - self.block.adequacy.nothing_kw.value,
            "adequacy.carried_power": asked.critical_peak_kw - power_kw,
        }
        if not self.community.is_sold:
            rows["community.given_solar"] = self.given_kw + self.export_kw - self.sun_kw
        if not grid.is_connected:
            rows["grid.import_limit"] = self.import_kw - grid.availability * grid.limit_kw * self.connected
            rows["grid.export_limit"] = self.export_kw - grid.availability * grid.export_limit_kw * self.connected
        for nth, (generator, output_kw, units) in enumerate(
            zip(given.generators, self.outputs_kw, self.units, strict=True)
        ):
            if not generator.is_fixed:
                rows[f"generators[{nth}].generator_rating"] = output_kw - generator.rated_kw * units
        for nth, (machine, power_kw) in enumerate(zip(given.shiftable, self.machines_kw, strict=True)):
            adopted = 1.0 if machine.measure is None else self.adopted[machine.measure]
            days = power_kw.reshape(-1, 24).sum(axis=1) - machine.daily_energy_kwh * adopted
            rows[f"shiftable[{nth}].daily_energy"] = abs(days)
            if machine.measure is not None:
                rows[f"shiftable[{nth}].power_adopted"] = power_kw - machine.power_kw * machine.window * adopted
        if not self.is_stage:
            rows |= self._of_the_year_alone()
        return {self.prefix + name: np.atleast_1d(np.array(excess, dtype=float)) for name, excess in rows.items()}

    def _of_the_year_alone(self) -> Rows:
        rows: Rows = {
            "budget": self.capital_cost - self.given.budget,
            "person_days": self.given.person_days_target
            - self.person_days / self.given.work_years
            - self.yearly_person_days,
        }
        for block, name, kit, size in (
            ("solar", "size_kw", self.solar.kit_kw, self.panels_kw),
            ("storage", "size_kwh", self.storage.kit_kwh, self.size_kwh),
            ("storage", "size_kw", self.storage.kit_kw, self.size_kw),
        ):
            if kit is not None:
                kits = one(self.block.component(block).component(f"{name}_kits"))
                rows[f"{block}.{name}_is_whole_kits"] = abs(size - kit * kits)
        return rows

    @property
    def bounds(self) -> dict[str, tuple[Any, Any]]:
        """Least and most of each variable."""
        given, storage, grid = self.given, self.storage, self.grid
        may = 1.0 if grid.is_connected else NEVER
        imported_kw = np.where(may == 1.0, grid.limit_kw * grid.availability, NEVER)
        exported_kw = np.where(may == 1.0, grid.export_limit_kw * grid.availability, NEVER)
        bounds: dict[str, tuple[Any, Any]] = {
            "other_kgco2e": (given.other_kgco2e, given.other_kgco2e),
            "demand.unserved_kw": (0, np.maximum(given.load_kw - given.critical_kw, 0)),
            "solar.size_kw": (0, self.solar.maximum_kw),
            "storage.size_kw": (0, storage.maximum_kw),
            "storage.size_kwh": (0, storage.maximum_kwh),
            "storage.charge_kw": (0, np.where(storage.may_charge == 1, NEVER, 0)),
            "storage.discharge_kw": (0, NEVER),
            "storage.spare_kwh": (self.adequacy.carried_kwh / storage.discharge_efficiency, NEVER),
            "grid.import_kw": (0, imported_kw),
            "grid.export_kw": (0, exported_kw),
            "grid.peak_kw": (0, NEVER),
            "adequacy.nothing_kw": (0, 0),
            "rehabilitation.area_ha": (
                [method.minimum_ha for method in given.rehabilitation],
                [NEVER if method.maximum_ha is None else method.maximum_ha for method in given.rehabilitation],
            ),
        }
        promise = self.community
        bounds["community.promised_kwh"] = (promise.target_kwh, promise.target_kwh)
        if not promise.is_sold:
            bounds["community.given_kw"] = (0, promise.demand_kw)
        if promise.short_price_per_kwh is not None:
            bounds["community.short_kwh"] = (0, NEVER)
        if not grid.is_connected:
            bounds["grid.connected"] = (0, 1)
        for nth, generator in enumerate(given.generators):
            most_kw = generator.rated_kw * generator.units_maximum if generator.is_fixed else NEVER
            bounds[f"generators[{nth}].output_kw"] = (0, most_kw)
            if not generator.is_fixed:
                bounds[f"generators[{nth}].units"] = (generator.units_minimum, generator.units_maximum)
        for nth, measure in enumerate(given.measures):
            bounds[f"measures[{nth}].adopted"] = (0, measure.maximum)
        for nth, machine in enumerate(given.shiftable):
            most_kw = machine.power_kw if machine.measure is None else NEVER
            bounds[f"shiftable[{nth}].power_kw"] = (0, np.where(machine.window == 1, most_kw, 0))
        for name, kit in (("solar.size_kw", self.solar.kit_kw), ("storage.size_kw", storage.kit_kw)):
            bounds |= {} if kit is None else {f"{name}_kits": (0, NEVER)}
        return bounds | ({} if storage.kit_kwh is None else {"storage.size_kwh_kits": (0, NEVER)})


class PathwayByHand:
    """The stages of a plan, and what ties them together."""

    # Of panels, energy and power of the battery: block, size, and its costs and kits.
    SIZES = (
        ("solar", "size_kw", "solar", "annual_cost_per_kw", "capital_cost_per_kw", "kit_kw"),
        ("storage", "size_kwh", "storage", "energy_annual_cost_per_kwh", "energy_capital_cost_per_kwh", "kit_kwh"),
        ("storage", "size_kw", "storage", "power_annual_cost_per_kw", "power_capital_cost_per_kw", "kit_kw"),
    )

    def __init__(self, pathway: Pathway, model: pyo.ConcreteModel) -> None:
        self.pathway, self.model = pathway, model
        self.count = len(pathway.stages)
        self.ends = [*pathway.starts[1:], pathway.horizon_years]
        self.years = [
            ByHand(given, model.stage[s], f"stage[{s}].", is_stage=True) for s, given in enumerate(pathway.stages)
        ]
        self.new = [of(model.new[number].size) for number in range(3)]

    def serves(self, size: int, k: int, s: int) -> bool:
        life, age = self.pathway.lifetimes[size], self.pathway.starts[s] - self.pathway.starts[k]
        return age >= 0 and (life is None or age < life)

    def share(self, size: int, k: int, s: int) -> float:
        if size > 0:
            return 1.0
        years = range(self.pathway.starts[s], self.ends[s])
        left = [(1 - self.pathway.degradation) ** (year - self.pathway.starts[k]) for year in years]
        return sum(left) / len(left)

    def cost_of(self, size: int, which: int, k: int) -> float:
        return getattr(getattr(self.pathway.stages[k], self.SIZES[size][2]), self.SIZES[size][which])

    def annuities(self, s: int) -> float:
        pairs = [(size, k) for size in range(3) for k in range(self.count) if self.serves(size, k, s)]
        return sum(self.cost_of(size, 3, k) * self.new[size][k] for size, k in pairs)

    def capital(self, s: int) -> float:
        cost = sum(self.cost_of(size, 4, s) * self.new[size][s] for size in range(3))
        before = [0.0] * len(self.years[s].choices) if s == 0 else [taken for taken, _cost in self.years[s - 1].choices]
        return cost + sum(
            each * (taken - was) for (taken, each), was in zip(self.years[s].choices, before, strict=True)
        )

    @property
    def net_present_cost(self) -> float:
        """Each year's cost discounted by itself, a year's end from now: no factor of present value."""
        return sum(
            (self.model.stage[s].running_cost.value + self.annuities(s))
            / (1 + self.pathway.discount_rate) ** (year + 1)
            for s in range(self.count)
            for year in range(self.pathway.starts[s], self.ends[s])
        )

    @property
    def excess(self) -> Rows:
        rows: Rows = {name: excess for year in self.years for name, excess in year.excess.items()}
        in_service: dict[tuple[str, int], float] = {}
        new_kits: dict[tuple[str, int], float] = {}
        for size, (block, name, *_costs) in enumerate(self.SIZES):
            for k in range(self.count):
                if (kit := self.cost_of(size, 5, k)) is not None:
                    new_kits[f"{block}.{name}", k] = self.new[size][k] - kit * self.model.new[size].kits[k].value
            for s in range(self.count):
                serving = [k for k in range(self.count) if self.serves(size, k, s)]
                given = sum(self.share(size, k, s) * self.new[size][k] for k in serving)
                in_service[f"{block}.{name}", s] = one(self.model.stage[s].component(block).component(name)) - given
        rows["in_service"] = [abs(in_service[index]) for index in sorted(in_service)]
        rows["new_kits"] = [abs(new_kits[index]) for index in sorted(new_kits)]
        rows["stays"] = [
            was - taken if each > 0.0 else taken - was
            for before, after in zip(self.years, self.years[1:], strict=False)
            for (was, each), (taken, _each) in zip(before.choices, after.choices, strict=True)
        ]
        spans = [end - start for start, end in zip(self.pathway.starts, self.ends, strict=True)]
        worked = sum(span * year.yearly_person_days for span, year in zip(spans, self.years, strict=True))
        worked += self.years[-1].person_days
        rows["person_days"] = self.pathway.stages[0].person_days_target - worked / self.pathway.horizon_years
        rows["stage_budget"] = [self.capital(s) - one.budget for s, one in enumerate(self.pathway.stages)]
        for s, year in enumerate(self.years):
            rows[f"stage[{s}].is_running_cost"] = year.annual_cost - self.model.stage[s].running_cost.value
        return {name: np.atleast_1d(np.array(excess, dtype=float)) for name, excess in rows.items()}


class ScenariosByHand:
    """The year of each scenario, and what ties them together: one plan of sizes and choices."""

    def __init__(self, scenarios: Sequence[Parameters], model: pyo.ConcreteModel) -> None:
        self.costs = [model.scenario[s].running_cost.value for s in range(len(scenarios))]
        self.years = [
            ByHand(given if s == 0 else self._without_kits(given), model.scenario[s], f"scenario[{s}].")
            for s, given in enumerate(scenarios)
        ]

    @staticmethod
    def _without_kits(given: Parameters) -> Parameters:
        assert given.solar and given.storage
        storage = replace(given.storage, kit_kwh=None, kit_kw=None)
        return replace(given, solar=replace(given.solar, kit_kw=None), storage=storage)

    @staticmethod
    def decided(year: ByHand) -> np.ndarray:
        return np.array([year.panels_kw, year.size_kw, year.size_kwh, *(taken for taken, _cost in year.choices)])

    @property
    def expected_cost(self) -> float:
        return float(np.mean(self.costs))

    @property
    def excess(self) -> Rows:
        rows: Rows = {name: excess for year in self.years for name, excess in year.excess.items()}
        first, *others = map(self.decided, self.years)
        rows["same"] = np.concatenate([abs(other - first) for other in others])
        for s, (year, cost) in enumerate(zip(self.years, self.costs, strict=True)):
            rows[f"scenario[{s}].is_running_cost"] = np.array([year.annual_cost - cost])
        return rows


def emitted_in_scenario(given: Parameters, block: Any, w: int) -> float:
    """What a year of a stage emits in one scenario: its energy there, what measures change, and what nothing does."""
    adopted = [one(measure.adopted) for measure in block.measures.values()]
    changed = np.dot([measure.operational_kgco2e_change for measure in given.measures], adopted)
    return float(block.years[w].kgco2e.value + block.other_kgco2e.value + changed)


def emitted_without_hours(given: Parameters, block: Any) -> float:
    """What a year without hours emits: its energy, what measures change, and what nothing does."""
    adopted = [one(measure.adopted) for measure in block.measures.values()]
    changed = np.dot([measure.operational_kgco2e_change for measure in given.measures], adopted)
    return float(block.year.kgco2e.value + block.other_kgco2e.value + changed)
