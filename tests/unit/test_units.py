"""Text to quantity and back. Conversions are those of NIST SP 811 (2008), appendix B.8, and the SI Brochure (2019)."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pint
import pytest

from asmcarbon import units
from asmcarbon.errors import UnitError
from asmcarbon.units import (
    currencies,
    dimension_name,
    number_of,
    quantity,
    quantity_of,
    text_of,
    unit_list,
    unit_names,
    unit_of,
)


def refusal(read: Callable[[str], object], text: str) -> str:
    with pytest.raises(UnitError) as caught:
        read(text)
    assert len(caught.value.problems) == 1
    assert len(str(caught.value)) < 250
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1200 L/month", 1200.0, "L/month"),
        ("1200L/month", 1200.0, "L/month"),
        ("  1200   L/month ", 1200.0, "L/month"),
        ("1.2e3 L/month", 1200.0, "L/month"),
        ("1E3L", 1000.0, "L"),
        ("+5 kg", 5.0, "kg"),
        ("-0.5 kg", -0.5, "kg"),
        (".5 kg", 0.5, "kg"),
        ("5. kg", 5.0, "kg"),
        ("75 %", 75.0, "%"),
        ("75%", 75.0, "%"),
        ("0.75 1", 0.75, "1"),
        ("12 L per month", 12.0, "L/month"),
        ("3 litres", 3.0, "L"),
        ("3 kWh/m²", 3.0, "kWh/m2"),
        ("3 m**3/year", 3.0, "m3/year"),
        ("3 kW·h", 3.0, "kWh"),
        ("15 USD/kW/year", 15.0, "USD/kW/year"),
    ],
)
def test_a_number_a_space_and_a_unit_are_read(text: str, value: float, unit: str) -> None:
    read = quantity_of(text)
    assert read.magnitude == value
    assert (1 * read.units).m_as(unit_of(unit)) == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("ton", ("t (1000 kg)", "short_ton (907.2 kg)", "long_ton (1016 kg)")),
        ("tons", ("t (1000 kg)", "short_ton (907.2 kg)", "long_ton (1016 kg)")),
        ("oz", ("troy_oz (31.10 g)", "g")),
        ("ounces", ("troy_oz (31.10 g)", "g")),
        ("gal", ("gal_us (3.785 L)", "gal_uk (4.546 L)")),
        ("gallons", ("gal_us (3.785 L)", "gal_uk (4.546 L)")),
        ("barrel", ("drum (55 US gallons, 208.2 L)", "L")),
        ("arroba", ("arroba_es (11.50 kg)", "kg")),
        ("quintal", ("quintal_metric (100 kg)", "quintal_es (46.01 kg)")),
        ("sacks", ("kg",)),
    ],
)
def test_a_name_with_several_meanings_is_refused_with_the_choices(name: str, choices: tuple[str, ...]) -> None:
    sentence = refusal(quantity_of, f"2 {name}/month")
    assert f"'{name}'" in sentence
    assert all(choice in sentence for choice in choices), sentence


@pytest.mark.parametrize(
    "text",
    [
        "nan L", "inf L", "-inf L", "1e400 L", "1e999 L", "1e99999 L", "9**9**9**9 L", "1 L**9**9**9", "1 L^9",
        "1 L^-2", "(2+3)*L/month", "2+3 L", "1 (L)", "1_000 L", "0x10 L", "1 2 L", "1e5e5 L", "−5 L", "½ L",
        "1 L//month", "1 L/", "1 /L", "1 *L", "1 L per", "1 L; import os", "1 __class__", "1 L\x00", "L 1", "L",
        "1 litre s", "1 µg", "1 dimensionless", "1 eV", "1 delta_degree",
    ],
)  # fmt: skip
def test_what_is_not_of_the_grammar_is_refused(text: str) -> None:
    refusal(quantity_of, text)


@pytest.mark.parametrize("text", ["1" * 37 + " kg/day", "x" * 41, "1 " + "*".join(["L"] * 500_000)])
def test_more_than_forty_characters_are_refused(text: str) -> None:
    sentence = refusal(quantity_of, text)
    assert "longer than 40 characters" in sentence
    refusal(unit_of, "*".join(["L"] * 100_000))


def test_forty_characters_are_read() -> None:
    assert quantity_of("1".ljust(38) + "kg") == quantity(1.0, "kg")


@pytest.mark.parametrize("text", ["1,200 L", "1'200 L", "1,200,000.5 L", "0,84 kg/L"])
def test_separators_are_refused_with_what_to_write(text: str) -> None:
    assert "without separators, with a point for decimals" in refusal(quantity_of, text)


@pytest.mark.parametrize("text", ["1 200 L", "1.200.000 L"])
def test_other_separators_are_refused(text: str) -> None:
    refusal(quantity_of, text)


@pytest.mark.parametrize("text", ["1200", "1200 ", "-3.5", "1e5"])
def test_a_number_alone_is_told_to_have_no_unit(text: str) -> None:
    assert "has no unit" in refusal(quantity_of, text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 litrs/month", "'litre'"),
        ("1 kwh", "'kWh'"),
        ("1 KG", "'kg'"),
        ("1 usd/kg", "'USD'"),
        ("1 hectar", "'hectare'"),
    ],
)
def test_a_misspelled_unit_brings_the_nearest(text: str, meant: str) -> None:
    sentence = refusal(quantity_of, text)
    assert "is not a unit asmcarbon knows" in sentence
    assert "did you mean" in sentence
    assert meant in sentence


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e400", "0x1", "1 ", "1e", "--1", "1" * 41])
def test_only_finite_decimal_text_is_a_number(text: str) -> None:
    refusal(number_of, text)


@pytest.mark.parametrize(
    ("given", "unit", "value"),
    [
        ("1 gal_us", "L", 3.785412),  # NIST SP 811: gallon (U.S.), 3.785 412 E+00 L
        ("1 gal_uk", "L", 4.54609),  # gallon (Canadian and U.K.), exact
        ("1 drum", "L", 208.19766),  # 55 x 3.785 412
        ("1 troy_oz", "g", 31.10348),  # ounce (troy or apothecary)
        ("1 lb", "kg", 0.45359237),  # pound (avoirdupois), exact
        ("1 short_ton", "kg", 907.1847),  # ton, short (2000 lb)
        ("1 long_ton", "kg", 1016.047),  # ton, long (2240 lb)
        ("1 ct", "g", 0.2),  # carat, metric, exact
        ("1 tola", "g", 180 * 0.06479891),  # 180 grains; grain is 64.798 91 mg, exact
        ("1 t", "kg", 1000),
        ("1 acre", "m2", 4046.873),  # acre (based on U.S. survey foot)
        ("1 ha", "m2", 1e4),
        ("1 kWh", "MJ", 3.6),  # kilowatt hour, exact
        ("1 GJ", "kWh", 1000 / 3.6),
        ("1 hp", "W", 745.6999),  # horsepower (550 ft lbf/s)
        ("1 cv", "W", 735.4988),  # horsepower (metric)
        ("1 m3", "L", 1000),
        ("1 day", "s", 86400),
        ("1 week", "h", 168),
        ("1 TJ", "GJ", 1000),
        ("1 quintal_es", "kg", 46.00929),  # 4 arrobas of 25 libras of 460.0929 g
        ("50 %", "1", 0.5),
    ],
)
def test_conversions_are_those_of_nist(given: str, unit: str, value: float) -> None:
    assert quantity_of(given).m_as(unit_of(unit)) == pytest.approx(value, rel=2e-7)


def test_twelve_months_are_the_hours_of_the_dispatch() -> None:
    assert quantity_of("12 month").m_as("hour") == pytest.approx(8760, rel=1e-15)
    assert quantity_of("1 year").m_as("hour") == 8760
    assert quantity_of("1 L/month").m_as("litre/year") == pytest.approx(12, rel=1e-15)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 kgCH4", "1 kgCO2e"), ("1 kgCO2", "1 kgCO2e"), ("1 kgCO2", "1 kg"), ("1 USD", "1 PEN"), ("1 USD", "1 EUR"),
        ("1 job", "1 person"), ("1 kgN2O", "1 kgCH4"), ("1 USD", "1 kg"),
    ],
)  # fmt: skip
def test_unlike_things_cannot_be_added(one: str, other: str) -> None:
    with pytest.raises(pint.DimensionalityError):
        quantity_of(one) + quantity_of(other)


def test_every_currency_is_a_dimension_of_its_own() -> None:
    assert {"USD", "PEN", "TZS", "CDF"} <= set(currencies())
    assert len({unit_of(code).dimensionality for code in currencies()}) == len(currencies())


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("L/month", "volume per time"), ("kWh/month", "energy per time"), ("t", "mass"), ("kg/L", "mass per volume"),
        ("%", "a plain number or share"), ("PEN", "money"), ("USD/kWh", "money per energy"),
        ("ha/year", "area per time"),
    ],
)  # fmt: skip
def test_a_dimension_has_a_name_in_words(unit: str, words: str) -> None:
    assert dimension_name(unit_of(unit)) == words


def test_every_unit_of_the_list_can_be_written_by_each_of_its_names() -> None:
    for info in unit_list():
        for name in (info.name, *info.aliases):
            assert unit_of(name).dimensionality == unit_of(info.name).dimensionality, name
            assert quantity_of(f"2.5 {name}").m_as(unit_of(info.name)) == pytest.approx(2.5, rel=1e-15), name
        assert info.dimension
        assert info.definition


def test_the_list_holds_every_name_that_may_be_written() -> None:
    listed = [name for info in unit_list() for name in (info.name, *info.aliases)]
    assert len(listed) == len(set(listed))
    assert set(listed) == unit_names()


def test_every_unit_reads_back_from_its_text() -> None:
    for name in unit_names():
        given = quantity_of(f"2.5 {name}")
        assert quantity_of(text_of(given)) == given, name


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("1200.0 L/month", "1200 L/month"), ("0.1 kg", "0.1 kg"), ("75%", "75 %"), ("1 litre", "1 L"),
        ("15 USD/kW/year", "15 USD/kW/year"), ("3 kWh/m2", "3 kWh/m2"), ("5 1", "5 1"), ("2 1/year", "2 1/year"),
    ],
)  # fmt: skip
def test_a_quantity_is_written_as_people_write_it(given: str, text: str) -> None:
    assert text_of(quantity_of(given)) == text


@pytest.mark.parametrize("text", ["3 troy_oz", "0.62409 kgCO2e/L", "5 USD/kWh/year", "7 %"])
def test_a_quantity_can_be_pickled(text: str) -> None:
    given = quantity_of(text)
    again = pickle.loads(pickle.dumps(given))
    assert again == given
    assert text_of(given + again) == text_of(2 * given)


def test_pint_reads_the_same_of_the_whole_file() -> None:
    theirs = pint.UnitRegistry(str(Path(units.__file__).with_name("units.txt")))

    def told(registry: Any) -> dict[str, tuple[Any, ...]]:
        return {
            name: (one.name, one.defined_symbol, tuple(one.aliases), one.reference, one.converter.scale)
            for name, one in registry._units.items()
        }

    assert told(units.registry()) == told(theirs)
