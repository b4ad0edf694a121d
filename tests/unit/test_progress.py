"""A change split by cause: against an LMDI tool in R, hand calculations, and the laws of the method.

The R package LMDIR (M. K. Heun; its tests/testthat/test_lmdi.R) prints the additive effects of two sub-categories of
three factors over four years, checked there with a spreadsheet, and the limits of Ang, Zhang and Choi (1998), table 2.
"""

from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from asmcarbon.errors import InputError
from asmcarbon.factors.tables import read_tables
from asmcarbon.footprint.activities import activities_of
from asmcarbon.footprint.calculate import calculate
from asmcarbon.footprint.progress import CAUSES, Change, Year, change_of, lmdi_effects, logarithmic_mean, outputs_of
from asmcarbon.reports.progress import progress_report, threshold_percent_of
from asmcarbon.reports.rows import under
from asmcarbon.site.read import site_from

TABLES = read_tables()

# LMDIR: x of sub-category 1 and 2 by year, and the effects Z from each year to the next.
X = {
    1971: ((1, 10, 2), (4, 5, 3)),
    1972: ((4, 5, 3), (5, 6, 4)),
    1973: ((8, 2, 4), (5, 7, 5)),
    1974: ((10, 1, 5), (6, 8, 6)),
}
Z = {
    1971: ((50.47438029, -25.23719014, 14.76280986), (19.31568569, 15.78206435, 24.90224996)),
    1972: ((42.96021467, -56.79031473, 17.83010006), (0, 22.47128816, 32.52871184)),
    1973: ((12.6549815, -39.30996299, 12.6549815), (41.35566084, 30.28867832, 41.35566084)),
}


@pytest.mark.parametrize("year", Z)
@pytest.mark.parametrize("category", [0, 1])
def test_effects_are_those_of_another_tool(year: int, category: int):
    found = lmdi_effects(X[year][category], X[year + 1][category])
    assert found == pytest.approx(Z[year][category], abs=5e-9)


@pytest.mark.parametrize(
    ("before", "after", "effects"),
    [
        ((0, 10, 2), (4, 5, 3), (60, 0, 0)),  # LMDIR, Z_expected_1
        ((4, 5, 3), (5, 6, 0), (0, 0, -60)),  # LMDIR, Z_expected_2
        ((0, 10, 2), (0, 5, 3), (0, 0, 0)),  # Ang, Zhang and Choi 1998, table 2: zero in both years
        ((7, 0, 2), (9, 0, 3), (0, 0, 0)),
    ],
)
def test_zeros_have_their_analytical_limits(before, after, effects):
    assert lmdi_effects(before, after) == effects


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_the_limit_is_where_ever_smaller_figures_lead(q0: float, q1: float, amount: float, rate: float):
    # The small figure takes the change as it vanishes; ln of it grows slowly, so that 1e-300 is still within 5 %.
    near = lmdi_effects((q0, 1e-300, rate), (q1, amount, rate))
    limit = lmdi_effects((q0, 0.0, rate), (q1, amount, rate))
    assert near == pytest.approx(limit, abs=0.05 * limit[1])


def test_the_logarithmic_mean_of_20_and_60_by_hand():
    assert logarithmic_mean(20, 60) == pytest.approx(40 / log(3), rel=1e-12)
    assert logarithmic_mean(7.5, 7.5) == 7.5
    assert logarithmic_mean(0.0, 3.0) == logarithmic_mean(3.0, 0.0) == 0.0


positive = st.floats(1e-6, 1e6)


@given(positive, st.floats(-1e-7, 1e-7))
def test_the_logarithmic_mean_of_close_numbers_is_their_mean(one: float, share: float):
    other = one * (1 + share)
    assert logarithmic_mean(one, other) == pytest.approx((one + other) / 2, rel=1e-12)


