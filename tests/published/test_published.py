"""Published worked examples, one file each: what the publisher's input gives here is what the publisher printed.

A case states its `publisher` (who computed the figure), its `source` with the page, table or example that was read,
and one of two things:

- a `site` and what is `expected` of a gas over some scopes: its amount, that amount per product or job, or its 95 %
  uncertainty; `within` is relative to it. `factors` are rows laid over our tables, where the publisher's own factor
  differs from ours: the case then tests the equation and not the factor.
- an `equation` of `footprint/equations.py`, its `arguments` (an argument may itself be an equation with its arguments,
  a list stands for a sum, and `squares_of` for the squares of uncertainties, relative or absolute), and the `expected`
  figure; `within` is absolute: half of the last digit that the publisher printed, or as `note` says. `units` are those
  of the publisher that we do not know, each with what it is of ours.
"""

import inspect
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from asmcarbon.factors.overlay import overlaid
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint import equations
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.derivation import Node, Step
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.intensity import denominators_of, intensity_of, intensity_over
from asmcarbon.footprint.uncertainty import uncertainty_of
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity_of

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
EQUATIONS = {name: one for name, one in vars(equations).items() if inspect.isfunction(one)}


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


SITES = [path for path in FILES if "site" in read(path)]
CALLS = [path for path in FILES if "equation" in read(path)]


def name_of(path: Path) -> str:
    return path.stem


def site_of(case: dict[str, Any], name: str) -> Site:
    return site_from(json.dumps({"name": name, "year": 2024} | case["site"], ensure_ascii=False), name)


def footprint_of(case: dict[str, Any], site: Site, folder: Path) -> Footprint:
    tables = read_tables()
    if "factors" in case:
        own = folder / "factors.csv"
        own.write_text(case["factors"], encoding="utf-8")
        tables = overlaid(tables, own)
    return calculate(activities_of(site), site, tables)


def figure(expected: dict[str, Any], footprint: Footprint, site: Site) -> Any:
    gas, scopes = expected["gas"], expected["scopes"]
    if "uncertainty" in expected:
        return uncertainty_of([line for line in footprint.lines if line.gas == gas and line.scope in scopes]).relative
    if gas == "CO2e":
        amount = footprint.total(scopes)
    elif "CO2e" in expected["value"]:
        amount = footprint.sum_of(lambda line: line.gas == gas and line.scope in scopes)
    else:
        amount = footprint.gas_total(gas, scopes)
    if "per" in expected:
        (over,) = (one for one in denominators_of(site) if one.name == expected["per"])
        return intensity_over(amount, over) if gas == "CO2e" else equations.intensity(amount, over.amount)
    return amount


@pytest.mark.parametrize("path", SITES, ids=name_of)
def test_a_site_gives_its_published_figures(path: Path, tmp_path: Path) -> None:
    case = read(path)
    site = site_of(case, path.stem)
    footprint = footprint_of(case, site, tmp_path)
    for expected in case["expected"]:
        found = figure(expected, footprint, site)
        tolerance = quantity_of(expected["within"]).m_as("")
        if "uncertainty" in expected:
            assert found == pytest.approx(quantity_of(expected["uncertainty"]).m_as(""), rel=tolerance), expected
        else:
            wanted = quantity_of(expected["value"])
            assert found.m_as(wanted.units) == pytest.approx(wanted.magnitude, rel=tolerance), expected


def value_of(given: Any, words: dict[str, Any]) -> Any:
    """Return what an argument of a case states: a quantity, a sum, squares, or an equation of arguments."""
    if isinstance(given, list):
        return reduce(lambda one, other: equations.added(one=one, other=other), (value_of(one, words) for one in given))
    if isinstance(given, dict) and "squares_of" in given:
        return [value_of(one, words) ** 2 for one in given["squares_of"]]
    if isinstance(given, dict):
        arguments = {name: value_of(one, words) for name, one in given["arguments"].items()}
        return EQUATIONS[given["equation"]](**arguments)
    return quantity_of(given, words)


