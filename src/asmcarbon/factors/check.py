"""What is wrong with the factor tables, in sentences with file and line: the reviewer's other pair of eyes."""

import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from asmcarbon.errors import UnitError
from asmcarbon.factors.countries import COUNTRIES
from asmcarbon.factors.tables import Factor, FactorTables, parse_folder

GWP_SETS = ("AR4", "AR5", "AR6")
CHECKED = ("primary", "secondary", "two sources")
DISTRIBUTIONS = ("", "normal", "lognormal", "triangular", "uniform")
REDISTRIBUTABLE = ("yes", "fact")

# The unit of each gas that a table may name. Fossil and other CH4 are one gas with two GWPs.
GASES = {
    "CO2": "kgCO2", "CH4": "kgCH4", "CH4_fossil": "kgCH4", "CH4_nonfossil": "kgCH4", "N2O": "kgN2O", "SF6": "kgSF6",
    "CO2e": "kgCO2e",
}  # fmt: skip

# Pattern of item -> a unit of the dimension it must have. {gas} is the unit of the row's gas, {money} any currency.
# The first that fits counts.
EXPECTED = (
    (r"gwp100\.(AR4|AR5|AR6)", "kgCO2e/{gas}"),
    (r".+\.density", "kg/L"),
    (r".+\.net_calorific_value", "GJ/t"),
    (r".+\.(stationary|off_road|road)", "{gas}/GJ"),
    (r".+\.well_to_tank", "{gas}/L"),
    (r"electricity\.grid", "{gas}/kWh"),
    (r"electricity\.losses", "%"),
    (r".+\.(detonation|manufacture)", "{gas}/kg"),
    (r".+\.spend", "{gas}/{money}"),
    (r"battery\.embodied", "{gas}/kWh"),
    (r".+\.embodied", "{gas}/kW"),
    (r".+\.energy_capital_cost", "{money}/kWh"),
    (r".+\.(power_capital_cost|capital_cost)", "{money}/kW"),
    (r".+\.energy_operation_cost", "{money}/kWh/year"),
    (r".+\.(power_operation_cost|operation_cost)", "{money}/kW/year"),
    (r".+\.lifetime", "year"),
    (r".+\.(charge_efficiency|discharge_efficiency|minimum_state|minimum_load)", "%"),
    (r"generator\.(fuel_slope|fuel_intercept)", "L/kWh"),
    (r".+\.intensity(\..+)?", "{gas}/kg"),
    (r".+\.per_job(\..+)?", "{gas}/job/year"),
)
# Where gases are counted one by one: a figure in CO2e has a GWP in it that the report would not know of.
BY_GAS = re.compile(r".+\.(stationary|off_road|road|detonation)|gwp100\..+")

REGIONS = COUNTRIES | {"any", "World"}


def check(tables: FactorTables | Path) -> list[str]:
    """Return a sentence for each thing that is wrong with the tables, `file:line  sentence`; none where all is well.

    tables   tables that were read, or a folder, of which what cannot be read is named too
    """
    problems: list[str] = []
    if isinstance(tables, Path):
        tables, problems = parse_folder(tables)
    if tables.default_gwp_set and tables.default_gwp_set not in GWP_SETS:
        problems.append(f"release.toml  default_gwp_set is '{tables.default_gwp_set}'; expected {_one_of(GWP_SETS)}")
    for factor in tables.factors:
        where = f"{factor.table}.csv:{factor.line}"
        findings = (*_sources(factor, tables), *_words(factor), *_numbers(factor), *_gases(factor), *_units(factor))
        problems.extend(f"{where}  {factor.item}: {sentence}" for sentence in findings)
    problems.extend(_order(tables))
    problems.extend(_years(tables))
    return problems


def _sources(factor: Factor, tables: FactorTables) -> Iterator[str]:
    if not factor.source_id:
        yield "has no source_id; a number without a source does not go in"
    elif factor.source_id not in tables.sources:
        yield f"source_id '{factor.source_id}' is not in sources.csv"
    if not factor.locator:
        yield "has no locator; say in which table or on which page of the source the number stands"


def _words(factor: Factor) -> Iterator[str]:
    if factor.region not in REGIONS:
        yield f"region is '{factor.region}'; expected a three-letter country code of ISO 3166, any, or World"
    if factor.checked not in CHECKED:
        yield f"checked is '{factor.checked}'; expected {_one_of(CHECKED)}"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", factor.checked_on):
        yield f"checked_on is '{factor.checked_on}'; expected a date, for example 2026-11-23"
    if factor.redistributable not in REDISTRIBUTABLE:
        yield f"redistributable is '{factor.redistributable}'; expected yes, or fact for a single figure re-cited"
    if factor.distribution not in DISTRIBUTIONS:
        yield f"distribution is '{factor.distribution}'; expected {_one_of(DISTRIBUTIONS[1:])} or nothing"


