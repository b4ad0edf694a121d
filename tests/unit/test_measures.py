"""Data of a site: three written forms, range, basis, limits, and the schema that describes them."""

import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from asmcarbon.measures import (
    Datum,
    DaysPerYear,
    Density,
    FuelPrice,
    FuelVolume,
    HoursPerDay,
    Length,
    Lifetime,
    MassRate,
    People,
    Power,
    Share,
    WorkingTime,
)
from asmcarbon.units import quantity, quantity_of, text_of


def read(kind: Any, given: object) -> Datum:
    return TypeAdapter(kind).validate_python(given)


def refusal(kind: Any, given: object) -> dict[str, Any]:
    with pytest.raises(ValidationError) as caught:
        read(kind, given)
    (error,) = caught.value.errors()
    assert set(error["ctx"]) == {"what", "expected", "example"}
    return error["ctx"]


@pytest.mark.parametrize(
    "given",
    ["1200 L/month", {"value": "1200 L/month"}, {"value": 1200, "unit": "L/month"}, {"value": 1.2, "unit": "m3/month"}],
)
def test_the_written_forms_mean_the_same(given: object) -> None:
    datum = read(FuelVolume, given)
    assert datum.to("L/year") == pytest.approx(14400, rel=1e-12)  # 12 months of 1,200 L
    assert (datum.low, datum.high, datum.basis, datum.source) == (None, None, "assumed", "")


@pytest.mark.parametrize(
    "written", ["± 10 %", "±10%", "+- 10 %", "± 0.1 1", "900..1100 L/year", "900 L/year..1.1 m3/year"]
)
def test_a_range_is_a_share_or_two_limits(written: str) -> None:
    datum = read(FuelVolume, {"value": "1000 L/year", "range": written})
    assert datum.low.m_as("litre/year") == pytest.approx(900, rel=1e-12)
    assert datum.high.m_as("litre/year") == pytest.approx(1100, rel=1e-12)


@pytest.mark.parametrize(
    "written",
    [
        "1100..1200 L/year", "1100..900 L/year", "900..1100 kWh/year", "± 200 %", "± -5 %", "± 10 L/year", "10 %",
        "± nan %", "..", "900..", "..1100 L/year", "900..1100", "nan..1100 L/year", 10, ["900", "1100"], "",
    ],
)  # fmt: skip
def test_a_range_that_does_not_hold_the_value_is_refused(written: object) -> None:
    refusal(FuelVolume, {"value": "1000 L/year", "range": written})


def test_a_range_keeps_to_the_limits_of_its_field() -> None:
    refusal(FuelVolume, {"value": "5 L/year", "range": "-1..7 L/year"})
    refusal(Share, {"value": "95 %", "range": "90..120 %"})


@pytest.mark.parametrize("basis", ["measured", "sourced", "assumed"])
def test_basis_and_source_are_kept(basis: str) -> None:
    datum = read(FuelVolume, {"value": "5 L/year", "basis": basis, "source": "fuel receipts"})
    assert (datum.basis, datum.source) == (basis, "fuel receipts")


def test_a_basis_that_is_not_known_brings_the_three() -> None:
    said = refusal(FuelVolume, {"value": "5 L/year", "basis": "guessed"})
    assert "'guessed'" in said["what"]
    assert said["expected"] == "measured | sourced | assumed"


def test_a_wrong_dimension_says_given_expected_and_example() -> None:
    said = refusal(FuelVolume, "1200 kWh/month")
    assert said["what"] == "'1200 kWh/month' is energy per time"
    assert said["expected"].removeprefix("a ") == "volume per time"
    assert said["example"] == "'1200 L/month'"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FuelVolume, "-1 L/year"), (Density, "0 kg/L"), (Density, "-0.8 kg/L"), (Share, "101 %"), (Share, "1.01 1"),
        (Share, "-1 %"), (Length, "6001 m"), (Length, "-431 m"), (HoursPerDay, "25 h/day"),
        (DaysPerYear, "366 day/year"), (DaysPerYear, "8 day/week"), (Lifetime, "0 year"), (Lifetime, "2.5 year"),
        (Lifetime, "101 year"),
        (WorkingTime, "0 h/year"), (WorkingTime, "169 h/week"),
    ],
)  # fmt: skip
def test_what_lies_outside_the_limits_is_refused(kind: Any, given: str) -> None:
    assert given.split()[0] in refusal(kind, given)["what"]


@pytest.mark.parametrize(
    ("kind", "given", "unit", "value"),
    [
        (FuelVolume, "0 L/year", "L/year", 0), (Share, "100 %", "1", 1), (Share, "0 1", "%", 0),
        (Length, "-430 m", "m", -430), (Length, "6 km", "m", 6000), (HoursPerDay, "24 h/day", "h/day", 24),
        (DaysPerYear, "7 day/week", "day/year", 365), (Lifetime, "1 year", "year", 1),
        (Lifetime, "12 month", "year", 1), (WorkingTime, "40 h/week", "h/year", 40 * 365 / 7),
        (Power, "10 hp", "kW", 7.456999),
        (People, "3 people", "person", 3),
    ],
)  # fmt: skip
def test_what_lies_on_the_limits_is_read(kind: Any, given: str, unit: str, value: float) -> None:
    assert read(kind, given).to(unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "given",
    [
        1200, 12.5, True, None, [], {}, {"unit": "L/year"}, {"value": 5}, {"value": True, "unit": "L/year"},
        {"value": float("nan"), "unit": "L/year"}, {"value": float("inf"), "unit": "L/year"},
        {"value": 10**400, "unit": "L/year"},
        {"value": "5", "unit": "L/year"}, {"value": "5 L/year", "unit": "L/year"}, {"value": [5], "unit": "L/year"},
        {"value": "5 L/year", "colour": "red"}, {"value": "5 L/year", "source": 7},
        {"value": "5 L/year", "source": "x" * 501},
        "nan L/year", "1e400 L/year", "9**9**9**9 L/year", "1 L**9**9**9", "5 litrs/year", "5 USD/year", b"5 L/year",
    ],
)  # fmt: skip
def test_what_is_not_a_datum_is_refused(given: object) -> None:
    refusal(FuelVolume, given)


