"""Containers of a site's own: what is counted in sacks is what the sacks hold, and says so."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asmcarbon.errors import InputError, UnitError
from asmcarbon.factors.tables import read_tables
from asmcarbon.reports.footprint_rows import footprint_report
from asmcarbon.site.read import site_from
from asmcarbon.units import quantity_of, unit_list

HEAD = "name: A site\ncountry: PER\nyear: 2024\n"
SACK = "{value: 45 kg, range: 40..50 kg, basis: measured, source: weighed ten}"


def site_with(sack: str = SACK, more: str = "processing: {ore: 30 sack/week}\n"):
    return site_from(f"{HEAD}containers: {{sack: {sack}}}\n{more}", "site.yaml")


def sentence(text: str) -> str:
    with pytest.raises(InputError) as caught:
        site_from(HEAD + text, "site.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        "30 sack/week", "30 sacks/week", "30 sack per week", "30sack/week", "{value: 30 sack/week}",
        "{value: 30, unit: sack/week}", "{value: 30.0, unit: sacks/week}",
    ],
)  # fmt: skip
def test_thirty_sacks_of_45_kg_are_1350_kg(written: str):
    ore = site_with(more=f"processing: {{ore: {written}}}\n").processing.ore
    assert ore is not None
    assert ore.to("kg/week") == pytest.approx(30 * 45, rel=1e-15)


def test_the_datum_says_what_was_counted_and_what_one_holds():
    assert site_with().processing.ore.source == "30 sack/week, a sack of 45 kg"
    own = site_with(more="processing: {ore: {value: 30 sack/week, source: tally sheet}}\n")
    assert own.processing.ore.source == "tally sheet; 30 sack/week, a sack of 45 kg"


def test_a_container_is_in_the_sites_figures_and_in_the_hash():
    tables = read_tables()
    reports = [
        footprint_report(site_with(f"{{value: 45 kg, basis: {basis}}}"), tables) for basis in ("measured", "assumed")
    ]
    assert reports[0]["data"]["measured"] == 1
    assert "containers.sack" in reports[1]["data"]["assumed_figures"]
    assert reports[0]["input_sha256"] != reports[1]["input_sha256"]
    weighed = site_with("{value: 45 kg, source: weighed ten}"), site_with("{value: 45 kg, source: weighed two}")
    assert len({footprint_report(one, tables)["input_sha256"] for one in weighed}) == 2


@pytest.mark.parametrize(
    ("figure", "sack", "basis"),
    [
        ("measured", "measured", "measured"), ("measured", "sourced", "sourced"), ("measured", "assumed", "assumed"),
        ("sourced", "measured", "sourced"), ("assumed", "measured", "assumed"),
    ],
)  # fmt: skip
def test_a_figure_is_as_good_as_its_weakest_part(figure: str, sack: str, basis: str):
    more = f"processing: {{ore: {{value: 30 sack/week, basis: {figure}}}}}\n"
    assert site_with(f"{{value: 45 kg, basis: {sack}}}", more).processing.ore.basis == basis


def test_the_range_of_a_container_carries_over():
    ore = site_with().processing.ore
    assert ore.low.m_as("kilogram/week") == pytest.approx(30 * 40)
    assert ore.high.m_as("kilogram/week") == pytest.approx(30 * 50)


def test_the_range_of_the_figure_itself_comes_first_and_may_be_counted():
    for written in ("25..35 sack/week", "25 sack/week..35 sacks/week", "1125..1575 kg/week"):
        more = f"processing: {{ore: {{value: 30 sack/week, range: {written}}}}}\n"
        ore = site_with(more=more).processing.ore
        assert ore.low.m_as("kilogram/week") == pytest.approx(25 * 45)
        assert ore.high.m_as("kilogram/week") == pytest.approx(35 * 45)
    ore = site_with(more="processing: {ore: {value: 30 sack/week, range: ± 20 %}}\n").processing.ore
    assert ore.high.m_as("kilogram/week") == pytest.approx(1.2 * 1350)


def test_a_price_by_the_container_is_dearest_where_it_holds_least():
    more = "energy: {diesel: {price: 25 USD/can}}\n"
    price = site_from(f"{HEAD}containers: {{can: {{value: 20 L, range: 18..21 L}}}}\n{more}", "x").energy.diesel.price
    assert price.to("USD/L") == pytest.approx(25 / 20)
    assert (price.low.m_as("USD/litre"), price.high.m_as("USD/litre")) == pytest.approx((25 / 21, 25 / 18))


def test_a_site_reads_back_from_what_it_writes():
    site = site_with(more="processing: {ore: {value: 30 sack/week, range: 25..35 sack/week, basis: measured}}\n")
    again = site_from(json.dumps(site.model_dump(mode="json", exclude_unset=True)), "again")
    assert again == site
    tables = read_tables()
    assert footprint_report(again, tables)["input_sha256"] == footprint_report(site, tables)["input_sha256"]
    assert pickle.loads(pickle.dumps(site)) == site


def test_a_container_without_definition_says_how_to_define_one():
    told = sentence("processing: {ore: 30 sack/week}\n")
    assert "weigh one" in told
    assert "containers: {sack: {value: 45 kg, basis: measured, source: weighed ten}}" in told
    assert "is defined under containers" in sentence("processing: {ore: 30 zurron/week}\n")


@pytest.mark.parametrize("name", sorted({name for one in unit_list() for name in (one.name, *one.aliases)} - {"%"}))
def test_a_unit_keeps_its_size(name: str):
    if 2 <= len(name) <= 20:
        assert f"'{name}' is a unit already" in sentence(f"containers: {{{name}: 45 kg}}\n")


@pytest.mark.parametrize("name", ["per", "days", "kg2", "a b", "sack/week", "ñ", "x" * 21, "9x", "''", "__class__"])
def test_what_is_no_word_of_its_own_is_refused(name: str):
    assert "containers" in sentence(f"containers: {{{name}: 45 kg}}\n")


@pytest.mark.parametrize("name", ["oz", "ton", "barrel", "arroba", "gal"])
def test_a_word_with_several_meanings_means_what_the_site_says(name: str):
    site = site_from(f"{HEAD}containers: {{{name}: 12.5 kg}}\nprocessing: {{ore: 2 {name}/day}}\n", "site.yaml")
    assert site.processing.ore.to("kg/day") == pytest.approx(25)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ("5 kWh", "expected mass or volume"), ("0 kg", "too small"), ("-4 kg", "too small"), ("45", "has no unit"),
        ("45 kg/day", "expected mass or volume"), ("2 bucket", "of no fixed size"), ("1e400 kg", "finite"),
        ("[]", "not a"),
    ],
)  # fmt: skip
def test_a_container_holds_a_mass_or_a_volume(contents: str, said: str):
    told = sentence(f"containers:\n  sack: {contents}\nprocessing:\n  ore: 30 sack/week\n")
    assert said in told.split("\n")[0]
    assert "site.yaml:5  containers.sack" in told.split("\n")[0]
    assert "'sack' is a container whose size cannot be read" in told.split("\n")[1]


def test_containers_are_not_told_in_containers():
    told = sentence("containers: {sack: 45 kg, cart: 10 sack}\n")
    assert "containers.cart" in told
    assert "weigh one" in told


def test_a_name_that_looks_like_an_amount_of_containers_stays_a_name():
    engine = "{name: 30 sack/week, fuel_rate: 4 L/h, hours: 8 h/day, days: 200 day/year}"
    assert site_with(more=f"energy: {{engines: [{engine}]}}\n").energy.engines[0].name == "30 sack/week"


@pytest.mark.parametrize(
    "text", ["9**9**9**9 sack", "1 sack**9**9**9", "1 sack^2", "(2+3)*sack", "1e400 sack", "nan sack"]
)
def test_containers_open_no_way_into_an_expression(text: str):
    with pytest.raises(UnitError):
        quantity_of(text, {"sack": quantity_of("45 kg")})


@given(number=st.floats(0.001, 1e6), size=st.floats(0.001, 1e6), time=st.sampled_from(["day", "week", "month", "year"]))
def test_a_number_of_containers_is_that_number_of_what_they_hold(number: float, size: float, time: str):
    held = {"sack": quantity_of(f"{size!r} kg")}
    found = quantity_of(f"{number!r} sack/{time}", held)
    assert found.m_as(quantity_of(f"1 kg/{time}").units) == pytest.approx(number * size, rel=1e-12)
