"""A year of 8,760 hours against the optimum that PyPSA and HiGHS alone find (benchmarks/reference/README.md)."""

import pytest

from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.solve import solve


@pytest.mark.parametrize("weak_grid", [False, True], ids=["off-grid", "weak grid"])
def test_the_optimum_of_the_reference_case_is_found(reference, weak_grid):
    given = reference.reference_parameters(weak_grid=weak_grid)
    optimum = reference.WEAK_GRID if weak_grid else reference.OFF_GRID
    solution = solve(build_model(given), given)
    assert solution.annual_cost == pytest.approx(optimum.annual_cost, rel=1e-6)
    for size in ("solar_kw", "storage_kw", "storage_kwh"):
        assert getattr(solution, size) == pytest.approx(getattr(optimum, size), rel=1e-3)
