"""What holds for every input: linearity, units, round trips, one definition of each equation, and no other errors."""

import inspect
import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from asmcarbon.errors import InputError, UnitError
from asmcarbon.factors.tables import read_tables
from asmcarbon.finance.discounting import annuity, present_value_factor, residual_value
from asmcarbon.footprint import equations, statement_equations
from asmcarbon.footprint.activities import (
    Activity,
    activities_of,
    battery_built,
    electricity_bought,
    electricity_lost,
    fuel_burned,
    fuel_supplied,
    solar_built,
)
from asmcarbon.footprint.calculate import calculate, emission_factor_of, lines_of
from asmcarbon.measures import Datum
from asmcarbon.site.energy import USES
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity, quantity_of, text_of, unit_names

repeatable = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
thorough = settings(repeatable, max_examples=500)

CLOSE = 1e-12
AMOUNTS = st.floats(1e-6, 1e12)
RATES = st.just(0.0) | st.floats(1e-4, 2.0)
YEARS = st.integers(1, 60)
EXAMPLE = Path(__file__).parents[2] / "examples" / "andean_gold" / "site.yaml"


@cache
def plain_site() -> Site:
    return site_from("name: A site\ncountry: PER\nyear: 2024\n", "site")


def datum(value: float, unit: str) -> Datum:
    return Datum(quantity(value, unit))


def burning(fuel: Any, use: Any) -> Callable[[float], Activity]:
    return lambda value: fuel_burned(fuel, use, datum(value, "L/year"))


ACTIVITIES: dict[str, Callable[[float], Activity]] = {
    **{f"{fuel} {use}": burning(fuel, use) for fuel in ("diesel", "petrol") for use in USES},
    "supply": lambda value: fuel_supplied("diesel", "generator", datum(value, "L/year")),
    "electricity": lambda value: electricity_bought(datum(value, "kWh/year")),
    "losses": lambda value: electricity_lost(datum(value, "kWh/year"), None),
    "solar": lambda value: solar_built(datum(value, "kW"), datum(25.0, "year")),
    "battery": lambda value: battery_built(datum(value, "kWh"), datum(10.0, "year")),
    "anfo": lambda value: Activity("anfo", "anfo", 1, datum(value, "t/year"), "anfo.detonation", ("detonation",)),
}


def emitted(activity: Activity) -> list[float]:
    return [line.co2e.m_as("kgCO2e/year") for line in lines_of(activity, plain_site(), read_tables(), "AR6")]


@pytest.mark.parametrize("kind", ACTIVITIES)
@repeatable
@given(value=AMOUNTS, times=st.floats(1e-3, 1e3))
def test_every_line_is_linear_in_its_amount(kind: str, value: float, times: float) -> None:
    once, scaled = emitted(ACTIVITIES[kind](value)), emitted(ACTIVITIES[kind](value * times))
    assert scaled == pytest.approx([times * one for one in once], rel=CLOSE)
    assert all(one > 0 for one in once)


@pytest.mark.parametrize("kind", ACTIVITIES)
@repeatable
@given(value=AMOUNTS)
def test_the_coefficient_times_the_amount_is_the_sum_of_the_lines(kind: str, value: float) -> None:
    activity = ACTIVITIES[kind](value)
    product = emission_factor_of(ACTIVITIES[kind](1.0), plain_site(), read_tables()) * activity.amount.quantity
    assert product.m_as("kgCO2e/year") == pytest.approx(sum(emitted(activity)), rel=CLOSE)


# litres in each, exact by definition: gallon of 231 cubic inches; drum of 55 of them; jerrycan of 20 litres
LITRES = {
    "L": 1,
    "m3": 1000,
    "mL": 0.001,
    "gal_us": 3.785411784,
    "gal_uk": 4.54609,
    "drum": 208.19764812,
    "jerrycan": 20,
}
TIMES = {"year": 1.0, "month": 12.0, "day": 365.0, "week": 365 / 7, "hour": 8760.0}


@repeatable
@given(litres=AMOUNTS, unit=st.sampled_from(sorted(LITRES)), time=st.sampled_from(sorted(TIMES)))
def test_the_choice_of_unit_does_not_matter(litres: float, unit: str, time: str) -> None:
    def total(value: float, written: str) -> float:
        fuel = {"generator": {"value": value, "unit": written}}
        site = Site.model_validate({"name": "A", "country": "PER", "year": 2024, "energy": {"diesel": fuel}})
        return calculate(activities_of(site), site, read_tables()).total().m_as("kgCO2e/year")

    other = total(litres / LITRES[unit] / TIMES[time], f"{unit}/{time}")
    assert other == pytest.approx(total(litres, "L/year"), rel=CLOSE)


FINITE = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(sorted(unit_names()))


@repeatable
@given(value=FINITE, name=NAMES, time=st.sampled_from(["", "/year", "/month", "/day"]))
@example(value=1.2345678901234567e-05, name="quintal_metric", time="/month")
def test_a_quantity_reads_back_from_its_text(value: float, name: str, time: str) -> None:
    whole = quantity(value, name + time)
    again = quantity_of(text_of(whole))
    assert again == whole
    assert text_of(again) == text_of(whole)