@given(positive, positive)
def test_the_logarithmic_mean_lies_between_and_is_symmetric(one: float, other: float):
    mean = logarithmic_mean(one, other)
    assert min(one, other) * (1 - 1e-12) <= mean <= max(one, other) * (1 + 1e-12)
    assert mean == pytest.approx(logarithmic_mean(other, one), rel=1e-9)


def year_of(
    year: int,
    gold: float = 10,
    *,
    diesel: str = "30000 L/year",
    density: float = 0.84,
    gwp: str = "AR6",
    extra: str = "",
    exclusions: str = "[]",
) -> Year:
    text = f"""
name: A mine
country: PER
year: {year}
people: {{workers: 100 person, hours: 2080 h/year}}
processing: {{ore: 1000 t/year, products: {{gold: {gold} kg/year}}}}
energy:
  diesel: {{generator: {diesel}, density: {density} kg/L}}
method: {{gwp_set: {gwp}, exclusions: {exclusions}}}
{extra}
"""
    site = site_from(text, f"{year}.yaml")
    return Year(site, calculate(activities_of(site), site, TABLES))


def tonnes(change: Change, cause, total: str = "scopes_1_2") -> float:
    return change.sum_of(cause, total) / 1000


def total_of(year: Year) -> float:
    return year.footprint.total((1, 2)).m_as("tCO2e/year")


def test_more_gold_at_the_same_fuel_for_each_kilogram_is_activity_alone():
    change = change_of(year_of(2022, 10), year_of(2023, 12, diesel="36000 L/year"), "gold")
    assert tonnes(change, "activity") == pytest.approx(0.2 * total_of(change.before), rel=1e-9)
    assert [tonnes(change, cause) for cause in CAUSES[1:]] == pytest.approx([0, 0, 0], abs=1e-9)


def test_three_causes_at_once_by_hand():
    before, after = year_of(2022, 10), year_of(2023, 12, diesel="27000 L/year", density=0.85)
    change = change_of(before, after, "gold")
    v0, v1 = total_of(before), total_of(after)
    assert v1 / v0 == pytest.approx(27 / 30 * 85 / 84, rel=1e-12)  # all of scope 1 is diesel
    weight = (v1 - v0) / log(v1 / v0)
    assert tonnes(change, "activity") == pytest.approx(weight * log(12 / 10), rel=1e-9)
    assert tonnes(change, "intensity") == pytest.approx(weight * log((27000 / 12) / (30000 / 10)), rel=1e-9)
    assert tonnes(change, "factor") == pytest.approx(weight * log(0.85 / 0.84), rel=1e-9)


def test_another_set_of_gwps_is_factor_and_no_progress():
    before, after = year_of(2022, gwp="AR5"), year_of(2023, gwp="AR6")
    change = change_of(before, after, "gold")
    moved = total_of(after) - total_of(before)
    assert moved != 0
    assert tonnes(change, "factor") == pytest.approx(moved, rel=1e-9)
    assert [tonnes(change, cause) for cause in ("activity", "intensity", "boundary")] == [0, 0, 0]
    row = progress_report([("a", before.site, TABLES), ("b", after.site, TABLES)])
    names = {one["name"] for one in row["since_base_year"]["factors_changed"]}
    assert names == {"global_warming_potential"}


ANFO = "explosives: {anfo: 2000 kg/year}"


@pytest.mark.parametrize("extra", ["", "explosives: {anfo: 0 kg/year}"])
def test_a_source_that_one_year_has_none_of_is_intensity(extra: str):
    change = change_of(year_of(2022, 10, extra=ANFO), year_of(2023, 12, extra=extra), "gold")
    anfo = [one for one in change.effects if one.key.source == "explosives.anfo"]
    assert len(anfo) == 2  # detonated and made
    for one in anfo:
        assert one.change < 0
        assert (one.activity, one.intensity, one.factor, one.boundary) == (0, one.change, 0, 0)
        assert one.recalculated == one.before.co2e  # the base year burned it, whatever came after


