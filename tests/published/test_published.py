"""Published worked examples, one file each: what the publisher's input gives here is what the publisher printed.

A case states its `publisher` (who computed the figure), its `source` with the page, table or example that was read,
and one of two things:

- a `site` and what is `expected` of a gas over some scopes, or of an account: its amount, that amount per product or
  job, or its 95 % uncertainty; `within` is relative to it. `factors` are rows laid over our tables, where the
  publisher's own factor differs from ours: the case then tests the equation and not the factor.
- an `equation` of `footprint/equations.py`, its `arguments` (an argument may itself be an equation with its arguments,
  a list stands for a sum, `each_of` for a list, and `squares_of` for the squares of uncertainties, relative or
  absolute), and the `expected` figure; `within` is absolute: half of the last digit that the publisher printed, or as
  `note` says. `units` are those of the publisher that we do not know, each with what it is of ours.

A case holds an equation whose results, a tenth too large, make the case fail. Files under cases/uncertainty/ are what
Monte Carlo has to meet.

Most documents were read in stored copies and transcriptions, and some in quotations: the source then names where.
Publishers differ in weight. Agencies, standards, books and journals hold most equations; the fuel of an engine by its
power is held by the pages of calculators only, and spread_over_life by computers, of which no agency printed one.
Weakest are the volumes of pits and ore, the fire's matter, growth and uptake of carbon, drained peat and the two
figures of data quality: calculators, forum posts and the tests of public repositories hold them (of drained peat a log
of debugging in FAO's own), and the opened area and the fire's fuel but for FAO and the Canadian Forest Service. Some
of these are of another quantity (CO2 for carbon, a score of investments for a rating), as their `note` says: the
arithmetic is the same. EPA's and EIA's energy contents are gross, of a volume, and NPI's examples are of other gases:
the products are the same.

Mining inventories whose tables were tried:

- OZ Minerals 2008 (three shares) and Gold Fields 2016 (share of electricity): cases. Of Gold Fields 2016 the share of
  diesel is printed as 57 % and is 56.5 %.
- Gold Fields 2009 (7.4 Mt, 3,892,020 oz, 1.51 t/oz): the total of scopes 1 and 2 that is divided could not be read.
- S&P Global 2024 (46.63 Mt, 792 kg/oz), Metals Focus of 2024 (29.9 Mt), De Grey (0.6 t/oz), Mudd 2007 (12.1 t/kg):
  of total, output and intensity two at most are printed.
- Csillik and Asner 2020 (1.12 Tg C, 23,613 ha): a case of area and total; the abstract prints no figure for each
  hectare, which is therefore derived from the two.
- New Zealand's example of a gold mine (limestone and dolomite), Ravensthorpe 2018, Telfer 2021, Caval Ridge 2009: the
  tables could not be read.

Other documents that were looked for and not seen: the worked tables of IPCC 2006 vol. 1 ch. 3 (3.2 to 3.6) and of the
Good Practice Guidance; clauses 9.2.4 and 9.3 of JCGM 101; the worked examples inside New Zealand's Measuring Emissions
Guide (its tables were); NGA Factors before 2025; GHG Protocol's uncertainty tool and the examples of its Scope 2 and 3
guidance; The Climate Registry; AP-42; the guides of South Africa and Canada.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, reduce, wraps
from pathlib import Path
from typing import Any

import pytest
import yaml

from asmcarbon.factors.overlay import overlaid
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint import equations
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.footprint import Footprint
from asmcarbon.footprint.intensity import denominators_of, intensity_of, intensity_over
from asmcarbon.footprint.uncertainty import uncertainty_of
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity_of

FOLDER = Path(__file__).parent / "cases"
FILES = sorted(FOLDER.glob("*.yaml"))
EQUATIONS = {name: one for name, one in vars(equations).items() if inspect.isfunction(one)}


@cache
def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


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
    if "account" in expected:
        return footprint.account_total(expected["account"])
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


def value_of(given: Any, words: dict[str, Any]) -> Any:
    """Return what an argument of a case states: a quantity, a sum, a list, squares, or an equation of arguments."""
    if isinstance(given, list):
        return reduce(
            lambda one, other: EQUATIONS["added"](one=one, other=other), (value_of(one, words) for one in given)
        )
    if isinstance(given, dict) and "squares_of" in given:
        return [value_of(one, words) ** 2 for one in given["squares_of"]]
    if isinstance(given, dict) and "each_of" in given:
        return [value_of(one, words) for one in given["each_of"]]
    if isinstance(given, dict):
        arguments = {name: value_of(one, words) for name, one in given["arguments"].items()}
        return EQUATIONS[given["equation"]](**arguments)
    return quantity_of(given, words)


def failures_of_site(case: dict[str, Any], name: str, folder: Path) -> Iterator[str]:
    site = site_of(case, name)
    footprint = footprint_of(case, site, folder)
    for expected in case["expected"]:
        found = figure(expected, footprint, site)
        if "uncertainty" in expected:
            wanted, found = quantity_of(expected["uncertainty"]).m_as(""), float(found)
        else:
            quantity = quantity_of(expected["value"])
            wanted, found = quantity.magnitude, found.m_as(quantity.units)
        if found != pytest.approx(wanted, rel=quantity_of(expected["within"]).m_as("")):
            yield f"{found:.8g} of {expected}"


def failures_of_call(case: dict[str, Any]) -> Iterator[str]:
    words = {name: quantity_of(text) for name, text in case.get("units", {}).items()}
    wanted, tolerance = quantity_of(case["expected"], words), quantity_of(case["within"], words)
    found = value_of({"equation": case["equation"], "arguments": case["arguments"]}, words).m_as(wanted.units)
    # a little more than half of the last digit, for a half is not always a binary fraction
    limit = tolerance.m_as(wanted.units) * (1 + 1e-9)
    if found != pytest.approx(wanted.magnitude, rel=0, abs=limit):
        yield f"{found:.8g} of {case['expected']}"


def failures(path: Path, folder: Path) -> list[str]:
    """Return what of a case does not come out as it was published."""
    case = read(path)
    return list(failures_of_site(case, path.stem, folder) if "site" in case else failures_of_call(case))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_case_gives_its_published_figures(path: Path, tmp_path: Path) -> None:
    assert failures(path, tmp_path) == []


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


@contextmanager
def too_large(name: str, factor: float) -> Iterator[None]:
    """Make the results of an equation too large by a factor, wherever it was imported."""
    equation = EQUATIONS[name]

    @wraps(equation)
    def wrong(*given: Any, **named: Any) -> Any:
        return equation(*given, **named) * factor

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(EQUATIONS, name, wrong)
        for module in [one for key, one in sys.modules.items() if key.startswith("asmcarbon.")]:
            for attribute in [key for key, value in vars(module).items() if value is equation]:
                patch.setattr(module, attribute, wrong)
        yield


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Return the cases that hold each equation: they fail where it gives a tenth too much."""
    folder, found = tmp_path_factory.mktemp("held"), {}
    for name in EQUATIONS:
        with too_large(name, 1.1):
            found[name] = [path for path in FILES if failures(path, folder)]
    return found