GRAMMAR = st.text("0123456789.eE+-*/^() %LkgMWhtonmicrs_,'²·\t\n", max_size=60)
WORDS = st.sampled_from(
    [" ", *["1", "9**9", "nan", "1e400", "L", "kg", "/", "*", "^", "2", "month", "ton", "per", "%", "²"]]
)
PIECES = st.lists(WORDS, max_size=12)


@thorough
@given(text=st.text(max_size=60) | GRAMMAR | PIECES.map("".join) | PIECES.map(" ".join))
@example(text="9**9**9**9 L")
@example(text="1 L**9**9**9")
@example(text="1e308 kt*kt*kt")
def test_any_text_is_a_finite_quantity_or_a_unit_error(text: str) -> None:
    try:
        found = quantity_of(text)
    except UnitError as error:
        assert str(error)
    else:
        assert math.isfinite(found.magnitude)


YAML = st.text("abc:-[]{}&*!|>'\"#%@, \n\t0123456789.~", max_size=200)


@thorough
@given(text=st.text(max_size=200) | YAML | YAML.map(lambda text: "name: A\ncountry: PER\nyear: 2024\n" + text))
@example(text="? ? ?")
@example(text="a: !!int 5\n---\n")
@example(text="{" * 100)
def test_any_text_is_a_site_or_an_input_error(text: str) -> None:
    try:
        site_from(text, "site.yaml")
    except InputError as error:
        assert str(error)


TEXTS = st.text(max_size=20) | st.sampled_from(["5 L/year", "50 %", "3 kW", "1e308 L/s"])
KEYS = st.sampled_from(["value", "unit", "range", "basis", "name", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)


def places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(place for key, value in items for place in places(value, (*path, key)))]


@thorough
@given(place=st.sampled_from(places(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))), value=JSON)
def test_any_value_at_any_place_of_a_site_is_read_or_an_input_error(place: tuple[Any, ...], value: Any) -> None:
    content = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    part = content
    for key in place[:-1]:
        part = part[key]
    if place:
        part[place[-1]] = value
    try:
        site_from(json.dumps(content if place else value, ensure_ascii=False), "site.json")
    except InputError as error:
        assert str(error)


# each equation with the units of its arguments and of its result
EQUATIONS = {
    "fuel_mass": (("L/year", "kg/L"), "kg/year"),
    "fuel_energy": (("t/year", "GJ/t"), "GJ/year"),
    "gas_emission": (("GJ/year", "kgCO2/GJ"), "kgCO2/year"),
    "co2_equivalent": (("kgCH4/year", "kgCO2e/kgCH4"), "kgCO2e/year"),
    "lost_in_grid": (("kWh/year", "1"), "kWh/year"),
    "part_of": (("kWh/year", "1"), "kWh/year"),
    "above_ground_carbon": (("t/ha", "tC/t"), "tC/ha"),
    "below_ground_carbon": (("tC/ha", "1"), "tC/ha"),
    "land_carbon_lost": (("ha/year", "1", "tC/ha", "tC/ha"), "tC/year"),
    "area_opened": (("ha/year", "year"), "ha"),
    "drained_carbon": (("ha", "tC/ha/year"), "tC/year"),
    "fuel_consumed": (("t/ha", "1"), "t/ha"),
    "matter_burned": (("ha/year", "1", "t/ha"), "t/year"),
    "grown_carbon": (("t/ha/year", "tC/t"), "tC/ha/year"),
    "carbon_taken_up": (("ha", "1", "tC/ha/year", "1"), "tC/year"),
    "pit_volume": (("m2/year", "m"), "m3/year"),
    "ore_volume": (("t/year", "t/m3"), "m3/year"),
    "amortised": (("kgCO2e/year", "1"), "kgCO2e/year"),
    "removal": (("ha", "kgCO2e/ha/year"), "kgCO2e/year"),
    "engine_fuel": (("1", "L/h", "h/day", "day/year"), "L/year"),
    "added": (("L/year", "L/year"), "L/year"),
    "engine_fuel_by_power": (("1", "kW", "1", "L/kWh", "h/day", "day/year"), "L/year"),
    "spread_over_life": (("kW", "year"), "kW/year"),
    "full_time_jobs": (("person", "h/year", "h/year", "job/person"), "job"),
    "intensity": (("kgCO2e/year", "t/year"), "kgCO2e/t"),
    "revenue": (("kg/year", "USD/kg"), "USD/year"),
    "share_of": (("kg/year", "kg/year"), "1"),
    "baseline_emission": (("kgCO2e/year", "kg/year", "kg/year"), "kgCO2e/year"),
    "avoided_emission": (("kgCO2e/year", "kgCO2e/year"), "kgCO2e/year"),
    "equity_held": (("1", "USD"), "USD"),
    "attribution_factor": (("USD", "USD", "USD"), "1"),
    "financed_emission": (("1", "kgCO2e/year"), "kgCO2e/year"),
    "own_claim": (("kgCO2e/year", "kgCO2e/year"), "kgCO2e/year"),
    "hours_worked": (("person", "h/year"), "person*h/year"),
    "hourly_wage": (("USD/year", "person*h/year"), "USD/person/h"),
    "indirect_jobs": (("job", "1"), "job"),
    "all_jobs": (("job", "1"), "job"),
    "rehabilitation_ratio": (("ha/year", "ha/year"), "1"),
    "energy_consumed": (("GJ/year", "GJ/year", "GJ/year"), "GJ/year"),
    "primary_data_share": (("kgCO2e/year", "kgCO2e/year"), "1"),
}
OF_LISTS = {"product_uncertainty", "sum_uncertainty", "data_quality_rating"}