@pytest.mark.parametrize("name", ["explosives", "explosives.anfo", "ANFO"])
def test_a_source_that_one_year_excludes_is_boundary(name: str):
    without = year_of(2023, 12, exclusions=f"[{{source: {name}, reason: the contractor's}}]")
    for pair in ((year_of(2022, extra=ANFO), without), (without, year_of(2024, extra=ANFO))):
        change = change_of(*pair, "gold")
        anfo = [one for one in change.effects if one.key.source == "explosives.anfo"]
        assert len(anfo) == 2
        assert [one.boundary for one in anfo] == [one.change for one in anfo]
        assert all(one.activity == one.intensity == one.factor == 0 for one in anfo)
        # Left out of the base year too where the last year has it not; unknown where the base year has no amount of it.
        assert [one.recalculated for one in anfo] == ([0.0] * 2 if pair[1] is without else [None] * 2)


def test_an_exclusion_that_begins_like_a_word_excludes_nothing():
    without = year_of(2023, exclusions="[{source: AN, reason: none}]")
    change = change_of(year_of(2022, extra=ANFO), without, "gold")
    assert tonnes(change, "boundary", "scopes_1_2_3") == 0


def materials(*entries: str) -> str:
    return f"materials: [{', '.join(entries)}]"


LIME = "{item: lime, amount: 3000 kg/year, factor: 1.2 kgCO2e/kg}"
CYANIDE = "{item: sodium_cyanide, amount: 500 kg/year, factor: 4 kgCO2e/kg}"


def test_the_order_of_a_list_in_a_file_is_no_change():
    before = year_of(2022, extra=materials(LIME, CYANIDE))
    change = change_of(before, year_of(2023, extra=materials(CYANIDE, LIME)), "gold")
    assert [getattr(one, cause) for one in change.effects for cause in CAUSES] == pytest.approx(
        [0.0] * 4 * len(change.effects), abs=1e-9
    )


def test_what_is_listed_twice_is_one_line():
    halves = materials(LIME.replace("3000", "1000"), LIME.replace("3000", "2000"))
    change = change_of(year_of(2022, extra=materials(LIME)), year_of(2023, extra=halves), "gold")
    assert [one.change for one in change.effects if one.key.source == "materials"] == pytest.approx([0], abs=1e-9)


def test_what_is_counted_by_money_and_then_by_weight_is_factor_and_said():
    by_money, by_weight = "{item: cement, spend: 500 USD/year}", "{item: cement, amount: 300 kg/year}"
    years = [year_of(2022, extra=materials(by_money)), year_of(2024, 12, extra=materials(by_weight))]
    cement = [one for one in change_of(*years, "gold").effects if one.key.source == "materials"]
    assert len(cement) == 2
    assert [one.factor for one in cement] == [one.change for one in cement]
    notes = progress_report([(str(one.site.year), one.site, TABLES) for one in years])["notes"]
    assert any(note.startswith("cement made: counted in another unit") for note in notes)


litres = st.floats(0, 1e5).map(lambda value: 0.0 if value < 1 else round(value, 3))


@given(
    st.tuples(st.floats(0.5, 50), litres, litres, st.floats(0.83, 0.87), st.sampled_from(["AR4", "AR5", "AR6"])),
    st.tuples(st.floats(0.5, 50), litres, litres, st.floats(0.83, 0.87), st.sampled_from(["AR4", "AR5", "AR6"])),
    st.booleans(),
)
def test_causes_sum_to_the_change_of_every_total(first, second, excluded: bool):
    def built(year: int, drawn, leaves_out: bool) -> Year:
        gold, diesel, anfo, density, gwp = drawn
        exclusions = "[{source: explosives, reason: not ours}]" if leaves_out else "[]"
        extra = "" if leaves_out else f"explosives: {{anfo: {anfo:.3f} kg/year}}"
        return year_of(
            year, round(gold, 3), diesel=f"{diesel:.3f} L/year", density=round(density, 4), gwp=gwp, extra=extra,
            exclusions=exclusions,
        )  # fmt: skip

    before, after = built(2022, first, False), built(2023, second, excluded)
    change = change_of(before, after, "gold")
    for total, scopes in (("scopes_1_2", (1, 2)), ("scopes_1_2_3", (1, 2, 3))):
        v0, v1 = (year.footprint.total(scopes).m_as("kgCO2e/year") for year in (before, after))
        parts = sum(change.sum_of(cause, total) for cause in CAUSES)
        assert parts == pytest.approx(v1 - v0, abs=1e-9 * max(v0, v1, 1))
    back = change_of(after, before, "gold")
    for cause in CAUSES:  # time runs both ways: LMDI passes the time-reversal test
        forth = change.sum_of(cause, "scopes_1_2_3")
        assert forth == pytest.approx(-back.sum_of(cause, "scopes_1_2_3"), abs=1e-9 * max(v0, v1, 1))


