"""The book of the model, src/asmcarbon/optimise/README.md, against the models and the docstrings that it describes."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyomo.environ as pyo
import pytest
from whole_site import (
    connected_site,
    financed_pathway,
    mine_terms,
    savings_terms,
    structured_pathway,
    whole_pathway,
    whole_scenarios,
    whole_site,
    whole_stage_scenarios,
)

from asmcarbon.optimise import parameters
from asmcarbon.optimise.decisions import Decisions
from asmcarbon.optimise.expected import build_expected
from asmcarbon.optimise.frontier import Frontier
from asmcarbon.optimise.master import Master
from asmcarbon.optimise.model import build_model
from asmcarbon.optimise.scenarios import build_scenarios
from asmcarbon.optimise.staged_model import Pathway, build_pathway
from asmcarbon.optimise.terms import Advance, Premium, Terms, Tonnes

SOURCE = Path(__file__).parents[2] / "src" / "asmcarbon"
BOOK = (SOURCE / "optimise" / "README.md").read_text(encoding="utf-8")
# Its first part is of the program; the derivations of the second stand in no docstring.
PROGRAM = BOOK[: BOOK.index("\n# How a year is dispatched")]
RECORDS = {name: one for name, one in vars(parameters).items() if name.endswith("Parameters")}
RECORDS |= {one.__name__: one for one in (Pathway, Terms, Advance, Tonnes, Premium)}
KINDS = ("Var", "Constraint", "ConstraintList", "Objective")

# A line of algebra that begins with the name of a row, its index if it is told, two spaces or more, and what it says.
ROW = re.compile(r"^    (\w+)(?:\[[^]]*\])?  +(?![= ])\S", re.MULTILINE)
BLOCK = re.compile(r"(?:^    .*\n)+", re.MULTILINE)


def sections() -> Iterator[tuple[str, str]]:
    """Each section of the book with the name of its block in the model: none, if it is the model itself."""
    for section in re.split(r"^## ", PROGRAM, flags=re.MULTILINE)[1:]:
        block = re.search(r"block `(\w+)`", section.partition("\n")[0])
        yield (f"{block[1]}." if block else ""), section


def tables() -> Iterator[tuple[str, list[str]]]:
    """Each record of parameters with the names in its table; those of variables hold a dot, and stand under ''."""
    record = ""
    for line in PROGRAM.splitlines():
        if not line.startswith("|"):
            record = ""
            continue
        names = re.findall(r"`([\w.]+)`", line.split("|")[1])
        if names and names[0] in RECORDS:
            record = names[0]
        else:
            yield record, [name for name in names if "." not in name]
            yield "", [re.sub(r"^(model|stage|scenario)\.", "", name) for name in names if "." in name]


def rows_of_the_book() -> set[str]:
    return {block + name for block, section in sections() for name in ROW.findall(section)}


def blocks_of(text: str) -> list[str]:
    return [found.rstrip() for found in BLOCK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL) + "\n")]


@cache
def models() -> tuple[pyo.ConcreteModel, ...]:
    whole = whole_site()
    without_hours = build_model(whole, by_hours=False)
    return (
        build_model(whole),
        build_model(connected_site()),
        build_model(whole_site(objective="emissions")),
        build_model(whole_site(objective="jobs")),
        Master(without_hours, [(without_hours, Decisions(whole))]).model,
        build_pathway(whole_pathway()),
        build_pathway(whole_pathway(), by_hours=False),
        build_pathway(financed_pathway(), mine_terms()),
        build_pathway(financed_pathway(), savings_terms()),
        build_scenarios(whole_scenarios()),
        build_scenarios(whole_scenarios(), by_hours=False),
        build_expected(whole_stage_scenarios()),
        Frontier(whole_site()).model,
        Frontier(structured_pathway()).model,
    )


def path_of(component: Any) -> str:
    """The name of a component without its numbers, and without the stage or scenario that it stands in."""
    return re.sub(r"\[[^]]*\]", "", component.name).removeprefix("stage.").removeprefix("scenario.")


def names_in_models(*kinds: Any) -> set[str]:
    return {path_of(one) for model in models() for one in model.component_objects(kinds, descend_into=True)}


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}


def made_in(tree: ast.AST) -> Iterator[str]:
    """The names of variables, rows and objectives that code gives to a model, as far as they are written out."""

    def is_made(value: ast.expr) -> bool:
        return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in KINDS

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                yield from (to.attr for to, value in pairs if is_made(value) and isinstance(to, ast.Attribute))
        elif isinstance(node, ast.FunctionDef) and any(is_made(one) for one in node.decorator_list):
            yield node.name
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_component":
            name = node.args[0]
            # A name that is put together, and that of a block, are found in the models alone.
            if isinstance(name, ast.Constant) and any(is_made(value) for value in node.args[1:]):
                yield str(name.value)


def calls(tree: ast.AST, name: str) -> bool:
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(isinstance(one, ast.Name) and one.id == name for one in called)


def test_every_variable_of_a_model_has_its_row_in_a_table_and_every_row_its_variable():
    assert {name for record, names in tables() if not record for name in names} == names_in_models(pyo.Var)


def test_every_row_and_objective_of_a_model_has_its_algebra_and_all_algebra_its_row():
    assert rows_of_the_book() == names_in_models(pyo.Constraint, pyo.Objective)


@pytest.mark.parametrize("name", RECORDS)
def test_the_table_of_a_record_names_its_parameters(name: str):
    written = [one for record, names in tables() if record == name for one in names]
    assert sorted(written) == sorted(RECORDS[name].__struct_fields__)


def test_all_that_the_code_can_add_to_a_model_is_in_the_models_of_this_test():
    known = {name.rpartition(".")[2] for name in names_in_models(pyo.Var, pyo.Constraint, pyo.Objective)}
    rooms = {path: set(made_in(tree)) for path, tree in trees().items() if path.parent.name == "optimise"}
    assert len(set().union(*rooms.values())) > 40
    assert {path.name: names - known for path, names in rooms.items() if names - known} == {}


def test_the_algebra_of_the_book_is_that_of_the_docstrings():
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = [
        inspect.cleandoc(text)
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, documented) and (text := ast.get_docstring(node, clean=False))
    ]
    written = blocks_of(PROGRAM)
    assert len(written) > 25
    assert [block for block in written if not any(block in text for text in docstrings)] == []


def test_no_algebra_of_a_room_is_left_out_of_the_book():
    rooms = [tree for path, tree in trees().items() if path.parent.name == "optimise"]
    functions = [one for tree in rooms for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    texts = [ast.get_docstring(one) or "" for one in functions if any(made_in(one)) or calls(one, "Contribution")]
    written = [block for text in texts for block in blocks_of(text)]
    assert len(written) > 25
    assert [block for block in written if block not in PROGRAM] == []