def test_every_equation_is_tried_here() -> None:
    modules = (equations, statement_equations)
    defined = {name for module in modules for name, _function in inspect.getmembers(module, inspect.isfunction)}
    assert defined == EQUATIONS.keys() | OF_LISTS


@pytest.mark.parametrize("name", EQUATIONS)
@repeatable
@given(rows=st.lists(st.tuples(*[st.floats(0.01, 0.99)] * 6), min_size=1, max_size=5))
def test_an_equation_is_one_for_numbers_arrays_quantities_and_polars(name: str, rows: list[tuple[float, ...]]) -> None:
    units, result = EQUATIONS[name]
    equation = getattr(equations, name, None) or getattr(statement_equations, name)
    columns = [np.array(column) for column in zip(*rows, strict=True)][: len(units)]
    one_by_one = [equation(*row[: len(units)]) for row in rows]
    assert equation(*columns) == pytest.approx(one_by_one, rel=CLOSE)
    whole = equation(*(column * quantity(1.0, unit) for column, unit in zip(columns, units, strict=True)))
    assert whole.m_as(quantity(1.0, result).units) == pytest.approx(one_by_one, rel=CLOSE)
    frame = pl.DataFrame({str(n): column for n, column in enumerate(columns)})
    by_polars = frame.select(equation(*(pl.col(name) for name in frame.columns)))
    assert by_polars.to_series().to_list() == pytest.approx(one_by_one, rel=CLOSE)
    single = equation(*(quantity(value, unit) for value, unit in zip(rows[0], units, strict=False)))
    assert single.m_as(quantity(1.0, result).units) == pytest.approx(one_by_one[0], rel=CLOSE)


@repeatable
@given(parts=st.lists(st.floats(0.001, 1e3), min_size=1, max_size=6), total=st.floats(1.0, 1e6))
def test_the_equations_of_uncertainty_are_the_same_for_numbers_and_quantities(parts: list[float], total: float) -> None:
    squares = [part**2 for part in parts]
    assert equations.product_uncertainty(squares) == pytest.approx(math.hypot(*parts), rel=CLOSE)
    whole = equations.sum_uncertainty([quantity(part, "kg") ** 2 for part in parts], quantity(total, "kg"))
    assert whole.m_as("") == pytest.approx(equations.sum_uncertainty(squares, total), rel=CLOSE)
    assert equations.sum_uncertainty(squares, -total) == pytest.approx(math.hypot(*parts) / total, rel=CLOSE)


@repeatable
@given(lines=st.lists(st.tuples(st.integers(1, 5), st.floats(0.001, 1e3)), min_size=1, max_size=6))
def test_a_mean_rating_is_the_same_for_numbers_and_quantities_and_lies_among_the_ratings(
    lines: list[tuple[int, float]],
) -> None:
    ratings, emissions = zip(*lines, strict=True)
    found = equations.data_quality_rating(ratings, emissions)
    of_quantities = equations.data_quality_rating(ratings, [quantity(one, "kgCO2e/year") for one in emissions])
    assert of_quantities.m_as("") == pytest.approx(found, rel=CLOSE)
    assert min(ratings) - 1e-9 <= found <= max(ratings) + 1e-9


@repeatable
@given(rate=RATES, years=YEARS)
def test_an_annuity_repays_what_it_is_the_annuity_of(rate: float, years: int) -> None:
    assert annuity(rate, years) * present_value_factor(rate, years) == pytest.approx(1, rel=CLOSE)
    repaid = math.fsum(annuity(rate, years) / (1 + rate) ** year for year in range(1, years + 1))
    assert repaid == pytest.approx(1, rel=1e-10)


@repeatable
@given(rate=RATES, lifetime=YEARS, horizon=YEARS)
def test_equipment_replaced_and_credited_costs_its_annuity(rate: float, lifetime: int, horizon: int) -> None:
    bought = math.fsum((1 + rate) ** -year for year in range(0, horizon, lifetime))
    age = (horizon - 1) % lifetime + 1
    credited = residual_value(rate, lifetime, age) / (1 + rate) ** horizon
    paid = annuity(rate, lifetime) * present_value_factor(rate, horizon)
    assert bought - credited == pytest.approx(paid, rel=1e-9)