@pytest.mark.parametrize("path", CALLS, ids=name_of)
def test_an_equation_gives_its_published_figure(path: Path) -> None:
    case = read(path)
    words = {name: quantity_of(text) for name, text in case.get("units", {}).items()}
    wanted, tolerance = quantity_of(case["expected"], words), quantity_of(case["within"], words)
    found = value_of({"equation": case["equation"], "arguments": case["arguments"]}, words)
    found = found if hasattr(found, "m_as") else quantity_of(f"{found} 1")
    # a little more than half of the last digit, for a half is not always a binary fraction
    limit = tolerance.m_as(wanted.units) * (1 + 1e-9)
    assert found.m_as(wanted.units) == pytest.approx(wanted.magnitude, rel=0, abs=limit)


KEYS = {"publisher", "source", "note"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_case_names_its_publisher_and_its_source(path: Path) -> None:
    case = read(path)
    of_site, of_call = KEYS | {"site", "factors", "expected"}, KEYS | {
        "equation", "arguments", "units", "expected", "within",
    }  # fmt: skip
    assert set(case) <= (of_site if "site" in case else of_call)
    assert case["publisher"] and len(case["source"]) > 40
    assert case["expected"]


def equations_in(node: Node) -> Iterator[str]:
    if isinstance(node, Step):
        yield node.equation.__name__
        for _name, argument in node.arguments:
            yield from equations_in(argument)
    elif node.derivation is not None:
        yield from equations_in(node.derivation)


def equations_called(given: Any) -> Iterator[str]:
    if isinstance(given, list):
        yield "added"
        for one in given:
            yield from equations_called(one)
    elif isinstance(given, dict) and "equation" in given:
        yield given["equation"]
        for one in given["arguments"].values():
            yield from equations_called(one)


def equations_held(path: Path, folder: Path) -> set[str]:
    """Return the equations that stand between a case's input and what it expects."""
    case = read(path)
    if "equation" in case:
        return set(equations_called(case))
    site = site_of(case, path.stem)
    footprint = footprint_of(case, site, folder)
    found: set[str] = set()
    for expected in case["expected"]:
        if "uncertainty" in expected:
            found |= {"product_uncertainty" if len(footprint.lines) == 1 else "sum_uncertainty"}
            continue
        for line in footprint.lines:
            if line.scope in expected["scopes"] and expected["gas"] in (line.gas, "CO2e"):
                steps = set(equations_in(line.derivation))
                found |= steps if "CO2e" in expected["value"] else steps - {"co2_equivalent"}
        if "per" in expected:
            (over,) = (one for one in denominators_of(site) if one.name == expected["per"])
            found |= {"intensity", *equations_in(over.node)}
            found |= set() if over.share is None else {"part_of", *equations_in(over.share)}
    return found


HAND = "hand calculation"
# Equations of which no second publisher's worked figure was found.
WANTING = {"amortised"}


def test_every_equation_is_held_by_two_publishers_and_what_is_wanting_is_named(tmp_path: Path) -> None:
    """A hand calculation is no publisher: it counts as a case, and for no equation."""
    publishers: dict[str, set[str]] = defaultdict(set)
    for path in FILES:
        publisher = read(path)["publisher"]
        if publisher != HAND:
            for name in equations_held(path, tmp_path):
                publishers[name].add(publisher)
    lacking = {name: sorted(publishers[name]) for name in EQUATIONS if len(publishers[name]) < 2}
    assert set(lacking) == WANTING, lacking


def test_there_are_sixty_published_cases() -> None:
    assert sum(read(path)["publisher"] != HAND for path in FILES) > 60


def test_the_intensity_of_the_andean_site_is_the_hand_calculated_one() -> None:
    case = read(Path(__file__).parent / "cases" / "andean_gold.yaml")
    site = site_of(case, "andean_gold")
    told = {
        (one.scopes, one.per): one.value
        for one in intensity_of(calculate(activities_of(site), site, read_tables()), site)
    }
    # by hand: 114 t over 12 kg and 120 jobs, 9.5 t/kg and 0.95 t/job; methane and nitrous oxide add half a percent
    assert told[(1, 2), "gold"].m_as("tCO2e/kilogram") == pytest.approx(9.5, rel=0.01)
    assert told[(1, 2), "job"].m_as("tCO2e/job/year") == pytest.approx(0.95, rel=0.01)