HAND = "hand calculation"


@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_is_held_by_two_publishers(name: str, held: dict[str, list[Path]]) -> None:
    """A hand calculation is no publisher: it counts for no equation."""
    publishers = {read(path)["publisher"] for path in held[name]} - {HAND}
    assert len(publishers) >= 2, f"{name} is held by {sorted(publishers)}"


def test_every_case_fails_where_some_equation_gives_the_double(held: dict[str, list[Path]], tmp_path: Path) -> None:
    """Of few digits a tenth is not seen: a doubled result is."""
    left = set(FILES) - {path for paths in held.values() for path in paths}
    for name in EQUATIONS:
        with too_large(name, 2):
            left -= {path for path in left if failures(path, tmp_path)}
    assert left == set()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("uncertainty/*.yaml")), ids=name_of)
def test_an_uncertainty_case_names_its_source_inputs_and_published_interval(path: Path) -> None:
    case = read(path)
    assert set(case) <= {"publisher", "source", "note", "model", "inputs", "expected"}
    assert case["publisher"] and len(case["source"]) > 40
    assert all({"name", "distribution"} <= set(one) for one in case["inputs"])
    assert {"monte_carlo", "linear"} & set(case["expected"])


def test_there_are_a_hundred_published_cases() -> None:
    assert sum(read(path)["publisher"] != HAND for path in FILES) >= 100


def test_the_intensity_of_the_andean_site_is_the_hand_calculated_one() -> None:
    case = read(FOLDER / "andean_gold.yaml")
    site = site_of(case, "andean_gold")
    told = {
        (one.scopes, one.per): one.value
        for one in intensity_of(calculate(activities_of(site), site, read_tables()), site)
    }
    # by hand: 114 t over 12 kg and 120 jobs, 9.5 t/kg and 0.95 t/job; methane and nitrous oxide add half a percent
    assert told[(1, 2), "gold"].m_as("tCO2e/kilogram") == pytest.approx(9.5, rel=0.01)
    assert told[(1, 2), "job"].m_as("tCO2e/job/year") == pytest.approx(0.95, rel=0.01)
