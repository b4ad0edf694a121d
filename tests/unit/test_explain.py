"""Explanations: computed again from the printed text alone, by its formulas and its numbers."""

import re
from pathlib import Path
from typing import Any

import pytest

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.explain import explanation, figures_of
from asmcarbon.reports.explain_text import explanation_text
from asmcarbon.site.read import read_site, site_from
from asmcarbon.site.site import Site
from asmcarbon.units import quantity_of

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLE = read_site(EXAMPLES / "alluvial_gold" / "site.yaml")
TABLES = read_tables()
HEAD = re.compile(
    r"(?P<pad> *)(?P<name>.+?) = (?P<value>\S+)(?: (?P<unit>[^ (\[]+))?(?:  \(.*\))?(?:  \[\d+\]|  as in \[\d+\])?$"
)


def printed(site: Site, figure: str) -> list[str]:
    text = explanation_text(explanation(site, TABLES, figure))
    return text.split("\n\nEquations\n")[0].splitlines()


def recomputed(lines: list[str]) -> tuple[Any, int]:
    """Compute the figure of the first line from the lines below it; return it with how many equations were applied.

    Nothing but the text is used: a line with a value is what the formula below it, or the sum, gives from the lines one
    step deeper.
    """
    head = HEAD.match(lines[0])
    assert head is not None, lines[0]
    depth = len(head["pad"])
    printed_value = quantity_of(f"{head['value']} {head['unit'] or '1'}")
    formula = next((line for line in lines[1:] if re.match(f" {{{depth + 2}}}(the sum of|[a-z0-9_]+: )", line)), None)
    if formula is None:
        return printed_value, 0
    starts = [n for n, line in enumerate(lines) if n and re.match(f" {{{depth + 2}}}[^ ]", line) and HEAD.match(line)]
    ends = [*starts[1:], len(lines)]
    children: list[tuple[str, Any]] = []
    applied = 1
    for start, end in zip(starts, ends, strict=True):
        value, more = recomputed(lines[start:end])
        children.append((lines[start].split(" = ")[0].strip(), value))
        applied += more
    if formula.strip() == "the sum of":
        found = sum([value for _name, value in children[1:]], start=children[0][1])
    else:
        found = eval(formula.partition(": ")[2], {"__builtins__": {}}, dict(children))
    assert found.m_as(printed_value.units) == pytest.approx(printed_value.magnitude, rel=1e-10), lines[0]
    return found, applied


@pytest.mark.parametrize(
    ("figure", "equations"),
    [
        ("scope_1", 9), ("scope_1.diesel.co2", 5), ("scope1.diesel.n2o", 5), ("scope_3", 2), ("scopes_1_2_3", 10),
        ("scopes_1_2/gold", 10), ("scopes_1_2 per job", 11), ("scopes_1_2_3/gold_troy_oz", 11), ("land_use_change", 4),
        ("land_use_change/gold", 5), ("jobs", 1),
    ],
)  # fmt: skip
def test_a_figure_of_the_example_is_what_its_printed_text_gives(figure: str, equations: int) -> None:
    _value, applied = recomputed(printed(EXAMPLE, figure))
    assert applied == equations


def test_the_printed_figure_is_the_reports_own() -> None:
    # 60,950 L x 0.84 kg/L x 43 GJ/t x 74.1 kg/GJ, by hand
    value, _applied = recomputed(printed(EXAMPLE, "scope_1.diesel.co2"))
    assert value.m_as("kgCO2e/year") == pytest.approx(60950 * 0.84 * 43 / 1000 * 74.1, rel=1e-12)


