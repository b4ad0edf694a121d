"""Plans by cuts against the whole year as one program, and against the optimum that other tools agree on."""

import numpy as np
import pytest
from msgspec.structs import replace

from asmcarbon.errors import Infeasible, InputError, SolverStopped
from asmcarbon.optimise.certify import certify
from asmcarbon.optimise.cuts import solve_by_cuts
from asmcarbon.optimise.decisions import has_structure
from asmcarbon.optimise.diagnose import counting, ways_out
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.parameters import (
    AdequacyParameters,
    GeneratorParameters,
    GridParameters,
    LandParameters,
    MeasureParameters,
    Parameters,
    RehabilitationParameters,
    ShiftableParameters,
    SolarParameters,
    StorageParameters,
)
from asmcarbon.optimise.sizing import solve_plan
from asmcarbon.optimise.solve import Solution, solve

GAP = 1e-6


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_the_optimum_of_the_reference_case_is_found(reference, weak_grid: bool) -> None:
    given = reference.reference_parameters(weak_grid=weak_grid)
    optimum = reference.WEAK_GRID if weak_grid else reference.OFF_GRID
    solution = solve_by_cuts(given, gap=GAP)
    assert solution.annual_cost == pytest.approx(optimum.annual_cost, rel=1e-6)
    assert solution.gap <= GAP
    for size in ("solar_kw", "storage_kw", "storage_kwh"):
        assert getattr(solution, size) == pytest.approx(getattr(optimum, size), rel=5e-3)