@pytest.mark.parametrize("given", ["1e308 L/s", {"value": 1e308, "unit": "m3/hour"}])
def test_an_amount_that_overflows_in_the_unit_of_its_field_is_refused(given: object) -> None:
    refusal(FuelVolume, given)


@pytest.mark.parametrize(
    "given",
    [
        "1200 L/month",
        "0.1 drum/day",
        {"value": "36500 L/year", "range": "± 5 %", "basis": "measured", "source": "fuel receipts of 2024"},
        {"value": "36500 L/year", "range": "34000..38000 L/year"},
        {"value": 0.3, "unit": "m3/day", "range": "± 33 %", "basis": "sourced"},
    ],
)
def test_a_datum_reads_back_from_what_it_writes(given: object) -> None:
    adapter = TypeAdapter(FuelVolume)
    first = adapter.validate_python(given)
    written = adapter.dump_python(first, mode="json")
    again = adapter.validate_python(written)
    assert again == first
    assert adapter.dump_python(again, mode="json") == written


@pytest.mark.parametrize("text", ["3 troy_oz/year", "0.1 drum/day", "5 USD/kWh/year", "7 %"])
def test_a_datum_reaches_a_new_process(text: str) -> None:
    datum = Datum(quantity_of(text), basis="measured")
    program = (
        f"import pickle; datum = pickle.loads({pickle.dumps(datum)!r});"
        "from asmcarbon.units import quantity_of, text_of;"
        f"print(text_of(datum.quantity + quantity_of({text!r})), datum.basis)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"{text_of(2 * datum.quantity)} measured", done.stderr[-300:]


def test_a_derived_value_loses_its_range() -> None:
    datum = read(MassRate, {"value": "2 t/year", "range": "± 10 %", "basis": "measured"})
    derived = datum.with_quantity(quantity(3.0, "t/year"), "the plan")
    assert (derived.low, derived.high, derived.source, derived.basis) == (None, None, "the plan", "measured")


def reads(given: object) -> bool:
    try:
        TypeAdapter(FuelVolume).validate_python(given)
    except ValidationError:
        return False
    return True


def schema_accepts(schema: dict[str, Any], given: object) -> bool:
    """Check the few keywords that the schema of a measure uses, by their meaning in JSON Schema 2020-12."""
    if "anyOf" in schema:
        return any(schema_accepts(one, given) for one in schema["anyOf"])
    if "enum" in schema:
        return given in schema["enum"]
    if schema["type"] == "string":
        pattern = schema.get("pattern", "").replace("$", r"\Z")  # ECMA's $ is the very end
        return isinstance(given, str) and len(given) <= schema["maxLength"] and bool(re.search(pattern, given))
    if schema["type"] == "number":
        return isinstance(given, int | float) and not isinstance(given, bool)
    assert schema["type"] == "object"
    return (
        isinstance(given, dict)
        and set(schema["required"]) <= set(given) <= set(schema["properties"])
        and all(schema_accepts(schema["properties"][key], value) for key, value in given.items())
    )


@pytest.mark.parametrize(
    "given",
    [
        "1200 L/month", "1200L/month", " 1200 L/month ", "+1.2e3 L/month", ".5 L/year", "5. L/year", "1E3L/year",
        "5 L per year", "5 m³/year", "5 m**3/year", "5 L·m/m/year", {"value": "5 L/year"},
        {"value": 5, "unit": "L/year", "range": "± 10 %", "basis": "sourced", "source": "x" * 500},
    ],
)  # fmt: skip
def test_type_and_schema_accept_the_same_data(given: object) -> None:
    assert reads(given)
    assert schema_accepts(TypeAdapter(FuelVolume).json_schema(), given)


@pytest.mark.parametrize(
    "given",
    [
        "٣ L/year",
        "5 L/year\n",
        "5 L\n/year",
        "5\tL/year",
        {"value": "5 L/year", "unit": None},
        {"value": "5 L/year", "range": None},
    ],
)
def test_the_type_accepts_nothing_that_its_schema_refuses(given: object) -> None:
    assert schema_accepts(TypeAdapter(FuelVolume).json_schema(), given) or not reads(given)


@pytest.mark.parametrize(
    "given", ["nan L/year", "(2+3) L/year", "L/year", 5, None, [], {}, {"value": "5 L/year", "colour": 1}]
)
def test_the_schema_refuses_what_is_plainly_wrong(given: object) -> None:
    assert not schema_accepts(TypeAdapter(FuelVolume).json_schema(), given)


def test_the_schema_shows_an_example_that_the_type_reads() -> None:
    for kind in (FuelVolume, Density, Share, Lifetime, Length, FuelPrice, People):
        adapter = TypeAdapter(kind)
        text, mapping = adapter.json_schema()["anyOf"]
        (example,) = text["examples"]
        assert adapter.validate_python(example).quantity == quantity_of(example)
        assert schema_accepts(text, example)
        assert mapping["additionalProperties"] is False