EVERYTHING = """
name: A
country: PER
year: 2024
people: {workers: {value: 20 person, range: ± 5 %}, hours: {value: 1800 h/year, range: ± 10 %}}
processing:
  products: {gold: {value: 10 kg/year, range: ± 4 %}, silver: 5 kg/year}
  prices: {gold: 60000 USD/kg, silver: 800 USD/kg}
  allocation: economic
energy:
  diesel: {density: {value: 0.84 kg/L, range: ± 2 %}, generator: {value: 900 L/year, range: ± 10 %}}
  engines:
    - {name: pump, fuel_rate: 3 L/h, hours: 5 h/day, days: 200 day/year, count: 2}
    - {name: mill, fuel_rate: 2 L/h, hours: 5 h/day, days: 200 day/year}
  grid: {purchased: 9000 kWh/year}
  solar: {power: 10 kW, lifetime: 20 year}
land:
  history_since: 2000
  opened:
    - {area: 1 ha/year, zone: tropical_rainforest, state: primary}
    - {year: 2010, area: 3 ha/year, zone: tropical_rainforest, state: primary}
  rehabilitated: [{method: planting, land: cleared, area: 2 ha, removals: 5 tCO2e/ha/year}]
"""


@pytest.mark.parametrize(
    "figure",
    ["scopes_1_2_3/gold", "scope_2", "scope_3", "scopes_1_2/silver_troy_oz",
     "land_use_change_amortised", "land_use_change_amortised/job", "removals", "scope_1.engines"],
)  # fmt: skip
def test_allocation_losses_zones_duty_and_history_are_computed_again(figure: str) -> None:
    _value, applied = recomputed(printed(site_from(EVERYTHING, "site"), figure))
    assert applied > 1


def test_every_figure_that_is_listed_is_explained() -> None:
    site = site_from(EVERYTHING, "site")
    names = figures_of(site, TABLES)
    assert {"scope_1", "scopes_1_2/job", "land_use_change_amortised", "scopes_1_2_3.interval", "jobs"} <= {*names}
    for name in names:
        assert explanation(site, TABLES, name)["tree"]["children"]


def test_an_interval_is_the_root_of_the_squares_of_what_its_inputs_move() -> None:
    tree = explanation(site_from(EVERYTHING, "site"), TABLES, "scope_1.generator.interval")["tree"]
    total, *moved = tree["children"]
    root = sum(one["value"] ** 2 for one in moved) ** 0.5
    assert tree["value"] == pytest.approx(100 * root / total["value"], rel=1e-12)
    # the litres move each line by their 10 %, so the total by 10 % of it
    assert next(one for one in moved if one["name"] == "energy.diesel.generator")["value"] == pytest.approx(
        0.1 * total["value"], rel=1e-9
    )


def test_the_source_of_each_row_and_equation_is_printed() -> None:
    text = explanation_text(explanation(EXAMPLE, TABLES, "scope_1.diesel"))
    assert "Table 2.3, Gas/Diesel Oil" in text
    assert "IPCC 2006 Guidelines, vol. 2, ch. 2, equation 2.1." in text
    assert "energy.diesel.density: sourced, published diesel densities, 0.83-0.87 kg/L" in text


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        ("scpe_1", "scpe_1  is not a figure of a footprint; expected scope_1"),
        ("scope_1.petrol", "scope_1.petrol  has no such line; expected scope_1.energy.diesel.engines"),
        ("jobs.interval", "jobs  are told whole, without interval and over nothing; expected jobs"),
        ("jobs/gold", "jobs  are told whole, without interval and over nothing; expected jobs"),
        ("", "FIGURE  is not a figure of a footprint; expected scope_1"),
        ("scope_2", "scope_2  holds nothing at this site; expected scope_1, scope_3"),
        ("scopes_1_2/silver", "silver  is nothing that this site's totals are told over; expected gold"),
        (
            "land_use_change_amortised",
            "not amortised: say since when every hectare is listed, land.history_since: 2005",
        ),
    ],
)
def test_a_figure_that_is_not_there_is_told_with_those_that_are(figure: str, sentence: str) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        explanation(EXAMPLE, TABLES, figure)


def test_jobs_without_hours_are_told() -> None:
    with pytest.raises(InputError, match="are not known: the site does not state people with their hours"):
        explanation(site_from("name: A\ncountry: PER\nyear: 2024\n", "site"), TABLES, "jobs")