class Drawn:
    """A few days of a site drawn at random, with everything that has the structure: some of it, in any mixture."""

    def __init__(self, seed: int) -> None:
        self.draw = np.random.default_rng(seed)
        self.hours = int(self.draw.choice([24, 72, 168]))
        hour = np.arange(self.hours) % 24
        days = np.repeat(self.draw.uniform(0.3, 1.0, self.hours // 24), 24)
        self.sun = np.clip(np.sin((hour - 6) / 12 * np.pi), 0.0, None) * days
        self.load_kw = self.draw.uniform(1.0, 10.0, self.hours) * (1 + ((hour > 6) & (hour < 19)))
        self.year = self.hours / 24  # costs of a year, as if it had so many days

    def one_in(self, share: float) -> bool:
        return bool(self.draw.random() < share)

    def some(self, low: float, high: float, share: float = 1.0) -> float | None:
        return float(self.draw.uniform(low, high)) if self.one_in(share) else None

    def number(self, low: float, high: float) -> float:
        return float(self.draw.uniform(low, high))

    def solar(self) -> SolarParameters:
        return SolarParameters(
            self.sun,
            self.number(0.05, 0.5) * self.year,
            self.number(200, 1000),
            1.0,
            maximum_kw=self.some(5, 60, 0.3),
            kit_kw=self.some(2.5, 5.0, 0.3),
        )

    def storage(self) -> StorageParameters:
        return StorageParameters(
            self.number(0.02, 0.3) * self.year,
            self.number(0.02, 0.3) * self.year,
            self.number(100, 300),
            self.number(50, 200),
            0.95,
            0.93,
            0.2 if self.one_in(0.5) else 0.0,
            1.0,
            maximum_kwh=self.some(5, 100, 0.3),
            kit_kwh=5.0 if self.one_in(0.3) else None,
            kit_kw=2.5 if self.one_in(0.3) else None,
            may_charge=(np.arange(self.hours) % 24 > 7).astype(float) if self.one_in(0.2) else None,
        )

    def generator(self, number: int) -> GeneratorParameters:
        least, most = [(1, 1), (0, 1), (0, 3)][int(self.draw.integers(3))]
        return GeneratorParameters(
            f"set {number}",
            self.number(5, 25),
            self.number(0.2, 0.6),
            self.number(0.5, 1.2),
            0.3,
            units_minimum=least,
            units_maximum=most,
            annual_cost_per_unit=(0.0 if least else self.number(0, 10)) * self.year,
            capital_cost_per_unit=self.number(500, 5000) if most > 1 else 0.0,
        )

    def grid(self) -> GridParameters:
        on_offer = self.one_in(0.4)
        return GridParameters(
            self.number(3, 15),
            (self.draw.random(self.hours) < 0.8).astype(float),
            self.number(0.05, 0.3),
            self.number(0.1, 0.9),
            is_connected=not on_offer,
            connection_annual_cost=self.number(1, 10) * self.year if on_offer else 0.0,
            connection_capital_cost=self.number(100, 5000) if on_offer else 0.0,
            is_firm=self.one_in(0.5),
        )

    def measure(self, number: int) -> MeasureParameters:
        return MeasureParameters(
            f"measure {number}",
            self.number(-10, 5) * self.year,
            self.number(0, 2000),
            self.number(-5, 1) * self.year,
            extra_load_kw=self.draw.uniform(-0.1, 0.4, self.hours) * self.load_kw if self.one_in(0.7) else None,
            is_whole=self.one_in(0.6),
            maximum=float(self.draw.choice([1, 2])),
        )

    def parameters(self, goal: str) -> Parameters:
        unserved = self.some(1, 3, 0.6) if goal == "cost" else None
        peak_kw = float(self.load_kw.max()) * 0.5
        adequacy = (
            AdequacyParameters(peak_kw, 0.1, 1.0, peak_kw * float(self.one_in(0.5))) if self.one_in(0.3) else None
        )
        other = self.some(0, 20, 0.3) or 0.0
        cap = self.some(0.02, 0.7, 0.6 if goal != "emissions" else 0.0)
        costs = [self.number(0, 30), self.number(0, 30)]
        return Parameters(
            self.load_kw,
            unserved,
            solar=self.solar() if self.one_in(0.9) else None,
            storage=self.storage() if adequacy is not None or self.one_in(0.85) else None,
            generators=tuple(self.generator(number) for number in range(int(self.draw.integers(0, 3)))),
            grid=self.grid() if self.one_in(0.5) else None,
            measures=tuple(self.measure(number) for number in range(int(self.draw.integers(0, 3)))),
            budget=self.some(1e3, 3e4, 0.4 if goal == "cost" else 1.0),
            adequacy=adequacy,
            critical_kw=self.load_kw * 0.5 if unserved is not None and self.one_in(0.3) else None,
            other_kgco2e=other,
            emissions_cap_kgco2e=None if cap is None else other + cap * float(self.load_kw.sum()),
            objective=goal,  # type: ignore[arg-type]
            land=(LandParameters("pit", 5.0),) if goal == "jobs" else (),
            rehabilitation=(
                RehabilitationParameters("plant", "pit", costs[0], 2000.0, 100.0, 3000.0),
                RehabilitationParameters("fill", "pit", costs[1], 1000.0, 60.0, 1000.0),
            )
            if goal == "jobs"
            else (),
        )


def drawn(seed: int, goal: str) -> Parameters | None:
    """The parameters of a seed; None where what was drawn could serve nothing, which is refused."""
    try:
        return Drawn(seed).parameters(goal)
    except InputError:
        return None


def whole(given: Parameters) -> Solution | None:
    try:
        return solve(build_model(given), given, gap=1e-8)
    except Infeasible:
        return None


def by_cuts(given: Parameters, gap: float) -> Solution | None:
    try:
        return solve_by_cuts(given, gap=gap)
    except Infeasible:
        return None


@pytest.mark.parametrize("block", range(8))
def test_least_cost_is_that_of_the_whole_year(block: int) -> None:
    feasible = 0
    for seed in range(15 * block, 15 * (block + 1)):
        given = drawn(seed, "cost")
        if given is None:
            continue
        expected, found = whole(given), by_cuts(given, GAP)
        assert (expected is None) == (found is None), seed
        if expected is not None and found is not None:
            feasible += 1
            assert found.annual_cost == pytest.approx(expected.annual_cost, rel=3e-6), seed
            assert found.gap <= GAP, seed
    assert feasible >= 5


@pytest.mark.parametrize("goal", ["emissions", "jobs"])
@pytest.mark.parametrize("block", range(2))
def test_the_goal_is_that_of_the_whole_year_and_costs_no_more(goal: str, block: int) -> None:
    feasible, gap = 0, 1e-5
    for seed in range(1000 + 25 * block, 1000 + 25 * (block + 1)):
        given = drawn(seed, goal)
        if given is None:
            continue
        expected, found = whole(given), by_cuts(given, gap)
        assert (expected is None) == (found is None), seed
        if expected is not None and found is not None:
            feasible += 1
            sought = "operational_kgco2e" if goal == "emissions" else "person_days"
            assert getattr(found, sought) == pytest.approx(getattr(expected, sought), rel=2.5 * gap, abs=1e-4), seed
            assert found.annual_cost <= expected.annual_cost * (1 + 2.5 * gap), seed
    assert feasible >= 5


def test_a_year_by_cuts_holds_every_limit_in_every_hour() -> None:
    checked = 0
    for seed in range(60):
        given = drawn(seed, "cost")
        found = by_cuts(given, GAP) if given is not None else None
        if given is None or found is None:
            continue
        checked += 1
        assert found.surplus_kw.min() >= -1e-6
        assert (found.charge_kw + found.discharge_kw).max() <= found.storage_kw + 1e-6
        if given.storage is not None:
            stored = found.stored_kwh
            assert stored.max() <= found.storage_kwh + 1e-6
            assert stored.min() >= given.storage.minimum_state * found.storage_kwh - 1e-6
            change = given.storage.charge_efficiency * found.charge_kw
            change = change - found.discharge_kw / given.storage.discharge_efficiency
            assert stored - np.roll(stored, 1) == pytest.approx(change, abs=1e-6)
        if given.emissions_cap_kgco2e is not None:
            assert found.operational_kgco2e <= given.emissions_cap_kgco2e * (1 + 1e-8) + 1e-6
        if given.budget is not None:
            assert found.capital_cost <= given.budget * (1 + 1e-8)
    assert checked >= 25


def test_what_a_limit_is_worth_is_that_of_the_whole_year(reference) -> None:
    given = reference.reference_parameters(weak_grid=True)
    for limited in (replace(given, budget=60_000.0), replace(given, emissions_cap_kgco2e=20_000.0)):
        expected, found = solve(build_model(limited), limited), solve_by_cuts(limited, gap=1e-8)
        assert [one.key for one in found.limits if one.binds] == [one.key for one in expected.limits if one.binds]
        for one, other in zip(found.limits, expected.limits, strict=True):
            assert one.worth == pytest.approx(other.worth, rel=0.02, abs=1e-3)


def without_structure(seed: int) -> Parameters | None:
    """A drawn site whose hours no exact dispatch solves: machines that wait, peaks, sales, cycles, a limit unserved."""
    given = drawn(seed, "cost")
    if given is None:
        return None
    draw, hours = np.random.default_rng(seed + 99), len(given.load_kw)
    kind, grid, storage = int(draw.integers(5)), given.grid, given.storage
    hour = np.arange(hours) % 24
    if kind in (0, 1):
        window = ((hour >= 6) & (hour < 18)).astype(float)
        measure = 0 if given.measures and draw.random() < 0.5 else None
        energy = np.full(hours // 24, draw.uniform(5, 30))
        given = replace(given, shiftable=(ShiftableParameters("mill", 4.0, window, energy, measure),))
    if kind in (1, 2) and grid is not None:
        grid = replace(grid, demand_charge_per_kw_month=draw.uniform(0.01, 0.5))
    if kind in (2, 3) and grid is not None and given.solar is not None:
        grid = replace(grid, export_price_per_kwh=draw.uniform(0.01, 0.1))
    if kind == 4 and storage is not None:
        storage = replace(storage, cycles_per_year=hours / 48)
    if kind in (3, 4) and given.unserved_price_per_kwh is not None:
        given = replace(given, unserved_maximum_kwh=0.01 * float(given.load_kw.sum()))
    given = replace(given, grid=grid, storage=storage)
    return None if has_structure(given) else given


@pytest.mark.parametrize("block", range(4))
def test_a_year_without_the_structure_costs_what_the_whole_year_says(block: int) -> None:
    feasible = 0
    for seed in range(25 * block, 25 * (block + 1)):
        given = without_structure(seed)
        if given is None:
            continue
        expected, found = whole(given), by_cuts(given, GAP)
        assert (expected is None) == (found is None), seed
        if expected is not None and found is not None:
            feasible += 1
            assert found.annual_cost == pytest.approx(expected.annual_cost, rel=3e-6), seed
            assert found.surplus_kw.min() >= -1e-5
            for machine, power_kw in zip(given.shiftable, found.shiftable_kw, strict=True):
                share = 1.0 if machine.measure is None else found.measures[machine.measure]
                assert power_kw.reshape(-1, 24).sum(axis=1) == pytest.approx(machine.daily_energy_kwh * share, abs=1e-5)
    assert feasible >= 8


def test_cuts_that_do_not_close_leave_it_to_the_whole_year(monkeypatch) -> None:
    given = drawn(3, "cost")
    assert given is not None
    monkeypatch.setattr("asmcarbon.optimise.cuts.MOST_ROUNDS", 0)
    monkeypatch.setattr("asmcarbon.optimise.master.Master.rule_of_thumb", lambda _self: None)
    assert solve_plan(given).annual_cost == solve(build_model(given), given).annual_cost


def test_time_that_runs_out_before_a_plan_is_told(reference) -> None:
    with pytest.raises(SolverStopped, match="reached its limit of 0 s"):
        solve_by_cuts(reference.reference_parameters(weak_grid=False), time_limit_s=0.0)


@pytest.mark.parametrize("counted", ["capital_cost", "operational_kgco2e", "unserved_kwh"])
def test_what_is_counted_is_the_same_in_the_whole_year(counted: str) -> None:
    for seed in (1, 4, 9, 16):
        given = drawn(seed, "cost")
        assert given is not None
        asked = counting(replace(given, emissions_cap_kgco2e=None, unserved_price_per_kwh=1.0), counted)  # type: ignore[arg-type]
        expected, found = whole(asked), by_cuts(asked, GAP)
        assert (expected is None) == (found is None)
        if expected is not None and found is not None:
            assert found.annual_cost == pytest.approx(expected.annual_cost, rel=1e-5, abs=1e-4)


def test_the_ways_out_of_a_year_are_ways_out(reference) -> None:
    # 1,000 USD and 1 kg of CO2e for a year of 60 kW at the peak: too little of both, and load is not to go unserved.
    given = reference.reference_parameters(weak_grid=False)
    tight = replace(given, budget=20_000.0, emissions_cap_kgco2e=50_000.0, unserved_price_per_kwh=None)
    with pytest.raises(Infeasible):
        solve_by_cuts(tight)
    ways = ways_out(tight)
    assert ways.budget is not None and ways.emissions_cap_kgco2e is not None and ways.unserved_kwh is not None
    for loosened in (
        replace(tight, budget=ways.budget * 1.001),
        replace(tight, emissions_cap_kgco2e=ways.emissions_cap_kgco2e * 1.001),
        replace(tight, unserved_price_per_kwh=1.0, unserved_maximum_kwh=ways.unserved_kwh * 1.001),
    ):
        assert solve_plan(loosened, gap=1e-4).annual_cost > 0
    for tightened in (
        replace(tight, budget=ways.budget * 0.999),
        replace(tight, emissions_cap_kgco2e=ways.emissions_cap_kgco2e * 0.999),
    ):
        with pytest.raises(Infeasible):
            solve_by_cuts(tightened)


def test_the_certificate_is_the_optimum_of_the_whole_year(reference) -> None:
    given = reference.reference_parameters(weak_grid=True)
    certificate = certify(given, solve_by_cuts(given, gap=1e-5))
    assert certificate.least == pytest.approx(reference.WEAK_GRID.annual_cost, rel=1e-8)
    assert certificate.held == pytest.approx(certificate.found, rel=1e-9)
    assert 0 <= certificate.excess <= 1e-5


def test_the_certificate_holds_whole_decisions() -> None:
    certified = 0
    for seed in range(40):
        given = drawn(seed, "cost")
        found = by_cuts(given, GAP) if given is not None else None
        if given is None or found is None:
            continue
        certified += 1
        certificate = certify(given, found)
        assert certificate.held == pytest.approx(found.annual_cost, rel=1e-6), seed
        assert -1e-7 <= certificate.excess <= 2 * GAP, seed
    assert certified >= 15


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_what_stands_already_spares_what_it_would_cost(reference, weak_grid: bool) -> None:
    # Less than the best size of each: the best sizes are the same in all, and what stands of them costs nothing.
    given = reference.reference_parameters(weak_grid=weak_grid)
    optimum = reference.WEAK_GRID if weak_grid else reference.OFF_GRID
    standing = replace(
        given,
        solar=replace(given.solar, standing_kw=30.0),
        storage=replace(given.storage, standing_kw=8.0, standing_kwh=40.0),
    )
    spared = 30 * given.solar.annual_cost_per_kw + 8 * given.storage.power_annual_cost_per_kw
    spared += 40 * given.storage.energy_annual_cost_per_kwh
    found = solve_by_cuts(standing, gap=1e-6)
    assert found.annual_cost == pytest.approx(optimum.annual_cost - spared, rel=3e-6)
    assert found.solar_kw == pytest.approx(optimum.solar_kw - 30, rel=0.02)
    assert found.battery_kwh == pytest.approx(optimum.storage_kwh, rel=0.02)


def test_what_stands_already_is_the_same_in_the_whole_year() -> None:
    checked = 0
    for seed in range(30):
        for given in (drawn(seed, "cost"), without_structure(seed)):
            if given is None or given.solar is None or given.storage is None:
                continue
            given = replace(
                given,
                solar=replace(given.solar, standing_kw=3.0),
                storage=replace(given.storage, standing_kw=2.0, standing_kwh=6.0),
            )
            expected, found = whole(given), by_cuts(given, GAP)
            assert (expected is None) == (found is None), seed
            if expected is not None and found is not None:
                checked += 1
                assert found.annual_cost == pytest.approx(expected.annual_cost, rel=3e-6, abs=1e-5), seed
    assert checked >= 15
