"""What the solver answers when there is no plan, and how the model is built."""

import gc
from contextlib import nullcontext

import numpy as np
import pyomo.core.base.constraint
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from small_cases import generator, grid, parameters, solar, solved, storage

from asmcarbon.errors import AuditMismatch, Infeasible, InputError, SolverStopped
from asmcarbon.optimise import model as model_room
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.periods import Contribution
from asmcarbon.optimise.solve import linear_program, solve


def test_load_beyond_every_limit_is_infeasible_and_the_sentence_names_the_limits():
    with pytest.raises(Infeasible) as refused:
        solved([3], None, generators=(generator(),), solar=solar([0.5]), budget=100.0, emissions_cap_kgco2e=1500.0)
    assert str(refused.value) == (
        "the load cannot be served in every hour within a budget of 100 and an emissions cap of 1,500 kgCO2e a year "
        "and the technologies offered and their limits; relax one, or give unserved load a price"
    )


def test_a_year_without_sun_is_infeasible():
    with pytest.raises(Infeasible):
        solved([3, 1], None, solar=solar([0.0, 0.0]))


def test_the_limit_of_time_stops_the_solver(reference):
    given = reference.reference_parameters(weak_grid=False)
    with pytest.raises(SolverStopped, match=r"limit of 0\.01 s"):
        solve(build_model(given), given, time_limit_s=0.01)


def test_the_solver_is_named_and_silent(capfd):
    solution = solved([3, 1], generators=(generator(),), solar=solar([1, 0.5]))
    assert solution.status == "optimal"
    assert solution.solver.startswith("HiGHS ")
    assert solution.solver.endswith(", dual simplex")
    assert capfd.readouterr() == ("", "")


def test_another_number_of_threads_in_the_same_process_changes_nothing():
    # HiGHS refuses a number of threads that differs from the first one in the process.
    given = parameters([3, 1], generators=(generator(),), solar=solar([1, 0.5]))
    costs = [solve(build_model(given), given, threads=threads).annual_cost for threads in (2, 1)]
    assert costs[0] == costs[1]


def test_what_costs_or_emits_nothing_is_not_limited():
    free = solved([1, 1], solar=solar([1, 1], capital_cost_per_kw=0.0), budget=0.0)
    assert (free.solar_kw, free.capital_cost, free.budget_shadow_price) == (1.0, 0.0, 0.0)
    clean = solved([1, 1], generators=(generator(emissions_kgco2e_per_kwh=0.0),), emissions_cap_kgco2e=0.0)
    assert (clean.operational_kgco2e, clean.emissions_cap_shadow_price_per_kgco2e) == (0.0, 0.0)


def test_a_matrix_that_disagrees_with_its_model_is_refused():
    given = parameters([1, 1], generators=(generator(),))
    model = build_model(given)
    model.contributions.append(Contribution(supply_kw=lambda _: 0.0, annual_cost=lambda: 7.0))
    with pytest.raises(AuditMismatch) as refused:
        solve(model, given)
    assert (refused.value.modelled, refused.value.audited) == (1.0, 8.0)


EVERYTHING = {
    "solar": solar([1, 0.5, 0.25]),
    "storage": storage(minimum_state=0.2),
    "generators": (generator(), generator(price_per_kwh=0.4)),
    "grid": grid([1, 0, 0.5]),
}
ONE_BY_ONE = [{name: EVERYTHING[name]} for name in ("solar", "storage", "grid")]
ONE_GENERATOR = {"generators": (generator(emissions_kgco2e_per_kwh=0.8),)}


# Alone, an objective or a cap is a single sum: Pyomo 6.10.1 then loses a factor written in front of it.
@pytest.mark.parametrize("price", [10.0, None])
@pytest.mark.parametrize("offered", [EVERYTHING, *ONE_BY_ONE, ONE_GENERATOR])
def test_rules_as_templates_give_the_same_matrix_as_rules_called_for_every_hour(monkeypatch, offered, price):
    given = parameters([3, 1, 2], price, **offered, budget=500.0, emissions_cap_kgco2e=2.0)

    def compiled():
        model = build_model(given)
        matrix = LinearStandardFormCompiler().write(model, mixed_form=True)
        program = linear_program(matrix)
        order = np.argsort([column.name for column in matrix.columns])
        dense = matrix.A.toarray()[:, order]
        return (
            dense,
            *(np.array(getattr(program, name)) for name in ("row_lower_", "row_upper_")),
            *(np.array(getattr(program, name))[order] for name in ("col_cost_", "col_lower_", "col_upper_")),
        )

    templates = compiled()
    monkeypatch.setattr(model_room, "rules_as_templates", nullcontext)
    for by_template, by_hour in zip(templates, compiled(), strict=True):
        np.testing.assert_array_equal(by_template, by_hour)


def test_the_collector_and_pyomo_are_left_as_they_were():
    with pytest.raises(ZeroDivisionError), model_room.collector_paused(), model_room.rules_as_templates():
        assert not gc.isenabled()
        assert 1 / 0
    assert gc.isenabled()
    assert pyomo.core.base.constraint.TEMPLATIZE_CONSTRAINTS is False


def test_everything_wrong_with_the_parameters_is_reported_together():
    with pytest.raises(InputError) as refused:
        storage(charge_efficiency=0.0, minimum_state=1.5, power_annual_cost_per_kw=float("nan"))
    assert [problem.where for problem in refused.value.problems] == [
        "storage.power_annual_cost_per_kw",
        "storage.charge_efficiency",
        "storage.minimum_state",
    ]
    assert "storage.minimum_state  1.5 cannot be used; expected 0 or more, at most 1" in str(refused.value)


def test_series_of_unequal_length_are_refused():
    with pytest.raises(InputError, match=r"solar.capacity_factor  3 hours were given; expected as many .* 2"):
        parameters([1, 2], solar=solar([1, 1, 1]))
    with pytest.raises(InputError, match=r"grid.availability  1 hours were given"):
        parameters([1, 2], grid=grid([1]))


@pytest.mark.parametrize("load_kw", [[np.nan], [np.inf], [-1.0], [], [[1.0]]])
def test_a_load_that_is_not_a_series_of_finite_numbers_is_refused(load_kw):
    with pytest.raises(InputError, match=r"parameters.load_kw"):
        parameters(load_kw)


def test_load_that_must_be_served_by_nothing_is_refused():
    with pytest.raises(InputError, match="nothing is offered"):
        parameters([1], None)
