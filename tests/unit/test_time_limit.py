"""A plan whose time ends: the best by then with its proven gap, or that there is none; never an unproven gap."""

import math
from math import inf

import pytest
from msgspec.structs import replace

from asmcarbon.errors import SolverStopped
from asmcarbon.factors.tables import read_tables
from asmcarbon.optimise import local_search
from asmcarbon.optimise.cuts import Cuts, solve_by_cuts
from asmcarbon.planning import plan_site as plan_site_room
from asmcarbon.planning import plan_stages as plan_stages_room
from asmcarbon.planning import time_limit as time_limit_room
from asmcarbon.planning.plan_site import plan_site
from asmcarbon.planning.plan_stages import plan_stages
from asmcarbon.planning.time_limit import TimeLimit, time_limit_of
from asmcarbon.site.read import site_from

SITE = """
name: x
country: PER
year: 2024
location: {latitude: -15.8, longitude: -70.0, elevation: 3900 m}
energy:
  diesel: {generator: 9000 L/year, density: 0.84 kg/L, price: 1.20 USD/L}
  generators:
    - {rated_power: 12 kW, fuel_curve: {slope: 0.273 L/kWh, intercept: 0.033 L/kWh}, minimum_load: 20 %}
  machines: [{name: mill, rated_power: 10 kW, hours: 10 h/day, days: 250 day/year, window: "07:00-17:00"}]
options:
  solar: {capital_cost: 1300 USD/kW, operation_cost: 20 USD/kW/year, lifetime: 25 year}
  battery: {energy_capital_cost: 350 USD/kWh, power_capital_cost: 250 USD/kW, lifetime: 10 year}
"""
LONG = 1e6


@pytest.fixture(scope="module", autouse=True)
def few_sizes_are_tried():
    """Whether sizes are tried as long as there is time shows with two as with seven."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_search, "MOST_TRIALS", 2)
        yield


@pytest.fixture(scope="module")
def whole():
    return plan_site(site_from(SITE, "site.yaml"), read_tables())


def test_without_time_for_a_proof_the_linear_bound_is_told(whole, monkeypatch):
    monkeypatch.setattr(plan_site_room, "PROOF", math.inf)
    cut = plan_site(site_from(SITE, "site.yaml"), read_tables(), time_limit_s=LONG)
    # The same plan: only the proof is missing, and what is proven in its place is a lower bound of the same cost.
    assert cut.plan.annual_cost == whole.plan.annual_cost
    assert cut.plan.switched.gap >= whole.plan.switched.gap >= 0.0
    assert cut.plan.switched.gap < 1.0
    assert any("the limit of 1e+06 s was reached: this is the best plan by then" in note for note in cut.notes)
    assert not any("was reached" in note for note in whole.notes)


def test_no_more_is_tried_than_there_is_time_for(whole, monkeypatch):
    # Time for the first year with generators on and off and for no other.
    monkeypatch.setattr(TimeLimit, "allows", lambda _limit, seconds=0.0: seconds == 0.0)
    cut = plan_site(site_from(SITE, "site.yaml"), read_tables(), time_limit_s=LONG)
    assert cut.plan.annual_cost >= whole.plan.annual_cost
    assert cut.plan.switched.saving == 0.0
    assert any("was reached" in note for note in cut.notes)


def test_stages_without_time_for_a_proof_tell_the_linear_bound(monkeypatch):
    text = SITE.replace("options:", "options:\n  stages: {years: [0, 10]}")
    monkeypatch.setattr(plan_stages_room, "PROOF", math.inf)
    cut = plan_stages(site_from(text, "site.yaml"), read_tables(), time_limit_s=LONG)
    assert any("was reached" in note for note in cut.notes)
    assert all(0.0 <= stage.plan.switched.gap < 1.0 for stage in cut.stages)


def test_no_time_for_a_plan_is_told_by_the_limit_that_was_given():
    for text, planned in (
        (SITE, plan_site),
        (SITE.replace("options:", "options:\n  stages: {years: [0]}"), plan_stages),
    ):
        with pytest.raises(SolverStopped, match=r"^no plan was found within the limit of 0\.25 s; allow it more time$"):
            planned(site_from(text, "site.yaml"), read_tables(), time_limit_s=0.25, since=-1e9)


def test_a_limit_counts_from_its_start_and_keeps_what_follows(monkeypatch):
    monkeypatch.setattr(time_limit_room.time, "monotonic", lambda: 100.0)
    limit = time_limit_of(12.0, since=97.0)  # until 109: 9 s are left
    assert limit.left_s() == 9.0
    assert limit.left_s(2.0) == 7.0
    assert limit.left_s(8.0) == 6.0  # two thirds are the solver's in any case
    assert limit.allows(9.0)
    assert not limit.allows(9.1)
    assert time_limit_of(None).left_s(5.0) is None


def test_a_plan_found_as_the_time_ends_has_a_gap_that_is_proven(monkeypatch):
    """The first plan is dispatched, and the time ends before the master is asked: its bound holds all the same."""
    given = replace(_year(), objective="cost")
    best = solve_by_cuts(given).annual_cost

    def first_alone(_cuts: Cuts, _gap: float) -> None:
        raise SolverStopped("x")

    monkeypatch.setattr(Cuts, "_run", first_alone)
    found = solve_by_cuts(given, time_limit_s=LONG)
    assert found.annual_cost >= best
    assert 0.0 < found.gap < inf
    assert found.annual_cost - found.gap * max(1.0, abs(found.annual_cost)) <= best * (1 + 1e-9)


def _year():
    import numpy as np

    from asmcarbon.optimise.parameters import GeneratorParameters, Parameters, SolarParameters

    load = np.array([1.0, 2.0, 1.0, 0.5])
    panels = SolarParameters(np.array([0.0, 0.5, 1.0, 0.0]), 0.1, 10.0, 1.0)
    return Parameters(load, None, solar=panels, generators=(GeneratorParameters("g", 3.0, 0.5, 1.0, 0.3),))