def _numbers(factor: Factor) -> Iterator[str]:
    stated = {"value": factor.value, "low": factor.low, "high": factor.high}
    unbounded = [name for name, number in stated.items() if number is not None and not math.isfinite(number)]
    for name in unbounded:
        yield f"{name} is {stated[name]}; expected a finite number"
    if (factor.low is None) != (factor.high is None):
        yield "has only one of low and high; a range has both"
    elif (
        factor.low is not None
        and factor.high is not None
        and not (unbounded or factor.low <= factor.value <= factor.high)
    ):
        yield f"value {factor.value:g} is outside its range {factor.low:g} to {factor.high:g}"


def _gases(factor: Factor) -> Iterator[str]:
    """Whether a GWP was applied, and where that is not allowed.

    A row of a single gas has no CO2e in its unit and no gwp_set. A row of CO2e names the set, or `unstated` where
    the publisher does not say. Combustion and detonation are counted gas by gas, so they have no row of CO2e.
    """
    if factor.gas and factor.gas not in GASES:
        yield f"gas is '{factor.gas}'; expected {_one_of(tuple(GASES))} or nothing"
    elif factor.gas == "CO2e":
        if BY_GAS.fullmatch(factor.item):
            yield "is in CO2e, so a GWP is already applied; gases are expected here, one row each"
        elif factor.gwp_set not in (*GWP_SETS, "unstated"):
            yield f"is in CO2e with gwp_set '{factor.gwp_set}'; expected {_one_of(GWP_SETS)}, or unstated"
    else:
        is_gwp = factor.item.startswith("gwp100.")
        if factor.gwp_set or ("CO2e" in factor.unit and not is_gwp):
            yield f"is a row of {factor.gas or 'no gas'}, but a GWP is already applied (gwp_set or CO2e in its unit)"


def _units(factor: Factor) -> Iterator[str]:
    from asmcarbon.units import currencies, unit_of

    wanted = next((unit for pattern, unit in EXPECTED if re.fullmatch(pattern, factor.item)), None)
    if wanted is None:
        yield "is not an item that asmcarbon knows the dimension of; add it to EXPECTED in factors/check.py"
        return
    try:
        given = unit_of(factor.unit)
    except UnitError as error:
        yield f"unit {error}"
        return
    takes_gas = "{gas}" in wanted
    if takes_gas != bool(factor.gas):
        yield f"{'needs a gas' if takes_gas else 'takes no gas'}; its unit is of the kind {wanted}"
        return
    money = [name for name in currencies() if re.search(rf"\b{name}\b", factor.unit)] or ["USD"]
    example = wanted.format(gas=GASES.get(factor.gas, "kgCO2"), money=money[0])
    if given.dimensionality != _dimension(example):
        yield f"unit is '{factor.unit}'; expected a unit of the same dimension as {example}"


@cache
def _dimension(unit: str) -> object:
    from asmcarbon.units import unit_of

    return unit_of(unit).dimensionality


def _key(factor: Factor) -> tuple[str, str, int, str, str]:
    return factor.item, factor.region, factor.valid_from, factor.gas, factor.boundary


def _order(tables: FactorTables) -> Iterator[str]:
    """Rows of each table stand in the order of their keys; no key stands twice in all the tables."""
    for before, after in pairwise(tables.factors):
        if before.table == after.table and _key(after) < _key(before):
            yield f"{after.table}.csv:{after.line}  {after.factor_id} is not in its place; sort the rows by their key"
    seen: dict[tuple[str, str, int, str, str], Factor] = {}
    for factor in tables.factors:
        first = seen.setdefault(_key(factor), factor)
        if first is not factor:
            place = f"{first.table}.csv:{first.line}"
            yield f"{factor.table}.csv:{factor.line}  {factor.factor_id} stands twice; it is in {place} already"


def _years(tables: FactorTables) -> Iterator[str]:
    """No two rows of the same item, region, gas and boundary hold for the same year."""
    series: dict[tuple[str, str, str, str], list[Factor]] = {}
    for factor in tables.factors:
        series.setdefault((factor.item, factor.region, factor.gas, factor.boundary), []).append(factor)
        if factor.valid_to is not None and factor.valid_to < factor.valid_from:
            yield f"{factor.table}.csv:{factor.line}  {factor.factor_id} ends in {factor.valid_to}, before it begins"
    for rows in series.values():
        for before, after in pairwise(sorted(rows, key=lambda row: row.valid_from)):
            if before.valid_from < after.valid_from and before.is_valid_in(after.valid_from):
                place = f"{after.table}.csv:{after.line}"
                yield f"{place}  {after.factor_id} overlaps {before.factor_id}; give that row a valid_to"


def _one_of(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + " or " + words[-1]