def test_the_base_year_is_recomputed_with_the_last_years_factors_by_hand():
    given = [(f"{one.site.year}", one.site, TABLES) for one in (year_of(2022), year_of(2024, 12, density=0.87))]
    stated = total_of(year_of(2022))
    row = progress_report(given, threshold_percent=3)["base_year"]["totals"]["scopes_1_2"]
    assert row["recalculate"] is True  # 0.87 / 0.84 is 3.6 % more
    assert row["recalculated"]["value"] == pytest.approx(stated * 0.87 / 0.84, rel=1e-9)
    row = progress_report(given, threshold_percent=5)["base_year"]["totals"]["scopes_1_2"]
    assert (row["recalculate"], row["recalculated"]) == (False, None)
    row = progress_report(given)["base_year"]["totals"]["scopes_1_2"]  # told, and not judged, without a threshold
    assert (row["recalculate"], row["recalculated"]) == (None, None)
    assert row["percent"] == pytest.approx(100 * (0.87 / 0.84 - 1), rel=1e-9)


def grid_of(year: int, bought: float, tables=TABLES, *, density: float = 0.84, exclusions: str = "[]") -> Year:
    text = f"""
name: A mine
country: PER
year: {year}
processing: {{products: {{gold: 10 kg/year}}}}
energy:
  diesel: {{vehicles: 1000 L/year, density: {density} kg/L}}
  grid: {{purchased: {bought} kWh/year}}
method: {{exclusions: {exclusions}}}
"""
    site = site_from(text, f"{year}.yaml")
    return Year(site, calculate(activities_of(site), site, tables))


def own_tables(folder: Path, row: str):
    (folder / "own.csv").write_text(
        f"item,region,valid_from,gas,value,unit,gwp_set,boundary,locator\n{row}\n", encoding="utf-8"
    )
    return read_tables(overlay=folder / "own.csv")


def test_a_factor_of_other_gases_leaves_the_sites_saving_in_intensity(tmp_path: Path):
    # CO2, CH4 and N2O in one year, one figure in CO2e in the next, and half the electricity.
    row = "electricity.grid,PER,2023,CO2e,0.3,kgCO2e/kWh,AR6,direct,the supplier"
    before, after = grid_of(2023, 10000), grid_of(2024, 5000, own_tables(tmp_path, row))
    effects = change_of(before, after, "gold").effects
    bought = next(one for one in effects if one.key.source == "energy.grid.purchased" and one.key.scope == 2)
    # By hand, MINAM 2023 by AR6: 0.213031882 + 0.0000104 x 27.0 + 0.000001298 x 273 kgCO2e/kWh.
    v0, v1 = 10000 * (0.213031882 + 0.0000104 * 27.0 + 0.000001298 * 273), 5000 * 0.3
    weight = (v1 - v0) / log(v1 / v0)
    assert bought.change == pytest.approx(v1 - v0, rel=1e-9)
    assert bought.intensity == pytest.approx(weight * log(0.5), rel=1e-9)
    assert bought.factor == pytest.approx(weight * log(0.3 / (v0 / 10000)), rel=1e-9)


