"""What must hold of a row whoever wrote it: numbers, gases, units, and no two rows for one question."""

import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from asmcarbon.errors import UnitError
from asmcarbon.factors.countries import CONTINENTS, COUNTRIES
from asmcarbon.factors.rows import Factor
from asmcarbon.messages import _

GWP_SETS = ("AR4", "AR5", "AR6")
DISTRIBUTIONS = ("", "normal", "lognormal", "triangular", "uniform")

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
    (r".+\.freight(\..+)?", "{gas}/t/km"),
    (r".+\.travel(\..+)?", "{gas}/person/km"),
    (r".+\.driving(\..+)?", "{gas}/km"),
    (r".+\.well_to_tank", "{gas}/L"),
    (r".+\.enteric_fermentation", "{gas}/year"),
    (r"electricity\.grid", "{gas}/kWh"),
    (r"electricity\.losses", "%"),
    (r"grid\.outages(\..+)?", "1/month"),
    (r".+\.(detonation|manufacture|process)", "{gas}/kg"),
    (r"water\.(supply|treatment)", "{gas}/m3"),
    (r".+\.spend", "{gas}/{money}"),
    (r"battery\.embodied", "{gas}/kWh"),
    (r".+\.embodied", "{gas}/kW"),
    (r".+\.energy_capital_cost", "{money}/kWh"),
    (r".+\.(power_capital_cost|capital_cost)", "{money}/kW"),
    (r".+\.energy_operation_cost", "{money}/kWh/year"),
    (r".+\.(power_operation_cost|operation_cost)", "{money}/kW/year"),
    (r".+\.connection_cost", "{money}"),
    (r".+\.electricity_cost", "{money}/kWh"),
    (r".+\.lifetime", "year"),
    (r".+\.(charge_efficiency|discharge_efficiency|minimum_state|minimum_load)", "%"),
    (r"generator\.(fuel_slope|fuel_intercept)", "L/kWh"),
    (r"generator\.altitude_derating", "%/m"),
    (r"generator\.altitude_limit", "m"),
    (r"generator\.heat_derating", "%/K"),
    (r"generator\.heat_limit", "K"),
    (r"solar\.area_per_power", "m2/kW"),
    (r"(diesel|petrol|kerosene|lpg)\.price", "{money}/L"),
    (r"carbon\.credit", "{money}/tCO2"),
    (r".+\.(premium|credit)(\..+)?", "{money}/kg"),
    (r".+\.intensity(\..+)?", "{gas}/kg"),
    (r".+\.per_job(\..+)?", "{gas}/job/year"),
    (r".+\.indirect_jobs", "1"),
    (r".+\.asm\.(diesel|mercury_used|mercury_released)", "1"),
    (r".+\.asm\.land_cleared", "ha/kg"),
    (r"forest\.root_to_shoot\..+|biomass\.carbon_fraction(\..+)?|fire\.combustion_factor\..+", "1"),
    (r"biomass\.burning\..+", "{gas}/kg"),
    (r"forest\.(above_ground_biomass|dead_wood|litter|soil)\..+|land\.carbon_loss(\..+)?", "t/ha"),
    (r"(cropland|grassland)\.biomass\..+|fire\.fuel_consumption\..+", "t/ha"),
    (r"(forest|plantation|agroforestry|perennial_crop)\.growth\..+|soil\.drainage\..+", "t/ha/year"),
    (r"forest\.regrowth_observed(\..+)?|mined_land\.regrowth\..+", "t/ha/year"),
    (r"rehabilitation\.removal\..+", "{gas}/ha/year"),
    (r"rehabilitation\.cost(\..+)?", "{money}/ha"),
    (r"rehabilitation\.area_per_person", "ha/person"),
    (r"rehabilitation\.replanting", "1"),
)
# Where gases are counted one by one: a figure in CO2e has a GWP in it that the report would not know of.
BY_GAS = re.compile(
    r".+\.(stationary|off_road|road|detonation|process|enteric_fermentation)|biomass\.burning\..+|gwp100\..+"
)
# Plain mass for each hectare: a tonne of what, the boundary says.
_MATTER = ("carbon", "dry_matter")
# Means of unlike countries, which may not answer for one of them.
_NATIONAL = re.compile(r"(electricity|grid|diesel|petrol)\..+")

_REGIONS = COUNTRIES | CONTINENTS | {"any", "World"}


