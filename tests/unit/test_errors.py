"""The error tree: as drawn, whole sentences, and able to cross a process."""

import inspect
import pickle
import re

import pytest

from asmcarbon import errors
from asmcarbon.errors import (
    AsmcarbonError,
    AuditMismatch,
    BatchError,
    FactorError,
    FactorNotFound,
    Infeasible,
    InputError,
    MissingExtra,
    Problem,
    QueueFull,
    SolveError,
    SolverStopped,
    StoreError,
    UnitError,
)

PROBLEM = Problem("energy.diesel", "'1 kWh' is energy", "volume per time", "'1200 L/month'", 14, "site.yaml")

ONE_OF_EACH = [
    AsmcarbonError("anything"),
    InputError([PROBLEM, Problem("year", "is missing")]),
    UnitError(PROBLEM),
    MissingExtra("reading Parquet", "batch"),
    FactorError("a table cannot be read"),
    FactorNotFound("diesel.density", "PER", 2024, ("diesel.density:any:1990:-:property",)),
    SolveError("no plan"),
    Infeasible("the cap cannot be met"),
    SolverStopped("out of time"),
    AuditMismatch("emissions", 1.0, 2.0),
    BatchError("no rows"),
    StoreError("the database does not answer"),
    QueueFull(200, 30),
]


def classes() -> dict[str, str]:
    found = [one for _name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, AsmcarbonError)]
    return {one.__name__: one.__base__.__name__ for one in found}


def drawn() -> dict[str, str]:
    above: dict[int, str] = {}
    parents: dict[str, str] = {}
    for line in errors.__doc__.splitlines():
        match = re.match(r"( *(?:│   |├── |└── |    )*)([A-Z]\w+)(?:  |$)", line)
        if match:
            above[len(match[1])] = match[2]
            parents[match[2]] = above.get(len(match[1]) - 4, "Exception")
    return parents


def test_the_drawn_tree_is_the_tree_of_the_classes() -> None:
    assert drawn() == classes()


def test_there_is_one_of_each_class_here() -> None:
    assert {type(one).__name__ for one in ONE_OF_EACH} == set(classes())


@pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)
def test_an_error_crosses_a_process_with_its_fields_and_text(error: AsmcarbonError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error) != ""
    assert again.args == error.args
    assert vars(again) == vars(error)


def test_a_problem_says_where_what_and_what_instead() -> None:
    sentence = "site.yaml:14  energy.diesel  '1 kWh' is energy; expected volume per time, for example '1200 L/month'"
    assert PROBLEM.sentence() == sentence
    assert str(ONE_OF_EACH[1]) == f"{sentence}\nyear  is missing"
    assert Problem("", "is empty", file="site.yaml").sentence() == "site.yaml  is empty"


def test_one_problem_or_several_are_kept_as_a_tuple() -> None:
    assert UnitError(PROBLEM).problems == (PROBLEM,)
    assert InputError([PROBLEM, PROBLEM]).problems == (PROBLEM, PROBLEM)


def test_fields_stay_on_the_error() -> None:
    missing = FactorNotFound("electricity.grid", "AFG", 2024, ("a", "b"))
    assert (missing.item, missing.region, missing.year, missing.nearest) == (
        "electricity.grid",
        "AFG",
        2024,
        ("a", "b"),
    )
    assert "electricity.grid in AFG, 2024" in str(missing)
    assert "a, b" in str(missing)
    mismatch = AuditMismatch("cost", 1.25, 1.5)
    assert (mismatch.figure, mismatch.modelled, mismatch.audited) == ("cost", 1.25, 1.5)
    assert "1.25 in the model and 1.5 when recomputed" in str(mismatch)
    extra = MissingExtra("reading Parquet", "batch")
    assert (extra.feature, extra.extra) == ("reading Parquet", "batch")
    assert "pip install 'asmcarbon[batch]'" in str(extra)