def test_the_grid_of_each_year_is_no_reason_to_recalculate_and_another_method_is(tmp_path: Path):
    # MINAM: 0.199896 kgCO2/kWh in 2022, 0.170233 in 2024: what the grid did.
    given = [(f"{one.site.year}", one.site, TABLES) for one in (grid_of(2022, 10000), grid_of(2024, 10000))]
    row = progress_report(given, threshold_percent=1)["base_year"]["totals"]["scopes_1_2"]
    assert row["method"]["value"] == row["boundary"]["value"] == 0
    by_hand = 10 * (0.19989608 - 0.170232636)  # tonnes of CO2; CH4 and N2O add a thousandth
    assert row["rows_of_the_year"]["value"] == pytest.approx(by_hand, rel=2e-3)
    assert row["recalculate"] is False
    changed = progress_report(given)["since_base_year"]["factors_changed"]
    assert {one["of_year"] for one in changed} == {True}
    own = own_tables(tmp_path, "electricity.grid,PER,2024,CO2,0.17,kgCO2/kWh,,direct,the supplier")
    row = progress_report([given[0], (given[1][0], given[1][1], own)], threshold_percent=1)
    assert row["base_year"]["totals"]["scopes_1_2"]["recalculate"] is True


def test_changes_of_method_that_cancel_do_not_hide_each_other():
    anfo = "explosives: {anfo: 10000 kg/year}"
    given = [year_of(2022, extra=anfo), year_of(2024, density=0.87, exclusions="[{source: explosives, reason: none}]")]
    row = progress_report([(str(one.site.year), one.site, TABLES) for one in given])["base_year"]["totals"]
    row = row["scopes_1_2_3"]
    diesel = given[0].footprint.sum_of(lambda line: line.label == "diesel, generator").m_as("tCO2e/year")
    blasted = given[0].footprint.sum_of(lambda line: line.source == "explosives.anfo").m_as("tCO2e/year")
    assert row["method"]["value"] == pytest.approx(diesel * (0.87 / 0.84 - 1), rel=1e-9)
    assert row["boundary"]["value"] == pytest.approx(blasted, rel=1e-9)
    sizes = row["method"]["value"] + row["boundary"]["value"]
    assert row["percent"] == pytest.approx(100 * sizes / row["stated"]["value"], rel=1e-9)


def test_a_shift_to_a_cleaner_supplier_is_the_sites_doing():
    clean = LIME.replace("1.2 kgCO2e", "0.6 kgCO2e")
    before = materials(LIME, clean.replace("3000", "1000"))
    after = materials(LIME.replace("3000", "1000"), clean)
    change = change_of(year_of(2022, extra=before), year_of(2023, extra=after), "gold")
    (lime,) = (one for one in change.effects if one.key.source == "materials")
    assert lime.change == pytest.approx(1000 * 1.2 + 3000 * 0.6 - 3000 * 1.2 - 1000 * 0.6, rel=1e-9)  # 4 t both years
    assert (lime.intensity, lime.factor) == (pytest.approx(lime.change, rel=1e-9), 0)


def test_what_only_one_years_file_has_is_told_by_name():
    row = progress_report(
        [(str(one.site.year), one.site, TABLES) for one in (year_of(2022, extra=ANFO), year_of(2023))]
    )
    told = row["since_base_year"]["in_one_file"]
    assert [(one["label"], one["in"]) for one in told] == [("ANFO detonated", 2022), ("ANFO made", 2022)]
    assert all(one["intensity"]["value"] < 0 for one in told)


def test_years_share_one_set_of_gwps_where_that_is_asked_for():
    years = [year_of(2022, gwp="AR5"), year_of(2023, gwp="AR6")]
    given = [(str(one.site.year), under(one.site, "AR4"), TABLES) for one in years]
    row = progress_report(given)
    assert [one["gwp_set"] for one in row["years"]] == ["AR4", "AR4"]
    assert row["since_base_year"]["totals"]["scopes_1_2_3"]["factor"]["value"] == 0