def findings(factor: Factor) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with one row, whoever wrote it."""
    yield from _words(factor)
    yield from _numbers(factor)
    yield from _gases(factor)
    yield from _units(factor)


def _words(factor: Factor) -> Iterator[str]:
    if factor.region not in _REGIONS:
        expected = "a three-letter country code of ISO 3166, a continent, any, or World"
        yield _("region is '{region}'; expected {expected}").format(region=factor.region, expected=expected)
    elif factor.region in CONTINENTS and _NATIONAL.fullmatch(factor.item):
        yield _("region is '{region}'; a mean of a continent may not answer for its countries here").format(
            region=factor.region
        )
    if factor.distribution not in DISTRIBUTIONS:
        yield _("distribution is '{distribution}'; expected {choices} or nothing").format(
            distribution=factor.distribution, choices=one_of(DISTRIBUTIONS[1:])
        )


def _numbers(factor: Factor) -> Iterator[str]:
    stated = {"value": factor.value, "low": factor.low, "high": factor.high}
    unbounded = [name for name, number in stated.items() if number is not None and not math.isfinite(number)]
    for name in unbounded:
        yield _("{name} is {given}; expected a finite number").format(name=name, given=stated[name])
    if (factor.low is None) != (factor.high is None):
        yield "has only one of low and high; a range has both"
    elif (
        factor.low is not None
        and factor.high is not None
        and not (unbounded or factor.low <= factor.value <= factor.high)
    ):
        yield _("value {value:g} is outside its range {low:g} to {high:g}").format(
            value=factor.value, low=factor.low, high=factor.high
        )


def _gases(factor: Factor) -> Iterator[str]:
    """Whether a GWP was applied, and where that is not allowed.

    A row of a single gas has no CO2e in its unit and no gwp_set. A row of CO2e names the set, or `unstated` where
    the publisher does not say. What burns, goes off or is driven off is counted gas by gas, so it has no row of CO2e.
    """
    if factor.gas and factor.gas not in GASES:
        yield _("gas is '{gas}'; expected {choices} or nothing").format(gas=factor.gas, choices=one_of(tuple(GASES)))
    elif factor.gas == "CO2e":
        if BY_GAS.fullmatch(factor.item):
            yield "is in CO2e, so a GWP is already applied; gases are expected here, one row each"
        elif factor.gwp_set not in (*GWP_SETS, "unstated"):
            yield _("is in CO2e with gwp_set '{gwp_set}'; expected {choices}, or unstated").format(
                gwp_set=factor.gwp_set, choices=one_of(GWP_SETS)
            )
    else:
        is_gwp = factor.item.startswith("gwp100.")
        if factor.gwp_set or ("CO2e" in factor.unit and not is_gwp):
            yield _("is a row of {given}, but a GWP is already applied (gwp_set or CO2e in its unit)").format(
                given=factor.gas or _("no gas")
            )


def expected_unit(item: str) -> str | None:
    """Return a unit of the dimension that an item must have, None for an item that asmcarbon does not know."""
    return next((unit for pattern, unit in EXPECTED if re.fullmatch(pattern, item)), None)


def _units(factor: Factor) -> Iterator[str]:
    from asmcarbon.units import currencies, unit_of

    wanted = expected_unit(factor.item)
    if wanted is None:
        yield "is not an item that asmcarbon knows the dimension of; add it to EXPECTED in factors/rules.py"
        return
    try:
        given = unit_of(factor.unit)
    except UnitError as error:
        yield f"unit {error}"
        return
    takes_gas = "{gas}" in wanted
    if takes_gas != bool(factor.gas):
        text = (
            _("needs a gas; its unit is of the kind {wanted}")
            if takes_gas
            else _("takes no gas; its unit is of the kind {wanted}")
        )
        yield text.format(wanted=wanted)
        return
    money = [name for name in currencies() if re.search(rf"\b{name}\b", factor.unit)] or ["USD"]
    example = wanted.format(gas=GASES.get(factor.gas, "kgCO2"), money=money[0])
    if given.dimensionality != _dimension(example):
        yield _("unit is '{unit}'; expected a unit of the same dimension as {example}").format(
            unit=factor.unit, example=example
        )
    elif wanted.startswith("t/ha") and not factor.boundary.startswith(_MATTER):
        yield _("boundary is '{boundary}'; a mass for each hectare says of what: {choices}").format(
            boundary=factor.boundary, choices=one_of(_MATTER)
        )


@cache
def _dimension(unit: str) -> object:
    from asmcarbon.units import unit_of

    return unit_of(unit).dimensionality


def clashes(factors: Iterable[Factor]) -> Iterator[tuple[Factor, str]]:
    """Yield the rows that end before they begin, stand twice, or hold for a year that another row holds for."""
    series: dict[tuple[str, str, str, str], list[Factor]] = {}
    for factor in factors:
        series.setdefault((factor.item, factor.region, factor.gas, factor.boundary), []).append(factor)
        if factor.valid_to is not None and factor.valid_to < factor.valid_from:
            yield (
                factor,
                _("{factor_id} ends in {valid_to}, before it begins").format(
                    factor_id=factor.factor_id, valid_to=factor.valid_to
                ),
            )
    for rows in series.values():
        for before, after in pairwise(sorted(rows, key=lambda row: row.valid_from)):
            if before.valid_from == after.valid_from:
                place = f"{before.table}.csv:{before.line}"
                yield (
                    after,
                    _("{factor_id} stands twice; it is in {place} already").format(
                        factor_id=after.factor_id, place=place
                    ),
                )
            elif before.is_valid_in(after.valid_from):
                yield (
                    after,
                    _("{factor_id} overlaps {factor_id_2}; give that row a valid_to").format(
                        factor_id=after.factor_id, factor_id_2=before.factor_id
                    ),
                )


def one_of(words: tuple[str, ...]) -> str:
    """Return words as a choice: a, b or c."""
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)