@given(st.permutations(range(6)))
def test_the_order_of_lines_does_not_matter(order):
    before, after = year_of(2022, extra=ANFO), year_of(2023, 12, diesel="20000 L/year", density=0.85)
    assert len(after.footprint.lines) <= len(order) < len(before.footprint.lines) + 1

    def shuffled(year: Year) -> Year:
        lines = [year.footprint.lines[n] for n in order if n < len(year.footprint.lines)]
        rest = [line for line in year.footprint.lines if line not in lines]
        return Year(year.site, replace(year.footprint, lines=(*lines, *rest)))

    plain = change_of(before, after, "gold")
    mixed = change_of(shuffled(before), shuffled(after), "gold")
    for cause in CAUSES:
        assert mixed.sum_of(cause, "scopes_1_2_3") == pytest.approx(plain.sum_of(cause, "scopes_1_2_3"), rel=1e-12)
        found = {one.key: getattr(one, cause) for one in mixed.effects}
        assert found == {one.key: getattr(one, cause) for one in plain.effects}


def test_years_are_sorted_and_land_stands_apart():
    land = "land: {opened: [{name: A pit, area: 2 ha/year, pools: [above_ground], carbon_before: 100 tC/ha}]}"
    years = [year_of(2024, extra=land), year_of(2022), year_of(2023)]
    row = progress_report([(str(one.site.year), one.site, TABLES) for one in years])
    assert [one["year"] for one in row["years"]] == [2022, 2023, 2024]
    assert row["since_base_year"]["totals"]["scopes_1_2_3"]["change"]["value"] == pytest.approx(0, abs=1e-12)
    assert row["since_base_year"]["land_use_change"]["change"]["value"] == pytest.approx(2 * 100 * 44 / 12, rel=1e-12)
    assert row["since_base_year"]["removals"] is None


def test_one_product_then_ore_then_jobs_are_what_activity_is():
    assert outputs_of([year_of(2022), year_of(2023)]) == ["gold", "ore", "job"]


def refusal_of(*years: Year, **options) -> str:
    with pytest.raises(InputError) as refused:
        progress_report([(f"{one.site.year}.yaml", one.site, TABLES) for one in years], **options)
    return str(refused.value)


def changed(year: Year, **update) -> Year:
    return Year(year.site.model_copy(update=update), year.footprint)


def test_what_is_not_one_site_over_several_years_is_refused():
    first, second = year_of(2022), year_of(2023)
    assert "one year's account alone" in refusal_of(first)
    assert "2022.yaml  year  is 2022, as in 2022.yaml" in refusal_of(first, first)
    assert "name  is Another, and A mine in 2022.yaml" in refusal_of(first, changed(second, name="Another"))
    assert "country  is COL, and PER in 2022.yaml" in refusal_of(first, changed(second, country="COL"))
    refined = second.site.processing.model_copy(update={"boundary": "refined"})
    told = refusal_of(first, changed(second, processing=refined, name="Another"))
    assert "processing.boundary  is refined, and processing_gate in 2022.yaml" in told
    assert "name  is Another" in told  # all reasons at once
    equity = second.site.method.model_copy(update={"consolidation": "equity_share"})
    assert "is equity_share, and operational_control in" in refusal_of(first, changed(second, method=equity))
    bought = second.site.processing.model_copy(update={"ore_from": "bought"})
    assert "ore_from  is bought, and own in 2022.yaml" in refusal_of(first, changed(second, processing=bought))
    assert "--per  silver is not in every year's file; expected gold, ore, job" in refusal_of(
        first, second, per="silver"
    )


@pytest.mark.parametrize("text", ["5", "5 kg", "101 %", "-1 %", "five"])
def test_a_threshold_is_a_share(text: str):
    with pytest.raises(InputError, match="--threshold"):
        threshold_percent_of(text)
    assert threshold_percent_of("5 %") == 5
